internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

extension LogisticRegressionModel {
  public var saved: SavedModel {
    var tensors = ["coefficients": Tensor(coefficients), "intercepts": Tensor(intercepts)]
    if let thresholds { tensors["thresholds"] = Tensor(thresholds) }
    if let standardErrors { tensors["standardErrors"] = Tensor(standardErrors) }
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("label", .text(label)),
          .init("classType", .text(classes.type.words)),
          .init("classes", .list(classes.texts.map { .text($0) })),
          .init("hasIntercept", .flag(hasIntercept)),
          .init("takesSparseRows", .flag(takesSparseRows)),
          .init("lambda", .number(lambda)),
          .init("objective", .number(objective)),
        ])),
      tensors: tensors)
  }

  public init(_ saved: SavedModel) throws {
    let coefficients = try saved.matrix("coefficients")
    let intercepts = try saved.vector("intercepts")
    let thresholds = try saved.tensors["thresholds"].map { _ in try saved.vector("thresholds") }
    let errors = try saved.tensors["standardErrors"].map { _ in
      try saved.vector("standardErrors")
    }
    let words = try saved.values.text("classType")
    guard let type = Classes.types.first(where: { $0.words == words }) else {
      throw Failure(.data, "labels of the type '\(words)' are not known")
    }
    let classes = try Classes(type: type, texts: saved.values.texts("classes"))
    let hasIntercept = try saved.values.flag("hasIntercept")
    let outputs = coefficients.rowCount
    let width = coefficients.columnCount
    guard outputs >= 1, width >= 1, width == saved.featureNames.count,
      classes.count == max(2, outputs) || (outputs == 2 && classes.count == 2),
      intercepts.count == outputs,
      (coefficients.elements + intercepts).allSatisfy(\.isFinite),
      hasIntercept || intercepts.allSatisfy({ $0 == 0 }),
      (thresholds?.count ?? classes.count) == classes.count,
      thresholds?.allSatisfy({ $0 >= 0 && $0 <= 1 }) ?? true,
      (thresholds ?? []).filter({ $0 == 0 }).count <= 1,
      (errors?.count ?? 0) == (errors == nil ? 0 : width + (hasIntercept ? 1 : 0)),
      errors == nil || outputs == 1
    else {
      throw Failure(.data, "the parts of the logistic regression do not fit each other")
    }
    try self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      label: saved.values.text("label"), classes: classes, coefficients: coefficients,
      intercepts: intercepts, thresholds: thresholds, hasIntercept: hasIntercept,
      isSparse: saved.values.flag("takesSparseRows"), lambda: saved.values.number("lambda"),
      objective: saved.values.number("objective"), standardErrors: errors)
  }
}
