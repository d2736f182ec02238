internal import Frames
public import Learning
internal import Platform

/// What a vector-indexer has learned: the categories of each position, where it is one.
public struct VectorIndexerModel: Step {
  public static let kind = VectorIndexer.name

  /// The values of one position that have codes.
  public struct Categories: Sendable, Equatable {
    /// Whether 0 is among them; then it has code 0.
    public let hasZero: Bool
    /// The other values, rising.
    public let values: [Double]

    /// How many codes there are.
    public var count: Int { values.count + (hasZero ? 1 : 0) }

    /// The code of a value; nil for one that was not seen.
    func code(_ value: Double) -> Int? {
      if value == 0 { return hasZero ? 0 : nil }
      let place = values.firstPlace(notBelow: value)
      guard place < values.count, values[place] == value else { return nil }
      return place + (hasZero ? 1 : 0)
    }
  }

  public let stage: VectorIndexer
  /// For each column the categories of each position, nil for one that passes as it is.
  public let columns: [[Categories?]]

  init(_ stage: VectorIndexer, columns: [[Categories?]]) throws {
    guard columns.count == stage.inputs.count else {
      throw Failure(.data, "categories of \(columns.count) columns for \(stage.inputs.count)")
    }
    for categories in columns.flatMap({ $0 }).compactMap({ $0 }) {
      guard categories.values.allSatisfy({ $0 != 0 && !$0.isNaN }),
        zip(categories.values, categories.values.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw Failure(.data, "the values of a category do not rise") }
    }
    self.stage = stage
    self.columns = columns
  }

  public var summary: [SummaryLine] {
    zip(stage.inputs, columns).map { input, positions in
      SummaryLine(
        input, "\(positions.count { $0 != nil }) of \(positions.count) positions are categories")
    }
  }

  public func bind(to binder: inout Binder) throws {
    var bound: [BoundColumn] = []
    for (pair, positions) in zip(stage.pairs, columns) {
      let source = try binder.vectors(pair.input)
      guard source.width == positions.count else {
        throw Failure(
          .data,
          "the vectors of '\(pair.input)' have \(source.width) numbers, and "
            + "\(positions.count) were learned")
      }
      let slots = slotNames(of: try binder.field(pair.input), width: source.width)
      let output = try binder.addVectors(
        pair.output, width: source.width, isSparse: source.isSparse, slots: slots)
      bound.append(
        BoundColumn(
          name: pair.input, positions: positions, source: source, output: output,
          handling: stage.handleInvalid))
    }
    let columns = bound
    binder.run { batch in
      // The rows to leave out; nothing is allocated while there are none.
      var dropped: [Int] = []
      for column in columns { try column.run(batch, &dropped) }
      if dropped.isEmpty { return }
      dropped.sort()
      var next = 0
      batch.keep(
        (0..<batch.rowCount).filter { row in
          while next < dropped.count, dropped[next] < row { next += 1 }
          return next == dropped.count || dropped[next] != row
        })
    }
  }

  /// One column with its registers.
  private struct BoundColumn: Sendable {
    let name: String
    let positions: [Categories?]
    /// Categories without a 0: what a sparse vector leaves out was not seen there.
    let withoutZero: [Int]
    let source: VectorSlot
    let output: VectorSlot
    let handling: InvalidRows

    init(
      name: String, positions: [Categories?], source: VectorSlot, output: VectorSlot,
      handling: InvalidRows
    ) {
      self.name = name
      self.positions = positions
      self.source = source
      self.output = output
      self.handling = handling
      withoutZero = positions.indices.filter { positions[$0]?.hasZero == false }
    }

    func run(_ batch: RowBatch, _ dropped: inout [Int]) throws {
      let (cells, target) = (batch[source], batch[output])
      for row in 0..<batch.rowCount {
        var isDropped = false
        func code(_ index: Int, _ value: Double) throws -> Double {
          guard let categories = positions[index] else { return value }
          if let code = categories.code(value) { return Double(code) }
          switch handling {
          case .keep: return Double(categories.count)
          case .skip:
            isDropped = true
            return 0
          case .error:
            throw batch.fault(
              row: row, column: VectorElement(name, index).name, found: Codes.text(value),
              "was not there when the categories were learned",
              hint: "handleInvalid keep gives such values a code of their own, skip leaves the "
                + "rows out")
          }
        }
        if cells.isSparse {
          var next = 0
          func append(_ index: Int, _ value: Double) throws {
            let code = try code(index, value)
            if code != 0 { target.append(index, code) }
          }
          try cells.forEachEntry(row) { index, value in
            while next < withoutZero.count, withoutZero[next] < index {
              try append(withoutZero[next], 0)
              next += 1
            }
            if next < withoutZero.count, withoutZero[next] == index { next += 1 }
            try append(index, value)
          }
          while next < withoutZero.count {
            try append(withoutZero[next], 0)
            next += 1
          }
          target.endRow()
        } else {
          try cells.forEachEntry(row) { target[row, $0] = try code($0, $1) }
        }
        if isDropped { dropped.append(row) }
      }
    }
  }

  // MARK: Stored

  public var saved: SavedStep {
    var tensors: [String: Tensor] = [:]
    for (place, positions) in columns.enumerated() {
      // How many values each position has: 0 and up for a category, -1 for what passes.
      tensors["counts.\(place)"] = Tensor(positions.map { Int32($0?.values.count ?? -1) })
      tensors["zeros.\(place)"] = Tensor(positions.map { UInt8($0?.hasZero == true ? 1 : 0) })
      tensors["values.\(place)"] = Tensor(positions.flatMap { $0?.values ?? [] })
    }
    return SavedStep(settings: stage.json, tensors: tensors)
  }

  public init(_ saved: SavedStep) throws {
    let stage = try VectorIndexer(saved: saved.settings)
    let columns = try stage.inputs.indices.map { place -> [Categories?] in
      let values = try saved.vector("values.\(place)")
      guard let counts = saved.tensors["counts.\(place)"]?.int32s,
        let zeros = saved.tensors["zeros.\(place)"]?.uint8s, zeros.count == counts.count,
        counts.reduce(0, { $0 + Int(max(0, $1)) }) == values.count
      else { throw Failure(.data, "the categories of '\(stage.inputs[place])' do not fit") }
      var first = 0
      return zip(counts, zeros).map { count, zero in
        if count < 0 { return nil }
        defer { first += Int(count) }
        return Categories(hasZero: zero != 0, values: Array(values[first..<first + Int(count)]))
      }
    }
    try self.init(stage, columns: columns)
  }
}
