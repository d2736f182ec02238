public import Learning
internal import LinearAlgebra
internal import Platform

/// Counts the words of lists into vectors, the place of a word being its hash: nothing to learn.
///
/// Spark's hash and places (MurmurHash3 of the UTF-8 bytes with seed 42, the remainder made
/// non-negative), so that models agree on what a place stands for: of 2^18 places `spark` has
/// 173558. Two words may share a place; more places make that rarer. The vectors are sparse.
///
/// A missing list counts as one of no words, where Spark stops. Cost: about 20 ns a word.
public struct HashingTF: Transformer, ColumnwiseStage {
  @Setting("the columns of words", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _tf", spark: "outputCol")
  public var outputs: [String] = []
  @Setting(
    "how many places there are", in: 1...Int(Int32.max), spark: "numFeatures",
    sklearn: "n_features")
  public var numFeatures = 1 << 18
  @Setting("write 1 for each word that occurs, however often", spark: "binary", sklearn: "binary")
  public var binary = false

  public init() {}

  public static let name = "hashing-tf"
  public static let summary = "counts words into sparse vectors at the places of their hashes"
  public static let suffix = "_tf"
  public static var example: Self {
    Self {
      $0.inputs = ["words"]
      $0.numFeatures = 64
    }
  }

  public func bind(to binder: inout Binder) throws {
    let (width, binary) = (numFeatures, binary)
    let pool = ScratchPool { BucketCounts() }
    for (input, output) in pairs {
      let source = try binder.lists(input)
      let target = try binder.addVectors(output, width: width, isSparse: true)
      binder.run { batch in
        let (words, vectors) = (batch[source], batch[target])
        pool.with { counts in
          for row in 0..<batch.rowCount {
            let count = unsafe words.withTexts(row) { words in
              let places = unsafe counts.room(for: words.count)
              for index in unsafe 0..<words.count {
                unsafe places[index] = unsafe Int32(
                  truncatingIfNeeded: Self.place(words[index], of: width))
              }
              return unsafe words.count
            }
            unsafe vectors.appendRow(limit: count) { indices, values in
              unsafe counts.count(count, below: width, indices, values) { _, times in
                binary ? 1 : Double(times)
              }
            }
          }
        }
      }
    }
  }

  /// The place of a word among so many.
  @inline(__always)
  static func place(_ word: UnsafeRawBufferPointer, of width: Int) -> Int {
    let hash = unsafe Int(Int32(bitPattern: Murmur3.hash(word, seed: Murmur3.sparkSeed)))
    // The non-negative remainder; without a division where the width is a power of two.
    if width & (width - 1) == 0 { return hash & (width - 1) }
    let remainder = hash % width
    return remainder < 0 ? remainder + width : remainder
  }
}
