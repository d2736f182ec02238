import Foundation

extension Rule {
  /// Each data set has a card with its licence, its columns and the checksum of each of its files.
  static let dataSetsHaveCards = dataSetsHaveCards(checksum: sha256)

  static func dataSetsHaveCards(
    checksum: @escaping @Sendable (SourceFile) throws -> String
  ) -> Rule {
    Rule(name: "data sets have cards") { tree in
      var findings: [Finding] = []
      for file in tree.files(under: "datasets") where file.path.split(separator: "/").count > 2 {
        let set = file.path.split(separator: "/")[1]
        guard let card = tree.file("datasets/\(set)/README.md"), let text = card.text else {
          findings.append(Finding(path: file.path, message: "its data set has no card"))
          continue
        }
        if file.path == card.path {
          for heading in ["Source", "Licence", "Columns"] where !text.contains("## \(heading)") {
            findings.append(Finding(path: card.path, message: "says nothing under '\(heading)'"))
          }
        } else {
          let sum = try checksum(file)
          let stands = card.lines.contains { $0.contains(sum) && $0.contains(file.name) }
          if !stands {
            findings.append(
              Finding(path: file.path, message: "the card has no line with its SHA-256, \(sum)"))
          }
        }
      }
      return findings
    }
  }

  private static func sha256(_ file: SourceFile) throws -> String {
    guard let url = file.url else { return "" }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sha256sum", "--", url.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: bytes.prefix(64), as: UTF8.self)
  }
}
