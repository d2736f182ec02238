internal import Cluster
internal import Frames
internal import Learning
internal import Platform

/// A formula over certain columns: the stages that it is made of.
struct FormulaPlan: Sendable {
  let stage: RFormula
  let resolved: Formula.Resolved
  /// The columns of text among those of the terms.
  let texts: [String]
  /// Whether the label gets codes.
  let indexesLabel: Bool

  init(
    _ stage: RFormula, _ resolved: Formula.Resolved, texts: [String], indexesLabel: Bool
  ) {
    self.stage = stage
    self.resolved = resolved
    self.texts = texts
    self.indexesLabel = indexesLabel
  }

  init(_ stage: RFormula, over schema: Schema) throws {
    self.stage = stage
    resolved = try FormulaParser.formula(stage.formula).resolved(over: schema)
    texts = try resolved.terms.flatMap { $0 }.uniqued.filter { name in
      schema.fields[try schema.place(of: name)].type == .text
    }
    let isTextLabel = try resolved.label.map { label in
      schema.fields[try schema.place(of: label)].type == .text
    }
    indexesLabel = isTextLabel ?? false || (stage.forceIndexLabel && resolved.label != nil)
  }

  /// A column between the stages.
  private func between(_ name: String, _ what: String) -> String {
    "\(stage.outputs[0])~\(name)~\(what)"
  }

  /// Gives codes to all texts, the label last; nil where there are none.
  var indexer: StringIndexer? {
    let labels = indexesLabel ? [resolved.label].compactMap { $0 } : []
    if texts.isEmpty && labels.isEmpty { return nil }
    return StringIndexer {
      $0.inputs = texts + labels
      $0.outputs = texts.map { between($0, "code") } + labels.map { _ in stage.label }
      $0.stringOrderType = stage.stringIndexerOrderType
      $0.handleInvalid = stage.handleInvalid
    }
  }

  /// Which levels come first: the setting is for the features, a label goes by frequency.
  var orders: [LabelOrder] {
    texts.map { _ in stage.stringIndexerOrderType } + (indexesLabel ? [.frequencyDesc] : [])
  }

  /// Binds what follows the codes; in an outline nothing is known of their labels yet.
  func bindRest(to binder: inout Binder) throws {
    var made = texts.map { between($0, "code") }
    func isText(_ name: String) -> Bool { texts.contains { sameText($0, name) } }
    var keepsReference = resolved.hasIntercept
    var inputs: [String] = []
    for term in resolved.terms {
      if term.count == 1, !isText(term[0]) {
        inputs.append(term[0])
        continue
      }
      let output = between(term.joined(separator: ":"), "term")
      if term.count == 1 {
        let encoder = OneHotEncoder {
          $0.inputs = [between(term[0], "code")]
          $0.outputs = [output]
          // Without an intercept the first text stands for it with all its levels.
          $0.dropLast = keepsReference
        }
        keepsReference = true
        if binder.isOutline {
          try encoder.outline(&binder)
        } else {
          let labels = try binder.field(encoder.inputs[0]).metadata.labels ?? []
          try OneHotEncoderModel(encoder, sizes: [labels.count]).bind(to: &binder)
        }
      } else {
        try Interaction {
          $0.inputs = term.map { isText($0) ? between($0, "code") : $0 }
          $0.outputs = [output]
        }.bind(to: &binder)
      }
      made.append(output)
      inputs.append(output)
    }
    if inputs.isEmpty {
      let output = try binder.addVectors(stage.outputs[0], width: 0, isSparse: true)
      binder.run { batch in
        for _ in 0..<batch.rowCount { batch[output].endRow() }
      }
    } else {
      try VectorAssembler {
        $0.inputs = inputs
        $0.outputs = stage.outputs
        $0.handleInvalid = stage.handleInvalid
      }.bind(to: &binder)
    }
    for name in made { try binder.remove(name) }
    try bindLabel(to: &binder)
  }

  /// Copies a label of numbers to the column of its name, unless it is that column.
  private func bindLabel(to binder: inout Binder) throws {
    guard let label = resolved.label, !indexesLabel, !sameText(label, stage.label),
      binder.schema.index(of: label) != nil
    else { return }
    let source = try binder.numbers(label)
    let target = try binder.addNumbers(stage.label)
    binder.run { batch in
      for row in 0..<batch.rowCount { batch[target][row] = batch[source][row] }
    }
  }
}

/// Learns the levels of the texts of a formula.
struct FormulaLearner: Learner {
  let plan: FormulaPlan
  let indexing: StringIndexLearner

  var activity: String { "\(RFormula.name) \(plan.stage.formula)" }

  func start() -> StringIndexLearner.Tally { indexing.start() }
  func add(_ batch: RowBatch, to tally: inout StringIndexLearner.Tally) {
    indexing.add(batch, to: &tally)
  }
  func merge(_ other: StringIndexLearner.Tally, into tally: inout StringIndexLearner.Tally) {
    indexing.merge(other, into: &tally)
  }
  func learn(from tally: StringIndexLearner.Tally, in session: Session) throws -> Learned {
    let learned = try indexing.learn(from: tally, in: session)
    guard let indexer = learned.step as? StringIndexerModel else { bug("another step") }
    return Learned(RFormulaModel(plan: plan, indexer: indexer), learned.report)
  }
}
