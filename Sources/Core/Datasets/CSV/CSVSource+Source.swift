public import Cluster
public import Frames
internal import Platform
internal import Synchronization

extension CSVSource: Source {
  /// The file, or how many there are.
  public var name: String { files.count == 1 ? files[0].path : "\(files.count) files" }

  /// How many byte ranges are read apart.
  public var splitCount: Int { splits.count }
  public var keptByteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The types that the first rows have; later rows may widen them.
  public func expectedSchema(_ columns: [String]) throws -> Schema {
    let fields = try fields(columns)
    let seen = try prefix(fields).map(\.seen)
    let types = seen.isEmpty ? fields.map(\.type) : seen
    return Schema(
      zip(columns, types).map { name, type in Schema.Field(name, type.columnType) })
  }

  /// Reads all bytes of this worker's splits once and settles the types with the other workers.
  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let pass = try CSVPass(
      self, columns: columns, own: splits, keepsColumns: keepsFrames, in: session)
    return try pass.run()
  }

  /// Columns by name, as yet of no type.
  func fields(_ names: [String]) throws -> [CSVField] {
    let wanted = Set(identifiers.map { Array($0.utf8) })
    return zip(names, try places(of: names)).map { name, place in
      CSVField(place: place, type: .missing, isIdentifier: wanted.contains(Array(name.utf8)))
    }
  }

  private func places(of names: [String]) throws -> [Int] {
    var places: [[UInt8]: Int] = [:]
    for (index, name) in columnNames.enumerated() { places[Array(name.utf8)] = index }
    return try names.map { name in
      guard let place = places[Array(name.utf8)] else {
        throw Schema.noColumn(name, in: columnNames)
      }
      return place
    }
  }

  /// What the first rows show of some columns; nothing where there is no row.
  func prefix(_ fields: [CSVField]) throws -> [CSVColumn] {
    guard let split = splits.first else { return [] }
    let file = files[split.file]
    let end = min(file.byteCount, file.dataStart + tuning.prefixByteCount)
    let first = CSVSplit(index: split.index, file: split.file, range: file.dataStart..<end)
    return try parsers.borrow {
      try $0.parse(first, of: file, start: file.dataStart, fields: fields).columns
    }
  }

  func changed(_ split: CSVSplit) -> Failure {
    Failure(
      .data, "cannot read \(files[split.file].path)", causes: ["it changed while it was read"])
  }

  /// Runs `body` for each index below `count` on some threads, in no particular order.
  func concurrentlyEach<R: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int, CSVSplitParser) throws -> R
  ) throws -> [R] {
    let next = Atomic<Int>(0)
    let done = Mutex<[(Int, R)]>([])
    try concurrently(max(1, min(threads, count))) { _ in
      try parsers.borrow { parser in
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          if index >= count { return }
          try Signals.throwIfStopRequested()
          let result = try body(index, parser)
          done.withLock { $0.append((index, result)) }
        }
      }
    }
    return done.withLock { $0.sorted { $0.0 < $1.0 }.map(\.1) }
  }
}
