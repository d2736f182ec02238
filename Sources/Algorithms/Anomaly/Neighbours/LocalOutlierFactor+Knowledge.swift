public import Learning
public import LinearAlgebra
internal import Platform

extension LocalOutlierFactor {
  /// The training rows with the densities around them: says of a row how thin it lies beside them.
  public struct Knowledge: AnomalyKnowledge {
    let space: NeighbourSpace
    let factors: LocalDensities

    /// How many nearest rows make a neighbourhood.
    public var neighborCount: Int { space.neighborCount }

    public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
      space.scores(of: rows, score)
    }

    public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
      space.contributions(to: rows, score)
    }

    private func score(_ answer: NeighbourSpace.Answer) -> Double {
      let density = factors.density(of: answer.query, answer.neighbours)
      return factors.score(of: answer.query, answer.neighbours, density: density)
    }

    public var summary: [SummaryLine] {
      space.summary(score: "the density around \(neighborCount) nearest rows over its own")
    }
  }
}

// MARK: Stored

extension LocalOutlierFactor.Knowledge {
  public var values: [JSONObject.Member] { space.values }

  public var tensors: [String: Tensor] {
    var tensors = space.tensors
    tensors["reaches"] = Tensor(factors.reaches)
    tensors["densities"] = Tensor(factors.densities)
    return tensors
  }

  public init(_ saved: SavedModel) throws {
    space = try NeighbourSpace(saved)
    factors = LocalDensities(
      reaches: try saved.vector("reaches"), densities: try saved.vector("densities"))
    let count = space.points.rowCount
    guard factors.reaches.count == count, factors.densities.count == count,
      factors.reaches.allSatisfy({ $0.isFinite && $0 >= 0 }),
      factors.densities.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw Failure(.data, "the parts of the lof model do not fit each other")
    }
  }
}
