internal import Blocks
public import Cluster
public import Datasets
internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

extension Scorer {
  /// Judges a model that puts rows into clusters: inertia always, agreement where labels are given.
  ///
  /// Sums are made in the order of row numbers, so workers and threads never show.
  /// - Parameters:
  ///   - label: a column with the true groups.
  ///   - weight: a column with the weights of the rows.
  public func evaluateClustering(
    of data: Dataset, label: String? = nil, weight: String? = nil, in session: Session
  ) throws -> EvaluationReport {
    let read = try data.mapSplits(in: session, "evaluating", columns: wanted(label, weight)) {
      rows in
      try ClusteringPart(rows.frame, scorer: self, label: label, weight: weight)
    }
    let weights = read.parts.flatMap(\.weights)
    let squares = read.parts.flatMap(\.squares)
    let matrix = try BlockMatrix(
      Matrix(rowCount: squares.count, columnCount: 1, elements: squares),
      weights: weight == nil ? nil : weights, in: session)
    let sums = try matrix.columnSums(in: session)
    let table = read.parts.reduce(into: ContingencyTable()) { $0.merge($1.table) }
    let tables = try session.communicator.allGather(table.encoded)
    let whole = try tables.reduce(into: ContingencyTable()) {
      try $0.merge(ContingencyTable(encoded: $1))
    }
    var skipped = SkippedRows()
    for part in read.parts { skipped += part.skipped }
    var metrics = MetricValue.distances(weightedSquares: sums[0], weight: sums[1])
    if label != nil { metrics += whole.metrics }
    var report = EvaluationReport(metrics: metrics, rowCount: matrix.rowCount)
    try skipped.note(
      in: &report, unreadable: read.skippedRowCount, in: session.communicator)
    return report
  }
}

/// The judged rows of one split.
private struct ClusteringPart: Sendable {
  var squares: [Double] = []
  var weights: [Double] = []
  var table = ContingencyTable()
  var skipped = SkippedRows()

  init(_ frame: Frame, scorer: Scorer, label: String?, weight: String?) throws {
    let (scored, rows) = try scorer.judged(frame)
    skipped.unpredicted = frame.rowCount - rows.rowCount
    let frame = rows
    let clusters = try scored.column(scorer.prefix + "cluster")
    let distances = try scored.column(scorer.prefix + "distance")
    let labels = try label.map { try frame.column($0) }
    let weightColumn = try weight.map { try frame.column($0).doubles ?? [] }
    var judged: [(ClassLabel?, ClassLabel)] = []
    for row in 0..<frame.rowCount {
      guard case .integer(let cluster) = clusters[row], case .number(let distance) = distances[row]
      else {
        skipped.unpredicted += 1
        continue
      }
      guard let weight = weightColumn.map({ $0[row] }) ?? 1, weight >= 0, weight.isFinite else {
        skipped.unweighted += 1
        continue
      }
      squares.append(distance * distance)
      weights.append(weight)
      if let labels { judged.append((ClassLabel(labels[row]), .code(Int(cluster)))) }
    }
    table = ContingencyTable(labels: judged.map(\.0), clusters: judged.map(\.1))
  }
}
