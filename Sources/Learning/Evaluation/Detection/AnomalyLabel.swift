internal import Cluster
internal import Platform

extension LabelCodes {
  /// Which label stands for anomalies; a collective call.
  ///
  /// The one that was wished for, or the rarer one of two; of two that are equally frequent the last
  /// in their order.
  func anomalies(_ wish: ClassLabel?, in communicator: Communicator) throws -> ClassLabel {
    if let wish { return wish }
    let all = try LabelCodes.distinct(labels, in: communicator)
    let names = all.prefix(5).map { "\($0)" }.joined(separator: ", ")
    guard all.count == 2 else {
      throw Failure(
        .usage,
        all.count < 2
          ? "all rows have the label '\(names)'"
          : "the rows have \(all.count) labels: \(names)\(all.count > 5 ? ", ..." : "")",
        hint: "say with --positive which label stands for anomalies")
    }
    var counts = [Int64](repeating: 0, count: 2)
    for code in codes(among: all) where code >= 0 { counts[Int(code)] += 1 }
    let totals = try communicator.allReduce(counts, by: .sum)
    return totals[0] < totals[1] ? all[0] : all[1]
  }
}
