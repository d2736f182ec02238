import Foundation
import Martlet
import Testing

/// The figures of ranked lists against their definitions, as slowly as they read.
@Suite struct RankingTextbookTests {
  private struct User {
    var list: [Int] = []
    var chosen: [(item: Int, gain: Double)] = []
    var unknown: [Double] = []

    /// Each chosen item once, with the greatest gain it was given.
    var truth: [Int: Double] {
      chosen.reduce(into: [:]) { $0[$1.item] = max($0[$1.item] ?? -.infinity, $1.gain) }
    }

    /// Whether a place of the list, from 1, holds a chosen item for the first time.
    func isHit(_ place: Int) -> Bool {
      place <= list.count && truth[list[place - 1]] != nil
        && !list[..<(place - 1)].contains(list[place - 1])
    }

    var chosenCount: Int { truth.count + unknown.count }
  }

  private struct Draw {
    var philox: Philox
    mutating func user(itemCount: Int) -> User {
      var user = User()
      user.list = (0..<philox.integer(below: 9)).map { _ in philox.integer(below: itemCount) }
      user.chosen = (0..<philox.integer(below: 6)).map { _ in
        (philox.integer(below: itemCount), Double(philox.integer(below: 7)) - 1)
      }
      if philox.integer(below: 4) == 0 { user.unknown = [Double(philox.integer(below: 3))] }
      return user
    }
  }

  private func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }

  /// Every figure at a cutoff, from the definitions.
  private func slow(_ users: [User], k: Int, itemCount: Int, havers: [Int]) -> [String: Double] {
    func discount(_ place: Int) -> Double { 1 / log2(Double(place) + 1) }
    let judged = users.filter { $0.chosenCount > 0 }
    func hits(_ user: User) -> [Int] { (1...k).filter { user.isHit($0) } }
    func precision(_ user: User, _ place: Int) -> Double {
      Double((1...place).count { user.isHit($0) }) / Double(place)
    }
    func dcg(_ gains: [Double]) -> Double {
      gains.enumerated().reduce(0) { $0 + $1.element * discount($1.offset + 1) }
    }
    func gains(_ user: User) -> [Double] { Array(user.truth.values) + user.unknown }
    let graded = judged.filter { gains($0).contains { $0 > 0 } }
    let shown = judged.flatMap { $0.list.prefix(k) }
    let counts = (0..<itemCount).map { item in Double(shown.count { $0 == item }) }
    let spread = counts.flatMap { one in counts.map { (one - $0).magnitude } }.reduce(0, +)
    return [
      "precision@\(k)": mean(judged.map { Double(hits($0).count) / Double(k) }),
      "precision_capped@\(k)":
        Double(judged.reduce(0) { $0 + hits($1).count })
        / Double(judged.reduce(0) { $0 + min(k, $1.chosenCount) }),
      "recall@\(k)": mean(judged.map { Double(hits($0).count) / Double($0.chosenCount) }),
      "hit_rate@\(k)": mean(judged.map { hits($0).isEmpty ? 0 : 1 }),
      "mrr@\(k)": mean(judged.map { user in hits(user).first.map { 1 / Double($0) } ?? 0 }),
      "map@\(k)": mean(
        judged.map { user in
          hits(user).reduce(0) { $0 + precision(user, $1) } / Double(min(k, user.chosenCount))
        }),
      "ndcg@\(k)": mean(
        judged.map { user in
          dcg((1...k).map { user.isHit($0) ? 1 : 0 })
            / dcg((0..<min(k, user.chosenCount)).map { _ in 1 })
        }),
      "ndcg_graded@\(k)": mean(
        graded.map { user in
          dcg((1...k).map { user.isHit($0) ? max(0, user.truth[user.list[$0 - 1]] ?? 0) : 0 })
            / dcg(gains(user).map { max(0, $0) }.sorted(by: >).prefix(k).map { $0 })
        }),
      "coverage@\(k)": Double(Set(shown).count) / Double(itemCount),
      "novelty@\(k)": mean(shown.map { -log2(Double(havers[$0]) / 10) }),
      // Half the mean difference of two items' counts, over their mean.
      "gini@\(k)": spread / (2 * Double(itemCount) * counts.reduce(0, +)),
    ]
  }

  @Test func `every figure is that of its definition, repeated and empty lists too`() throws {
    for seed in 0..<150 as Range<UInt64> {
      let itemCount = 2 + Int(seed % 11)
      var draw = Draw(philox: Philox(seed: seed, stage: 6, row: 0))
      let users = (0..<(1 + Int(seed % 7))).map { _ in draw.user(itemCount: itemCount) }
      let havers = (0..<itemCount).map { _ in 1 + draw.philox.integer(below: 10) }
      var lists = try RankingEvaluation(
        itemCount: itemCount, cutoffs: [1, 3, 12],
        audience: .init(itemCounts: havers, userCount: 10))
      for (number, user) in users.enumerated() {
        lists.append(
          user: number, ranked: user.list.map { Int32($0) },
          relevant: RelevantItems(
            user.chosen.map { Int32($0.item) }, gains: user.chosen.map(\.gain),
            unknownGains: user.unknown))
      }
      guard users.contains(where: { $0.chosenCount > 0 }) else {
        #expect(throws: Failure.self, "seed \(seed)") { try lists.report() }
        continue
      }
      let report = try lists.report()
      #expect(report["auc"] == nil, "no scores are known")
      for k in [1, 3, 12] {
        let definitions = slow(users, k: k, itemCount: itemCount, havers: havers)
        #expect(definitions.count == 11)
        for (name, expected) in definitions.sorted(by: { $0.key < $1.key }) {
          let found = try #require(report[name]).value
          #expect(found.isNaN == expected.isNaN, "seed \(seed), \(name)")
          let isNear = expected.isNaN || (found - expected).magnitude < 1e-13
          #expect(isNear, "seed \(seed), \(name): \(found) for \(expected)")
        }
      }
      let whole = users.filter { $0.chosenCount > 0 }.map { user in
        (1...9).filter { user.isHit($0) }.reduce(0) { sum, place in
          sum + Double((1...place).count { user.isHit($0) }) / Double(place)
        } / Double(user.chosenCount)
      }
      #expect((report[.meanAveragePrecision] - mean(whole)).magnitude < 1e-13, "seed \(seed)")
    }
  }

  @Test func `scores with ties make the list of a stable sort and the area of all pairs`() throws {
    for seed in 0..<200 as Range<UInt64> {
      var draw = Philox(seed: seed, stage: 7, row: 0)
      let itemCount = 1 + draw.integer(below: 14)
      var scores = (0..<itemCount).map { _ in Float(draw.integer(below: 4)) }
      if seed % 5 == 0 { scores[0] = .nan }
      if seed % 7 == 0 { scores[itemCount - 1] = -.infinity }
      let seen = (0..<itemCount).filter { _ in draw.integer(below: 4) == 0 }
      let chosen = (0..<itemCount).filter { item in
        draw.integer(below: 3) == 0 && !seen.contains(item)
      }
      if chosen.isEmpty { continue }
      let open = (0..<itemCount).filter { !seen.contains($0) && scores[$0] > -.infinity }
      let ranked = open.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
      let relevant = RelevantItems(chosen.map { Int32($0) }, unknownGains: seed % 3 == 0 ? [1] : [])
      var (byScores, byList) = try (
        RankingEvaluation(itemCount: itemCount, cutoffs: [1, 2, 50]),
        RankingEvaluation(itemCount: itemCount, cutoffs: [1, 2, 50])
      )
      byScores.append(
        user: 0, scores: scores, excluding: seen.map { Int32($0) }, relevant: relevant)
      byList.append(user: 0, ranked: ranked.map { Int32($0) }, relevant: relevant)
      let (found, expected) = try (byScores.report(), byList.report())
      for figure in expected.metrics {
        let same = try #require(found[figure.name]).value
        // An empty list leaves Gini's coefficient undefined.
        let isEqual = same == figure.value || same.isNaN && figure.value.isNaN
        #expect(isEqual, "seed \(seed), \(figure.name)")
      }
      var (won, pairs) = (0.0, 0.0)
      for one in chosen where open.contains(one) {
        for other in open where !chosen.contains(other) {
          pairs += 1
          won += scores[one] > scores[other] ? 1 : scores[one] == scores[other] ? 0.5 : 0
        }
      }
      let area = found[.userAUC]
      #expect(area.isNaN == (pairs == 0), "seed \(seed)")
      if pairs > 0 { #expect((area - won / pairs).magnitude < 1e-15, "seed \(seed)") }
    }
  }

  @Test func `cutoffs below 1, none, and counts for other items are refused`() {
    for cutoffs in [[], [0], [5, -1]] {
      #expect(throws: Failure.self) {
        try RankingEvaluation(itemCount: 3, cutoffs: cutoffs)
      }
    }
    #expect(throws: Failure.self) {
      try RankingEvaluation(itemCount: 3, audience: .init(itemCounts: [1], userCount: 1))
    }
  }
}
