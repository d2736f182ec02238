internal import Blocks
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// What ECOD and COPOD know: the exact distributions of the features, and how tails are added.
struct TailModel: Sendable {
  let featureNames: FeatureNames
  let precision: Precision
  let settings: JSONValue
  let rule: TailRule
  let columns: SortedColumns
  var threshold: AnomalyThreshold?

  func summary(_ lines: [SummaryLine]) -> [SummaryLine] {
    let distinct = columns.columns.reduce(0) { $0 + $1.distinctCount }
    return [SummaryLine("distinct values", "\(distinct) of \(columns.columns.count) features")]
      + lines
  }
}

// MARK: Stored

extension TailModel {
  var saved: SavedModel {
    let columns = columns.columns
    let values = columns.flatMap(\.distinctValues)
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(JSONObject([.init("threshold", threshold?.document ?? .null)])),
      tensors: [
        // Numbers that came as floats are floats.
        "values": precision == .float ? Tensor(values.map { Float($0) }) : Tensor(values),
        "counts": Tensor(columns.flatMap(\.cumulativeCounts)),
        "lengths": Tensor(columns.map { Int64($0.distinctCount) }),
        "skews": Tensor(columns.map { Int32($0.skewSign) }),
      ])
  }

  init(_ saved: SavedModel, rule: TailRule) throws {
    let lists = saved.tensors["values"]
    let columns =
      if let values = lists?.floats {
        Self.columns(values, saved)
      } else {
        lists?.doubles.flatMap { Self.columns($0, saved) }
      }
    guard let columns else {
      throw Failure(.data, "the distributions of the model do not fit each other")
    }
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      rule: rule, columns: SortedColumns(columns),
      threshold: try AnomalyThreshold.stored(in: saved.values))
  }

  private static func columns<Element: Scalar>(
    _ values: [Element], _ saved: SavedModel
  ) -> [SortedColumn]? {
    guard let counts = saved.tensors["counts"]?.int32s,
      let lengths = saved.tensors["lengths"]?.int64s, let skews = saved.tensors["skews"]?.int32s,
      values.count == counts.count, lengths.count == saved.featureNames.count,
      skews.count == lengths.count, !lengths.isEmpty
    else { return nil }
    var columns: [SortedColumn] = []
    var first = 0
    for (length, skew) in zip(lengths, skews) {
      guard length >= 0, Int(length) <= values.count - first,
        let column = SortedColumn(
          values: Array(values[first..<first + Int(length)]),
          ends: Array(counts[first..<first + Int(length)]), skewSign: Int(skew))
      else { return nil }
      columns.append(column)
      first += Int(length)
    }
    return first == values.count ? columns : nil
  }
}
