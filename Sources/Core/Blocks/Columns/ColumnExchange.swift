internal import Cluster
internal import LinearAlgebra

/// Which worker owns which of some columns: consecutive ones, an even share each.
struct ColumnOwners: Sendable {
  let columns: Range<Int>
  let columnsOfRanks: [Range<Int>]

  init(_ columns: Range<Int>, workerCount: Int) {
    self.columns = columns
    let slices = Slices(count: columns.count, over: workerCount, block: 1)
    columnsOfRanks = (0..<workerCount).map { worker in
      let slice = slices.range(of: worker)
      return columns.lowerBound + slice.lowerBound..<columns.lowerBound + slice.upperBound
    }
  }

  /// The most columns that a worker owns.
  var limit: Int { columnsOfRanks.map(\.count).max() ?? 0 }
}

/// Brings columns from the workers that hold rows of them to those that own them, and back what
/// their numbers add to the rows; its memory serves for one turn of columns after the other.
final class ColumnExchange<Element: Scalar>: Sendable {
  private let rowsOfRanks: [Range<Int>]
  private let rank: Int
  /// Own columns with the numbers of all rows, and what those add.
  private let whole: [Buffer<Element>]
  let terms: [Buffer<Double>]
  /// The own rows of the columns of others, and what their numbers add.
  private let sent: [Buffer<Element>]
  private let received: [Buffer<Double>]

  /// - Parameter columnLimit: the most columns of a turn.
  init(rowsOfRanks: [Range<Int>], rank: Int, columnLimit: Int, takesTerms: Bool) {
    (self.rowsOfRanks, self.rank) = (rowsOfRanks, rank)
    let rowCount = rowsOfRanks.last?.upperBound ?? 0
    let own = rowsOfRanks[rank].count
    let workerCount = rowsOfRanks.count
    let ownLimit = (columnLimit + workerCount - 1) / workerCount
    whole = (0..<ownLimit).map { _ in Buffer(count: rowCount) }
    terms = (0..<ownLimit).map { _ in Buffer(count: takesTerms ? rowCount : 0) }
    let foreignLimit = workerCount > 1 ? columnLimit : 0
    sent = (0..<foreignLimit).map { _ in Buffer(count: own) }
    received = (0..<foreignLimit).map { _ in Buffer(count: takesTerms ? own : 0) }
  }

  static func byteCount(rowCount: Int, own: Int, columnLimit: Int, workerCount: Int) -> Int {
    let ownLimit = (columnLimit + workerCount - 1) / workerCount
    let each = MemoryLayout<Element>.stride + 8
    return (ownLimit * rowCount + (workerCount > 1 ? columnLimit * own : 0)) * each
  }

  /// Where the own rows of each column of a turn go: in their place of a column of this worker's.
  func targets(_ owners: ColumnOwners) -> [BufferPart<Element>] {
    let own = owners.columnsOfRanks[rank]
    return owners.columns.map { column in
      own.contains(column)
        ? BufferPart(whole[column - own.lowerBound], rowsOfRanks[rank])
        : part(sent, column, owners)
    }
  }

  /// Sends the targets' columns to their owners, and gives this worker's; a collective call.
  func whole(
    _ targets: [BufferPart<Element>], _ owners: ColumnOwners, in session: Session
  ) throws -> [Buffer<Element>] {
    let own = Array(whole.prefix(owners.columnsOfRanks[rank].count))
    if rowsOfRanks.count == 1 { return own }
    for index in 0..<owners.limit {
      try session.communicator.allToAll(
        foreign { column(index, of: $0, owners).map { targets[$0 - owners.columns.lowerBound] } }
      ) { _ in
        foreign { index < own.count ? BufferPart(own[index], rowsOfRanks[$0]) : nil }
      }
    }
    return own
  }

  /// What the numbers of the own rows add, by column of the turn; a collective call.
  func returned(_ owners: ColumnOwners, in session: Session) throws -> [BufferPart<Double>] {
    let own = owners.columnsOfRanks[rank]
    for index in 0..<(rowsOfRanks.count == 1 ? 0 : owners.limit) {
      try session.communicator.allToAll(
        foreign { index < own.count ? BufferPart(terms[index], rowsOfRanks[$0]) : nil }
      ) { _ in
        foreign { column(index, of: $0, owners).map { part(received, $0, owners) } }
      }
    }
    return owners.columns.map { column in
      own.contains(column)
        ? BufferPart(terms[column - own.lowerBound], rowsOfRanks[rank])
        : part(received, column, owners)
    }
  }

  /// The columns of a turn, from those that each worker sorted; a collective call.
  func gathered(
    _ sorted: [SortedColumn], _ owners: ColumnOwners, in session: Session
  ) throws -> [SortedColumn] {
    let communicator = session.communicator
    if communicator.size == 1 { return sorted }
    let signs = try communicator.allGather(sorted.map { Int8($0.skewSign) })
    var columns: [[SortedColumn]] = signs.map { _ in [] }
    for index in 0..<owners.limit {
      let own = index < sorted.count ? sorted[index] : nil
      let values = try communicator.allGather(own?.values(Element.self) ?? Buffer(count: 0))
      let ends = try communicator.allGather(own?.ends ?? Buffer(count: 0))
      for peer in signs.indices where index < signs[peer].count {
        columns[peer].append(
          peer == rank
            ? sorted[index]
            : SortedColumn(values[peer], ends: ends[peer], skewSign: Int(signs[peer][index])))
      }
    }
    return columns.flatMap { $0 }
  }

  /// A part for each worker, an empty one where there is none and for this worker.
  private func foreign<T: BitwiseCopyable>(
    _ part: (Int) -> BufferPart<T>?
  ) -> [BufferPart<T>] {
    rowsOfRanks.indices.map { peer in
      (peer == rank ? nil : part(peer)) ?? BufferPart(Buffer(count: 0), 0..<0)
    }
  }

  /// The column that a worker owns at a place among its own.
  private func column(_ index: Int, of peer: Int, _ owners: ColumnOwners) -> Int? {
    let columns = owners.columnsOfRanks[peer]
    return index < columns.count ? columns.lowerBound + index : nil
  }

  /// The memory of a column of the turn.
  private func part<T: BitwiseCopyable>(
    _ buffers: [Buffer<T>], _ column: Int, _ owners: ColumnOwners
  ) -> BufferPart<T> {
    let buffer = buffers[column - owners.columns.lowerBound]
    return BufferPart(buffer, 0..<buffer.count)
  }
}
