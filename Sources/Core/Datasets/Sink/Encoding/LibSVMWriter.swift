internal import CParse
public import Frames
internal import Platform

/// Frames as libsvm has them: the label, then `index:value` for what is not zero, from index 1 on.
///
/// The features are all other columns, in order: a number takes one index, a vector as many as it
/// is wide. Texts and dates are refused by name, and so is a value that is missing, NaN or infinite:
/// the format cannot tell it from zero.
public struct LibSVMWriter: FrameEncoder {
  /// The column of the labels.
  public let label: String

  public init(label: String = "label") { self.label = label }

  public func check(_ schema: Schema) throws {
    guard let place = schema.index(of: label) else {
      throw Failure(
        .usage, "libsvm needs a label for each row, and there is no column '\(label)'",
        causes: ["the columns are \(schema.names.prefix(20).joined(separator: ", "))"],
        hint: "say which one it is with --label COLUMN")
    }
    guard schema.fields[place].type.isNumeric else {
      throw Failure(
        .data, "libsvm cannot keep the label '\(label)': it is \(schema.fields[place].type.words)",
        hint: "use numbers, or write CSV, JSON lines or Parquet")
    }
    let unfit = schema.fields.filter { !$0.type.isNumeric && $0.type != .vector }
    guard unfit.isEmpty else {
      let names = unfit.map { "'\($0.name)' (\($0.type.words))" }.joined(separator: ", ")
      throw Failure(
        .data, "libsvm keeps numbers only, not \(names)",
        hint: "choose the columns with --select, or write CSV, JSON lines or Parquet")
    }
  }

  public func opening(_ schema: Schema) -> [UInt8] { [] }

  public func encoded(_ frame: Frame) throws -> EncodedRows {
    let names = [label] + frame.schema.names.filter { !$0.utf8.elementsEqual(label.utf8) }
    let ordered = try frame.selecting(names)
    return unsafe try FieldViews(ordered).encoded { fields, fieldCount, rowCount, rowEnds, text in
      unsafe martlet_write_libsvm(fields, fieldCount, rowCount, rowEnds, text)
    } unfit: { row, field in
      UnfitValue(
        row: row, column: names[field], found: ordered.columns[field].fieldText(at: row),
        problem: ordered.columns[field].isMissing(row)
          ? "the value is missing, and libsvm cannot tell that from zero"
          : "is no number that libsvm can keep",
        hint: "leave such rows out, fill them, or write CSV, JSON lines or Parquet")
    }
  }

  public func lossWords(_ count: Int) -> String { "" }
}
