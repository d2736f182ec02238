internal import Blocks
public import Learning
public import LinearAlgebra
internal import Platform

/// The exact distributions of the training rows' features: says how far in their tails the values
/// of a row lie.
public struct Tails<Detector: TailDetector>: AnomalyKnowledge {
  let columns: SortedColumns

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
    ]
  }
}

// MARK: Stored

extension Tails {
  public var tensors: [String: Tensor] {
    [
      "values": columns.areFloats
        ? Tensor(columns.distinctValues(Float.self))
        : Tensor(columns.distinctValues(Double.self)),
      "counts": Tensor(columns.cumulativeCounts),
      "lengths": Tensor(columns.columns.map { Int64($0.distinctCount) }),
      "skews": Tensor(columns.columns.map { Int32($0.skewSign) }),
    ]
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
    self.init(columns: SortedColumns(columns))
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
