internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// Makes a column whose values follow from others of the row: `price * quantity`, `lower(city)`.
///
/// The grammar is that of `--where` (docs/expressions.md): comparisons, `and`, `or`, `not`, `in`,
/// `like`, `is null`, arithmetic and a dozen functions, over columns of single values. It takes the
/// place of Spark's SQLTransformer. The text is what is stored; it is checked against the columns
/// before any row is read.
///
/// Integers of 64 bits keep all their digits. Cost: the columns of each batch are copied to be looked
/// at, so that unlike other stages it allocates when scoring, some microseconds a batch or single row.
public struct ExpressionColumn: Transformer {
  @Setting("the value, made of other columns", spark: "statement")
  public var expression = ""
  @Setting("the name of the new column")
  public var outputs: [String] = []

  public init() {}

  public static let name = "expression"
  public static let summary = "makes a column whose values are an expression of others"
  public static var example: Self {
    Self {
      $0.expression = "price * 2 + coalesce(visits, 0)"
      $0.outputs = ["worth"]
    }
  }

  public var reads: [String] { (try? RowExpression(expression).columns) ?? [] }

  public func checkTogether() throws(SettingError) {
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let expression = try RowExpression(expression)
    let input = try binder.columns(expression.columns)
    let field = try expression.field(
      outputs[0], over: input.schema, isGuess: binder.isOutline)
    let output = try binder.addColumn(field.name, field.type)
    binder.run { batch in
      let column = try expression.column(of: batch.frame(input)) { batch.place(ofRow: $0) }
      try batch.write(column, to: output)
    }
  }
}

/// Keeps the rows for which a condition holds: `age >= 18 and city is not null`.
///
/// Rows for which it is unknown, since a value is missing, are left out like those for which it is
/// false; a row that is left out when scoring has no prediction. The grammar and the cost are those
/// of the stage `expression`.
public struct RowFilter: Transformer {
  @Setting("what must hold for a row to stay")
  public var condition = ""

  public init() {}

  public static let name = "filter"
  public static let summary = "keeps the rows for which a condition holds"
  public static var example: Self { Self { $0.condition = "age >= 0 or city is null" } }

  public var reads: [String] { (try? RowExpression(condition).columns) ?? [] }
  public var dropsRows: Bool { true }

  public func bind(to binder: inout Binder) throws {
    let condition = try RowExpression(condition)
    let input = try binder.columns(condition.columns)
    try condition.checkCondition(over: input.schema, isGuess: binder.isOutline)
    binder.run { batch in
      batch.keep(try condition.trueRows(of: batch.frame(input)) { batch.place(ofRow: $0) })
    }
  }
}
