import LinearAlgebra
import Platform
import Testing

@Suite struct KernelLevelTests {
  @Test func `without a wish the greatest level of the machine is taken`() throws {
    #expect(try KernelLevel.resolve(nil) == KernelLevel.supported.last)
    #expect(try KernelLevel.resolve("") == KernelLevel.supported.last)
    #expect(KernelLevel.supported.first == .plain)
  }

  @Test func `a level that the machine has is obeyed, one that it lacks is refused`() throws {
    for level in KernelLevel.allCases {
      if level.isSupported {
        #expect(try KernelLevel.resolve(level.name) == level)
      } else {
        #expect(throws: Failure.self) { try KernelLevel.resolve(level.name) }
      }
    }
  }

  @Test(arguments: ["AVX2", "avx", "sse2", " plain", "3"])
  func `a level that does not exist is a usage failure that names what there is`(wish: String) {
    let failure = #expect(throws: Failure.self) { try KernelLevel.resolve(wish) }
    #expect(failure?.kind == .usage)
    #expect(failure?.message.contains("'\(wish)'") == true)
    #expect(failure?.hint?.contains("plain") == true)
  }
}
