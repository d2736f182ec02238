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
    let pool = ScratchPool { TextScratch() }
    for (input, output) in pairs {
      let source = try binder.texts(input)
      let target = try binder.addLists(output)
      binder.run { batch in
        let (texts, lists) = (batch[source], batch[target])
        pool.with { scratch in
          for row in 0..<batch.rowCount {
            if texts.isMissing(row) {
              lists.endMissingRow()
              continue
            }
            unsafe texts.withBytes(row) { text in
              unsafe scratch.withLowercased(text) { unsafe Self.split($0, into: lists) }
            }
            lists.endRow()
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

  private static func split(_ text: UnsafeRawBufferPointer, into lists: ListCells) {
    let count = text.count
    if count == 0 { return unsafe lists.append(text) }
    var start = 0
    /// Empty words that count only when a word follows.
    var emptyCount = 0
    while start < count {
      var end = start
      while unsafe end < count && !isBlank(text[end]) { end += 1 }
      if end == start {
        emptyCount += 1
      } else {
        for _ in 0..<emptyCount {
          unsafe lists.append(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        emptyCount = 0
        unsafe lists.append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      }
      start = end + 1
    }
  }
}
