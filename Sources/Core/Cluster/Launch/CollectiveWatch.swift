/// Who wants to know when this rank waits for the others.
///
/// A communicator calls it around each collective call.
public protocol CollectiveWatch: AnyObject, Sendable {
  /// The rank goes into a collective call.
  func entered(_ operation: String, sequence: Int)
  /// It came out of it.
  func left()
}
