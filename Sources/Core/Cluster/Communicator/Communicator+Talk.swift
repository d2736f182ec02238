internal import FoundationEssentials
internal import Platform

/// What a rank says in a talk besides its header.
@unsafe enum TalkPayload {
  case none
  /// The same bytes to all.
  case shared(UnsafeRawBufferPointer)
  /// Bytes for each rank of the group, its own among them.
  case each([UnsafeRawBufferPointer])

  func bytes(for peer: Int) -> UnsafeRawBufferPointer {
    switch unsafe self {
    case .none: unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    case .shared(let bytes): unsafe bytes
    case .each(let parts): unsafe parts[peer]
    }
  }
}

extension Communicator {
  /// The one primitive: tells every other rank of the group something and hears from each.
  ///
  /// Throws the same on all ranks if any of them failed, was interrupted, or called another
  /// collective. Payloads over 64 KiB are only announced; `transfer` moves them afterwards.
  func talk(
    _ operation: Operation, _ name: String, detail: Int = 0, furtherDetail: UInt64 = 0,
    payload: TalkPayload = unsafe .none, failure: Failure? = nil
  ) throws {
    var header = TalkHeader(
      operation: operation, name: name, sequence: sequence, detail: detail,
      furtherDetail: furtherDetail, fingerprint: fingerprint)
    header.interrupt = UInt32(clamping: interruptFlag())
    if size == 1 {
      if let failure { throw fail(failure) }
      if let stop = Failure.stopped(by: header.interrupt) { throw fail(stop) }
      return
    }
    let start = monotonicSeconds()
    defer { timeline.wait += monotonicSeconds() - start }
    if let failure {
      let named = failure.named(by: jobRank)
      let words = named.encoded(limit: TalkRoom.inlineLimit)
      header.status = TalkHeader.Status.failed.rawValue
      notifyChildren(of: named)
      unsafe words.withUnsafeBytes { bytes in unsafe write(header, .shared(bytes)) }
      try exchangeMessages()
    } else {
      unsafe write(header, payload)
      try exchangeMessages()
    }
    if let verdict = verdict(own: header, failure: failure) { throw fail(verdict) }
    forgetChildren()
  }

  /// Lets go of groups that nobody here holds: all ranks came to this talk, so none waits in them.
  private func forgetChildren() {
    for index in children.indices.reversed()
    where children[index].isFinished || isKnownUniquelyReferenced(&children[index]) {
      children.remove(at: index)
    }
  }

  private func exchangeMessages() throws {
    do {
      unsafe try transport.exchange(
        sending: UnsafeBufferPointer(rebasing: room.sends[..<room.peerCount]),
        receiving: UnsafeBufferPointer(rebasing: room.receives[..<room.peerCount]),
        channel: channel)
    } catch {
      throw fail(Failure(error))
    }
  }

  /// Sets up the outgoing messages.
  private func write(_ header: TalkHeader, _ payload: TalkPayload) {
    var header = header
    timeline.messagesSent += room.peerCount
    if case .each(let parts) = unsafe payload {
      for place in 0..<room.peerCount {
        let peer = room.peer(at: place)
        let message = unsafe room.message(for: peer)
        let count = unsafe Self.fill(message, &header, parts[peer])
        unsafe room.sends[place].start = message
        unsafe room.sends[place].count = count
        timeline.bytesSent += count
      }
    } else {
      let message = unsafe room.sharedMessage
      let count = unsafe Self.fill(message, &header, payload.bytes(for: rank))
      for place in 0..<room.peerCount {
        unsafe room.sends[place].start = message
        unsafe room.sends[place].count = count
      }
      timeline.bytesSent += count * room.peerCount
    }
  }

  /// Writes one message and returns its length.
  private static func fill(
    _ message: UnsafeMutableRawPointer, _ header: inout TalkHeader,
    _ payload: UnsafeRawBufferPointer
  ) -> Int {
    header.payloadCount = Int64(payload.count)
    header.isDeferred = payload.count > TalkRoom.inlineLimit ? 1 : 0
    unsafe header.store(at: message)
    guard header.isDeferred == 0, let source = payload.baseAddress else {
      return TalkHeader.byteCount
    }
    unsafe (message + TalkHeader.byteCount).copyMemory(from: source, byteCount: payload.count)
    return TalkHeader.byteCount + payload.count
  }

  /// What all ranks conclude from all headers; they see the same ones, so they conclude the same.
  private func verdict(own: TalkHeader, failure: Failure?) -> Failure? {
    let first = rank == 0 ? own : room.header(from: 0)
    var interrupt: UInt32 = 0
    var differing: Failure?
    for peer in 0..<size {
      let header = peer == rank ? own : room.header(from: peer)
      if header.mark != TalkHeader.currentMark {
        return Failure(
          .bug, "worker \(members[peer]) runs another version of this program",
          hint: "install the same program on every host")
      }
      if header.status == TalkHeader.Status.failed.rawValue {
        guard peer == rank else { return unsafe Failure.decoded(room.payload(from: peer)) }
        // What peers decode is what was encoded, so this rank throws that too.
        let words = failure?.named(by: jobRank).encoded(limit: TalkRoom.inlineLimit) ?? []
        return unsafe words.withUnsafeBytes { bytes in unsafe Failure.decoded(bytes) }
      }
      interrupt = max(interrupt, header.interrupt)
      if differing == nil { differing = mismatch(first, header, peer) }
    }
    return Failure.stopped(by: interrupt) ?? differing
  }

  /// The error for two ranks that are not at the same place of the program.
  private func mismatch(_ first: TalkHeader, _ other: TalkHeader, _ peer: Int) -> Failure? {
    let names = (members[0], members[peer])
    let call: (TalkHeader) -> String = { "\($0.title) (collective \($0.sequence))" }
    let isBarrier = first.operation == Operation.barrier.rawValue
    if first.operation != other.operation || first.sequence != other.sequence
      || (isBarrier && first.name != other.name)
    {
      return Failure(
        .bug, "the workers do not run the same program",
        causes: ["worker \(names.0) called \(call(first)), worker \(names.1) \(call(other))"])
    }
    if first.detail != other.detail || first.furtherDetail != other.furtherDetail {
      let shapes =
        "\(first.detail)/\(first.furtherDetail) and \(other.detail)/\(other.furtherDetail)"
      return Failure(
        .bug, "workers \(names.0) and \(names.1) called \(call(first)) with other arguments",
        causes: ["they passed \(shapes)"])
    }
    if first.fingerprint != other.fingerprint {
      return Failure(
        .bug, "workers \(names.0) and \(names.1) hold different states at \(call(first))",
        causes: ["their fingerprints are \(first.fingerprint) and \(other.fingerprint)"])
    }
    return nil
  }

  /// Tells the peers in groups below this one, which may be waiting there for this rank.
  private func notifyChildren(of failure: Failure) {
    let groups = children
    children = []
    for child in groups where child.failure == nil && !child.isFinished && child.size > 1 {
      child.notifyChildren(of: failure)
      child.sequence += 1
      var header = TalkHeader(
        operation: .finish, name: Operation.finish.name, sequence: child.sequence, detail: 0,
        furtherDetail: 0, fingerprint: child.fingerprint)
      header.status = TalkHeader.Status.failed.rawValue
      let words = failure.encoded(limit: TalkRoom.noticeLimit)
      unsafe words.withUnsafeBytes { bytes in unsafe child.write(header, .shared(bytes)) }
      for place in 0..<child.room.peerCount {
        // A transport that fails here has lost the peer, and the parent's talk will say so.
        unsafe try? transport.post(child.room.sends[place], channel: child.channel)
      }
      _ = child.fail(failure)
    }
  }
}
