import Platform
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test(arguments: [0, 1, 2, 7, 32])
  func `each index runs once`(count: Int) throws {
    let seen = Mutex([Int]())
    try concurrently(count) { index in seen.withLock { $0.append(index) } }
    let indices = seen.withLock { $0.sorted() }
    #expect(indices == Array(0..<count))
  }

  @Test func `the first error in index order is thrown after all have ended`() throws {
    // The lower an index, the later it fails: index 1 waits until all the others are through.
    for failing in [[1, 2, 5], [0, 3], [7], [6, 7]] {
      let ended = Atomic(0)
      let thrown = failure {
        try concurrently(8) { index in
          if index == failing[0] {
            while ended.load(ordering: .acquiring) < 7 {}
          }
          ended.add(1, ordering: .releasing)
          if failing.contains(index) { throw Failure(.failed, "index \(index)") }
        }
      }
      #expect(thrown.message == "index \(failing[0])")
      let endedCount = ended.load(ordering: .acquiring)
      #expect(endedCount == 8)
    }
  }

  @Test func `a thread hands its outcome over when it is joined`() throws {
    let flag = Atomic(false)
    withoutActuallyEscaping({ @Sendable () throws -> Void in
      flag.store(true, ordering: .releasing)
      throw Failure(.data, "inside")
    }) { work in
      let outcome = SystemThread(work).join()
      #expect(failure { try outcome.get() }.message == "inside")
    }
    let hasRun = flag.load(ordering: .acquiring)
    #expect(hasRun)
  }
}
