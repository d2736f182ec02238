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
}
