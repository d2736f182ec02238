import Blocks
import Cluster
import Foundation
import Learning
import LinearAlgebra
import Platform
import Testing

@testable import Anomaly

struct IsolationForestTests {
  // MARK: The paper

  @Test func `the mean path among n rows is scikit-learn's`() {
    // sklearn.ensemble._iforest._average_path_length of scikit-learn 1.9.1.
    let expected = [
      (0, 0.0), (1, 0.0), (2, 1.0), (3, 1.207_392_357_589_623), (5, 2.327_020_052_042_847),
      (10, 3.748_880_484_475_505), (256, 10.244_770_920_119_917), (999, 12.967_939_884_427_995),
    ]
    for (count, mean) in expected {
      #expect(abs(Double(PathLength.mean(among: count)) / Double(PathLength.unit) - mean) < 5e-7)
    }
  }

  @Test func `a score is 2 to minus the mean path over the usual path`() throws {
    let (rows, _) = planted(400, strange: 8, seed: 1)
    let model = try fit(IsolationForest { $0.trees = 20 }, rows).model
    let sizes = try #require(model.saved.tensors["sizes"]?.int32s)
    func mean(_ count: Double) -> Double {
      count <= 1
        ? 0
        : count == 2
          ? 1
          : 2 * (Foundation.log(count - 1) + 0.5772156649015329) - 2 * (count - 1) / count
    }
    for (row, score) in zip(rows, model.scores(rows)).prefix(60) {
      var path = 0.0
      for root in model.nodes.roots {
        var node = Int(root)
        while let next = model.nodes.next(node, row) {
          node = next
          path += 1
        }
        path += mean(Double(sizes[node]))
      }
      #expect(abs(score - Foundation.pow(2, -path / 20 / mean(256))) < 1e-6)
    }
  }

  @Test func `trees are grown on samples, no deeper than the logarithm of their size`() throws {
    let (rows, _) = planted(700, strange: 8, seed: 2)
    for (size, depth) in [(2, 1), (3, 2), (100, 7), (256, 8), (257, 9), (700, 10)] {
      let settings = IsolationForest {
        $0.sampleSize = size
        $0.trees = 7
      }
      let model = try fit(settings, rows).model
      #expect(model.nodes.depths.max() == depth)
      #expect(model.nodes.roots.allSatisfy { Int(model.sizes[Int($0)]) == size })
      // A leaf above the limit has one row, for no two of these rows are equal.
      for node in 0..<model.nodes.count
      where model.nodes.split(node) == .leaf && model.nodes.depths[node] < depth {
        #expect(model.sizes[node] == 1)
      }
    }
    let whole = try fit(IsolationForest { $0.sampleSize = 5000 }, rows)
    #expect(whole.model.sampleSize == 700)
    #expect(whole.report.facts.contains { $0.contains("fewer rows than a sample of 5000") })
  }

  @Test(arguments: [0, 1, 3])
  func `planted rows are found`(extensionLevel: Int) throws {
    let (rows, isStrange) = planted(2000, strange: 40, seed: 3)
    let model = try fit(IsolationForest { $0.extensionLevel = extensionLevel }, rows).model
    // scikit-learn 1.9.1 comes to areas of 0.930 to 0.937 on these rows, by its seed.
    #expect(area(model.scores(rows), isStrange) > 0.92)
    #expect(model.isShort == (extensionLevel == 0))
  }

  @Test func `mixtures leave no ghosts where single columns do`() throws {
    // Two clumps on a diagonal: splits along the axes find the other two corners usual (Hariri et
    // al., figure 2), mixtures less so.
    let rows = (0..<1000).map { row -> [Double] in
      var draw = Philox(seed: 8, stage: 1, row: UInt64(row))
      let centre = row % 2 == 0 ? [0.0, 10.0] : [10.0, 0.0]
      return centre.map { $0 + draw.normal() }
    }
    let corners = [[0.0, 0.0], [10.0, 10.0]]
    func gap(_ level: Int) throws -> Double {
      let model = try fit(
        IsolationForest {
          $0.extensionLevel = level
          $0.trees = 200
        }, rows
      ).model
      let usual = model.scores(rows).reduce(0, +) / 1000
      return model.scores(corners).reduce(0, +) / 2 - usual
    }
    #expect(try gap(1) > gap(0) + 0.03)
  }

  // MARK: Contributions

  @Test(arguments: [0, 2])
  func `contributions sum to one and the logarithm of the score`(extensionLevel: Int) throws {
    var (rows, _) = planted(500, strange: 10, seed: 4)
    for row in stride(from: 0, to: 500, by: 7) { rows[row][row % 3] = .nan }
    for row in 0..<500 { rows[row][3] = Double(row % 5) }
    let model = try fit(
      IsolationForest { $0.extensionLevel = extensionLevel }, rows, categories: [3]
    ).model
    let asked =
      rows + [[.infinity, 0, 0, 77], [.nan, .nan, .nan, .nan], [-.infinity, .infinity, 0, 1]]
    let (scores, contributions) = (model.scores(asked), model.contributions(asked))
    for row in asked.indices {
      let sum = contributions.row(row).reduce(0, +)
      #expect(abs(sum - (1 + Foundation.log2(scores[row]))) < 1e-9)
    }
    #expect(!model.contributionsSumToScore)
  }

  @Test func `the feature that made a row strange adds most`() throws {
    var rows = planted(1000, strange: 0, seed: 5).0
    rows[3][1] = 9
    let model = try fit(IsolationForest(), rows).model
    let parts = model.contributions([rows[3]]).row(0)
    #expect(parts.indices.max { parts[$0] < parts[$1] } == 1)
    #expect(parts[1] > 3 * max(parts[0], parts[2], parts[3]))
  }

  // MARK: Missing numbers and categories

  @Test func `a missing number is sent to a side, in proportion to the rows there`() throws {
    var rows = planted(1000, strange: 20, seed: 6).0
    for row in stride(from: 0, to: 1000, by: 3) { rows[row][1] = .nan }
    let model = try fit(
      IsolationForest {
        $0.sampleSize = 1000
        $0.trees = 20
      }, rows
    ).model
    var (expected, found, splits) = (0.0, 0.0, 0.0)
    for node in 0..<model.nodes.count {
      guard case .number(let column, _) = model.nodes.split(node), column != 1 else { continue }
      // Columns without missing numbers: the shares of the sides are those of the rows.
      expected += Double(model.sizes[node + 1]) / Double(model.sizes[node])
      found += model.nodes.missingGoLeft(node) ? 1 : 0
      splits += 1
    }
    #expect(splits > 1000)
    #expect(abs(expected - found) < 4 * (splits / 4).squareRoot(), "\(found) of \(expected)")
    let whole = planted(1000, strange: 20, seed: 6).0
    #expect(area(model.scores(whole), (0..<1000).map { $0 < 20 }) > 0.97)
    #expect(model.scores([[.nan, .nan, .nan, .nan]])[0].isFinite)
  }

  @Test func `categories are parted by coins, whatever their codes`() throws {
    // A rare category is strange, though its code lies between the others.
    let rows = (0..<1000).map { [$0 == 17 ? 1.0 : $0 % 2 == 0 ? 0.0 : 2.0] }
    let model = try fit(
      IsolationForest {
        $0.sampleSize = 1000
        $0.trees = 20
        $0.contamination = 0
      }, rows, categories: [0]
    ).model
    let scores = model.scores([[0], [1], [2], [3], [-5], [1e30], [.infinity]])
    #expect(scores[1] > scores[0] + 0.1 && scores[1] > scores[2] + 0.1)
    #expect(scores.allSatisfy { $0 > 0 && $0 < 1 })
    // Every split has rows on both sides, and three categories need two splits.
    let sizes = model.sizes
    for node in 0..<model.nodes.count where model.nodes.split(node) != .leaf {
      #expect(sizes[node + 1] > 0 && sizes[Int(model.nodes.rights[node])] > 0)
    }
    #expect(model.nodes.count == 5 * 20)
  }

  @Test func `mixtures take single categories beside sums of numbers`() throws {
    var rows = planted(600, strange: 6, seed: 7).0
    for row in 0..<600 { rows[row][3] = Double(row % 4) }
    let model = try fit(IsolationForest { $0.extensionLevel = 2 }, rows, categories: [3]).model
    var (coins, sums) = (0, 0)
    for node in 0..<model.nodes.count {
      switch model.nodes.split(node) {
      case .leaf: break
      case .number: Issue.record("a split of one number")
      case .category(let column, _):
        #expect(column == 3)
        coins += 1
      case .mixture(let terms, _):
        #expect(terms.count == 3 && Set(terms.map(\.column)) == [0, 1, 2])
        sums += 1
      }
    }
    #expect(coins > 100 && sums > 100)
  }

  // MARK: The same everywhere

  @Test(arguments: [0, 1])
  func `the same bits for any workers and threads, in Float and Double`(extensionLevel: Int) throws
  {
    var (rows, _) = planted(777, strange: 9, seed: 9)
    for row in stride(from: 0, to: 777, by: 5) { rows[row][0] = .nan }
    for row in 0..<777 { rows[row][3] = Double(row % 6) }
    let rounded = rows.map { $0.map { Double(Float($0)) } }
    let settings = IsolationForest {
      $0.extensionLevel = extensionLevel
      $0.trees = 17
      $0.sampleSize = 64
    }
    let alone = try fit(settings, rounded, categories: [3], in: Session(threads: 1, seed: 11)).model
    for workers in 1...3 {
      let models = try Communicator.withThreads(workers, patience: 60) { group in
        let session = Session(communicator: group, threads: 2, seed: 11)
        let part = 777 * group.rank / workers..<777 * (group.rank + 1) / workers
        let own = rounded[part].flatMap { $0.map { Float($0) } }
        let blocks = try BlockMatrix(
          Matrix<Float>(rowCount: part.count, columnCount: 4, elements: own), in: session)
        return try settings.fit(
          blocks.named(blocks.featureNames, categories: [3]), inputs: [:], in: session
        ).model
      }
      for model in models {
        #expect(model.nodes == alone.nodes && model.sizes == alone.sizes)
        #expect(model.threshold == alone.threshold)
      }
    }
    let floats = Matrix<Float>(
      rowCount: 777, columnCount: 4, elements: rounded.flatMap { $0.map { Float($0) } })
    #expect(floats.withRows { alone.scores(of: $0) } == alone.scores(rounded))
    for row in [0, 1, 300, 776] {
      #expect(alone.scores([rounded[row]])[0] == alone.scores(rounded)[row])
    }
  }

  @Test func `another seed grows other trees`() throws {
    let rows = planted(300, strange: 3, seed: 10).0
    let one = try fit(IsolationForest(), rows, in: Session(threads: 1, seed: 1)).model
    let other = try fit(IsolationForest(), rows, in: Session(threads: 1, seed: 2)).model
    #expect(one.nodes != other.nodes)
  }
}
