internal import Frames
public import Learning
internal import Platform

/// Makes a vector of features, and a label, as an R formula says: `y ~ a + city + a:city`.
///
/// `~` stands between label and terms, `+` adds a term and `-` takes one away, `:` multiplies, `*`
/// adds both and their product, `^` does so to a degree, `.` is every column but the label, and `0`
/// or `- 1` say that there is no intercept. It is put together of the other stages: texts get codes
/// (string-indexer), a term of one text a vector (one-hot-encoder) and products an interaction.
///
/// The reference level of a text, which has no place, is the last in the order of
/// `stringIndexerOrderType`, as in Spark: the rarest (R leaves out the first of the alphabet).
/// Without an intercept the first text has all its levels, and products always do. A text label
/// gets codes, the most frequent the first whatever that setting says; others are taken as
/// numbers, and a missing label column is fine when scoring.
///
/// Ours: true and false may be factors of a product, and a text of one level gives no feature;
/// Spark stops at both. In a product that level counts as 1, with Spark as 0. Cost: one pass where
/// there is a text, otherwise none.
public struct RFormula: Featurizer {
  @Setting("the formula", spark: "formula")
  public var formula = ""
  @Setting("the name of the new column of vectors", spark: "featuresCol")
  public var outputs = ["features"]
  @Setting("the name of the new column of labels", spark: "labelCol")
  public var label = "label"
  @Setting("whether a label of numbers gets codes too", spark: "forceIndexLabel")
  public var forceIndexLabel = false
  @Setting("which level of a text feature gets the first code", spark: "stringIndexerOrderType")
  public var stringIndexerOrderType = LabelOrder.frequencyDesc
  @Setting("what to do with a row that has a missing or unseen value", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error

  public init() {}

  public static let name = "r-formula"
  public static let summary = "makes features and a label as an R formula says"
  public static var example: Self {
    Self {
      $0.formula = "label ~ age + city + age:city"
      $0.label = "target"
      $0.handleInvalid = .skip
    }
  }

  public var reads: [String] { (try? FormulaParser.formula(formula).columns) ?? [] }
  public var readsAllColumns: Bool {
    (try? FormulaParser.formula(formula).readsAllColumns) ?? false
  }
  public var dropsRows: Bool { handleInvalid == .skip }

  public func checkTogether() throws(SettingError) {
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
    do { _ = try FormulaParser.formula(formula) } catch {
      throw SettingError(
        name: "formula", requirement: "a formula (\(Failure(error).message))", value: formula)
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    let plan = try FormulaPlan(self, over: binder.schema)
    if let indexer = plan.indexer { try indexer.outline(&binder) }
    try plan.bindRest(to: &binder)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let plan = try FormulaPlan(self, over: binder.schema)
    guard let indexer = plan.indexer else {
      return .ready(RFormulaModel(plan: plan, indexer: nil))
    }
    return .learn(
      FormulaLearner(
        plan: plan,
        indexing: StringIndexLearner(
          stage: indexer, slots: try indexer.inputs.map { try binder.keys($0) },
          orders: plan.orders)))
  }
}
