import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Databases that break or change under whoever reads them.
@Suite(.needsDuckDB) struct DatabaseFaultTests {
  private static let bytes = Result { try InputFile(golden("shop.sqlite")).contents() }

  /// What may stand where the database was.
  enum Change: CaseIterable {
    case cut, emptied, overwritten, damaged, removed, folder
    /// A whole database all the same: with another text, and with a row more.
    case other, grown

    func happen(in folder: TemporaryFolder) throws {
      let bytes = try DatabaseFaultTests.bytes.get()
      func write(_ content: [UInt8]) throws { _ = try folder.write(content, to: "shop.sqlite") }
      try FileManager.default.removeItem(atPath: folder.place("shop.sqlite"))
      switch self {
      case .cut: try write(Array(bytes[..<4096]))
      case .emptied: try write([])
      case .overwritten: try write(Array("no database at all".utf8) + bytes)
      case .damaged: try write(bytes[..<100] + Array(repeating: 0xEE, count: bytes.count - 100))
      case .removed: break
      case .folder:
        try FileManager.default.createDirectory(
          atPath: folder.place("shop.sqlite"), withIntermediateDirectories: false)
      case .other: try write(bytes.replacing("tea".utf8, with: "pie".utf8))
      case .grown: try write(InputFile(golden("shop-more.sqlite")).contents())
      }
    }
  }

  private func collect(_ data: Dataset, in session: Session) throws -> [String] {
    try rows(of: data.select(["item"]).collect(in: session)).map { $0[0].description }
  }

  @Test(arguments: [Change.cut, .emptied, .overwritten, .damaged, .removed, .folder])
  func `a database that is cut, damaged or none is named`(_ change: Change) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.bytes.get(), to: "shop.sqlite")
    try change.happen(in: folder)
    let refused = failure {
      _ = try collect(Dataset.reading(["sqlite:\(path)#orders"]), in: aloneSession())
    }
    // What is empty is a database to SQLite, only without the table.
    #expect(refused.kind == ([.removed, .emptied].contains(change) ? .missingInput : .data))
    #expect(refused.message.contains(path), "\(refused)")
  }

  @Test(arguments: Change.allCases, [1, 2])
  func `a database that changes between its opening and its reading is named, or read whole`(
    _ change: Change, ranks: Int
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.bytes.get(), to: "shop.sqlite")
    let outcome = Result {
      try asCrew((ranks: ranks, threads: 1)) { session in
        let data = try Dataset.reading(["sqlite:\(path)#orders"], in: session)
        try session.onRoot("a change") { try change.happen(in: folder) }
        return try collect(data, in: session)
      }
    }
    switch outcome.mapError({ Failure($0) }) {
    case .failure(let failure):
      #expect(change != .other)
      #expect(failure.kind == .data)
      #expect(failure.message == "cannot read sqlite:\(path)#orders")
      if change == .grown { #expect(failure.causes == ["it changed while it was read"]) }
    case .success(let texts):
      // Each reading is one state of the database.
      #expect(change == .other)
      for texts in texts { #expect(texts == ["Кава", "", "pie"]) }
    }
  }
}
