import Foundation
import Martlet
import Testing

/// Ranked lists against Golden/ranking.json, which `scripts/parity/golden_ranking.py` made with
/// PySpark 4.3.0, implicit 0.7.3 and scikit-learn 1.9.1.
@Suite struct RankingGoldenTests {
  private static let document: JSONValue = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/ranking.json")
    guard let data = try? Data(contentsOf: url) else { return .null }
    return (try? JSONValue(parsing: Array(data))) ?? .null
  }()

  private static func cases(_ member: String) -> [JSONValue] {
    (try? document.list(member)) ?? []
  }

  private func rows(_ document: JSONValue, _ member: String) throws -> [[Double]] {
    try document.list(member).map { row in
      guard case .list(let row) = row else { throw Failure(.data, "\(member) is no table") }
      return try row.map { try GoldenCase.number($0) }
    }
  }

  private func items(_ document: JSONValue, _ member: String) throws -> [[Int32]] {
    try rows(document, member).map { $0.map { Int32($0) } }
  }

  /// Expects each figure that a peer gives, and says how many there were.
  private func compare(
    _ report: EvaluationReport, with document: JSONValue, _ peer: String, within bound: Double
  ) throws -> Int {
    guard case .object(let object) = try document.member(peer) else { return 0 }
    for member in object.members {
      let theirs = try GoldenCase.number(member.value)
      let ours = try #require(report[member.name], "\(member.name)").value
      #expect((ours - theirs).magnitude <= bound, "\(member.name): \(ours) for \(theirs)")
    }
    return object.members.count
  }

  @Test func `lists are judged as MLlib judges them`() throws {
    var count = 0
    for document in Self.cases("lists") {
      var lists = try RankingEvaluation(
        itemCount: Int(GoldenCase.number(document.member("itemCount"))),
        cutoffs: [15, 1, 2, 3, 10, 5, 5])
      let truths = try items(document, "relevant")
      for (user, list) in try items(document, "ranked").enumerated() {
        lists.append(user: user, ranked: list, relevant: RelevantItems(truths[user]))
      }
      var options = EvaluationOptions()
      options.countsEmptyUsers = true
      let report = try lists.report(options)
      #expect(report.rowCount == truths.count)
      count += try compare(report, with: document, "spark", within: 1e-14)
      // Without those who chose nothing the means are over the others.
      let others = truths.count { !$0.isEmpty }
      let ours = try lists.report()
      #expect(ours.rowCount == others && ours.skippedRowCount == truths.count - others)
      for name in ["map", "ndcg@5", "recall@10", "precision@1"] {
        let (mean, all) = (ours[name]?.value ?? .nan, report[name]?.value ?? .nan)
        #expect((mean * Double(others) - all * Double(truths.count)).magnitude < 1e-12, "\(name)")
      }
    }
    #expect(count == 4 * (6 * 4 + 1))
  }

  @Test func `Spark's documentation has the figures that Spark prints for it`() throws {
    let document = try #require(Self.cases("lists").first)
    let spark = try document.member("spark")
    for (name, figure) in [
      ("map", 0.35503), ("map@5", 0.21111), ("precision@5", 0.26667), ("ndcg@5", 0.32879),
      ("recall@5", 0.35556),
    ] {
      #expect(try (GoldenCase.number(spark.member(name)) - figure).magnitude < 5e-6, "\(name)")
    }
  }

  @Test func `scores are judged as implicit and scikit-learn judge them`() throws {
    var count = 0
    for document in Self.cases("scores") {
      let (scores, seen) = (try rows(document, "scores"), try items(document, "seen"))
      let (truths, gains) = (try items(document, "relevant"), try rows(document, "gains"))
      var lists = try RankingEvaluation(itemCount: scores[0].count, cutoffs: [1, 5, 10])
      for user in scores.indices {
        lists.append(
          user: user, scores: scores[user].map { Float($0) }, excluding: seen[user],
          relevant: RelevantItems(truths[user], gains: gains[user]))
      }
      let report = try lists.report()
      count += try compare(report, with: document, "implicit", within: 1e-12)
      count += try compare(report, with: document, "sklearn", within: 1e-12)
    }
    #expect(count == 2 * 9 + 1 + 5)
  }
}
