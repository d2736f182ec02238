public import Cluster
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Some rows, in `Double`, on every worker; a collective call.
  ///
  /// Memory: that of the rows, and while they cross workers as much again.
  /// - Parameter numbers: which rows, over all workers, rising; the same on every worker.
  public func gathered(_ numbers: [Int], in session: Session) throws -> Matrix<Double> {
    require(
      zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && (numbers.first ?? 0) >= 0
        && (numbers.last ?? -1) < rowCount, "rows that do not rise within \(rowCount)")
    let own = numbers.filter { rows.contains($0) }
    let mine = Matrix<Double>(rowCount: own.count, columnCount: columnCount)
    try session.communicator.agree("gathering rows") {
      guard case .dense(let values) = storage else { throw Block<Element>.denseOnly }
      for (place, row) in own.enumerated() {
        let from = unsafe values.pointer + (row - rows.lowerBound) * columnCount
        let to = unsafe mine.buffer.pointer + place * columnCount
        for column in 0..<columnCount { unsafe to[column] = Double(from[column]) }
      }
    }
    if session.communicator.size == 1 { return mine }
    return Matrix(
      rowCount: numbers.count, columnCount: columnCount,
      elements: try session.communicator.allGather(mine.elements).flatMap { $0 })
  }

  /// All rows of all workers, in order, on each worker; a collective call.
  ///
  /// For methods that compare rows with each other. Rows must be dense. Every worker sends its rows to
  /// every other; `gatheredByteCount` is what a worker holds meanwhile.
  public func gathered(in session: Session) throws -> Matrix<Element> {
    let own = try session.communicator.agree("gathering the rows") { () -> Buffer<Element> in
      guard case .dense(let values) = storage else { throw Block<Element>.denseOnly }
      return values
    }
    // A column that was taken over as it came may have room behind its rows.
    let used = Array(own.array.prefix(rows.count * columnCount))
    if session.communicator.size == 1 {
      return Matrix(rowCount: rowCount, columnCount: columnCount, elements: used)
    }
    let parts = try session.communicator.allGather(used)
    var matrix = Matrix<Element>(rowCount: rowCount, columnCount: columnCount)
    unsafe fill(matrix.mutablePointer, with: parts)
    return matrix
  }

  private func fill(_ target: UnsafeMutablePointer<Element>, with parts: [[Element]]) {
    var place = 0
    for part in parts {
      unsafe part.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        unsafe (target + place).update(from: start, count: source.count)
      }
      place += part.count
    }
  }

  /// The memory that gathering takes on a worker: the rows, and what is sent and received.
  public var gatheredByteCount: Int { 3 * rowCount * columnCount * MemoryLayout<Element>.stride }
}
