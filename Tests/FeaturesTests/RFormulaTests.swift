import Martlet
import Testing

/// Formulas: what they come down to, what their features are called, what is refused.
struct RFormulaTests {
  private let rows = Frame([
    (name: "y", column: Column([1, 0, 1, 2] as [Double?])),
    (name: "a", column: Column([2, 3, -1, 0.5] as [Double?])),
    (name: "s", column: Column(["x", "x", "y", "z"])),
    (name: "d", column: Column(dates: [1, 2, 3, 4])),
  ])

  private func slots(_ formula: String) throws -> [String]? {
    try StageRun([RFormula { $0.formula = formula }], rows).metadata("features").slots
  }

  // The columns are those of PySpark 4.3.0 (Golden/spark.json), in our names.
  @Test(arguments: [
    ("y ~ a", ["a"]), ("y ~ s", ["s=x", "s=y"]), ("y ~ s - 1", ["s=x", "s=y", "s=z"]),
    ("y ~ a * s", ["a", "s=x", "s=y", "a:s=x", "a:s=y", "a:s=z"]),
    ("y ~ (a + s)^2 - a", ["s=x", "s=y", "a:s=x", "a:s=y", "a:s=z"]),
    ("y ~ . - s", ["a"]), ("y ~ s:a + 0", ["s=x:a", "s=y:a", "s=z:a"]),
  ])
  func `features are named by term and level`(formula: String, wanted: [String]) throws {
    #expect(try slots(formula) == wanted)
  }

  @Test func `a text label gets codes, and is no input of scoring`() throws {
    let stages = [RFormula { $0.formula = "s ~ a + `y`" }]
    let run = try StageRun(stages, rows, scoring: rows.selecting(["y", "a"]))
    #expect(run.frame.schema.names == ["features"])
    #expect(run.fit.model.input.names == ["y", "a"])
    let whole = try StageRun(stages, rows)
    #expect(try whole.numbers("label") == [0, 0, 1, 2])
    #expect(try whole.metadata("label").labels == ["x", "y", "z"])
    #expect(whole.frame.schema.names == ["label", "features"])
  }

  @Test func `numbers alone need no pass`() throws {
    let run = try StageRun([RFormula { $0.formula = "y ~ a:a + a" }], rows)
    #expect(run.fit.report.passes == 0)
    #expect(try run.vectors("features") == [[2], [3], [-1], [0.5]])
    #expect(try run.numbers("label") == [1, 0, 1, 2])
  }

  @Test(arguments: [
    ("y + a", "needs a ~"), ("y ~ a +", "ends too early"), ("y ~ (a", "needs a )"),
    ("y ~ a ^ 0", "power"), ("y ~ a b", "goes on"), ("y ~ a & b", "means nothing"),
    ("y ~ 2", "other than 0 and 1"), ("y ~ a:1", "no column"), ("y ~ aa", "'aa'"),
    ("y ~ `a", "without an end"), ("y ~ (a + s + y)^10", "too many terms"),
  ])
  func `what is wrong with a formula is said`(formula: String, part: String) {
    let said = words { _ = try StageRun([RFormula { $0.formula = formula }], rows) }
    #expect(said.contains(part), "\(said)")
  }
}
