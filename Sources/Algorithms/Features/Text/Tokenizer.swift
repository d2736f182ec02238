public import Learning
internal import Platform

/// Splits texts into words: small letters, cut at each single blank.
///
/// As Spark's: a blank is a space, tab, line feed, form feed, return or vertical tab; two of them
/// in a row leave an empty word between them, and so does one at the beginning, while empty words
/// at the end are dropped: `"  Hi I  heard, "` gives `["", "", "hi", "i", "", "heard,"]`. A text of
/// blanks alone has no words, and an empty one has one, which is empty. `regex-tokenizer` leaves
/// empty words out.
///
/// Departures: a missing text gives a missing list, where Spark stops. Small letters are those of
/// no language, as ``StopWordsRemover`` has them, where Spark asks the machine for its language.
public struct Tokenizer: Transformer, ColumnwiseStage {
  @Setting("the columns of text to split", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _words", spark: "outputCol")
  public var outputs: [String] = []

  public init() {}

  public static let name = "tokenizer"
  public static let summary = "splits texts into words in small letters at each blank"
  public static let suffix = "_words"
  public static var example: Self { Self { $0.inputs = ["note"] } }

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      let source = try binder.texts(input)
      let target = try binder.addLists(output)
      binder.run { batch in
        let (texts, lists) = (batch[source], batch[target])
        for row in 0..<batch.rowCount {
          if texts.isMissing(row) {
            lists.endMissingRow()
          } else {
            unsafe texts.withBytes(row) { unsafe Self.split($0, into: lists) }
          }
        }
      }
    }
  }

  /// Whether a byte is a blank: Java's `\s`, which knows ASCII only.
  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte &- 0x09 < 5
  }

  /// Puts the small letters of a text where its words will lie, and says where each lies.
  private static func split(_ text: UnsafeRawBufferPointer, into lists: ListCells) {
    let limit = Lowercase.roomNeeded(for: text.count)
    unsafe lists.appendRow(byteLimit: limit, textLimit: limit) { bytes, starts, lengths in
      let byteCount = unsafe Lowercase.write(text, to: bytes)
      // Empty words at the end are dropped.
      var (wordCount, keptCount, start) = (0, 0, 0)
      for place in 0...byteCount {
        if place < byteCount, unsafe !isBlank(bytes[place]) { continue }
        unsafe starts[wordCount] = start
        unsafe lengths[wordCount] = place - start
        wordCount += 1
        if place > start || byteCount == 0 { keptCount = wordCount }
        start = place + 1
      }
      return (byteCount, keptCount)
    }
  }
}
