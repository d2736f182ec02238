internal import Synchronization

/// Which columns a summary looks at together, so that they fit in memory: all of them where they
/// do, and else run after run, each of which takes a pass of its own over the rows.
struct ColumnGroups {
  /// How many columns are worked on at one time, and what a row of each takes beside its values.
  static let batch = 8
  private static let workByteCount = 32

  private let byteCounts: [Int]
  private let rowCount: Int
  /// The columns of each pass, in their order.
  private(set) var groups: [Range<Int>] = []

  /// - Parameters:
  ///   - byteCounts: what the values of each column take on the worker where they take the most.
  ///   - rowCount: the most rows that a worker has.
  ///   - room: how much memory there is.
  init(_ byteCounts: [Int], rowCount: Int, room: Int) {
    self.byteCounts = byteCounts
    self.rowCount = rowCount
    var start = 0
    for end in byteCounts.indices where end > start && cost(of: start..<end + 1) > room {
      groups.append(start..<end)
      start = end
    }
    groups.append(start..<byteCounts.count)
  }

  /// How much memory some columns take while they are looked at.
  func cost(of columns: Range<Int>) -> Int {
    byteCounts[columns].reduce(min(Self.batch, columns.count) * rowCount * Self.workByteCount, +)
  }
}

/// How much of the budget the rows of a worker have taken, counted by several threads.
final class HeldMemory: Sendable {
  private let taken = Atomic(0)
  private let room: Int

  init(room: Int) { self.room = room }

  /// Counts bytes; whether they and all before them fit.
  func take(_ byteCount: Int) -> Bool {
    taken.add(byteCount, ordering: .relaxed).newValue <= room
  }
}
