internal import Cluster
internal import Learning
internal import Platform

extension EstimatorLaw {
  static let bitLaws = [
    EstimatorLaw(
      "same bits again", "Fitting twice gives the same bytes on the disk and the same report."
    ) { type, place in try sameAgain(type, place) },
    EstimatorLaw(
      "same bits on other workers",
      "However many ranks and threads share the rows, and however unevenly the rows come, "
        + "the model and the report are the same."
    ) { type, place in try sameOnWorkers(type, place) },
    EstimatorLaw(
      "counted", "A report says how often the method went round, why it stopped and what was odd."
    ) { type, place in try counted(type, place) },
  ]

  private static func sameAgain<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    let session = lawSession(place.communicator)
    func digest() throws -> (String, FitReport) {
      let rows = try LawData(for: E.self).blocks(of: Float.self, .even, in: session)
      let fit = try E().fit(rows, inputs: [:], in: session)
      var digest = ""
      try place.onRoot("writing a model") {
        digest = try place.withPath { path in
          try StoredModel.write(fit.model, report: nil, to: path, in: session).digest
        }
      }
      return (digest, fit.report)
    }
    let (first, second) = (try digest(), try digest())
    try expect(first.0 == second.0, "\(E.name) fitted twice has digests \(first.0), \(second.0)")
    try expect(first.1 == second.1, "\(E.name) fitted twice has two reports")
  }

  private static func sameOnWorkers<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    for variant in try LawVariant.all(of: type) {
      for (index, leaves) in lawLeaves.enumerated() {
        for precision in Precision.allCases {
          let isWeighted = (index % 2 == 0) == (precision == .float)
          try sameOnWorkers(
            variant, precision, LawData(for: E.self, isWeighted: isWeighted), leaves, place)
        }
      }
    }
  }

  private static func sameOnWorkers<E: Estimator>(
    _ variant: LawVariant<E>, _ precision: Precision, _ data: LawData, _ leaves: LeafPolicy,
    _ place: LawPlace
  ) throws {
    let words = "\(E.name) (\(variant.name), \(precision.rawValue), leaves of \(leaves.rowCount))"
    let alone = try outcome(
      variant.estimator, precision, data, .even, in: lawSession(.solo(), leaves: leaves))
    for (index, delivery) in LawData.Delivery.allCases.enumerated() {
      let here = try outcome(
        variant.estimator, precision, data, delivery,
        in: lawSession(place.communicator, threads: 1 + index % 2, leaves: leaves))
      try expect(
        here == alone, "\(words) on \(place.communicator.size) workers with rows \(delivery)")
    }
    try place.onRoot("checking on threads") {
      for (ranks, threads, delivery) in lawCrews {
        let outcomes = try Communicator.withThreads(ranks, patience: 60) { group in
          try outcome(
            variant.estimator, precision, data, delivery,
            in: lawSession(group, threads: threads, leaves: leaves))
        }
        try expect(
          outcomes.allSatisfy { $0 == alone },
          "\(words) on \(ranks) ranks of \(threads) threads with rows \(delivery)")
      }
    }
  }

  private static let lawCrews: [(ranks: Int, threads: Int, delivery: LawData.Delivery)] = [
    (1, 2, .manySplits), (2, 1, .lastHasAll), (2, 2, .firstHasOne), (3, 1, .manySplits),
    (3, 2, .lastHasAll), (7, 1, .firstHasOne), (7, 2, .oneSplit),
  ]

  private static func counted<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    for variant in try LawVariant.all(of: type) {
      let report = try outcome(
        variant.estimator, .double, LawData(for: E.self), .even, in: lawSession(place.communicator)
      ).report
      let words = "\(E.name) (\(variant.name))"
      try expect(report.iterations > 0, "\(words) reports \(report.iterations) iterations")
      try expect(!report.stopReason.isEmpty, "\(words) does not say why it stopped")
      try expect(report.objective?.isFinite ?? true, "\(words) has no finite objective")
      try expect(
        report.objectives.allSatisfy(\.isFinite), "\(words) has no finite objectives")
      try expect(
        report.objectives.isEmpty || report.objectives.count == report.iterations,
        "\(words) has \(report.objectives.count) objectives of \(report.iterations) iterations")
      let names = report.counts.map(\.name)
      try expect(!names.isEmpty, "\(words) counts nothing")
      try expect(Set(names).count == names.count, "\(words) counts a thing twice: \(names)")
      try expect(report.counts.allSatisfy { $0.value >= 0 }, "\(words) counts below 0")
    }
  }
}
