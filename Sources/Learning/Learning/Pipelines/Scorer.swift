public import Datasets
public import Frames
internal import Platform
internal import Synchronization

/// A pipeline bound once to the columns of some rows: from then on scoring looks nothing up.
///
/// Columns are found by name, in any order; others are ignored. Needs no session, and scores one
/// row as readily as a batch, to the same bits.
public struct Scorer: Sendable {
  public let pipeline: PipelineModel
  /// What is put before the names of the output columns.
  public let prefix: String
  /// The names and types of the columns that scoring adds.
  public let outputs: [Schema.Field]
  /// The steps over the columns given.
  let program: RowProgram
  /// The places of the outputs among the columns that come out of the steps.
  let places: [Int]

  /// The model at the end of the pipeline, where there is one.
  public var model: (any Model)? { pipeline.model }

  /// The columns that are looked at.
  public var columnNames: [String] { pipeline.input.names }

  /// - Parameters:
  ///   - prefix: what is put before the names of the outputs.
  ///   - keeping: which of the new columns to give; nil for what the model at the end makes, or for
  ///     all where there is none.
  /// - Throws: a missing column, one of the wrong type, or an output name that is taken.
  public init(
    _ pipeline: PipelineModel, for schema: Schema, prefix: String = "",
    keeping: ((String) -> Bool)? = nil
  ) throws {
    self.pipeline = pipeline
    self.prefix = prefix
    let program = try pipeline.program(for: schema, hidesOthers: true)
    self.program = program
    let fields = program.output.fields
    let ofModel = pipeline.modelStep.map { step in step.outputs.map { Array($0.name.utf8) } }
    places = fields.indices.filter { place in
      let name = fields[place].name
      if !program.isNew(column: place) { return false }
      return keeping.map { $0(name) } ?? ofModel?.contains(Array(name.utf8)) ?? true
    }
    outputs = places.map { place in
      Schema.Field(
        prefix + fields[place].name, fields[place].type, metadata: fields[place].metadata)
    }
    for output in outputs where schema.index(of: output.name) != nil {
      throw Self.taken(output.name)
    }
  }

  /// A model alone, whose features are columns of their names.
  public init(_ model: any Model, for schema: Schema, prefix: String = "") throws {
    try self.init(PipelineModel(model), for: schema, prefix: prefix)
  }

  /// The output columns for a batch; rows that the pipeline takes out are not among them.
  public func score(_ batch: Frame) throws -> Frame { try scored(batch).frame }

  /// The output columns for a batch, and the rows of it that were kept; nil where all were.
  /// - Parameter place: where a row stands in its file, for errors.
  public func scored(
    _ batch: Frame, place: ((Int) -> String)? = nil
  ) throws -> (frame: Frame, kept: [Int]?) {
    let (frame, kept) = try program.apply(batch, wanted: places, place: place)
    return (Frame(Schema(outputs), frame.columns, rowCount: frame.rowCount), kept)
  }

  /// The outputs for one row of numbers, given in the order of the columns bound to.
  public func score(_ row: [Double]) throws -> [Value] {
    guard row.count == program.input.fields.count else {
      throw Failure(
        .data, "a row of \(row.count) numbers for \(program.input.fields.count) columns")
    }
    let scorer = RowScorer(self)
    for (place, number) in row.enumerated() { try scorer.set(place, number) }
    guard try scorer.score() else { return outputs.map { _ in .missing } }
    return outputs.indices.map { scorer[$0] }
  }

  static func taken(_ name: String) -> Failure {
    Failure(
      .usage, "the data has a column '\(name)' already",
      hint: "choose other names with --prefix, say --prefix new_")
  }
}

extension PipelineModel {
  /// This pipeline bound to columns.
  public func scorer(for schema: Schema, prefix: String = "") throws -> Scorer {
    try Scorer(self, for: schema, prefix: prefix)
  }
}

extension Model {
  /// This model bound to columns.
  public func scorer(for schema: Schema, prefix: String = "") throws -> Scorer {
    try Scorer(self, for: schema, prefix: prefix)
  }
}

extension Dataset {
  /// The rows with what a pipeline adds to them; without those that it takes out.
  /// - Parameters:
  ///   - keeping: which of the new columns to give, as for `Scorer`.
  ///   - note: told the outputs of each split and how many rows were taken out, from several threads.
  public func scored(
    by pipeline: PipelineModel, prefix: String = "", keeping: (@Sendable (String) -> Bool)? = nil,
    note: @escaping @Sendable (_ answers: Frame, _ takenOut: Int) -> Void = { _, _ in }
  ) -> Dataset {
    let bound = BoundScorer { schema in
      try Scorer(pipeline, for: schema, prefix: prefix, keeping: keeping)
    }
    return transforming(
      "score with \(pipeline.steps.count) steps", columns: { _ in nil },
      schema: { schema in Schema(schema.fields + (try bound.scorer(for: schema)).outputs) }
    ) { rows in
      let (answers, kept) = try bound.scorer(for: rows.frame.schema).scored(rows.frame) {
        rows.place(ofRow: $0)
      }
      note(answers, rows.frame.rowCount - answers.rowCount)
      let frame = kept.map { rows.frame.selecting(rows: $0) } ?? rows.frame
      return (frame.appending(answers), kept)
    }
  }
}

/// A scorer that is bound again only when the columns are others: splits have the same ones.
private final class BoundScorer: Sendable {
  private let make: @Sendable (Schema) throws -> Scorer
  private let last = Mutex<(schema: Schema, scorer: Scorer)?>(nil)

  init(_ make: @escaping @Sendable (Schema) throws -> Scorer) { self.make = make }

  func scorer(for schema: Schema) throws -> Scorer {
    if let last = last.withLock({ $0 }), last.schema == schema { return last.scorer }
    let scorer = try make(schema)
    last.withLock { $0 = (schema, scorer) }
    return scorer
  }
}
