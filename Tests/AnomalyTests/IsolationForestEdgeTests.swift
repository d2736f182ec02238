import Cluster
import Learning
import LinearAlgebra
import Platform
import Testing

@testable import Anomaly

struct IsolationForestEdgeTests {
  @Test(arguments: [0, 1])
  func `a column without two values splits nothing`(extensionLevel: Int) throws {
    var rows = planted(300, strange: 3, seed: 12).0
    for row in rows.indices { rows[row] += [7, .nan] }
    let model = try fit(IsolationForest { $0.extensionLevel = extensionLevel }, rows).model
    for node in 0..<model.nodes.count {
      switch model.nodes.split(node) {
      case .leaf: break
      case .number(let column, _), .category(let column, _): #expect(column < 4)
      case .mixture(let terms, _): #expect(terms.allSatisfy { $0.column < 4 })
      }
    }
  }

  @Test func `rows without a difference are all usual`() throws {
    for rows in [
      [[1.0, 2]], Array(repeating: [3.0, 4], count: 50), Array(repeating: [.nan, .nan], count: 9),
    ] {
      let fit = try fit(IsolationForest(), rows)
      #expect(fit.model.scores(rows).allSatisfy { $0 == 0.5 })
      #expect(fit.model.scores([[-1e300, .infinity]]) == [0.5])
      #expect(fit.model.contributions(rows).elements.allSatisfy { $0 == 0 })
      // Ties at the threshold all reach it.
      #expect(fit.model.threshold?.score == 0.5)
      #expect(fit.model.threshold?.reachedCount == rows.count)
      #expect(fit.report.warnings.first == "no column varies, so every row has a score of 0.5")
      let tied = "\(rows.count) training rows are called anomalies where"
      #expect(fit.report.warnings.dropFirst().allSatisfy { $0.hasPrefix(tied) })
      #expect(fit.report.warnings.count == (rows.count > 1 ? 2 : 1))
    }
  }

  @Test func `one column is enough, and numbers at the ends of the line are too`() throws {
    let (far, tiny) = (Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude)
    for (low, high) in [(-far, far), (0, tiny), (far.nextDown, far), (-0.0, tiny)] {
      let rows = (0..<40).map { [$0 % 4 == 0 ? low : high] }
      for level in [0, 1] {
        let settings = IsolationForest { $0.extensionLevel = level }
        if level == 1 {
          let error = #expect(throws: SettingError.self) { try fit(settings, rows) }
          #expect(error?.name == "extensionLevel")
          continue
        }
        let model = try fit(settings, rows).model
        #expect(model.nodes.count == 3 * 100)
        #expect(model.scores([[low]])[0] > model.scores([[high]])[0])
      }
      let wide = rows.map { [$0[0], $0[0]] }
      let model = try fit(IsolationForest { $0.extensionLevel = 1 }, wide).model
      #expect(model.scores(wide).allSatisfy { $0 > 0 && $0 < 1 })
    }
  }

  @Test func `an infinite number is refused in training and compared in scoring`() throws {
    var rows = planted(100, strange: 1, seed: 13).0
    let model = try fit(IsolationForest(), rows).model
    let scores = model.scores([
      [.infinity, .infinity, .infinity, .infinity], [1e300, 1e300, 1e300, 1e300],
      [-.infinity, -.infinity, -.infinity, -.infinity], [-1e300, -1e300, -1e300, -1e300],
    ])
    #expect(scores[0] == scores[1] && scores[2] == scores[3])
    rows[50][2] = -.infinity
    let error = #expect(throws: Failure.self) { try fit(IsolationForest(), rows) }
    #expect(error?.message.contains("infinite") == true)
  }

  @Test func `the contamination is the share of rows called anomalies`() throws {
    let (rows, _) = planted(1000, strange: 10, seed: 14)
    #expect(try fit(IsolationForest { $0.contamination = 0 }, rows).model.threshold == nil)
    for share in [0.001, 0.01, 0.5] {
      let fit = try fit(IsolationForest { $0.contamination = share }, rows)
      let threshold = try #require(fit.model.threshold)
      let sorted = fit.model.scores(rows).sorted(by: >)
      #expect(threshold.score == sorted[Int(share * 1000) - 1])
      #expect(fit.report.counts.first { $0.name == "anomalies" }?.value == threshold.reachedCount)
    }
  }

  @Test func `a forest that does not fit is refused before the first pass`() throws {
    let rows = planted(2000, strange: 10, seed: 15).0
    let session = Session(threads: 1, memoryByteCount: 3 << 20)
    let error = #expect(throws: Failure.self) {
      try fit(
        IsolationForest {
          $0.trees = 2000
          $0.sampleSize = 2000
        }, rows, in: session)
    }
    #expect(error?.kind == .memory)
  }

  @Test func `what is infinite is what made a row strange`() throws {
    let forest = IsolationForest {
      $0.extensionLevel = 1
      $0.trees = 50
    }
    let model = try fit(forest, planted(300, strange: 3, seed: 4).0).model
    for far in [Double.infinity, -.infinity, 1.7e308] {
      let parts = model.contributions([[0, far, 0, 0.5]]).elements
      #expect(parts[1] > 4 * (parts[0] + parts[2] + parts[3]), "\(parts)")
    }
  }

  // MARK: Stored

  @Test func `sizes that fit no tree are refused`() throws {
    let rows = planted(300, strange: 3, seed: 16).0
    let model = try fit(IsolationForest { $0.trees = 5 }, rows).model
    let back = try IsolationForest.Fitted(model.saved)
    #expect(back.scores(rows) == model.scores(rows) && back.threshold == model.threshold)
    for change in [(0, Int32(1)), (0, -1), (1, 0), (3, .max), (model.nodes.count - 1, .min)] {
      var sizes = model.sizes
      sizes[change.0] &+= change.1 == 0 ? 1 : change.1
      var saved = model.saved
      saved.tensors["sizes"] = Tensor(sizes)
      #expect(throws: Failure.self, "\(change)") { try IsolationForest.Fitted(saved) }
    }
    for name in ["roots", "kinds", "columns", "rights", "cuts", "sizes"] {
      var saved = model.saved
      saved.tensors[name] = nil
      #expect(throws: Failure.self, "\(name)") { try IsolationForest.Fitted(saved) }
      saved.tensors[name] = Tensor([Int64(1)])
      #expect(throws: Failure.self, "\(name)") { try IsolationForest.Fitted(saved) }
    }
  }
}
