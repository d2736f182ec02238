internal import Platform

extension Communicator {
  /// Moves large parcels, whose sizes both sides know from the talk before.
  ///
  /// Peers in the parcels are counted in the group.
  func transfer(sending: [Parcel], receiving: [Parcel]) throws {
    unsafe try sending.withUnsafeBufferPointer { sending in
      unsafe try receiving.withUnsafeBufferPointer { receiving in
        unsafe try transfer(sending: sending, receiving: receiving)
      }
    }
  }

  /// The same with parcels that name the job's ranks already, in memory made before.
  func transfer(
    sending: UnsafeBufferPointer<Parcel>, receiving: UnsafeBufferPointer<Parcel>
  ) throws {
    let start = monotonicSeconds()
    defer { timeline.transfer += monotonicSeconds() - start }
    for place in sending.indices {
      let parcel = unsafe sending[place]
      unsafe timeline.bytesSent += parcel.count
    }
    timeline.messagesSent += sending.count
    do {
      unsafe try transport.exchange(sending: sending, receiving: receiving, channel: channel)
    } catch {
      throw fail(Failure(error))
    }
  }

  /// Talks with a payload of any size for each rank; afterwards the parts of all ranks.
  ///
  /// The parts come as memory that lives until `body` is left; or, where it is given, in what `room`
  /// has for the sizes of all ranks' parts.
  func exchangeParts<R>(
    _ operation: Operation, _ name: String, detail: Int, payload: TalkPayload,
    into room: ([Int]) -> [UnsafeMutableRawBufferPointer]? = { _ in nil },
    _ body: ([UnsafeRawBufferPointer]) throws -> R
  ) throws -> R {
    unsafe try talk(operation, name, detail: detail, payload: payload)
    let peers = (0..<(size - 1)).map(self.room.peer(at:))
    var sends: [Parcel] = unsafe []
    var receives: [Parcel] = unsafe []
    var parts = unsafe [UnsafeRawBufferPointer](
      repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: size)
    var borrowed: [UnsafeMutableRawBufferPointer] = unsafe []
    defer {
      for place in unsafe borrowed.indices {
        let memory = unsafe borrowed[place]
        unsafe memory.deallocate()
      }
    }
    unsafe parts[rank] = unsafe payload.bytes(for: rank)
    var sizes = [Int](repeating: unsafe parts[rank].count, count: size)
    for peer in peers { sizes[peer] = Int(self.room.header(from: peer).payloadCount) }
    let targets = unsafe room(sizes)
    for peer in peers {
      let bytes = unsafe payload.bytes(for: peer)
      if bytes.count > TalkRoom.inlineLimit, let start = bytes.baseAddress {
        unsafe sends.append(
          Parcel(
            peer: members[peer], start: UnsafeMutableRawPointer(mutating: start),
            count: bytes.count))
      }
      let arrived = unsafe self.room.payload(from: peer)
      guard self.room.header(from: peer).isDeferred != 0 else {
        unsafe parts[peer] = arrived
        if let target = unsafe targets?[peer] { unsafe target.copyMemory(from: arrived) }
        continue
      }
      let memory =
        unsafe targets?[peer] ?? .allocate(byteCount: sizes[peer], alignment: 64)
      if unsafe targets == nil { unsafe borrowed.append(memory) }
      if let start = memory.baseAddress {
        unsafe receives.append(Parcel(peer: members[peer], start: start, count: memory.count))
      }
      unsafe parts[peer] = UnsafeRawBufferPointer(memory)
    }
    if unsafe !sends.isEmpty || !receives.isEmpty {
      unsafe try transfer(sending: sends, receiving: receives)
    }
    return unsafe try body(parts)
  }
}

extension Array where Element: BitwiseCopyable {
  /// The elements that lie in these bytes.
  init(copying bytes: UnsafeRawBufferPointer) {
    let count = bytes.count / MemoryLayout<Element>.stride
    unsafe self.init(unsafeUninitializedCapacity: count) { elements, filled in
      unsafe UnsafeMutableRawBufferPointer(elements).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<Element>.stride)]))
      filled = count
    }
  }
}
