public import Cluster
internal import Synchronization

/// What came up while lists were made, for whoever asked for them to be told.
public final class ListTally: Sendable {
  /// Counts of lists.
  public struct Counts: Sendable, Equatable {
    /// Lists for those whom the model does not know.
    public var unknown = 0
    /// Lists with something in them, but less than was asked for.
    public var short = 0
    /// Lists with nothing in them, of those whom the model knows.
    public var empty = 0
    /// Users whose vectors were made of ratings that came with the request.
    public var folded = 0
    /// Rows that should have had reasons and have none.
    public var unexplained = 0

    public init() {}

    var values: [Int64] { [unknown, short, empty, folded, unexplained].map { Int64($0) } }
  }

  private let counts = Mutex(Counts())

  public init() {}

  func add(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

  /// Those of all workers; a collective call.
  public func total(in session: Session) throws -> Counts {
    let sums = try session.communicator.allReduce(counts.withLock { $0.values }, by: .sum)
    var total = Counts()
    (total.unknown, total.short, total.empty) = (Int(sums[0]), Int(sums[1]), Int(sums[2]))
    (total.folded, total.unexplained) = (Int(sums[3]), Int(sums[4]))
    return total
  }
}
