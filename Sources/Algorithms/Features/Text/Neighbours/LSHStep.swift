internal import Frames
public import Learning
internal import Platform

/// A step that hashes vectors so that near ones tend to share a hash, in several tables.
///
/// It writes the hashes of a vector, one for each table; and it finds near vectors without
/// comparing all with all: see `approxNearestNeighbors` and `approxSimilarityJoin`.
public protocol LSHStep: Step {
  /// The column of vectors.
  var input: String { get }
  /// The column of hashes.
  var output: String { get }
  /// How many numbers a vector has.
  var width: Int { get }
  /// How many hashes a vector gets.
  var tableCount: Int { get }
  /// The arithmetic of it.
  var hasher: any VectorHasher { get }
}

/// How vectors are hashed and compared.
public protocol VectorHasher: Sendable {
  /// Why a vector cannot be hashed; nil where it can.
  func problem(indices: ArraySlice<Int32>, values: ArraySlice<Double>) -> String?
  /// Appends the hash of each table.
  func hash(indices: ArraySlice<Int32>, values: ArraySlice<Double>, into hashes: inout [Double])
  /// How far apart two vectors are.
  func distance(
    indices: ArraySlice<Int32>, values: ArraySlice<Double>, otherIndices: ArraySlice<Int32>,
    otherValues: ArraySlice<Double>
  ) -> Double
  /// How far apart two lists of hashes are, where they share none.
  func hashDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double
}

extension VectorHasher {
  func problem(_ rows: SparseRows, _ row: Int) -> String? {
    problem(indices: rows.indices[rows.entries(row)], values: rows.values[rows.entries(row)])
  }
  func hash(_ rows: SparseRows, _ row: Int, into hashes: inout [Double]) {
    hash(
      indices: rows.indices[rows.entries(row)], values: rows.values[rows.entries(row)],
      into: &hashes)
  }
  func distance(_ a: SparseRows, _ row: Int, _ b: SparseRows, _ other: Int) -> Double {
    distance(
      indices: a.indices[a.entries(row)], values: a.values[a.entries(row)],
      otherIndices: b.indices[b.entries(other)], otherValues: b.values[b.entries(other)])
  }
}

extension LSHStep {
  public func bind(to binder: inout Binder) throws {
    let source = try binder.vectors(input)
    guard source.width == width || binder.isOutline else {
      throw Failure(
        .data, "the vectors of '\(input)' have \(source.width) numbers, and the step takes \(width)"
      )
    }
    let target = try binder.addVectors(output, width: tableCount, isSparse: false)
    let (hasher, input, tableCount) = (hasher, input, tableCount)
    let pool = ScratchPool { LSHScratch() }
    binder.run { batch in
      let (from, to) = (batch[source], batch[target])
      try pool.with { scratch in
        for row in 0..<batch.rowCount {
          scratch.rows.removeAll()
          scratch.rows.append(from, row: row)
          if let problem = hasher.problem(scratch.rows, 0) {
            throw batch.fault(row: row, column: input, found: nil, problem)
          }
          scratch.hashes.removeAll(keepingCapacity: true)
          hasher.hash(scratch.rows, 0, into: &scratch.hashes)
          for table in 0..<tableCount { to[row, table] = scratch.hashes[table] }
        }
      }
    }
  }

  public var summary: [SummaryLine] { [SummaryLine("hash tables", String(tableCount))] }
}

/// Memory of a thread.
private final class LSHScratch {
  var rows = SparseRows()
  var hashes: [Double] = []
}
