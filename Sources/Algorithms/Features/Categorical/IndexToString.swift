internal import Frames
public import Learning
internal import Platform

/// Turns codes back into the texts that they stand for: the way back from a string-indexer.
///
/// The labels are those given, or those that travel with the column. Like Spark it stops at a code
/// without a label; ours also at a fraction, which Spark cuts off, and at one that is missing.
public struct IndexToString: ColumnwiseStage, Transformer {
  @Setting("the columns of codes", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names of the new columns; the inputs' names and _text where empty", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("what the codes stand for; the column's own labels where empty", spark: "labels")
  public var labels: [String] = []

  public init() {}

  public static let name = "index-to-string"
  public static let summary = "turns codes into the texts that they stand for"
  public static let suffix = "_text"
  public static var example: Self {
    Self {
      $0.inputs = ["code"]
      $0.labels = ["north", "east", "south", "west"]
    }
  }

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      let source = try binder.numbers(input)
      let ofColumn = try binder.field(input).metadata.labels ?? (binder.isOutline ? [] : nil)
      guard let texts = labels.isEmpty ? ofColumn : labels else {
        throw Failure(
          .data, "what the codes of '\(input)' stand for is not known",
          hint: "give labels, or make the codes with a string-indexer")
      }
      let target = try binder.addTexts(output)
      binder.run { batch in
        let (codes, target) = (batch[source], batch[target])
        for row in 0..<batch.rowCount {
          guard let code = Codes.code(codes[row], below: texts.count) else {
            throw batch.fault(
              row: row, column: input, found: Codes.text(codes[row]),
              codes[row].isMissing
                ? "the code is missing" : "is no code of \(texts.count) labels")
          }
          target.append(texts[code])
        }
      }
    }
  }
}
