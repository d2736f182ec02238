public import Blocks
public import Cluster
public import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// What fitting a pipeline gave.
public struct PipelineFit: Sendable {
  public let model: PipelineModel
  public let report: PipelineReport
}

/// How the fit of a pipeline went.
public struct PipelineReport: Sendable, Equatable {
  /// Passes over the rows to fit the stages: one for each group of stages that learn together, and
  /// one for each design matrix.
  public var passes = 0
  /// The stages that learned in each pass, by their names.
  public var stagesOfPasses: [[String]] = []
  /// Rows over all workers, as they were read.
  public var rowCount = 0
  /// Rows left out because they could not be read.
  public var unreadableRowCount = 0
  /// Rows left out because the model could not use them.
  public var unusableRowCount = 0
  /// Whether the rows stayed in memory after they were read, or were read for each pass.
  public var isInMemory = true
  /// For each stage that learned, its name and how it went.
  public var stages: [(name: String, report: FitReport)] = []

  /// What the model at the end reports, or what all stages do together.
  public var fit: FitReport {
    var report = stages.last?.report ?? FitReport()
    for (_, other) in stages.dropLast() {
      report.warnings = other.warnings + report.warnings
      report.counts = other.counts + report.counts
      report.facts = other.facts + report.facts
    }
    return report
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.passes == b.passes && a.stagesOfPasses == b.stagesOfPasses && a.rowCount == b.rowCount
      && a.unreadableRowCount == b.unreadableRowCount
      && a.unusableRowCount == b.unusableRowCount && a.fit == b.fit
  }
}

extension Pipeline {
  /// Learns from the rows of all workers; a collective call that returns the same on each.
  ///
  /// The columns that the stages look at are read once and stay in memory where the budget has
  /// room. Stages whose inputs no unfitted stage makes learn in one pass together.
  /// - Parameter unusable: what to do with rows that a model cannot use.
  public func fit(
    _ data: Dataset, unusable: UnusableRows = .error, in session: Session
  ) throws -> PipelineFit {
    let columns = try session.communicator.agree("checking the pipeline") {
      let schema = try data.expectedSchema()
      _ = try outline(schema)
      return sourceColumns(of: schema)
    }
    return try fit(
      try data.held(columns, in: session), unusable: unusable, consuming: true, in: session)
  }

  /// Learns from rows that were read before.
  /// - Parameter consuming: whether nobody needs the rows afterwards, so that the last pass may
  ///   give back their memory on its way.
  public func fit(
    _ held: HeldRows, unusable: UnusableRows = .error, consuming: Bool = false,
    in session: Session
  ) throws -> PipelineFit {
    var fitting = PipelineFitting(
      self, held, unusable: unusable, consuming: consuming, in: session)
    try session.communicator.agree("checking the pipeline") {
      let names = sourceColumns(of: held.schema)
      do { _ = try outline(held.schema) } catch {
        // A column of a text file that turned out to be text: the value that made it so.
        let reasons = names.compactMap { name in held.reasonForText(name).map { "\(name): \($0)" } }
        var failure = Failure(error)
        failure.causes += reasons
        throw failure
      }
    }
    while !fitting.isDone { try fitting.pass() }
    return fitting.fit
  }
}

/// A fit on its way: which stages are steps already, and what was met.
private struct PipelineFitting {
  private let pipeline: Pipeline
  private let held: HeldRows
  private let unusable: UnusableRows
  private let consuming: Bool
  private let session: Session
  private var steps: [(any Step)?]
  private var reports: [FitReport?]
  private var report = PipelineReport()

  init(
    _ pipeline: Pipeline, _ held: HeldRows, unusable: UnusableRows, consuming: Bool,
    in session: Session
  ) {
    self.pipeline = pipeline
    self.held = held
    self.unusable = unusable
    self.consuming = consuming
    self.session = session
    steps = pipeline.stages.map { _ in nil }
    reports = steps.map { _ in nil }
    report.rowCount = held.numbers.count
    report.unreadableRowCount = held.skippedRowCount
    report.isInMemory = held.isInMemory
  }

  var isDone: Bool { steps.allSatisfy { $0 != nil } }

  var fit: PipelineFit {
    var report = report
    let steps = steps.compactMap { $0 }
    report.stages = zip(pipeline.stages, reports).compactMap { stage, report in
      report.map { (type(of: stage).name, $0) }
    }
    return PipelineFit(
      model: PipelineModel(
        input: PipelineModel.needed(of: held.schema, by: steps), steps: steps,
        document: pipeline.document),
      report: report)
  }

  /// What can be done next: stages that need no rows become steps, and others are found that learn
  /// together.
  private struct Plan {
    var binder: Binder
    var learners: [(place: Int, learner: any Learner)] = []
    var matrix: (place: Int, learner: any MatrixLearner)?
    var recommender: (place: Int, learner: any Recommender)?
  }

  private mutating func plan() throws -> Plan {
    var plan = Plan(binder: Binder(held.schema))
    // Columns that a stage makes which is not yet fitted.
    var outline = Binder(held.schema, isOutline: true)
    var unready = Set<[UInt8]>()
    for (place, stage) in pipeline.stages.enumerated() {
      let before = Set(outline.schema.names.map { Array($0.utf8) })
      try stage.outline(&outline)
      let made = outline.schema.names.map { Array($0.utf8) }.filter { !before.contains($0) }
      let isWaiting =
        stage.readsAllColumns
        ? !unready.isEmpty : stage.reads.contains { unready.contains(Array($0.utf8)) }
      if isWaiting {
        unready.formUnion(made)
        if stage.dropsRows { break }
        continue
      }
      if steps[place] == nil {
        switch try stage.prepare(&plan.binder) {
        case .ready(let step): steps[place] = step
        case .learn(let learner): plan.learners.append((place, learner))
        case .fit(let learner):
          if plan.learners.isEmpty {
            plan.matrix = (place, learner)
            return plan
          }
        case .rate(let learner):
          if plan.learners.isEmpty {
            plan.recommender = (place, learner)
            return plan
          }
        }
      }
      if let step = steps[place] {
        // Those before it learn from the rows that it takes out, those behind do not.
        if stage.dropsRows, !plan.learners.isEmpty { break }
        try step.bind(to: &plan.binder)
        continue
      }
      unready.formUnion(made)
      if stage.dropsRows { break }
    }
    return plan
  }

  /// One pass over the rows.
  mutating func pass() throws {
    var plan: Plan?
    try session.communicator.agree("planning the next pass") { plan = try self.plan() }
    guard let plan else { bug("no plan") }
    let program = RowProgram(plan.binder, input: held.schema)
    if let (place, learner) = plan.matrix {
      try learn(place, learner, program, plan.binder)
    } else if let (place, learner) = plan.recommender {
      try learn(place, learner, program)
    } else if !plan.learners.isEmpty {
      try learn(plan.learners, program)
    }
  }

  private mutating func note(_ places: [Int]) {
    report.passes += 1
    report.stagesOfPasses.append(places.map { type(of: pipeline.stages[$0]).name })
  }

  private mutating func learn(
    _ learners: [(place: Int, learner: any Learner)], _ program: RowProgram
  ) throws {
    note(learners.map(\.place))
    let activity = learners.map(\.learner.activity).joined(separator: ", ")
    let crew = LearnerCrew(learners.map(\.learner))
    let numbers = held.numbers
    _ = try held.dataset.mapSplits(in: session, activity, columns: held.schema.names) { rows in
      let group = try crew.take()
      defer { crew.giveBack(group) }
      try program.forEachBatch(
        of: rows.frame, firstRowNumber: numbers.range(ofSplit: rows.split).lowerBound,
        place: { rows.place(ofRow: $0) }
      ) { batch in
        for member in group { try member.add(batch) }
      }
    }
    let merged = try session.communicator.agree(activity) { try crew.merged() }
    for ((place, _), member) in zip(learners, merged) {
      let learned = try member.learn(in: session)
      steps[place] = learned.step
      reports[place] = learned.report
    }
  }

  private mutating func learn(
    _ place: Int, _ learner: any MatrixLearner, _ program: RowProgram, _ binder: Binder
  ) throws {
    note([place])
    let beside = [learner.label?.name, learner.weight].compactMap { $0 }
    let source = source(for: place)
    let isFloat = try learner.features.allSatisfy { try binder.field($0).type == .float32 }
    let precision = learner.precision ?? (isFloat ? .float : .double)
    // Columns that only lie side by side in vectors are taken as they are.
    let parts = learner.features.map { binder.parts(of: $0) }
    if unusable == .error, parts.contains(where: { $0 != nil }),
      beside.allSatisfy({ program.isPassed($0) })
    {
      let features = zip(learner.features, parts).flatMap { $1 ?? [$0] }
      if features.allSatisfy({ program.isPassed($0) }) {
        return try learn(place, learner, source, features, precision)
      }
    }
    let rows = try taken(source, learner.features + beside, through: program)
    try learn(place, learner, rows, learner.features, precision)
  }

  /// The rows for the pass of a stage; the last one may give back their memory.
  private func source(for place: Int) -> Dataset {
    let isLast = steps.indices.allSatisfy { $0 == place || steps[$0] != nil }
    return consuming && isLast ? held.handedOver() : held.dataset
  }

  /// Some columns as they come out of the steps so far.
  private func taken(
    _ source: Dataset, _ names: [String], through program: RowProgram
  ) throws -> Dataset {
    if program.isIdle { return source.select(names) }
    let places = try names.map { try program.output.place(of: $0) }
    let schema = Schema(places.map { program.output.fields[$0] })
    let numbers = held.numbers
    return source.transforming(
      "the steps of the pipeline", columns: { _ in nil }, schema: { _ in schema }
    ) { rows in
      try program.apply(
        rows.frame, wanted: places,
        firstRowNumber: numbers.range(ofSplit: rows.split).lowerBound
      ) { rows.place(ofRow: $0) }
    }
  }

  private mutating func learn(
    _ place: Int, _ learner: any Recommender, _ program: RowProgram
  ) throws {
    note([place])
    let rows = try taken(source(for: place), learner.columns.names, through: program)
    let (learned, reading) = try learner.learn(rows, unusable: unusable, in: session)
    report.unusableRowCount += reading.unusableRowCount
    steps[place] = learned.step
    reports[place] = learned.report
  }

  private mutating func learn(
    _ place: Int, _ learner: any MatrixLearner, _ rows: Dataset, _ features: [String],
    _ precision: Precision
  ) throws {
    let learned =
      switch precision {
      case .float: try learn(learner, rows, features, of: Float.self)
      case .double: try learn(learner, rows, features, of: Double.self)
      }
    steps[place] = learned.step
    reports[place] = learned.report
  }

  private mutating func learn<Element: Scalar>(
    _ learner: any MatrixLearner, _ rows: Dataset, _ features: [String], of type: Element.Type
  ) throws -> Learned {
    var (matrix, built): (BlockMatrix<Element>, BuildReport) = try rows.blocks(
      features: features, label: learner.label, weight: learner.weight,
      forms: learner.rowForms.union(.sparse), unusable: unusable,
      takesMissing: learner.takesMissing, in: session)
    report.unusableRowCount += built.unusableRowCount
    let isSpread = matrix.isSparse && !learner.rowForms.contains(.sparse)
    if isSpread { matrix = try matrix.spread(in: session) }
    var learned = try learner.learn(from: matrix, in: session)
    if isSpread { learned.report.facts.append("sparse rows were spread out with their zeros") }
    return learned
  }
}

// MARK: Tallies of threads

/// A learner with a tally.
private protocol RunningLearner: AnyObject, Sendable {
  func add(_ batch: RowBatch) throws
  func merge(_ other: any RunningLearner) throws
  func learn(in session: Session) throws -> Learned
}

private final class Running<L: Learner>: RunningLearner, @unchecked Sendable {
  // Proof of Sendable: one thread at a time takes it from the crew.
  private let learner: L
  private var tally: L.Tally

  init(_ learner: L) throws {
    self.learner = learner
    tally = try learner.start()
  }

  func add(_ batch: RowBatch) throws { try learner.add(batch, to: &tally) }

  func merge(_ other: any RunningLearner) throws {
    guard let other = other as? Running<L> else { bug("tallies of several learners") }
    try learner.merge(other.tally, into: &tally)
  }

  func learn(in session: Session) throws -> Learned {
    try learner.learn(from: tally, in: session)
  }
}

/// The tallies of all threads; as many as threads were at work at once.
private final class LearnerCrew: Sendable {
  private let learners: [any Learner]
  private let waiting = Mutex<[[any RunningLearner]]>([])

  init(_ learners: [any Learner]) { self.learners = learners }

  func take() throws -> [any RunningLearner] {
    if let group = waiting.withLock({ $0.popLast() }) { return group }
    return try learners.map { try Self.running($0) }
  }

  func giveBack(_ group: [any RunningLearner]) { waiting.withLock { $0.append(group) } }

  /// All tallies as one; the learners' tallies are exact, so their order does not show.
  func merged() throws -> [any RunningLearner] {
    var groups = waiting.withLock { $0 }
    let first = try groups.popLast() ?? take()
    for group in groups {
      for (own, other) in zip(first, group) { try own.merge(other) }
    }
    return first
  }

  private static func running<L: Learner>(_ learner: L) throws -> any RunningLearner {
    try Running(learner)
  }
}
