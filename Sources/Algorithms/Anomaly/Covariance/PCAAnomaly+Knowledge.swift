internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

extension PCAAnomaly {
  /// The principal components of the training rows: says how far a row is from what they explain.
  public struct Knowledge: AnomalyKnowledge {
    /// How many components are kept.
    public let kept: Int
    /// The share of the training rows' variance that they explain.
    public let explained: Double
    let form: CentredForm

    /// The mean of each feature.
    public var mean: [Double] { form.centre }

    /// What the components leave of each row, squared; NaN for one with a number that is missing or
    /// infinite.
    public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
      form.sums(of: rows)
    }

    /// The square of what the components leave of each feature.
    public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
      form.terms(of: rows)
    }

    public var summary: [SummaryLine] {
      let share = (explained * 1e4).rounded() / 1e4
      return [
        SummaryLine(
          "components",
          "\(kept) of \(mean.count), explaining \(numberText(share)) of the variance")
      ]
    }
  }
}

// MARK: Stored

extension PCAAnomaly.Knowledge {
  public var values: [JSONObject.Member] {
    [.init("kept", .integer(kept)), .init("explained", .number(explained))]
  }

  public var tensors: [String: Tensor] { form.tensors }

  public init(_ saved: SavedModel) throws {
    kept = try saved.values.integer("kept", in: 0...Int(Int32.max))
    explained = try saved.values.number("explained")
    guard kept <= saved.featureNames.count, (0...1.000001).contains(explained) else {
      throw Failure(.data, "the values of the model of principal components make no sense")
    }
    form = try CentredForm(saved, .square)
  }
}
