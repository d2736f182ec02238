internal import Frames
public import Learning
internal import Platform

/// A formula over certain columns, with the levels of their texts.
public struct RFormulaModel: Step {
  public static let kind = RFormula.name

  let plan: FormulaPlan
  let indexer: StringIndexerModel?

  init(plan: FormulaPlan, indexer: StringIndexerModel?) {
    self.plan = plan
    self.indexer = indexer
  }

  /// The stage that it comes from.
  public var stage: RFormula { plan.stage }
  /// The columns of each term; several are multiplied.
  public var terms: [[String]] { plan.resolved.terms }
  public var optionalColumns: [String] {
    // A label may be missing, unless it is a feature too.
    guard let label = plan.resolved.label,
      !terms.flatMap({ $0 }).contains(where: { sameText($0, label) })
    else { return [] }
    return [label]
  }

  public var summary: [SummaryLine] {
    let terms = terms.map { $0.joined(separator: ":") }.joined(separator: " + ")
    return [SummaryLine("terms", terms)] + (indexer?.summary ?? [])
  }

  public func bind(to binder: inout Binder) throws {
    if let indexer {
      if plan.indexesLabel, let label = plan.resolved.label, binder.schema.index(of: label) == nil {
        try indexer.withoutLast()?.bind(to: &binder)
      } else {
        try indexer.bind(to: &binder)
      }
    }
    try plan.bindRest(to: &binder)
  }

  public var saved: SavedStep {
    let resolved = plan.resolved
    return SavedStep(
      settings: stage.json,
      values: .object(
        JSONObject([
          .init("label", resolved.label.map { .text($0) } ?? .null),
          .init("terms", .list(terms.map { .list($0.map { .text($0) }) })),
          .init("intercept", .flag(resolved.hasIntercept)),
          .init("texts", .list(plan.texts.map { .text($0) })),
          .init("indexesLabel", .flag(plan.indexesLabel)),
          .init("indexer", indexer?.saved.values ?? .null),
        ])))
  }

  public init(_ saved: SavedStep) throws {
    let values = saved.values
    let label = try values.member("label")
    let terms = try values.list("terms").map { columns in
      try JSONValue.object(JSONObject([.init("term", columns)])).texts("term")
    }
    guard terms.allSatisfy({ !$0.isEmpty }) else {
      throw Failure(.data, "a term of the formula has no column")
    }
    let plan = FormulaPlan(
      try RFormula(saved: saved.settings),
      Formula.Resolved(
        label: label == .null ? nil : try values.text("label"), terms: terms,
        hasIntercept: try values.flag("intercept")),
      texts: try values.texts("texts"), indexesLabel: try values.flag("indexesLabel"))
    let levels = try values.member("indexer")
    let indexer = try plan.indexer.map { stage in
      try StringIndexerModel(SavedStep(settings: stage.json, values: levels))
    }
    self.init(plan: plan, indexer: indexer)
  }
}

extension StringIndexerModel {
  /// The same without its last column; nil where that is all there is.
  func withoutLast() throws -> StringIndexerModel? {
    if stage.inputs.count == 1 { return nil }
    var stage = stage
    stage.inputs.removeLast()
    stage.outputs.removeLast()
    return try StringIndexerModel(stage, labels: labels.dropLast())
  }
}
