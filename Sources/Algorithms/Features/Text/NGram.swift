public import Learning
internal import Platform

/// Makes runs of `n` words out of lists of words, each run joined by single spaces.
///
/// As Spark's: `["a", "b", "c"]` with n 2 gives `["a b", "b c"]`; fewer than n words give an empty
/// list. A missing list stays missing, where Spark stops.
public struct NGram: Transformer, ColumnwiseStage {
  @Setting("the columns of words", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _ngrams", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("how many words a run has", in: 1..., spark: "n", sklearn: "ngram_range")
  public var n = 2

  public init() {}

  public static let name = "ngram"
  public static let summary = "makes runs of n words out of lists of words"
  public static let suffix = "_ngrams"
  public static var example: Self { Self { $0.inputs = ["words"] } }

  public func bind(to binder: inout Binder) throws {
    let n = n
    let pool = ScratchPool { TextScratch() }
    for (input, output) in pairs {
      let source = try binder.lists(input)
      let target = try binder.addLists(output)
      binder.run { batch in
        let (words, runs) = (batch[source], batch[target])
        pool.with { scratch in
          for row in 0..<batch.rowCount {
            if words.isMissing(row) {
              runs.endMissingRow()
              continue
            }
            let count = words.count(row)
            if count >= n {
              for first in 0...(count - n) {
                Self.append(first..<(first + n), of: words, row, to: runs, scratch)
              }
            }
            runs.endRow()
          }
        }
      }
    }
  }

  private static func append(
    _ range: Range<Int>, of words: ListCells, _ row: Int, to runs: ListCells,
    _ scratch: TextScratch
  ) {
    var byteCount = range.count - 1
    for index in range { unsafe byteCount += words.withBytes(row, index) { $0.count } }
    let target = unsafe UnsafeMutableRawPointer(scratch.room(for: byteCount))
    var end = 0
    for index in range {
      if index > range.lowerBound {
        unsafe target.storeBytes(of: 0x20, toByteOffset: end, as: UInt8.self)
        end += 1
      }
      unsafe words.withBytes(row, index) { word in
        if let source = word.baseAddress, word.count > 0 {
          unsafe (target + end).copyMemory(from: source, byteCount: word.count)
        }
        end += word.count
      }
    }
    unsafe runs.append(UnsafeRawBufferPointer(start: target, count: byteCount))
  }
}
