internal import Cluster
internal import Datasets
internal import Learning
internal import Platform

/// Adds up the labels of each category, by fold where later stages learn by folds.
struct TargetLearner: Learner {
  let stage: TargetEncoder
  let slots: [NumberSlot]
  let label: NumberSlot

  struct Tally: Sendable {
    /// For each column, for each fold.
    var sums: [[TargetSums]]
    var unlabelled: Int64 = 0
  }

  var activity: String { "\(TargetEncoder.name) of \(stage.inputs.joined(separator: ", "))" }

  func start() -> Tally {
    let sums = TargetSums(isContinuous: stage.targetType == .continuous)
    return Tally(
      sums: slots.map { _ in Array(repeating: sums, count: max(1, stage.folds)) })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    let labels = batch[label]
    for row in 0..<batch.rowCount {
      let value = labels[row]
      if value.isNaN {
        tally.unlabelled += 1
        continue
      }
      guard stage.targetType == .continuous ? value.isFinite : value == 0 || value == 1 else {
        throw batch.fault(
          row: row, column: stage.label, found: Codes.text(value),
          stage.targetType == .continuous
            ? "is no finite label" : "is no label of two classes, 0 or 1",
          hint: stage.targetType == .continuous ? nil : "targetType continuous takes any number")
      }
      let fold =
        stage.folds > 0
        ? TargetEncoder.fold(ofRow: batch.rowNumber(row), of: stage.folds) : 0
      for (place, slot) in slots.enumerated() {
        let number = batch[slot][row]
        let category =
          number.isMissing
          ? 0 : 1 + (try Codes.learned(number, row, stage.inputs[place], in: batch))
        tally.sums[place][fold].add(value, to: category)
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    tally.unlabelled += other.unlabelled
    for place in slots.indices {
      for fold in tally.sums[place].indices { tally.sums[place][fold].add(other.sums[place][fold]) }
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    var report = FitReport()
    let unlabelled = try session.communicator.allReduce([tally.unlabelled], by: .sum)[0]
    if unlabelled > 0 { report.counts.append(.init("rows without a label", Int(unlabelled))) }
    var columns: [TargetEncoderModel.Means] = []
    var folds: [[TargetEncoderModel.Means]] = []
    for (place, input) in stage.inputs.enumerated() {
      var parts = tally.sums[place]
      var all = TargetSums(isContinuous: stage.targetType == .continuous)
      for fold in parts.indices {
        try parts[fold].reduce(in: session.communicator)
        all.add(parts[fold])
      }
      let mean = all.mean
      guard mean.isFinite else {
        throw Failure(.data, "no row has a label in the column '\(stage.label)'")
      }
      columns.append(means(of: all, otherwise: mean))
      report.counts.append(
        .init("categories of \(input)", all.counts.count { $0 > 0 }))
      if stage.folds > 0 {
        folds.append(parts.map { means(of: all.without($0), otherwise: mean) })
      }
    }
    return Learned(try TargetEncoderModel(stage, columns: columns, folds: folds), report)
  }

  private func means(
    of sums: TargetSums, otherwise mean: Double
  ) -> TargetEncoderModel.Means {
    // A fold may hold all rows that there are.
    let own = sums.mean
    let overall = own.isFinite ? own : mean
    return TargetEncoderModel.Means(
      overall: overall,
      categories: sums.means(smoothing: stage.smoothing, towards: overall))
  }
}
