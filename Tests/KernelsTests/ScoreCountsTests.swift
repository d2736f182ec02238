import LinearAlgebra
import Testing

/// Counts among scores, against counting one by one.
@Suite struct ScoreCountsTests {
  @Test func `every stretch is counted, infinities and no numbers too`() {
    var draw = Philox(seed: 5, stage: 0, row: 0)
    let odd: [Float] = [.nan, .infinity, -.infinity, -0.0]
    for count in 0...35 {
      var scores = (0..<count).map { _ in Float(draw.integer(below: 5)) - 2 }
      for place in scores.indices where draw.integer(below: 5) == 0 {
        scores[place] = odd[draw.integer(below: 4)]
      }
      for low in 0...count {
        for own in [-2, 0, 1, .infinity, -.infinity, .nan] as [Float] {
          let found = ScoreCounts.compare(scores, low..<count, with: own)
          #expect(found.above == scores[low...].count { $0 > own })
          #expect(found.atLeast == scores[low...].count { $0 >= own })
        }
      }
      let kept = scores.map { $0 > -.infinity ? $0 : .nan }
      #expect(ScoreCounts.keepNumbers(&scores) == kept.count { !$0.isNaN })
      #expect(zip(scores, kept).allSatisfy { $0.isNaN && $1.isNaN || $0 == $1 })
    }
  }
}
