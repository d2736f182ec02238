/// A pattern as instructions for many threads at once (Thompson, CACM 1968; Pike's way of keeping
/// their order).
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    /// Takes one scalar of a class, and goes on.
    case take(CharacterClass)
    /// Goes on at both; what comes of the first counts more.
    case split(Int, Int)
    case jump(Int)
    case check(PatternTree.Assertion)
    case match
  }

  static let instructionLimit = 10_000

  private(set) var instructions: [Instruction] = []
  /// The scalars that a match can begin with; nil where it can be empty or begin with a check.
  let firsts: CharacterClass?

  init(_ tree: PatternTree) throws(PatternProblem) {
    firsts = tree.firsts.map { CharacterClass($0) }
    try add(tree)
    instructions.append(.match)
  }

  private mutating func add(_ tree: PatternTree) throws(PatternProblem) {
    if instructions.count > Self.instructionLimit {
      throw PatternProblem(
        requirement: "of at most \(Self.instructionLimit) steps when its counts are written out")
    }
    switch tree {
    case .empty: break
    case .scalar(let set): instructions.append(.take(set))
    case .sequence(let parts): for part in parts { try add(part) }
    case .assertion(let assertion): instructions.append(.check(assertion))
    case .choice(let branches):
      var ends: [Int] = []
      for (place, branch) in branches.enumerated() {
        guard place + 1 < branches.count else {
          try add(branch)
          break
        }
        let start = reserve()
        try add(branch)
        ends.append(reserve())
        instructions[start] = .split(start + 1, instructions.count)
      }
      for end in ends { instructions[end] = .jump(instructions.count) }
    case .repeated(let part, let least, let most, let isGreedy):
      for _ in 0..<least { try add(part) }
      guard let most else {
        let start = reserve()
        try add(part)
        instructions.append(.jump(start))
        instructions[start] = split(start + 1, instructions.count, isGreedy)
        return
      }
      var splits: [Int] = []
      for _ in least..<max(least, most) {
        splits.append(reserve())
        try add(part)
      }
      for place in splits { instructions[place] = split(place + 1, instructions.count, isGreedy) }
    }
  }

  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }

  private func split(_ inside: Int, _ behind: Int, _ isGreedy: Bool) -> Instruction {
    isGreedy ? .split(inside, behind) : .split(behind, inside)
  }
}

extension PatternTree {
  /// What the first scalar of a match may be; nil where there may be none.
  fileprivate var firsts: [CharacterClass.Item]? {
    switch self {
    case .empty, .assertion: return nil
    case .scalar(let set): return set.items
    case .sequence(let parts): return parts.first.flatMap(\.firsts)
    case .choice(let branches):
      var items: [CharacterClass.Item] = []
      for branch in branches {
        guard let own = branch.firsts else { return nil }
        items += own
      }
      return items
    case .repeated(let part, let least, _, _): return least > 0 ? part.firsts : nil
    }
  }
}
