/// Decides when a worker has waited in vain.
///
/// A peer on this host is judged by its heartbeat alone: one that is slow beats on and is waited
/// for as long as it takes; a frozen or dead one does not beat. A peer on another host cannot be
/// seen, so only the time spent in one collective call counts, with a longer limit.
///
/// Time is counted in observations, each worth at most two intervals: when the whole machine was
/// paused and goes on, nobody has been silent.
struct SilenceJudge: Sendable {
  /// What one look at the peers shows.
  struct Observation {
    /// Seconds since the look before.
    var elapsed: Double
    /// Something that is the same only while the rank is in one and the same collective call.
    var collective: UInt64?
    /// The heartbeats of the peers, nil for one that cannot be seen.
    var heartbeats: [UInt64?]
  }

  /// Whom to give up on: a peer by its index, or nobody in sight.
  enum Verdict: Equatable {
    case silent(peer: Int)
    case waitedTooLong
  }

  let limit: Double
  let remoteLimit: Double
  let interval: Double
  private var collective: UInt64?
  private(set) var waited = 0.0
  private var heartbeats: [UInt64?] = []
  private var silences: [Double] = []

  init(limit: Double, remoteLimit: Double, interval: Double) {
    self.limit = limit
    self.remoteLimit = remoteLimit
    self.interval = interval
  }

  /// Takes one look into account; non-nil when the worker should give up.
  mutating func judge(_ observation: Observation) -> Verdict? {
    let elapsed = min(observation.elapsed, 2 * interval)
    if heartbeats.count != observation.heartbeats.count {
      heartbeats = observation.heartbeats
      silences = [Double](repeating: 0, count: heartbeats.count)
    }
    for (peer, heartbeat) in observation.heartbeats.enumerated() {
      silences[peer] = heartbeat == heartbeats[peer] ? silences[peer] + elapsed : 0
    }
    heartbeats = observation.heartbeats
    waited = observation.collective == collective ? waited + elapsed : 0
    collective = observation.collective
    guard collective != nil, waited >= limit else { return nil }
    for peer in heartbeats.indices where heartbeats[peer] != nil && silences[peer] >= limit {
      return .silent(peer: peer)
    }
    return heartbeats.contains(nil) && waited >= remoteLimit ? .waitedTooLong : nil
  }
}
