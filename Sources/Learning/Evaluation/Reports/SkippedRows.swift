internal import Cluster

/// Rows that could not be judged, by what they lack.
struct SkippedRows: Sendable {
  var unlabelled = 0
  var unpredicted = 0
  var unweighted = 0

  static func += (total: inout Self, more: Self) {
    total.unlabelled += more.unlabelled
    total.unpredicted += more.unpredicted
    total.unweighted += more.unweighted
  }

  /// Adds what all workers skipped to a report; a collective call.
  func note(
    in report: inout EvaluationReport, unreadable: Int, in communicator: Communicator
  ) throws {
    let own = [unlabelled, unpredicted, unweighted].map { Int64($0) }
    let counts = try communicator.allReduce(own, by: .sum).map { Int($0) }
    let reasons = [
      "no label", "no prediction: a feature is missing, or the data has none",
      "no weight that is at least 0",
    ]
    for (count, reason) in zip(counts, reasons) where count > 0 {
      report.skippedRowCount += count
      report.warnings.append("\(count) rows have \(reason); they were not judged")
    }
    report.unreadableRowCount = unreadable
    if unreadable > 0 {
      report.warnings.append("\(unreadable) rows could not be read; they were not judged")
    }
  }
}
