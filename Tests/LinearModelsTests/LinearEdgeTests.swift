import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import LinearModels
import Platform
import Testing

struct LinearEdgeTests {
  @Test func `columns that repeat others are named, and share what they say`() throws {
    var data = LabelledRows(seed: 1, rowCount: 40, coefficients: [2, -1, 0.5])
    data.names = ["a", "b", "c", "copy", "sum"]
    data.rows = data.rows.map { $0 + [$0[2], $0[0] + 2 * $0[1] + 5] }
    let plain = try fit(
      LinearRegression(),
      LabelledRows(
        names: ["a", "b", "c"], rows: data.rows.map { Array($0.prefix(3)) }, labels: data.labels))
    let found = try fit(LinearRegression(), data)
    let warnings = found.report.warnings.joined(separator: "\n")
    #expect(warnings.contains("'copy' repeats 'c'"))
    #expect(warnings.contains("'sum' is a combination of others: 1 'a' + 2 'b' and a constant"))
    #expect(warnings.contains("rank 3 of 5"))
    #expect(found.report.count("dependentColumns") == 2)
    // Predictions are those without the two; of all ways to say it, the shortest.
    #expect(
      distance(
        found.model.predictions(data.matrix()),
        plain.model.predictions(
          LabelledRows(
            names: ["a", "b", "c"], rows: data.rows.map { Array($0.prefix(3)) }, labels: []
          ).matrix())) < 1e-12)
    #expect(abs(found.model.coefficients[2] - found.model.coefficients[3]) < 1e-13)
    // No part of the coefficients lies along (1, 2, 0, 0, -1), which changes nothing.
    let along = zip(found.model.coefficients, [1, 2, 0, 0, -1]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(along) < 1e-12)
    #expect(found.model.standardErrors.allSatisfy { $0 == 0 })
    #expect(found.model.statistics.rank == 3)
  }

  @Test func `a column that takes no part in repeating keeps its standard error`() throws {
    let plain = LabelledRows(seed: 12, rowCount: 50, coefficients: [2, -1, 0.5])
    var data = plain
    data.names.append("copy")
    data.rows = data.rows.map { $0 + [1 - 2 * $0[1]] }
    let (alone, found) = (try fit(LinearRegression(), plain), try fit(LinearRegression(), data))
    for place in [0, 2] {
      let wanted = try #require(alone.model.statistics(ofCoefficient: place))
      let seen = try #require(found.model.statistics(ofCoefficient: place))
      #expect(abs(seen.standardError - wanted.standardError) < 1e-12)
      #expect(abs(try #require(seen.t) - (try #require(wanted.t))) < 1e-9)
    }
    #expect(found.model.statistics(ofCoefficient: 1)?.t == nil)
    #expect(found.model.interceptStatistics?.t == nil)
  }

  @Test func `fewer rows than columns are fitted exactly, and it is said`() throws {
    let data = LabelledRows(seed: 2, rowCount: 4, coefficients: [1, 2, 3, 4, 5, 6, 7])
    let found = try fit(LinearRegression(), data)
    #expect(
      distance(found.model.predictions(data.matrix()), data.labels) < 1e-10)
    #expect(found.report.warnings.contains { $0.contains("rank 3 of 7") })
    #expect(found.model.statistics.degreesOfFreedom == 0)
    #expect(found.model.statistics.adjustedRSquared == nil)
  }

  @Test(arguments: [true, false])
  func `a constant column gets 0, or stands for the intercept`(fitIntercept: Bool) throws {
    var data = LabelledRows(seed: 3, rowCount: 60, coefficients: [2, -1])
    data.names.append("same")
    data.rows = data.rows.map { $0 + [1e9 + 7] }
    let found = try fit(LinearRegression { $0.fitIntercept = fitIntercept }, data)
    #expect(found.report.warnings.contains { $0.contains("'same' has one value in all rows") })
    if fitIntercept {
      #expect(found.model.coefficients[2] == 0)
      #expect(found.model.statistics(ofCoefficient: 2)?.t == nil)
      #expect(found.model.statistics.degreesOfFreedom == 57)
    } else {
      #expect(found.model.intercept == 0)
      #expect(abs(found.model.coefficients[2] * (1e9 + 7) - 1) < 0.3)
    }
  }

  @Test func `one row predicts its label everywhere`() throws {
    let found = try fit(LinearRegression(), LabelledRows(names: ["a"], rows: [[3]], labels: [7]))
    #expect(found.model.coefficients == [0])
    #expect(found.model.intercept == 7)
    #expect(found.model.statistics.rSquared == nil)
  }

  @Test(arguments: LinearRegression.Loss.allCases)
  func `a label of one value needs no feature`(loss: LinearRegression.Loss) throws {
    var data = LabelledRows(seed: 4, rowCount: 30, coefficients: [1, 1])
    data.labels = data.labels.map { _ in -2.5 }
    let found = try fit(LinearRegression { $0.loss = loss }, data)
    #expect(found.model.coefficients == [0, 0])
    #expect(found.model.intercept == -2.5)
  }

  @Test func `rows of weight 0 do not count, and a weight of 2 is the row twice`() throws {
    var data = LabelledRows(seed: 5, rowCount: 50, coefficients: [1, -2, 0.5])
    data.weights = data.rows.indices.map { Double($0 % 3) }
    var repeated = data
    repeated.weights = nil
    let order = data.rows.indices.flatMap { [Int](repeating: $0, count: $0 % 3) }
    repeated.rows = order.map { data.rows[$0] }
    repeated.labels = order.map { data.labels[$0] }
    for loss in LinearRegression.Loss.allCases {
      let estimator = LinearRegression {
        $0.loss = loss
        $0.lambda = 0.1
        $0.standardization = false
      }
      let (once, twice) = (try fit(estimator, data), try fit(estimator, repeated))
      #expect(distance(once.model.coefficients, twice.model.coefficients) < 1e-10)
      #expect(once.model.statistics.rowCount == 33)
      #expect(once.report.facts.contains { $0.contains("17 rows of weight 0") })
    }
  }

  @Test func `weights that are all 0 are refused`() throws {
    var data = LabelledRows(seed: 6, rowCount: 5, coefficients: [1])
    data.weights = [0, 0, 0, 0, 0]
    #expect(throws: (any Error).self) { try fit(LinearRegression(), data) }
  }

  @Test func `numbers whose products are beyond all numbers are named`() throws {
    var data = LabelledRows(seed: 7, rowCount: 9, coefficients: [1, 1])
    data.rows[3][1] = 1e200
    let problem = #expect(throws: Failure.self) { try fit(LinearRegression(), data) }
    #expect(problem?.message.contains("'x1'") == true)
  }

  @Test func `timestamps keep their digits`() throws {
    var data = LabelledRows(seed: 8, rowCount: 400, coefficients: [3, -1], noise: 0.01)
    let plain = try fit(LinearRegression(), data)
    // Seconds since 1970, of one day.
    data.rows = data.rows.map { [1.7e9 + ($0[0] * 4096).rounded(), $0[1]] }
    data.labels = zip(data.rows, data.labels).map { row, label in
      label + 0 * row[0]
    }
    let found = try fit(LinearRegression(), data)
    #expect(abs(found.model.coefficients[0] * 4096 - plain.model.coefficients[0]) < 1e-3)
    #expect(abs(try #require(found.model.statistics.rSquared) - 0.9999) < 1e-3)
  }

  @Test func `coefficients held at 0 or above are those of the descent`() throws {
    let data = LabelledRows(seed: 9, rowCount: 80, coefficients: [2, -1, 0.5])
    let found = try fit(LinearRegression { $0.nonNegative = true }, data)
    #expect(found.model.coefficients[1] == 0)
    let rest = LabelledRows(
      names: ["a", "b"], rows: data.rows.map { [$0[0], $0[2]] }, labels: data.labels)
    let free = try fit(LinearRegression(), rest)
    #expect(
      distance(
        [found.model.coefficients[0], found.model.coefficients[2]], free.model.coefficients) < 1e-12
    )
  }

  @Test func `float and double rows of the same numbers make the same coefficients`() throws {
    let data = LabelledRows(seed: 10, rowCount: 300, coefficients: [1, 2, 3, 4], isWeighted: true)
    let session = smallSession()
    let wide = try LinearRegression().fit(data.blocks(in: session), inputs: [:], in: session).model
    let narrow = try LinearRegression().fit(
      data.blocks(of: Float.self, in: session), inputs: [:], in: session
    ).model
    #expect(wide.coefficients == narrow.coefficients)
    #expect(wide.intercept == narrow.intercept)
  }

  @Test func `sparse and coded rows are fitted as the rows with their zeros`() throws {
    var data = LabelledRows(seed: 11, rowCount: 200, coefficients: [1, -1], isWeighted: true)
    data.names = ["a", "k0", "k1", "k2", "b"]
    data.rows = data.rows.enumerated().map { index, row in
      let code = index % 4
      return [row[0], code == 0 ? 1 : 0, code == 1 ? 1 : 0, code == 2 ? 1 : 0, row[1]]
    }
    let session = smallSession()
    let estimator = LinearRegression { $0.lambda = 0.01 }
    let dense = try estimator.fit(data.blocks(in: session), inputs: [:], in: session).model
    let sparse = try estimator.fit(
      BlockMatrix(
        SparseRows(data.matrix(of: Double.self)), featureNames: FeatureNames(data.names),
        labels: data.labelValues, weights: data.weights, in: session), inputs: [:], in: session
    ).model
    #expect(sparse.coefficients == dense.coefficients)
    let layout = try #require(CodeLayout(columnCount: 5, codes: [1..<4]))
    let coded = try estimator.fit(
      BlockMatrix(
        CodedRows(
          layout: layout, rowCount: 200,
          numbers: Buffer(data.rows.flatMap { [$0[0], $0[4]] }),
          codes: Buffer((0..<200).map { $0 % 4 == 3 ? -1 : Int32(1 + $0 % 4) })),
        featureNames: FeatureNames(data.names), labels: data.labelValues, weights: data.weights,
        in: session), inputs: [:], in: session
    ).model
    #expect(distance(coded.coefficients, dense.coefficients) < 1e-12)
  }
}
