internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// Tables of users and items, as many as threads read at once; a split takes one for itself.
///
/// A table a split would hold popular names many times over.
final class NameTables: Sendable {
  struct Table: Sendable {
    let place: Int
    var users: IdentifierCounts
    var items: IdentifierCounts
  }

  private struct State {
    var free: [Table] = []
    var count = 0
  }

  private let state = Mutex(State())

  /// Counts the names of some rows.
  /// - Returns: which table did, and its codes.
  func codes(
    _ users: (name: String, column: Column), _ items: (name: String, column: Column)
  ) throws -> (table: Int, users: Buffer<Int32>, items: Buffer<Int32>) {
    var table = try take(users, items)
    defer { state.withLock { $0.free.append(table) } }
    return (table.place, table.users.add(users.column), table.items.add(items.column))
  }

  private func take(
    _ users: (name: String, column: Column), _ items: (name: String, column: Column)
  ) throws -> Table {
    let (free, place) = state.withLock { state -> (Table?, Int) in
      if let table = state.free.popLast() { return (table, table.place) }
      state.count += 1
      return (nil, state.count - 1)
    }
    func empty(_ names: (name: String, column: Column)) throws -> IdentifierCounts {
      do { return try IdentifierCounts(names.column.type) } catch {
        throw Failure(error).whilst("the column '\(names.name)' names nothing")
      }
    }
    return try free ?? Table(place: place, users: empty(users), items: empty(items))
  }

  /// All of them by their places, when nobody counts any more.
  var all: [Table] { state.withLock { $0.free.sorted { $0.place < $1.place } } }
}
