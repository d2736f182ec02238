import Martlet

/// One run of `martlet train --pipeline`.
struct PipelineTraining {
  private let invocation: Invocation
  private let path: String
  private let out: String?
  private var session: Session { invocation.session }

  init(_ invocation: Invocation, path: String) throws {
    self.invocation = invocation
    self.path = path
    out = invocation.arguments.flag("dry-run") ? nil : try invocation.required("out")
  }

  func run() throws -> Outcome {
    let pipeline = try session.communicator.agree("reading \(path)") {
      let document = try Arguments.json5(try InputFile(path).contents(), path: path)
      do { return try Catalog.stages.pipeline(document) } catch {
        throw Failure(error).whilst("reading \(path)")
      }
    }
    if let out { try invocation.checkModelPlace(out) }
    let dataset = try invocation.dataset()
    guard let out else { return try plan(pipeline, dataset) }
    var clock = TrainingClock(invocation)
    let unusable = try invocation.arguments.choice("on-bad-row", UnusableRows.self) ?? .error
    let fit = try pipeline.fit(dataset, unusable: unusable, in: session)
    clock.lap("fit")
    return try invocation.finish(fit, named: "pipeline", to: out, clock: &clock)
  }

  /// What would be done, without doing it.
  private func plan(_ pipeline: Pipeline, _ dataset: Dataset) throws -> Outcome {
    let schema = try pipeline.outline(try dataset.expectedSchema())
    let columns = schema.fields.map { "\($0.name) (\($0.type.rawValue))" }
    try invocation.finish(
      json: [
        .init("status", "planned"), .init("pipeline", pipeline.document),
        .init("columns", .list(schema.names.map { .text($0) })),
        .init("plan", .list(dataset.explain().split(separator: "\n").map { .text(String($0)) })),
      ],
      text: {
        """
        would train a pipeline of \(pipeline.stages.count) stages
        \(dataset.explain())
        stages: \(pipeline.stages.map { type(of: $0).name }.joined(separator: ", "))
        columns: \(columns.joined(separator: ", "))
        """
      })
    return Outcome()
  }
}
