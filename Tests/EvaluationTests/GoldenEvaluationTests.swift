import Martlet
import Testing

/// Golden values: scikit-learn 1.9.1 and PySpark 4.3.0 on the same tables.
@Suite struct GoldenEvaluationTests {
  /// Sums of a few thousand terms that are rounded in another order.
  static let tolerance = 1e-12

  private func expect(_ golden: GoldenCase, _ report: EvaluationReport, peer: String) throws {
    let answers = try golden.answers(of: peer)
    #expect(answers.count >= 5)
    for (name, value) in answers {
      // Spark's variance of numbers around 1e9 is -451: it cancels. Ours keeps its digits, which
      // TextbookTests holds.
      if name == "var", value < 0 { continue }
      // The two labels of a binary case are called false and true here.
      let name =
        golden.kind == "binary"
        ? name.replacing("[0]", with: "[false]").replacing("[1]", with: "[true]") : name
      guard let ours = report[name] else {
        Issue.record("\(golden.name): there is no \(name)")
        continue
      }
      let distance = (ours.value - value).magnitude
      // Around 1e9 the labels themselves have no more than seven digits behind the point.
      let scale = max(1, value.magnitude)
      #expect(
        distance <= Self.tolerance * scale || ours.value.isNaN && value.isNaN,
        "\(golden.name): \(name) is \(ours.value), for \(peer) \(value)")
    }
  }

  @Test(arguments: GoldenFile.names)
  func `every metric is scikit-learn's`(name: String) throws {
    let golden = try #require(GoldenFile.cases.first { $0.name == name })
    try expect(golden, golden.report(), peer: "sklearn")
  }

  @Test(arguments: GoldenFile.names)
  func `what MLlib calls by its own names is what MLlib finds`(name: String) throws {
    let golden = try #require(GoldenFile.cases.first { $0.name == name })
    try expect(golden, golden.report(), peer: "spark")
  }

  @Test(arguments: GoldenFile.names)
  func `the confusion matrix is scikit-learn's`(name: String) throws {
    let golden = try #require(GoldenFile.cases.first { $0.name == name })
    if golden.kind == "regression" { return }
    let confusion = try #require(try golden.report().confusion)
    let rows = try golden.document.list("confusion").map { row -> [Double] in
      guard case .list(let row) = row else { return [] }
      return try row.map { try GoldenCase.number($0) }
    }
    for (ours, theirs) in zip(confusion.counts.joined(), rows.joined()) {
      #expect((ours - theirs).magnitude <= 1e-12 * max(1, theirs))
    }
    #expect(confusion.counts.count == rows.count)
  }

  @Test func `the calibration curve is scikit-learn's`() throws {
    var compared = 0
    for golden in GoldenFile.cases where golden.kind == "binary" {
      guard let curve = try? golden.document.member("sklearn").list("_calibration") else {
        continue
      }
      let lists = try curve.map { list -> [Double] in
        guard case .list(let list) = list else { return [] }
        return try list.map { try GoldenCase.number($0) }
      }
      let bins = try golden.report().calibration.filter { $0.weight > 0 }
      #expect(bins.count == lists[0].count)
      for (bin, (mean, share)) in zip(bins, zip(lists[0], lists[1])) {
        #expect((bin.meanProbability - mean).magnitude < 1e-12)
        #expect((bin.share - share).magnitude < 1e-12)
      }
      compared += 1
    }
    #expect(compared >= 3)
  }

  /// SEMANTICS, 1.7: what PySpark gives for four rows, and scikit-learn for the same.
  @Test func `the trapezoidal area is MLlib's and the steps are scikit-learn's`() throws {
    let report = try ClassificationEvaluation(
      labels: [false, true, false, true], scores: [0.1, 0.4, 0.35, 0.8]
    ).report()
    #expect((report[.averagePrecision] - 1).magnitude < 1e-15)
    let mixed = try ClassificationEvaluation(
      labels: [false, false, true, true], scores: [0.1, 0.4, 0.35, 0.8]
    ).report()
    #expect((mixed[.averagePrecision] - 0.8333333333333333).magnitude < 1e-15)
    #expect((mixed[.areaUnderPR] - 0.7916666666666666).magnitude < 1e-15)
    #expect(mixed[.auc] == 0.75)
  }
}
