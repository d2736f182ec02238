import Platform
import Testing

@Suite struct NearestNameTests {
  private let names = ["kmeans", "lof", "isolation-forest", "logistic-regression", "linear"]

  @Test(arguments: [
    ("kmean", "kmeans"), ("kmaens", "kmeans"), ("KMEANS", "kmeans"), ("lfo", "lof"),
    ("isolatoin-forest", "isolation-forest"), ("liner", "linear"), ("lineär", "linear"),
  ])
  func `a slip of the keyboard finds the name that was meant`(typed: String, meant: String) {
    #expect(nearestName(to: typed, in: names) == meant)
    #expect(nameHint(for: typed, in: names) == "did you mean '\(meant)'?")
  }

  @Test(arguments: ["", "xyz", "knn", "forest"])
  func `a word far from all names finds none, and the list is shown`(typed: String) {
    #expect(nearestName(to: typed, in: names) == nil)
    #expect(nameHint(for: typed, in: names) == "there are: \(names.joined(separator: ", "))")
  }

  @Test func `a long list is not shown, an empty one gives no hint`() {
    #expect(nameHint(for: "zzzz", in: (0..<21).map { "column\($0)" }) == nil)
    #expect(nameHint(for: "zzzz", in: []) == nil)
    #expect(nearestName(to: "a", in: []) == nil)
  }

  @Test func `of names equally near the first is taken`() {
    #expect(nearestName(to: "x1", in: ["x2", "x3", "y1"]) == "x2")
  }
}

@Suite struct MachineTests {
  @Test func `the machine grants at least a core and some memory`() {
    #expect(Machine.coreCount >= 1)
    #expect(Machine.memoryByteCount > 1 << 20)
    #expect(Machine.peakMemoryByteCount > 1 << 20)
    #expect(Machine.peakMemoryByteCount < Machine.memoryByteCount)
    #expect(!Machine.hostName.isEmpty)
    #expect(Machine.keepsDenormals)
    #expect(Machine.byteOrder == "little" || Machine.byteOrder == "big")
  }

  @Test func `the clock never goes back`() {
    let times = (0..<1000).map { _ in monotonicSeconds() }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func `a variable that is unset or empty is none`() {
    #expect(environmentVariable("MARTLET_NO_SUCH_VARIABLE") == nil)
    #expect(environmentVariable("PATH") != nil)
  }
}
