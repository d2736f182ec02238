internal import Platform

/// The stages that pipelines may be made of, by name: a closed list.
public struct StageRegistry: Sendable {
  public let featurizers: [any Featurizer.Type]
  public let estimators: [any Estimator.Type]

  public init(featurizers: [any Featurizer.Type], estimators: [any Estimator.Type]) {
    self.featurizers = featurizers
    self.estimators = estimators
  }

  /// All names.
  public var names: [String] { featurizers.map { $0.name } + estimators.map { $0.name } }

  /// Reads a pipeline as a file has it: `{stages: [{stage: "standard-scaler", inputs: [...]}, ...]}`.
  public func pipeline(_ document: JSONValue) throws -> Pipeline {
    guard case .object(let object) = document, case .list(let stages)? = object["stages"] else {
      throw Failure(
        .usage, "a pipeline is an object with a list of stages",
        hint: #"{stages: [{stage: "standard-scaler", inputs: ["age"]}]}"#)
    }
    for member in object.members where member.name != "stages" {
      throw Failure(.usage, "a pipeline has no '\(member.name)'", hint: "only stages")
    }
    return Pipeline(
      try stages.enumerated().map { place, document in
        do { return try stage(document) } catch {
          throw Failure(error).whilst("stage \(place + 1)")
        }
      })
  }

  private func stage(_ document: JSONValue) throws -> any Stage {
    guard case .object(var settings) = document, case .text(let name)? = settings["stage"] else {
      throw Failure(.usage, #"a stage is an object with its name: {stage: "standard-scaler"}"#)
    }
    settings["stage"] = nil
    if let type = featurizers.first(where: { $0.name == name }) {
      return try type.init(json: .object(settings))
    }
    if let type = estimators.first(where: { $0.name == name }) { return try make(type, settings) }
    throw Failure(.usage, "there is no stage '\(name)'", hint: nameHint(for: name, in: names))
  }

  private func make<E: Estimator>(_ type: E.Type, _ settings: JSONObject) throws -> any Stage {
    try EstimatorStage<E>(document: settings)
  }
}
