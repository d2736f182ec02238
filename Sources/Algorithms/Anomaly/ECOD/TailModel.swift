internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The exact distributions that a detector learned: says how far in the tails the values of a row lie.
public struct TailModel<Detector: TailDetector>: AnomalyModel {
  public static var kind: String { Detector.name }
  public static var formatVersion: Int { 1 }

  public let featureNames: FeatureNames
  public let precision: Precision
  let settings: JSONValue
  let columns: SortedColumns
  public internal(set) var threshold: AnomalyThreshold?

  public func with(threshold: AnomalyThreshold?) -> TailModel {
    var copy = self
    copy.threshold = threshold
    return copy
  }

  public var contributionsSumToScore: Bool { true }

  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    columns.sums(by: Detector.rule, for: rows)
  }

  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    columns.terms(by: Detector.rule, for: rows)
  }

  public var summary: [SummaryLine] {
    [
      SummaryLine(
        "distinct values", "\(columns.distinctCount) of \(columns.columns.count) features")
    ] + Detector.summary(threshold)
  }
}

// MARK: Stored

extension TailModel {
  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(JSONObject([.init("threshold", threshold?.document ?? .null)])),
      tensors: [
        // Numbers that came as floats are floats.
        "values": precision == .float
          ? Tensor(columns.distinctValues(Float.self))
          : Tensor(columns.distinctValues(Double.self)),
        "counts": Tensor(columns.cumulativeCounts),
        "lengths": Tensor(columns.columns.map { Int64($0.distinctCount) }),
        "skews": Tensor(columns.columns.map { Int32($0.skewSign) }),
      ])
  }

  public init(_ saved: SavedModel) throws {
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
      columns: SortedColumns(columns),
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
