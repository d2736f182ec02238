internal import Glibc
internal import Platform

/// The mailboxes of a job whose ranks are threads of one process.
final class PostOffice: Sendable {
  let boxes: [Mailbox]
  /// Seconds after which a silent peer counts as lost, so that no test can hang for ever.
  let patience: Int

  init(size: Int, patience: Int) {
    boxes = (0..<size).map { _ in Mailbox() }
    self.patience = patience
  }
}

/// The transport of one thread among several that play the ranks of a job.
final class ThreadTransport: Transport {
  let rank: Int
  let channelLimit = Int.max
  var nextChannel = 1
  private let office: PostOffice

  var size: Int { office.boxes.count }

  init(rank: Int, office: PostOffice) {
    self.rank = rank
    self.office = office
  }

  func exchange(
    sending: UnsafeBufferPointer<Parcel>, receiving: UnsafeBufferPointer<Parcel>, channel: Int
  ) throws {
    for place in sending.indices {
      let parcel = unsafe sending[place]
      unsafe try post(parcel, channel: channel)
    }
    for place in receiving.indices {
      let parcel = unsafe receiving[place]

      let sender = unsafe parcel.peer
      let letter = office.boxes[rank].take(
        from: sender, channel: channel, patience: office.patience)
      guard let letter else {
        throw Failure(.workerLost, "worker \(sender) was silent for \(office.patience) seconds")
      }
      let room = unsafe UnsafeMutableRawBufferPointer(start: parcel.start, count: parcel.count)
      require(letter.count <= room.count, "\(letter.count) bytes came, room for \(room.count)")
      unsafe room.copyBytes(from: letter)
    }
  }

  func post(_ parcel: Parcel, channel: Int) throws {
    unsafe office.boxes[parcel.peer].put(
      UnsafeRawBufferPointer(start: parcel.start, count: parcel.count), from: rank,
      channel: channel)
  }

  func close() throws {}
}
