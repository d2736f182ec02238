import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Workers in one process that exchange numbers: each call waits for all.
private final class Meeting: @unchecked Sendable {
  // Proof of Sendable: everything is read and written under the condition's lock.
  private let condition = NSCondition()
  private let count: Int
  private var given: [Int: [Int64]] = [:]
  private var shared: [[Int64]] = []
  private var round = 0
  init(_ count: Int) { self.count = count }

  func gather(_ rank: Int, _ numbers: [Int64]) -> [[Int64]] {
    condition.lock()
    defer { condition.unlock() }
    given[rank] = numbers
    let mine = round
    if given.count == count {
      shared = (0..<count).map { given[$0] ?? [] }
      given = [:]
      round += 1
      condition.broadcast()
    }
    while round == mine { condition.wait() }
    return shared
  }
}

/// Results by rank.
private final class Results: @unchecked Sendable {
  // Proof of Sendable: written under the lock, read after the threads have ended.
  private let lock = NSLock()
  private(set) var items: [Int: (CSVLayout, [CSVPart])] = [:]
  private(set) var failures: [Int: Failure] = [:]
  func put(_ rank: Int, _ item: Result<(layout: CSVLayout, parts: [CSVPart]), any Error>) {
    lock.withLock {
      switch item {
      case .success(let pair): items[rank] = (pair.layout, pair.parts)
      case .failure(let error): failures[rank] = Failure(error)
      }
    }
  }
}

private func readByWorkers(
  _ count: Int, _ path: String, _ splitByteCount: Int, interleaved: Bool
) throws -> Results {
  let meeting = Meeting(count)
  let results = Results()
  try concurrently(count) { rank in
    results.put(
      rank,
      Result {
        var tuning = CSVTuning()
        tuning.splitByteCount = splitByteCount
        tuning.prefixByteCount = 10
        tuning.overrunByteCount = 16
        let source = try CSVSource(paths: [path], options: CSVOptions(), tuning: tuning)
        let total = source.splits.count
        let own =
          interleaved
          ? Array(stride(from: rank, to: total, by: count))
          : Array(rank * total / count..<(rank + 1) * total / count)
        return try source.read(
          splits: own, threads: 1, exchange: CSVExchange { meeting.gather(rank, $0) })
      })
  }
  return results
}

struct WorkerTests {
  private static let text =
    "a,b,c\n"
    + (0..<40).map { row in
      row % 5 == 2
        ? "\(row),\"x\n1,2,3\n\"\"\(row)\n\",1.5\n"
        : row == 33 ? "\(row),y,oops\n" : "\(row),z,\(row)\n"
    }.joined()

  @Test(arguments: [1, 2, 3, 4], [1, 9, 33, 4096])
  func `Any number of workers reads the same rows and types`(count: Int, size: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.text)
    let expected = try table(Self.text)
    for interleaved in [false, true] {
      let results = try readByWorkers(count, path, size, interleaved: interleaved)
      try #require(results.items.count == count, "\(results.failures)")
      let parts = results.items.values.flatMap(\.1).sorted { $0.split < $1.split }
      for (layout, _) in results.items.values { #expect(Table(layout, parts) == expected) }
    }
  }

  @Test(arguments: [1, 2, 3], [1, 30, 4096])
  func `Every worker throws the same first failure`(count: Int, size: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.text + "1,2\n" + Self.text + "1\n")
    let results = try readByWorkers(count, path, size, interleaved: true)
    #expect(results.failures.count == count)
    for failure in results.failures.values {
      #expect(failure.message.contains(": 2 fields, where the file has 3 columns"))
    }
    #expect(Set(results.failures.values.map(\.message)).count == 1)
  }

  @Test func `A survey and single frames give what a read gives`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.text)
    var tuning = CSVTuning()
    tuning.splitByteCount = 50
    let source = try CSVSource(paths: [path], options: CSVOptions(), tuning: tuning)
    let layout = try source.survey(threads: 2)
    let parts = try source.splits.map {
      CSVPart(split: $0.index, frame: try source.frame(ofSplit: $0.index, layout))
    }
    #expect(Table(layout, parts) == (try table(Self.text)))
  }
}
