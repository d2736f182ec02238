/// Where the time of a rank went, and how much it sent.
///
/// Counted in every collective from the first one on, so that a report can name the slow rank and a
/// test can hold the bytes and the merges of a rank against the number of ranks.
public struct Timeline: Sendable, Equatable, Codable, BitwiseCopyable {
  /// Seconds between collectives.
  public var compute = 0.0
  /// Seconds in talks: waiting for the slowest rank, and the short messages.
  public var wait = 0.0
  /// Seconds in which large payloads moved.
  public var transfer = 0.0
  /// Bytes sent to other ranks, headers included.
  public var bytesSent = 0
  /// Messages sent to other ranks.
  public var messagesSent = 0
  /// Collectives begun.
  public var collectives = 0
  /// Additions of two doubles in ordered sums.
  public var merges = 0

  public init() {}
}

/// Learns when a rank goes into a blocking collective and when it is out again.
///
/// The watchdog of a rank is one: it ends the process when the rank is stuck for too long.
public protocol CollectiveWatch: AnyObject {
  /// The rank is about to wait for the others.
  func entered(_ operation: String, sequence: Int)
  /// The rank is not waiting any more.
  func left()
}
