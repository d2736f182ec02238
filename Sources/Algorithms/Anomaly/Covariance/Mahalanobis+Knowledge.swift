internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

extension Mahalanobis {
  /// The mean and the inverse covariance of the training rows: says how far a row is from them.
  public struct Knowledge: AnomalyKnowledge {
    /// How far the covariance was drawn towards a multiple of the identity, from 0 to 1.
    public let shrinkage: Double
    let form: CentredForm
    let ridge: Double

    /// The mean of each feature.
    public var mean: [Double] { form.centre }

    /// The squared distance of each row; NaN for one with a number that is missing or infinite.
    public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
      form.sums(of: rows)
    }

    /// What each feature adds; less than 0 where it lies as the others would have it.
    public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
      form.terms(of: rows)
    }

    public var summary: [SummaryLine] {
      var lines = [SummaryLine("features", "\(mean.count)")]
      if shrinkage > 0 { lines.append(SummaryLine("shrinkage", numberText(shrinkage))) }
      if ridge > 0 { lines.append(SummaryLine("ridge", numberText(ridge))) }
      return lines
    }
  }
}

// MARK: Stored

extension Mahalanobis.Knowledge {
  public var values: [JSONObject.Member] {
    [.init("shrinkage", .number(shrinkage)), .init("ridge", .number(ridge))]
  }

  public var tensors: [String: Tensor] { form.tensors }

  public init(_ saved: SavedModel) throws {
    shrinkage = try saved.values.number("shrinkage")
    ridge = try saved.values.number("ridge")
    guard (0...1).contains(shrinkage), ridge >= 0 else {
      throw Failure(.data, "the values of the Mahalanobis model make no sense")
    }
    form = try CentredForm(saved, .product)
  }
}
