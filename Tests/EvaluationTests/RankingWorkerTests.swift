import Martlet
import Testing

/// Law 1 for ranked lists, and what resampling users says.
@Suite struct RankingWorkerTests {
  private static let itemCount = 30
  private static let userCount = 90

  /// Adds some of the users to an evaluation in three groups.
  private static func evaluation(_ users: [Int]) throws -> RankingEvaluation {
    var lists = try RankingEvaluation(
      itemCount: itemCount, cutoffs: [3, 10],
      audience: .init(itemCounts: (0..<itemCount).map { $0 + 1 }, userCount: userCount),
      groups: ["few", "some", "nobody", "many"])
    for user in users {
      var draw = Philox(seed: 8, stage: 0, row: UInt64(user))
      let scores = (0..<itemCount).map { _ in Float(draw.integer(below: 20)) / 20 }
      let chosen = (0..<draw.integer(below: 5)).map { _ in Int32(draw.integer(below: itemCount)) }
      lists.append(
        user: user, scores: scores, relevant: RelevantItems(chosen, gains: chosen.map(Double.init)),
        group: [0, 1, 3][user % 3])
    }
    return lists
  }

  private struct Bits: Equatable, Sendable {
    var figures: [String] = []
    var warnings: [String]

    init(_ report: EvaluationReport) {
      warnings = report.warnings
      for (name, metrics) in [("all", report.metrics)]
        + report.groups.map({ ($0.name, $0.metrics) })
      {
        for figure in metrics {
          let ends = figure.interval.map {
            "\($0.lowerBound.bitPattern) \($0.upperBound.bitPattern)"
          }
          figures.append("\(name) \(figure.name) \(figure.value.bitPattern) \(ends ?? "")")
        }
      }
    }
  }

  private static func options() -> EvaluationOptions {
    var options = EvaluationOptions()
    options.intervals = .init(level: 0.9, resampleCount: 10)
    return options
  }

  @Test func `users may lie on any workers, in any order`() throws {
    let alone = Bits(
      try Self.evaluation(Array(0..<Self.userCount)).report(Self.options(), in: Session(seed: 4)))
    #expect(alone.figures.count == 24 + 3 * 20)
    for workers in [1, 2, 3, 4] {
      let found = try Communicator.withThreads(workers) { communicator in
        let own = (0..<Self.userCount).reversed().filter { $0 % workers == communicator.rank }
        let session = Session(communicator: communicator, threads: 1, seed: 4)
        // Two halves, joined.
        var lists = try Self.evaluation(Array(own.prefix(own.count / 2)))
        lists.append(try Self.evaluation(Array(own.suffix(own.count - own.count / 2))))
        return Bits(try lists.report(Self.options(), in: session))
      }
      for bits in found { #expect(bits == alone, "\(workers) workers") }
    }
  }

  @Test func `the figures of a group are those of its users alone`() throws {
    let all = try Self.evaluation(Array(0..<Self.userCount)).report()
    #expect(all.groups.map(\.name) == ["few", "some", "many"])
    #expect(all.groups.reduce(0) { $0 + $1.rowCount } == all.rowCount)
    for (index, group) in all.groups.enumerated() {
      let own = try Self.evaluation((0..<Self.userCount).filter { $0 % 3 == index }).report()
      #expect(group.rowCount == own.rowCount)
      for figure in group.metrics { #expect(own[figure.name] == figure, "\(figure.name)") }
      // What was shown to others shows in no group: coverage and Gini are of all users.
      #expect(group["coverage@3"] == nil && group["gini@3"] == nil && group["novelty@3"] != nil)
    }
  }

  @Test func `an interval holds the figure, narrows with users, and misses what has none`() throws {
    let report = try Self.evaluation(Array(0..<Self.userCount)).report(Self.options())
    for figure in report.metrics {
      let isOfItems = figure.name.hasPrefix("coverage") || figure.name.hasPrefix("gini")
      #expect((figure.interval == nil) == isOfItems, "\(figure.name)")
      if let interval = figure.interval {
        #expect(interval.lowerBound < figure.value && figure.value < interval.upperBound)
      }
    }
    let few = try Self.evaluation(Array(0..<12)).report(Self.options())
    func width(_ report: EvaluationReport) throws -> Double {
      let interval = try #require(report["auc"]?.interval)
      return interval.upperBound - interval.lowerBound
    }
    #expect(try width(few) > width(report))
  }
}
