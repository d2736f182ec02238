internal import Platform

/// A rank's door to the other workers that run the same program.
///
/// Training must come out the same on one worker and on many, and must end, with one error, when
/// any of them fails. So every collective begins with a talk: each rank tells every other one what
/// it is calling and how it is. A rank that failed says that instead, whatever the others are
/// calling, and all throw its `Failure`; different calls at the same place are an error that names
/// both. After that the group is failed and each further collective throws the same at once, since
/// a peer may have gone. A group made by `split` fails on its own.
///
/// All ranks call the same collectives in the same order, each rank from one thread: the class is
/// deliberately not `Sendable`. A lone rank talks to nobody, and never starts MPI.
///
/// Cost: a talk is one message of 128 bytes and up to 64 KiB of payload to each other rank; larger
/// payloads follow in messages of their own, written and read in place.
public final class Communicator {
  /// This worker's place in the group.
  public let rank: Int
  /// How many workers the group has.
  public let size: Int
  /// Where the time went so far; may be set back at any moment.
  public var timeline = Timeline()
  /// Learns when this rank waits for others.
  public var watch: (any CollectiveWatch)?
  /// Asked once a talk: 0 to go on, 1 when the user, 2 when the system asked to stop.
  ///
  /// What one rank answers, all ranks throw at the same talk.
  public var interruptFlag: () -> Int = { 0 }
  /// What all ranks hold equal, such as the hash of a model; ranks that differ are an error.
  public var fingerprint: UInt64 = 0

  let transport: any Transport
  /// The rank in the whole job of each rank of the group.
  let members: [Int]
  let channel: Int
  /// Whether this is the group of the whole job, made by nobody's split.
  let isWhole: Bool
  let room: TalkRoom
  /// The failure that ended the group.
  var failure: Failure?
  var sequence = 0
  var isFinished = false
  /// Groups made from this one, kept while a peer may be waiting in them.
  var children: [Communicator] = []
  var lastLeft = monotonicSeconds()
  let scratch = ReductionScratch()

  init(transport: any Transport, members: [Int], channel: Int, isWhole: Bool) {
    self.transport = transport
    self.members = members
    self.channel = channel
    self.isWhole = isWhole
    rank = members.firstIndex(of: transport.rank) ?? 0
    size = members.count
    room = TalkRoom(members: members, rank: rank)
  }

  /// The whole job behind a transport.
  convenience init(_ transport: any Transport) {
    self.init(transport: transport, members: Array(0..<transport.size), channel: 0, isWhole: true)
  }

  /// The group of one: every collective is immediate.
  public static func solo() -> Communicator { Communicator(SoloTransport()) }

  /// This rank's number in the whole job, which is what failures name.
  public var jobRank: Int { members[rank] }

  /// Seconds since the last collective count as computed, from now on as waiting.
  func beginCollective(_ name: String) throws {
    if let failure { throw failure }
    if isFinished {
      throw Failure(.bug, "worker \(jobRank) called \(name) after the last collective")
    }
    sequence += 1
    timeline.collectives += 1
    timeline.compute += monotonicSeconds() - lastLeft
  }

  /// Runs one collective from its first message to its last.
  func collective<R>(_ name: String, _ body: () throws -> R) throws -> R {
    try beginCollective(name)
    let watch = watch
    watch?.entered(name, sequence: sequence)
    defer {
      watch?.left()
      lastLeft = monotonicSeconds()
    }
    return try body()
  }

  /// Marks the group as failed for good; a lone rank has no peer to miss and goes on.
  func fail(_ failure: Failure) -> Failure {
    if size > 1, self.failure == nil { self.failure = failure }
    return failure
  }
}
