public import Cluster
public import Frames

extension Dataset {
  /// The columns and types as all rows have them; reads the whole of a text source.
  public func schema(in session: Session) throws -> Schema {
    let communicator = session.communicator
    let mine = Self.share(
      of: 0..<source.splitCount, rank: communicator.rank, of: communicator.size)
    return try SplitRun(
      self, columns: nil, splits: mine, keepsFrames: false,
      activity: "reading the types of \(source.name)", in: session
    ).schema
  }

  /// The columns and types as far as they are known before reading: right for binary formats, a
  /// guess from the first rows for text.
  public func expectedSchema() throws -> Schema { try expectedSchema(for: nil) }

  /// The same, checked to have the columns `wanted`; nil stands for all.
  func expectedSchema(for wanted: [String]?) throws -> Schema {
    func schema(from names: [String]) throws -> Schema {
      let schema = try steps.reduce(source.expectedSchema(names)) { schema, step in
        try (step.expected ?? step.schema)(schema)
      }
      _ = try schema.selecting(wanted ?? [])
      return schema
    }
    do { return try schema(from: sourceColumns(for: wanted)) } catch {
      // Among all columns, so that the error about a wrong name can offer the right one.
      _ = try schema(from: source.columnNames)
      throw error
    }
  }

  /// How many rows there are.
  public func count(in session: Session) throws -> Int {
    let counts = try mapSplits(in: session, "counting \(source.name)", columns: []) {
      $0.frame.rowCount
    }.parts
    return Int(
      try session.communicator.allReduce([Int64(counts.reduce(0, +))], by: .sum)[0])
  }

  /// All rows as one frame, on every rank.
  public func collect(in session: Session) throws -> Frame {
    let read = try mapSplits(in: session, "collecting \(source.name)") { $0.frame }
    let mine = Frame.concatenated(read.parts, schema: read.schema)
    if session.communicator.size == 1 { return mine }
    let all = try session.communicator.allGather(mine.encoded())
    return Frame.concatenated(
      try all.map { try Frame(decoding: $0, schema: read.schema) }, schema: read.schema)
  }
}
