import Foundation
import Martlet
import Testing

/// Logarithms of columns.
struct LogTransformTests {
  private func transform(
    _ column: Column, _ configure: (inout LogTransform) -> Void = { _ in }
  ) throws -> Frame {
    var stage = LogTransform { $0.inputs = ["x"] }
    configure(&stage)
    let frame = Frame([(name: "x", column: column)])
    let model = try Pipeline([stage]).fit(Dataset(frame), in: Session()).model
    return try Scorer(model, for: frame.schema, keeping: { $0 == "x_log" }).score(frame)
  }

  @Test func `log1p keeps the digits of small numbers`() {
    var numbers = [0, 1e-300, 1e-20, 1e-9, 1e-3, 0.5, 1, 2.5, 1e5, 1e16, 1e300, -1e-12, -0.5]
    numbers += (1...2000).map { Double($0) * 0.0137 - 0.99 }
    for x in numbers {
      let golden = Foundation.log1p(x)
      #expect(abs(Portable.log1p(x) - golden) <= 2 * golden.ulp, "log(1 + \(x))")
    }
    #expect(Portable.log1p(-1) == -.infinity && Portable.log1p(-1.5).isNaN)
    #expect(Portable.log1p(.infinity) == .infinity && Portable.log1p(.nan).isNaN)
    #expect(Portable.log1p(-0.0).sign == .minus)
  }

  @Test func `numbers, missing ones among them`() throws {
    let column = Column([0, 1, nil, 9] as [Double?])
    let scored = try transform(column)
    #expect(scored.columns[0][0] == .number(0))
    #expect(scored.columns[0][1] == .number(Portable.log1p(1)))
    #expect(scored.columns[0][2] == .missing)
    let signed = try transform(Column([-3, 3] as [Double?])) { $0.function = .signedLog1p }
    #expect(signed.columns[0][0] == .number(-Portable.log1p(3)))
    #expect(signed.columns[0][1] == .number(Portable.log1p(3)))
  }

  @Test func `a number without a logarithm stops, is left out or becomes missing`() throws {
    let column = Column([4, 0, 2] as [Double?])
    #expect {
      _ = try transform(column) { $0.function = .log }
    } throws: { error in
      let text = Failure(error).description
      return text.contains("row 2") && text.contains("no logarithm")
    }
    let skipped = try transform(column) {
      $0.function = .log
      $0.handleInvalid = .skip
    }
    #expect(skipped.rowCount == 2 && skipped.columns[0][1] == .number(Portable.log(2)))
    let kept = try transform(column) {
      $0.function = .log
      $0.handleInvalid = .keep
    }
    #expect(kept.rowCount == 3 && kept.columns[0][1] == .missing)
  }

  @Test func `vectors keep their names and stay sparse`() throws {
    let sparse = Column(
      vectors: [.sparse(width: 3, indices: [1], values: [1])], width: 3)
    let scored = try transform(sparse)
    #expect(
      scored.columns[0][0]
        == .vector(.sparse(width: 3, indices: [1], values: [Portable.log1p(1)])))
    let dense = try transform(Column(vectors: [.dense([1, 2])], width: 2)) { $0.function = .log }
    #expect(dense.columns[0][0] == .vector(.dense([0, Portable.log(2)])))
    #expect {
      _ = try transform(sparse) { $0.function = .log }
    } throws: { Failure($0).description.contains("sparse") }
  }
}
