internal import Platform

/// The memory in which a group's talks happen, made once.
@safe final class TalkRoom {
  static let inlineLimit = 1 << 16
  /// A notice to a peer that may never take it must fit into what MPI sends ahead.
  static let noticeLimit = 2048
  static let stride = TalkHeader.byteCount + inlineLimit

  let members: [Int]
  let rank: Int
  /// One message that goes to all, and behind it, where wanted, one message a peer.
  private var outgoing: UnsafeMutableRawPointer
  private var hasOutgoingPerPeer = false
  private let incoming: UnsafeMutableRawPointer
  let sends: UnsafeMutableBufferPointer<Parcel>
  let receives: UnsafeMutableBufferPointer<Parcel>

  init(members: [Int], rank: Int) {
    self.members = members
    self.rank = rank
    let size = members.count
    unsafe outgoing = .allocate(byteCount: size > 1 ? Self.stride : 64, alignment: 64)
    unsafe incoming = .allocate(byteCount: size > 1 ? size * Self.stride : 64, alignment: 64)
    unsafe sends = .allocate(capacity: size)
    unsafe receives = .allocate(capacity: size)
    // The nearest higher rank first, so that not everybody writes to rank 0 at once.
    for step in 1..<max(1, size) {
      let peer = (rank + step) % size
      unsafe receives.initializeElement(
        at: step - 1,
        to: Parcel(
          peer: members[peer], start: incoming + peer * Self.stride, count: Self.stride))
      unsafe sends.initializeElement(
        at: step - 1, to: Parcel(peer: members[peer], start: outgoing, count: 0))
    }
  }

  deinit {
    unsafe outgoing.deallocate()
    unsafe incoming.deallocate()
    unsafe sends.deallocate()
    unsafe receives.deallocate()
  }

  var peerCount: Int { members.count - 1 }

  /// The peer, counted in the group, that the parcel at `place` belongs to.
  func peer(at place: Int) -> Int { (rank + 1 + place) % members.count }

  /// Where the message to all stands.
  var sharedMessage: UnsafeMutableRawPointer { unsafe outgoing }

  /// Where the message to one peer stands.
  func message(for peer: Int) -> UnsafeMutableRawPointer {
    if !hasOutgoingPerPeer {
      hasOutgoingPerPeer = true
      unsafe outgoing.deallocate()
      unsafe outgoing = .allocate(byteCount: (members.count + 1) * Self.stride, alignment: 64)
    }
    return unsafe outgoing + (peer + 1) * Self.stride
  }

  /// What a peer said in the last talk.
  func header(from peer: Int) -> TalkHeader {
    unsafe TalkHeader(at: incoming + peer * Self.stride)
  }

  /// Where a payload that came with its header stands, on a cache line's border.
  func payloadStart(of peer: Int) -> UnsafeMutableRawPointer {
    unsafe incoming + peer * Self.stride + TalkHeader.byteCount
  }

  /// The payload that came with the header, as far as it was not deferred.
  func payload(from peer: Int) -> UnsafeRawBufferPointer {
    let header = header(from: peer)
    let count = header.isDeferred == 0 ? Int(header.payloadCount) : 0
    require(count >= 0 && count <= Self.inlineLimit, "a talk's payload of \(count) bytes")
    return unsafe UnsafeRawBufferPointer(
      start: payloadStart(of: peer), count: count)
  }
}
