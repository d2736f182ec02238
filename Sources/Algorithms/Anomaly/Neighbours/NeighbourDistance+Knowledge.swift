internal import Blocks
public import Learning
public import LinearAlgebra
internal import Platform

extension NeighbourDistance {
  /// The training rows: says of a row how far it is from the nearest of them.
  public struct Knowledge: AnomalyKnowledge {
    let space: NeighbourSpace
    /// What the score is of the distances to the nearest rows.
    public let method: Method

    /// How many nearest rows a row is compared with.
    public var neighborCount: Int { space.neighborCount }

    public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
      space.scores(of: rows, score)
    }

    public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
      space.contributions(to: rows, score)
    }

    private func score(_ answer: NeighbourSpace.Answer) -> Double {
      method.score(answer.neighbours.distances(of: answer.query))
    }

    public var summary: [SummaryLine] {
      space.summary(score: "the \(method.rawValue) distance to \(neighborCount) nearest rows")
    }
  }
}

// MARK: Stored

extension NeighbourDistance.Knowledge {
  public var values: [JSONObject.Member] {
    space.values + [.init("method", .text(method.rawValue))]
  }
  public var tensors: [String: Tensor] { space.tensors }

  public init(_ saved: SavedModel) throws {
    guard let method = NeighbourDistance.Method(rawValue: try saved.values.text("method")) else {
      throw Failure(.data, "the model has a method that this release does not know")
    }
    self.method = method
    space = try NeighbourSpace(saved)
  }
}
