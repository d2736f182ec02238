import Foundation
import Martlet
import Testing

/// Stages that turn vectors into others.
struct NumericVectorTests {
  private func vectors(_ rows: [[Double]], sparsely: Bool = false) -> Frame {
    let values: [VectorValue?] = rows.map { row in
      let places = row.indices.filter { row[$0] != 0 }
      return sparsely
        ? .sparse(
          width: row.count, indices: places.map { Int32($0) }, values: places.map { row[$0] })
        : .dense(row)
    }
    return Frame([(name: "v", column: Column(vectors: values, width: rows[0].count))])
  }

  private func numbers(_ stages: [any Stage], _ frame: Frame) throws -> [[Double]] {
    let fit = try Pipeline(stages).fit(Dataset(frame), in: Session())
    let scored = try fit.model.scorer(for: frame.schema).score(frame)
    let column = scored.columns[scored.columns.count - 1]
    return (0..<column.count).map { column[$0].asNumbers ?? [] }
  }

  @Test(arguments: [1e-200, 1, 1e200])
  func `vectors have length 1 whatever their magnitude`(scale: Double) throws {
    let frame = vectors([[3 * scale, -4 * scale], [0, 0]])
    for (order, wanted) in [
      (1.0, 3.0 / 7), (2, 0.6), (3, 3 / 4.497941445275415), (1.5, 0.5372251954596307),
      (.infinity, 0.75),
    ] {
      let stage = Normalizer {
        $0.inputs = ["v"]; $0.p = NormOrder(order)
      }
      let rows = try numbers([stage], frame)
      #expect((rows[0][0] - wanted).magnitude < 1e-14, "p \(order)")
      #expect(rows[1] == [0, 0])
    }
  }

  @Test(arguments: 1...40)
  func `the cosine transform is its definition, and its inverse takes it back`(
    count: Int
  ) throws {
    let row = (0..<count).map { Double(($0 * 37 + 11) % 17) - 8 }
    let frame = vectors([row])
    let transformed = try numbers([DCT { $0.inputs = ["v"] }], frame)[0]
    for k in 0..<count {
      let scale = ((k == 0 ? 1.0 : 2.0) / Double(count)).squareRoot()
      let sum = (0..<count).reduce(0.0) {
        $0 + row[$1] * cos(Double.pi * Double((2 * $1 + 1) * k) / Double(2 * count))
      }
      #expect((transformed[k] - scale * sum).magnitude < 1e-11, "frequency \(k)")
    }
    let back = try numbers(
      [
        DCT { $0.inputs = ["v"] },
        DCT {
          $0.inputs = ["v_dct"]; $0.inverse = true
        },
      ], frame)[0]
    for (own, given) in zip(back, row) { #expect((own - given).magnitude < 1e-11) }
  }

  @Test func `a long transform keeps lengths`() throws {
    let row = (0..<1_000).map { sin(Double($0 * $0)) }
    let transformed = try numbers([DCT { $0.inputs = ["v"] }], vectors([row]))[0]
    let lengths = [row, transformed].map { $0.reduce(0) { $0 + $1 * $1 } }
    #expect((lengths[0] - lengths[1]).magnitude < 1e-9)
  }

  @Test(arguments: 1...4, 1...5)
  func `products are all there, in one order, from dense and sparse vectors`(
    count: Int, degree: Int
  ) throws {
    let row = (0..<count).map { [2.0, 3, 0, 5, -1][$0] }
    let stage = PolynomialExpansion {
      $0.inputs = ["v"]; $0.degree = degree
    }
    let dense = try numbers([stage], vectors([row]))[0]
    #expect(try numbers([stage], vectors([row], sparsely: true))[0] == dense)
    // Every exponent vector with a sum from 1 to the degree occurs once.
    var expected: [Double] = []
    func visit(_ place: Int, _ room: Int, _ product: Double) {
      if place == count {
        if room < degree { expected.append(product) }
        return
      }
      for exponent in 0...room {
        visit(place + 1, room - exponent, product * pow(row[place], Double(exponent)))
      }
    }
    visit(0, degree, 1)
    #expect(dense.sorted() == expected.sorted())
  }

  @Test func `an expansion beyond all vectors is refused before any row is read`() {
    let frame = vectors([[Double](repeating: 1, count: 5_000)])
    let stage = PolynomialExpansion {
      $0.inputs = ["v"]; $0.degree = 3
    }
    #expect(throws: (any Error).self) { _ = try numbers([stage], frame) }
  }

  @Test func `a selector that leaves nothing warns`() throws {
    let frame = vectors([[1, 2], [1, 2]])
    let stage = VarianceThresholdSelector { $0.inputs = ["v"] }
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    #expect(fit.report.fit.warnings.count == 1)
    #expect(fit.report.fit.counts == [.init("numbers of v left out", 2)])
    #expect(try numbers([stage], frame) == [[], []])
  }

  @Test func `dates are taken apart`() throws {
    // 2024-02-29 was a Thursday of week 9; 2021-01-03 a Sunday of week 53 of the year before.
    let days = [(2024, 2, 29), (2021, 1, 3), (1969, 12, 31)].map { year, month, day in
      CivilDate(year: year, month: month, day: day).map { Int32($0.daysSinceEpoch) }
    }
    let times = [0, -1, 86_399_999_999, nil].map { (time: Int64?) in time }
    let frame = Frame([
      (name: "day", column: Column(dates: days + [nil])),
      (name: "time", column: Column(timestamps: times)),
    ])
    let stage = DateParts {
      $0.inputs = ["day", "time"]
      $0.parts = [.year, .quarter, .weekday, .week, .dayOfYear, .hour, .second]
    }
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    let scored = try fit.model.scorer(for: frame.schema).score(frame)
    #expect(scored.schema.names.first == "day_year")
    #expect(!scored.schema.names.contains("day_hour"))
    let rows = (0..<4).map { row in scored.columns.map { $0[row].asNumbers?[0] } }
    #expect(rows[0] == [2024, 1, 4, 9, 60, 1970, 1, 4, 1, 1, 0, 0])
    #expect(rows[1] == [2021, 1, 7, 53, 3, 1969, 4, 3, 1, 365, 23, 59])
    #expect(rows[2] == [1969, 4, 3, 1, 365, 1970, 1, 4, 1, 1, 23, 59])
    #expect(rows[3].allSatisfy { $0 == nil })
  }
}

extension Value {
  /// Its numbers, one or those of a vector.
  fileprivate var asNumbers: [Double]? {
    switch self {
    case .number(let number): [number]
    case .integer(let integer): [Double(integer)]
    case .vector(.dense(let numbers)): numbers
    case .vector(.sparse(let width, let indices, let values)):
      zip(indices, values).reduce(into: [Double](repeating: 0, count: width)) {
        $0[Int($1.0)] = $1.1
      }
    default: nil
    }
  }
}
