internal import Platform

/// A stretch of memory on its way to or from a peer.
@unsafe struct Parcel {
  /// The other rank, counted in the whole job.
  var peer: Int
  var start: UnsafeMutableRawPointer
  /// Bytes to send, or the most that may arrive.
  var count: Int
}

/// How bytes move between the ranks of a job; the one thing that solo, threads and MPI differ in.
///
/// Messages of one pair of ranks on one channel arrive in the order in which they were sent.
protocol Transport: AnyObject {
  var rank: Int { get }
  var size: Int { get }
  /// How many channels there are; each group of ranks takes one.
  var channelLimit: Int { get }
  /// A number above each channel that this rank has used; 0 is the whole job's.
  var nextChannel: Int { get set }

  /// Sends and receives all parcels and waits for the end of all of them.
  ///
  /// A message may be shorter than the parcel that receives it, never longer.
  func exchange(
    sending: UnsafeBufferPointer<Parcel>, receiving: UnsafeBufferPointer<Parcel>, channel: Int
  ) throws

  /// Sends one small parcel without waiting for anybody to take it.
  func post(_ parcel: Parcel, channel: Int) throws

  /// Ends the use of the transport; the ranks do it together.
  func close() throws
}

/// The transport of a job with one rank.
final class SoloTransport: Transport {
  let rank = 0
  let size = 1
  let channelLimit = Int.max
  var nextChannel = 1

  func exchange(
    sending: UnsafeBufferPointer<Parcel>, receiving: UnsafeBufferPointer<Parcel>, channel: Int
  ) throws {
    require(sending.isEmpty && receiving.isEmpty, "a lone rank has nobody to talk to")
  }

  func post(_ parcel: Parcel, channel: Int) throws {}
  func close() throws {}
}
