import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

/// Exact quantiles against sorting.
@Suite struct QuantileTests {
  /// The quantile as its definition says: type 7 of Hyndman and Fan.
  private func textbook(_ numbers: [Double], _ probability: Double) -> Double {
    let sorted = numbers.sorted()
    let place = probability * Double(sorted.count - 1)
    let low = sorted[Int(place)]
    let high = sorted[min(Int(place) + 1, sorted.count - 1)]
    return low == high ? low : low + (high - low) * (place - place.rounded(.down))
  }

  private let probabilities = [0.99, 0, 0.05, 0.25, 0.5, 0.5, 0.75, 1]

  /// The last count is more than are gathered, so that the digits are gone through.
  @Test(arguments: [1, 2, 3, 7, 100, 9000])
  func `every crew finds the quantiles that sorting finds`(count: Int) throws {
    let seed: UInt64 = 11
    var draw = Philox(seed: seed, stage: 0, row: UInt64(count))
    let spread = (0..<count).map { _ in draw.normal() * 1e3 }
    let tied = (0..<count).map { _ in Double(draw.integer(below: 3)) - 1 }
    let wild = (0..<count).map { _ in Double(bitPattern: draw.next() & ~(1 << 62)) }
    let variables = [spread, tied, wild]
    for crew in count > 100 ? [(1, 1), (1, 2), (2, 1), (3, 2)] : crews {
      let answers = try asCrew(crew) { session in
        let (rank, size) = (session.communicator.rank, session.communicator.size)
        let mine = rank * count / size..<(rank + 1) * count / size
        // Some parts are empty, one is a slice, and what is missing or NaN does not count.
        let columns = variables.map { numbers -> [Column] in
          let own = Array(numbers[mine])
          return [
            Column([Double?]()), Column([Double?](own)).slice(0..<own.count / 2),
            Column([nil, .nan] + own[(own.count / 2)...].map { Optional($0) }),
          ]
        }
        return try ExactQuantiles(probabilities).values(of: columns, in: session)
      }
      for answer in answers {
        for (index, numbers) in variables.enumerated() {
          let expected = probabilities.map { textbook(numbers, $0) }
          #expect(answer[index] == expected, "\(crew), seed \(seed)")
        }
      }
    }
  }

  @Test func `a variable without numbers has none`() throws {
    for crew in crews {
      for answer in try asCrew(
        crew,
        { session in
          try ExactQuantiles([0.5]).values(
            of: [[], [Column([Double?]([nil, .nan]))], [Column([Int64?]([3]))]], in: session)
        })
      {
        #expect(answer[0] == nil)
        #expect(answer[1] == nil)
        #expect(answer[2] == [3])
      }
    }
    #expect(try ExactQuantiles([0.5]).values(of: [], in: aloneSession()).isEmpty)
  }

  @Test func `all number types, infinities and both zeros are in order`() throws {
    let columns: [[Column]] = [
      [Column([Float?]([0.5, 1.5]))], [Column([Int32?]([5, -5, 1]))],
      [Column([true, false, true])],
      [Column([Double?]([.infinity, -.infinity, 0, -0.0, 1]))],
    ]
    let found = try ExactQuantiles([0, 0.5, 1]).values(of: columns, in: aloneSession())
    #expect(found == [[0.5, 1, 1.5], [-5, 1, 5], [0, 1, 1], [-.infinity, 0, .infinity]])
  }

  @Test func `what has no quantiles is refused`() {
    #expect(failure { _ = try ExactQuantiles([0.5, 1.5]) }.kind == .usage)
    #expect(failure { _ = try ExactQuantiles([.nan]) }.kind == .usage)
    let texts = failure {
      _ = try ExactQuantiles([0.5]).values(of: [[Column([String?]([]))]], in: aloneSession())
    }
    #expect(texts.message == "there are no quantiles of a text column")
  }

  @Test func `keys have the order of their numbers and give them back`() {
    let numbers: [Double] = [
      -.infinity, -.greatestFiniteMagnitude, -1, -.leastNonzeroMagnitude, 0,
      .leastNonzeroMagnitude, 1, 1 + .ulpOfOne, .infinity,
    ]
    let keys = numbers.map { OrderedKey.key(of: $0) }
    #expect(keys == keys.sorted())
    #expect(keys.map { OrderedKey.number(of: $0) } == numbers)
    #expect(OrderedKey.key(of: -0.0) == OrderedKey.key(of: 0.0))
    let integers: [Int64] = [.min, -1, 0, 1, .max]
    let integerKeys = integers.map { OrderedKey.key(of: $0) }
    #expect(integerKeys == integerKeys.sorted())
    #expect(integerKeys.map { OrderedKey.integer(of: $0) } == integers)
  }
}
