import Foundation
import Martlet
import Testing

@Suite struct `The reference` {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/reference.md")

  @Test func `of the docs is that of this release`() throws {
    let found = try String(contentsOf: Self.page, encoding: .utf8)
    let old = found.split(separator: "\n")
    let new = Catalog.reference.split(separator: "\n")
    let place = zip(old, new).enumerated().first { $1.0 != $1.1 }.map { $0.offset + 1 }
    let isFresh = found == Catalog.reference  // apart, or a failure prints both pages
    #expect(
      isFresh,
      """
      docs/reference.md is out of date from line \(place ?? min(old.count, new.count)) on (empty ones not \
      counted); to renew it: martlet algorithms --markdown > docs/reference.md
      """)
  }

  @Test func `has every setting of every algorithm and stage`() {
    let entries = CatalogEntry.estimators + CatalogEntry.featurizers
    #expect(Set(entries.map(\.name)).count == entries.count)
    for entry in entries {
      #expect(Catalog.reference.contains(entry.markdown))
      for setting in entry.settings {
        #expect(entry.markdown.contains("| `\(setting.name)` |"))
      }
      for input in entry.inputs { #expect(entry.markdown.contains(kebabCase(input.name))) }
    }
  }

  @Test func `has tables whose rows are as wide as their heads`() {
    var width = 0
    for line in Catalog.reference.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        width = 0
        continue
      }
      let cells = line.replacing("\\|", with: "").split(
        separator: "|", omittingEmptySubsequences: false
      ).count
      if width == 0 { width = cells }
      #expect(cells == width, "\(line)")
    }
  }
}
