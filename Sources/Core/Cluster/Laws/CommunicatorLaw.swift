internal import Platform

/// Something that must hold for every group of workers, whatever carries its messages.
///
/// A value, so that unit tests over threads, the program `martlet-laws` under `mpirun`, and a
/// stranger's package check the same ones. All ranks check a law together; a law that breaks throws
/// a `Failure` on every rank. Afterwards the group is as usable as before.
public struct CommunicatorLaw: Sendable {
  public let name: String
  public let check: @Sendable (Communicator) throws -> Void

  public init(_ name: String, check: @escaping @Sendable (Communicator) throws -> Void) {
    self.name = name
    self.check = check
  }

  /// All laws of a communicator, the simple ones first.
  public static let all: [CommunicatorLaw] =
    collectiveLaws + reductionLaws + failureLaws + groupLaws

  /// What breaks a law.
  static func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws {
    if !holds { throw Failure(.bug, "a law of the workers is broken: \(words())") }
  }
}

/// Numbers that every rank can compute for every other one (SplitMix64; Steele, Lea, Flood 2014).
struct LawNumbers {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9e37_79b9_7f4a_7c15 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// Whole numbers on both sides of zero.
  mutating func integers(_ count: Int) -> [Int64] {
    (0..<count).map { _ in Int64(bitPattern: next()) >> 20 }
  }

  /// Numbers whose sum shows every change of order: of very different size and of both signs.
  mutating func doubles(_ count: Int) -> [Double] {
    let sizes = [1e16, 1, 1e-8, 1e8]
    var result = [Double](repeating: 0, count: count)
    var index = 0
    while index < count {
      let word = next()
      let part = Double(word >> 11) * 0x1p-53 * sizes[Int(word & 3)]
      result[index] = word & 4 == 0 ? part : -part
      index += 1
    }
    return result
  }
}
