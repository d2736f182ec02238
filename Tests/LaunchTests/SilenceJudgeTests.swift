import Testing

@testable import Cluster

@Suite struct SilenceJudgeTests {
  /// Looks once a second for so long, and says when somebody was given up on.
  private func verdict(
    _ seconds: Int, elapsed: Double = 1, collective: (Int) -> UInt64? = { _ in 1 },
    beats: (Int) -> [UInt64?]
  ) -> (at: Int, verdict: SilenceJudge.Verdict)? {
    var judge = SilenceJudge(limit: 10, remoteLimit: 100, interval: 1)
    for second in 0..<seconds {
      let observation = SilenceJudge.Observation(
        elapsed: elapsed, collective: collective(second), heartbeats: beats(second))
      if let verdict = judge.judge(observation) { return (second, verdict) }
    }
    return nil
  }

  @Test func `a frozen peer is named after the limit, not before`() throws {
    let found = try #require(verdict(100) { [UInt64($0), 7, UInt64($0)] })
    #expect(found.verdict == .silent(peer: 1))
    #expect(found.at == 10)
  }

  @Test func `a slow peer that beats is waited for without end`() {
    #expect(verdict(10_000) { [UInt64($0), UInt64($0)] } == nil)
  }

  @Test func `who is in no collective call gives up on nobody`() {
    #expect(verdict(1000, collective: { _ in nil }) { _ in [7] } == nil)
  }

  @Test func `a new collective call begins the wait anew`() {
    #expect(verdict(1000, collective: { UInt64($0 / 9) }) { _ in [7] } == nil)
  }

  @Test func `a peer out of sight is given the longer limit`() throws {
    let found = try #require(verdict(1000) { [UInt64($0), nil] })
    #expect(found.verdict == .waitedTooLong)
    #expect(found.at == 100)
  }

  @Test func `a pause of the whole machine is nobody's silence`() {
    var judge = SilenceJudge(limit: 10, remoteLimit: 100, interval: 1)
    for elapsed in [1, 1, 3600, 1, 1.0] {
      let observation = SilenceJudge.Observation(
        elapsed: elapsed, collective: 1, heartbeats: [7])
      #expect(judge.judge(observation) == nil)
    }
  }
}
