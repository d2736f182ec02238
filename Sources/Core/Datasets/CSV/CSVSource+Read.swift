internal import CParse
public import Frames
internal import Platform
internal import Synchronization

extension CSVSource {
  /// Reads the wanted columns of this worker's splits into memory; all workers call it together.
  ///
  /// - Parameters:
  ///   - columns: the columns wanted, in that order; nil means all.
  ///   - own: the splits of this worker; nil means all. Each split belongs to one worker.
  /// - Returns: the layout of the whole source, and the splits of `own` that have rows.
  public func read(
    columns: [String]? = nil, splits own: [Int]? = nil, threads: Int,
    exchange: CSVExchange = .solo
  ) throws -> (layout: CSVLayout, parts: [CSVPart]) {
    let own = own ?? Array(splits.indices)
    let pass = try CSVPass(self, columns: columns ?? columnNames, own: own, keepsColumns: true)
    let layout = try pass.run(threads: threads, exchange: exchange)
    let parts = try pass.parts(layout, threads: threads)
    parsers.drain()
    return (layout, parts)
  }

  /// Finds types and row counts and keeps no values; all workers call it together.
  public func survey(
    columns: [String]? = nil, splits own: [Int]? = nil, threads: Int,
    exchange: CSVExchange = .solo
  ) throws -> CSVLayout {
    let own = own ?? Array(splits.indices)
    let pass = try CSVPass(self, columns: columns ?? columnNames, own: own, keepsColumns: false)
    return try pass.run(threads: threads, exchange: exchange)
  }

  /// Reads one split under a layout; any thread may call it.
  public func frame(ofSplit index: Int, _ layout: CSVLayout) throws -> Frame {
    let split = splits[index]
    let result = try parsers.borrow {
      try $0.parse(
        split, of: files[split.file], start: layout.starts[index], fields: layout.fields)
    }
    return try frame(result, layout)
  }

  /// The columns of a result as a frame; a column that does not fit means another file.
  func frame(_ result: CSVSplitResult, _ layout: CSVLayout) throws -> Frame {
    let columns = result.columns.compactMap(\.column)
    guard columns.count == layout.fields.count, result.rowCount == layout.rowCounts[result.split]
    else { throw changed(splits[result.split]) }
    return Frame(layout.schema, columns, rowCount: result.rowCount)
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
          let result = try body(index, parser)
          done.withLock { $0.append((index, result)) }
        }
      }
    }
    return done.withLock { $0.sorted { $0.0 < $1.0 }.map(\.1) }
  }
}

extension CSVSource {
  /// The file and the line (from 1) of a row of a split, for a message.
  public func locate(
    split index: Int, row: Int, _ layout: CSVLayout
  ) throws -> (path: String, line: Int) {
    let split = splits[index]
    let file = files[split.file]
    let place = try parsers.borrow {
      try $0.place(ofRow: row, in: split, of: file, start: layout.starts[index])
    }
    guard let place else { throw changed(split) }
    return (file.path, try CSVLines.line(at: place, in: file).number)
  }

  /// Why a column is text, with the value and its place: `x3 is text because of 'abc' at
  /// data.csv:18`; nil where it is no text, or text by its kind.
  public func reasonForText(_ name: String, _ layout: CSVLayout) throws -> String? {
    let place = try layout.schema.place(of: name)
    guard layout.schema.fields[place].type == .text, let evidence = layout.evidence[place] else {
      return nil
    }
    let file = files[splits[evidence.split].file]
    let line = try CSVLines.line(at: evidence.place, in: file).number
    let text = dialect.shown(try CSVLines.field(at: evidence.place, in: file, dialect: dialect))
    return "\(name) is text because of '\(text)' at \(file.path):\(line)"
  }
}
