public import Learning
internal import Platform

extension LinearRegressionModel {
  public var saved: SavedModel {
    var values: [JSONObject.Member] = [
      .init("label", .text(label)), .init("intercept", .number(intercept)),
      .init("hasIntercept", .flag(statistics.hasIntercept)),
      .init("isSparse", .flag(takesSparseRows)), .init("rows", .integer(statistics.rowCount)),
      .init("rank", .integer(statistics.rank)), .init("weightSum", .number(statistics.weightSum)),
      .init("squaredError", .number(statistics.squaredError)),
      .init("squaredSpread", .number(statistics.squaredSpread)),
    ]
    if let scale { values.append(.init("scale", .number(scale))) }
    var tensors = ["coefficients": Tensor(coefficients)]
    if !standardErrors.isEmpty { tensors["standardErrors"] = Tensor(standardErrors) }
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(JSONObject(values)), tensors: tensors)
  }

  public init(_ saved: SavedModel) throws {
    let coefficients = try saved.vector("coefficients")
    let errors = try saved.tensors["standardErrors"].map { _ in try saved.vector("standardErrors") }
    let values = saved.values
    let statistics = FitStatistics(
      rowCount: try values.integer("rows", in: 1...Int.max >> 1),
      weightSum: try values.number("weightSum"), squaredError: try values.number("squaredError"),
      squaredSpread: try values.number("squaredSpread"),
      rank: try values.integer("rank", in: 0...Int(Int32.max)),
      hasIntercept: try values.flag("hasIntercept"))
    let scale = try (try? values.member("scale")).map { _ in try values.number("scale") }
    let errorCount = coefficients.count + (statistics.hasIntercept ? 1 : 0)
    guard !coefficients.isEmpty, coefficients.count == saved.featureNames.count,
      (errors?.count ?? errorCount) == errorCount,
      (errors ?? []).allSatisfy({ $0.isFinite && $0 >= 0 }), statistics.isPossible,
      statistics.rank <= coefficients.count, (scale ?? 0) >= 0
    else {
      throw Failure(.data, "the parts of the linear model do not fit each other")
    }
    try self.init(
      featureNames: saved.featureNames, precision: saved.precision, label: try values.text("label"),
      coefficients: coefficients, intercept: try values.number("intercept"), scale: scale,
      statistics: statistics, standardErrors: errors ?? [],
      takesSparseRows: try values.flag("isSparse"), settings: saved.settings)
  }
}

extension FitStatistics {
  /// Whether any fit can have these.
  fileprivate var isPossible: Bool {
    weightSum > 0 && squaredError >= 0 && squaredSpread >= 0 && weightSum.isFinite
      && squaredError.isFinite && squaredSpread.isFinite
  }
}
