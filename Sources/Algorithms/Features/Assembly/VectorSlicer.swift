internal import Frames
public import Learning
internal import Platform

/// Takes some positions out of vectors: those of `indices` in the order given, then those of
/// `names`, which are found among the names that the positions have.
public struct VectorSlicer: ColumnwiseStage, Transformer {
  @Setting("the columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting(
    "names of the new columns; the inputs' names and _sliced where empty", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("positions to take, from 0 on", in: 0..., spark: "indices")
  public var indices: [Int] = []
  @Setting("names of positions to take", spark: "names")
  public var names: [String] = []

  public init() {}

  public static let name = "vector-slicer"
  public static let summary = "takes some positions out of vectors, by number or name"
  public static let suffix = "_sliced"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.indices = [2, 0]
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard !indices.isEmpty || !names.isEmpty else {
      throw SettingError(name: "indices", requirement: "at least one, or names", value: "")
    }
    guard Set(indices).count == indices.count else {
      throw SettingError(
        name: "indices", requirement: "each only once", value: indices.settingText)
    }
    guard names.uniqued.count == names.count else {
      throw SettingError(name: "names", requirement: "each only once", value: names.settingText)
    }
  }

  /// The positions to take out of vectors whose positions have these names.
  private func positions(_ field: Schema.Field, _ slots: [String]) throws -> [Int] {
    if let beyond = indices.first(where: { $0 >= slots.count }) {
      throw Failure(
        .data, "the vectors of '\(field.name)' have \(slots.count) numbers, none at \(beyond)")
    }
    let named = try names.map { name in
      guard let place = slots.firstIndex(where: { sameText($0, name) }) else {
        throw Failure(
          .data, "no position of '\(field.name)' is called '\(name)'",
          hint: nameHint(for: name, in: slots))
      }
      return place
    }
    guard Set(indices).isDisjoint(with: named) else {
      throw Failure(.usage, "indices and names of the slicer of '\(field.name)' say the same twice")
    }
    return indices + named
  }

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      let field = try binder.field(input)
      let source = try binder.vectors(input)
      if binder.isOutline, field.metadata.width == nil {
        _ = try binder.addVectors(output, width: 0, isSparse: source.isSparse)
        continue
      }
      let slots = slotNames(of: field, width: source.width)
      let positions = try positions(field, slots)
      let target = try binder.addVectors(
        output, width: positions.count, isSparse: source.isSparse,
        slots: positions.map { slots[$0] })
      if source.isSparse {
        Self.takeSparse(positions, source, target, &binder)
      } else {
        binder.run { batch in
          let (from, to) = (batch[source], batch[target])
          for row in 0..<batch.rowCount {
            for (place, position) in positions.enumerated() { to[row, place] = from[row, position] }
          }
        }
      }
    }
  }

  private static func takeSparse(
    _ positions: [Int], _ source: VectorSlot, _ target: VectorSlot, _ binder: inout Binder
  ) {
    // For each position its new place, or -1.
    var places = [Int32](repeating: -1, count: source.width)
    for (place, position) in positions.enumerated() {
      places[position] = Int32(truncatingIfNeeded: place)
    }
    let placeOf = places
    binder.run { batch in
      let (from, to) = (batch[source], batch[target])
      for row in 0..<batch.rowCount {
        from.forEachEntry(row) { position, value in
          if placeOf[position] >= 0 { to.accumulate(Int(placeOf[position]), value) }
        }
        to.endRow()
      }
    }
  }
}
