internal import Blocks
internal import Cluster
internal import Frames
public import LinearAlgebra
internal import Platform

/// An estimator as the stage of a pipeline: it learns from some columns and adds its predictions.
public struct EstimatorStage<E: Estimator>: Stage {
  public static var name: String { E.name }
  public static var summary: String { E.summary }

  public var estimator: E
  /// The columns to learn from: numbers and vectors.
  public var features: [String]
  /// The column to predict, for an estimator that learns from one.
  public var label: String?
  /// A column of row weights.
  public var weight: String?
  /// The element type to learn in; nil for that of the data.
  public var precision: Precision?
  /// Matrices beside the rows, by name.
  public var inputs: [String: Matrix<Double>] = [:]
  /// A model of the same features to begin from, where there is no input.
  public var warmStart: (any Model)?

  public init(
    _ estimator: E, features: [String] = ["features"], label: String? = nil,
    weight: String? = nil
  ) {
    self.estimator = estimator
    self.features = features
    self.label = label ?? (E.target == .none ? nil : "label")
    self.weight = weight
  }

  public var reads: [String] { features + [label, weight].compactMap { $0 } }

  public var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init("stage", .text(E.name)), .init("features", .list(features.map { .text($0) })),
    ]
    if let label { members.append(.init("label", .text(label))) }
    if let weight { members.append(.init("weight", .text(weight))) }
    if let precision { members.append(.init("precision", .text(precision.rawValue))) }
    if case .object(let settings) = estimator.json { members += settings.members }
    return .object(JSONObject(members))
  }

  /// Reads what stands in a file: `features`, `label`, `weight`, and the settings of the estimator.
  init(document: JSONObject) throws {
    var settings = document
    func texts(_ name: String) throws -> [String]? {
      guard settings[name] != nil else { return nil }
      defer { settings[name] = nil }
      return try JSONValue.object(document).texts(name)
    }
    func text(_ name: String) throws -> String? {
      guard settings[name] != nil else { return nil }
      defer { settings[name] = nil }
      return try JSONValue.object(document).text(name)
    }
    features = try texts("features") ?? ["features"]
    if E.target != .none { label = try text("label") ?? "label" }
    weight = try text("weight")
    precision = try text("precision").map { word in
      guard let precision = Precision(rawValue: word) else {
        throw Failure(.usage, "precision must be float or double, not '\(word)'")
      }
      return precision
    }
    estimator = try E(json: .object(settings))
  }

  public func outline(_ binder: inout Binder) throws {
    try estimator.check()
    for name in features {
      if try binder.field(name).type.isNumeric {
        _ = try binder.numbers(name)
      } else {
        _ = try binder.vectors(name)
      }
    }
    if let label, E.target == .classes, try binder.field(label).type == .text {
      _ = try binder.texts(label)
    } else if let label {
      _ = try binder.numbers(label)
    }
    if let weight {
      guard E.takesWeights else {
        throw Failure(
          .usage, "\(E.name) knows no weights of rows",
          hint: "leave out the weight '\(weight)', or repeat rows that count more")
      }
      _ = try binder.numbers(weight)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    var (names, categories) = (FeatureNames(), [Int]())
    for name in features {
      let field = try binder.field(name)
      if field.type.isNumeric {
        if field.metadata.labels != nil { categories.append(names.count) }
        names.append(name)
      } else {
        let width = try binder.vectors(name).width
        if let slots = field.metadata.slots, slots.count == width {
          for slot in slots { names.append(slot) }
        } else {
          names.append(vector: name, count: width)
        }
      }
    }
    return .fit(EstimatorLearner(stage: self, names: names, categories: categories))
  }
}

extension Estimator {
  /// This estimator as a stage that learns from some columns.
  public func on(
    _ features: String..., label: String? = nil, weight: String? = nil
  ) -> EstimatorStage<Self> {
    EstimatorStage(self, features: features, label: label, weight: weight)
  }
}

private struct EstimatorLearner<E: Estimator>: MatrixLearner {
  let stage: EstimatorStage<E>
  /// What the numbers of a row stand for.
  let names: FeatureNames
  /// The places of those that are codes of categories.
  let categories: [Int]

  var activity: String { "fitting \(E.name)" }
  var features: [String] { stage.features }
  var weight: String? { stage.weight }
  var label: LabelColumn? {
    stage.label.flatMap { name in
      switch E.target {
      case .none: nil
      case .number: .numbers(name)
      case .classes: .classes(name)
      }
    }
  }
  var precision: Precision? { stage.precision }
  var rowForms: RowForms { E.rowForms }
  var takesMissing: Bool { E.featureKinds.contains(.missing) }

  func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Learned {
    var fit = try stage.estimator.fit(
      rows.named(names, categories: categories), inputs: inputs(), in: session)
    fit.report.mustSettle = E.mustSettle || stage.estimator.givenNames.contains("tolerance")
    return Learned(ModelStep(fit.model, columns: stage.features), fit.report)
  }

  /// The matrices beside the rows, with what the model to begin from has of them.
  private func inputs() throws -> [String: Matrix<Double>] {
    guard let model = stage.warmStart else { return stage.inputs }
    guard model.featureNames == names else {
      throw Failure(
        .data, "the model to begin from learned from other features: \(model.featureNames)",
        hint: "it must have the same ones, in the same order: \(names)")
    }
    var given = stage.inputs
    for name in FitInput.names(of: E.self) where given[name] == nil {
      given[name] = model.start(for: name)
    }
    return given
  }
}
