internal import Cluster
internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// Something that must hold for every pipeline, and so for every stage alone.
///
/// Checked over the columns of `LawTable`, from the Catalog:
///
/// ```swift
/// for law in PipelineLaw.all { try law.check(Pipeline([Tokenizer.example]), models, place) }
/// ```
/// All ranks of the place check a law together; one that breaks throws a `Failure`.
public struct PipelineLaw: Sendable {
  /// A few words.
  public let name: String
  /// What must hold.
  public let sentence: String
  public let check: @Sendable (Pipeline, ModelRegistry, LawPlace) throws -> Void

  /// All laws of a pipeline.
  public static let all = [
    PipelineLaw(
      name: "said before", sentence: "The columns that come out are those that were said before."
    ) { pipeline, _, place in try saidBefore(pipeline, place) },
    PipelineLaw(
      name: "same bits on other workers",
      sentence:
        "However many ranks and threads share the rows, and however they are cut, the fitted "
        + "pipeline and its report are the same."
    ) { pipeline, _, place in try sameOnWorkers(pipeline, place) },
    PipelineLaw(
      name: "a row alone",
      sentence: "A row alone gets the bits that it gets in a batch of any size."
    ) { pipeline, _, place in try rowAlone(pipeline, place) },
    PipelineLaw(
      name: "save, load, score", sentence: "A pipeline that was saved and loaded scores the same."
    ) { pipeline, models, place in try survivesTheDisk(pipeline, models, place) },
    PipelineLaw(
      name: "hostile folders",
      sentence: "A folder that was cut or damaged is refused, with its file."
    ) { pipeline, models, place in try refusesDamage(pipeline, models, place) },
    PipelineLaw(
      name: "a missing column",
      sentence: "A column that is not there is named before rows are read."
    ) { pipeline, _, place in try namesMissing(pipeline, place) },
    PipelineLaw(
      name: "few rows", sentence: "No row, one row and two rows give a pipeline or a clear error."
    ) { pipeline, _, place in try takesFewRows(pipeline, place) },
    PipelineLaw(
      name: "one falls, all know",
      sentence: "A source that fails on one worker ends the fit on all."
    ) { pipeline, _, place in try failsTogether(pipeline, place) },
  ]

  /// What of a fit must be the same wherever it ran.
  private struct Outcome: Sendable, Equatable {
    let model: String
    let report: PipelineReport
  }

  private static func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws {
    if !holds { throw Failure(.bug, "a law of pipelines is broken: \(words())") }
  }

  private static func fit(
    _ pipeline: Pipeline, rowsPerSplit: Int = 50, in session: Session
  ) throws -> PipelineFit {
    try pipeline.fit(Dataset(LawTable.source(rowsPerSplit: rowsPerSplit)), in: session)
  }

  /// Whether the rows of the laws are no data for this pipeline.
  static func refusesTable(_ pipeline: Pipeline) throws -> Bool {
    do {
      let table = LawTable.frame()
      let model = try fit(pipeline, in: lawSession(.solo())).model
      _ = try Scorer(model, for: table.schema, keeping: { _ in true }).score(table)
      return false
    } catch {
      let failure = Failure(error)
      guard failure.kind == .data else { throw failure }
      return true
    }
  }

  private static func outcome(
    _ pipeline: Pipeline, rowsPerSplit: Int, in session: Session
  ) throws -> Outcome {
    let fit = try fit(pipeline, rowsPerSplit: rowsPerSplit, in: session)
    return Outcome(
      model: LawOutcome.digest(fit.model, fit.model.saved, in: session), report: fit.report)
  }

  // MARK: The laws

  private static func saidBefore(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let table = LawTable.frame()
    let said = try pipeline.outline(table.schema).fields.map { [$0.name, $0.type.rawValue] }
    let fit = try fit(pipeline, in: lawSession(place.communicator))
    let found = try fit.model.program(for: table.schema).output.fields
      .map { [$0.name, $0.type.rawValue] }
    // What a model predicts may depend on its labels; it says so once it is fitted.
    let predicted = fit.model.model.map { $0.outputs.map { [$0.name, $0.type.rawValue] } } ?? []
    try expect(said + predicted == found, "said \(said), found \(found)")
    try expect(
      fit.report.passes == fit.report.stagesOfPasses.count, "passes are counted otherwise")
  }

  private static func sameOnWorkers(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let alone = try outcome(pipeline, rowsPerSplit: 1000, in: lawSession(.solo()))
    for (threads, rowsPerSplit) in [(1, 211), (2, 10), (1, 3)] {
      let here = try outcome(
        pipeline, rowsPerSplit: rowsPerSplit,
        in: lawSession(place.communicator, threads: threads))
      try expect(
        here == alone,
        "\(place.communicator.size) workers, \(threads) threads, \(rowsPerSplit) rows")
    }
    try place.onRoot("checking on threads") {
      for (ranks, threads, rowsPerSplit) in [(2, 2, 17), (3, 1, 100), (7, 2, 25)] {
        let outcomes = try Communicator.withThreads(ranks, patience: 60) { group in
          try outcome(
            pipeline, rowsPerSplit: rowsPerSplit, in: lawSession(group, threads: threads))
        }
        try expect(outcomes.allSatisfy { $0 == alone }, "\(ranks) ranks of \(threads) threads")
      }
    }
  }

  private static func rowAlone(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let table = LawTable.frame()
    let fit = try fit(pipeline, in: lawSession(place.communicator))
    let scorer = try Scorer(fit.model, for: table.schema, keeping: { _ in true })
    let (whole, kept) = try scorer.scored(table)
    let rows = kept ?? Array(0..<table.rowCount)
    let row = RowScorer(scorer)
    for (place, number) in rows.enumerated().prefix(100) {
      let (alone, _) = try scorer.scored(table.slice(number..<number + 1))
      let wanted = whole.columns.map { lawText($0[place]) }
      try expect(
        alone.columns.map { lawText($0[0]) } == wanted, "row \(number) alone differs")
      for (column, values) in table.columns.enumerated() { try row.set(column, values[number]) }
      try expect(try row.score(), "row \(number) is taken out alone")
      try expect(
        whole.columns.indices.map { lawText(row[$0]) } == wanted,
        "row \(number) by the row scorer differs: \(whole.columns.indices.map { row[$0] })")
    }
    for size in [3, 16, 255] {
      var first = 0
      for start in stride(from: 0, to: table.rowCount, by: size) {
        let part = table.slice(start..<min(table.rowCount, start + size))
        let (scored, _) = try scorer.scored(part)
        for index in 0..<scored.rowCount {
          try expect(
            scored.columns.map { lawText($0[index]) }
              == whole.columns.map { lawText($0[first + index]) }, "batches of \(size) differ")
        }
        first += scored.rowCount
      }
    }
  }

  private static func survivesTheDisk(
    _ pipeline: Pipeline, _ models: ModelRegistry, _ place: LawPlace
  ) throws {
    let session = lawSession(place.communicator)
    let table = LawTable.frame()
    let model = try fit(pipeline, in: session).model
    try place.onRoot("saving and loading") {
      try place.withPath { path in
        let digest = try StoredModel.write(model, report: nil, to: path, in: session).digest
        let loaded = try StoredModel(reading: path, registry: models).pipeline
        let (one, other) = (
          try Scorer(model, for: table.schema, keeping: { _ in true }).score(table),
          try Scorer(loaded, for: table.schema, keeping: { _ in true }).score(table)
        )
        try expect(one.schema == other.schema, "other columns when loaded: \(other.schema.names)")
        for (a, b) in zip(one.columns, other.columns) {
          for row in 0..<a.count { try expect(lawText(a[row]) == lawText(b[row]), "row \(row)") }
        }
        for (a, b) in zip(model.steps, loaded.steps) {
          try expect(a.summary == b.summary, "another description when loaded")
        }
        let again = try place.withPath { path in
          try StoredModel.write(loaded, report: nil, to: path, in: session).digest
        }
        try expect(again == digest, "loaded and saved again it has another digest")
      }
    }
  }

  private static func refusesDamage(
    _ pipeline: Pipeline, _ models: ModelRegistry, _ place: LawPlace
  ) throws {
    let session = lawSession(place.communicator)
    let model = try fit(pipeline, in: session).model
    try place.onRoot("damaging a model") {
      try LawDamage.check(place, models) { path in
        try StoredModel.write(model, report: ["note": "whole"], to: path, in: session).digest
      }
      try refusesOtherParts(model)
    }
  }

  /// A checksum may be right for a document that anyone wrote: each part taken away or of another
  /// kind must be an error of data, not a crash.
  private static func refusesOtherParts(_ model: PipelineModel) throws {
    for (place, step) in model.steps.enumerated() where !(step is ModelStep) {
      func expectRefusal(_ saved: SavedStep, _ damage: String) throws {
        do {
          let step = try type(of: step).init(saved)
          _ = try PipelineModel(
            input: model.input,
            steps: model.steps.enumerated().map { $0 == place ? step : $1 }, document: nil
          ).scorer(for: model.input).score(
            Frame(model.input, model.input.fields.map { .empty($0.type) }))
        } catch {
          let failure = Failure(error)
          try expect(
            failure.kind != .bug,
            "\(type(of: step).kind) with \(damage) gives \(failure)")
          return
        }
      }
      let whole = step.saved
      for (name, tensor) in whole.tensors.sorted(by: { $0.key < $1.key }) {
        var damaged = whole
        damaged.tensors[name] = nil
        try expectRefusal(damaged, "no \(name)")
        damaged.tensors[name] = Tensor([Int64(1)])
        try expectRefusal(damaged, "another \(name)")
        if let doubles = tensor.doubles, tensor.shape.count == 1 {
          damaged.tensors[name] = Tensor(Array(doubles.dropLast()))
          try expectRefusal(damaged, "a short \(name)")
          damaged.tensors[name] = Tensor(doubles.map { _ in Double.nan })
          try expectRefusal(damaged, "a \(name) of NaN")
        }
      }
      if case .object(let values) = whole.values {
        for member in values.members {
          for value: JSONValue in [nil, 1, "x", [], [1], ["x"], [:]] {
            var object = values
            object[member.name] = value == .null ? nil : value
            var damaged = whole
            damaged.values = .object(object)
            try expectRefusal(damaged, "\(member.name) \(value.printed(.line))")
          }
        }
      }
    }
  }

  private static func namesMissing(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let table = LawTable.frame()
    let session = lawSession(place.communicator)
    let read = Set(pipeline.stages.flatMap(\.reads))
    for name in table.schema.names where read.contains(name) {
      let others = table.schema.names.filter { $0 != name }
      let data = Dataset(FrameSource(try table.selecting(others), rowsPerSplit: 50))
      do {
        _ = try pipeline.fit(data, in: lawSession(try place.communicator.split(color: 0)))
      } catch {
        try expect(
          Failure(error).description.contains("'\(name)'"), "\(name) is not named: \(error)")
        continue
      }
      try expect(false, "fits without \(name)")
    }
    let model = try fit(pipeline, in: session).model
    for field in model.input.fields {
      let others = table.schema.names.filter { $0 != field.name }
      do { _ = try model.scorer(for: try table.schema.selecting(others)) } catch {
        try expect(Failure(error).description.contains("'\(field.name)'"), "\(error)")
        continue
      }
      try expect(false, "scores without \(field.name)")
    }
  }

  private static func takesFewRows(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let table = LawTable.frame()
    for rowCount in [0, 1, 2] {
      let child = try place.communicator.split(color: 0)
      let data = Dataset(LawTable.source(rowsPerSplit: 1, rowCount: rowCount))
      do {
        let fit = try pipeline.fit(data, in: lawSession(child))
        _ = try Scorer(fit.model, for: table.schema, keeping: { _ in true })
          .score(table.slice(0..<rowCount))
      } catch {
        let failure = Failure(error)
        try expect(
          failure.kind == .data || failure.kind == .usage, "\(rowCount) rows end with \(failure)")
      }
    }
  }

  private static func failsTogether(_ pipeline: Pipeline, _ place: LawPlace) throws {
    let child = try place.communicator.split(color: 0)
    let source = FailingSource(
      LawTable.source(rowsPerSplit: 10), failsOn: min(1, child.size - 1))
    let failure = EstimatorLaw.ending(of: child) {
      _ = try pipeline.fit(Dataset(source), in: lawSession(child, threads: 2))
    }
    try expect(
      failure?.description.contains(FailingSource.words) == true,
      "a source that fails ends with \(failure?.description ?? "no error")")
  }
}

/// A value with the bits of its numbers.
func lawText(_ value: Value) -> String {
  func bits(_ number: Double) -> String { String(number.bitPattern, radix: 16) }
  switch value {
  case .number(let number): return bits(number)
  case .vector(.dense(let numbers)): return numbers.map(bits).joined(separator: ",")
  case .vector(.sparse(let width, let indices, let numbers)):
    return "\(width) \(indices) " + numbers.map(bits).joined(separator: ",")
  default: return "\(value)"
  }
}
