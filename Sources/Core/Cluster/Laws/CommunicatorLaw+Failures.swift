internal import Platform

extension CommunicatorLaw {
  static let failureLaws = [
    CommunicatorLaw("a failure of any rank at any step is the same failure of all") { group in
      for victims in [[0], [1], [0, 1]] where victims.allSatisfy({ $0 < group.size }) {
        for step in LawProgram.steps.indices {
          for moment in LawProgram.Moment.allCases {
            try expectOneFailure(group, victims, step, moment)
          }
        }
      }
    },
    CommunicatorLaw("different calls at one place are an error that names both") { group in
      guard group.size > 1 else { return }
      let child = try group.split(color: 0)
      try expectFailure(group, child, naming: ["barrier 'supper'", "allGather", "worker 0"]) {
        if child.rank == 0 {
          try child.barrier("supper")
        } else {
          _ = try child.allGather([1])
        }
      }
      let names = try group.split(color: 0)
      try expectFailure(group, names, naming: ["barrier 'first'", "barrier 'second'"]) {
        try names.barrier(names.rank == 0 ? "first" : "second")
      }
      let roots = try group.split(color: 0)
      try expectFailure(group, roots, naming: ["broadcast", "other arguments"]) {
        _ = try roots.broadcast([1], from: roots.rank == 0 ? 0 : 1)
      }
      let states = try group.split(color: 0)
      states.fingerprint = states.rank == states.size - 1 ? 4 : 5
      try expectFailure(group, states, naming: ["different states", "barrier"]) {
        try states.barrier("after the update")
      }
    },
    CommunicatorLaw("an interrupt of one rank stops all at the same talk") { group in
      for (answer, kind) in [(1, Failure.Kind.interrupted), (2, .terminated)] {
        let child = try group.split(color: 0)
        var asked = 0
        child.interruptFlag = {
          asked += 1
          return child.rank == child.size - 1 && asked == 4 ? answer : 0
        }
        var done = 0
        let failure = caught(child) {
          for step in LawProgram.steps {
            try step.run(child, nil)
            done += 1
          }
        }
        let seen = try group.allGather([Int64(done), failure?.kind == kind ? 1 : 0])
        try expect(seen.allSatisfy { $0 == [3, 1] }, "\(kind) at \(seen)")
      }
    },
    CommunicatorLaw("after a failure the group says it again without talking") { group in
      guard group.size > 1 else { return }
      let child = try group.split(color: 0)
      let first = caught(child) {
        try child.agree("reading") { if child.rank == 1 { throw Failure(.data, "no number") } }
      }
      // One rank alone: nobody would answer a talk.
      let again = child.rank == 0 ? caught(child) { try child.barrier("never") } : first
      try expect(
        first != nil && first == again && first?.rank == child.members[1], "\(again as Any)")
      try group.barrier("the rest is well")
    },
  ]

  /// Runs the program with victims that fail, and expects every rank to see the lowest one's error.
  private static func expectOneFailure(
    _ group: Communicator, _ victims: [Int], _ step: Int, _ moment: LawProgram.Moment
  ) throws {
    let child = try group.split(color: 0)
    let isVictim = victims.contains(child.rank)
    let own = Failure(
      .data, "line \(child.rank) of step \(step)", causes: ["planted"], hint: "none")
    let failure = caught(child) {
      for (index, current) in LawProgram.steps.enumerated() {
        let isHere = isVictim && index == step
        if isHere, moment == .before { throw own }
        try current.run(child, isHere && moment == .during ? own : nil)
        if isHere, moment == .after { throw own }
      }
    }
    var expected = Failure(
      .data, "line \(victims[0]) of step \(step)", causes: ["planted"], hint: "none")
    if group.size > 1 { expected.rank = group.members[victims[0]] }
    let place = "victims \(victims) \(moment) step \(step)"
    try group.agree("comparing failures") {
      try expect(failure == expected, "\(place): \(failure.map(\.description) ?? "no failure")")
    }
  }

  /// Runs a body on a group as the program does, with the last collective, and returns its failure.
  static func caught(_ group: Communicator, _ body: () throws -> Void) -> Failure? {
    do {
      do {
        try body()
      } catch {
        try group.finish(Failure(error))
        return nil
      }
      try group.finish(nil)
      return nil
    } catch {
      return Failure(error)
    }
  }

  /// Expects the same failure on all ranks, with these words in it.
  static func expectFailure(
    _ group: Communicator, _ child: Communicator, naming words: [String],
    _ body: () throws -> Void
  ) throws {
    let text = caught(child, body)?.description ?? "no failure"
    let all = try group.allGather(Array(text.utf8))
    try expect(all.allSatisfy { $0 == all[0] }, "the ranks threw different errors: \(text)")
    for word in words { try expect(text.contains(word), "'\(text)' does not name '\(word)'") }
  }
}

/// A program that uses every collective once.
enum LawProgram {
  enum Moment: CaseIterable { case before, during, after }

  struct Step: Sendable {
    /// Runs the collective; a rank with a failure brings it in the way that the collective offers.
    let run: @Sendable (Communicator, Failure?) throws -> Void
  }

  static let steps: [Step] = [
    Step { group, failure in
      try unlessFailed(failure)
      try group.barrier("start")
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.broadcast([1.5, 2.5], from: group.size - 1)
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.broadcast([UInt8](repeating: 1, count: 100_000), from: 0)
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.allGather([Int](repeating: 3, count: group.rank * 9000))
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.gather([group.rank], to: 0)
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.allToAll([[Int]](repeating: [group.rank], count: group.size))
    },
    Step { group, failure in
      try unlessFailed(failure)
      _ = try group.allReduce([1, 2, 3])
    },
    Step { group, failure in try group.agree("reading") { try unlessFailed(failure) } },
    Step { group, failure in
      // Only rank 0 runs the body; another one fails at its door.
      if group.rank != 0 { try unlessFailed(failure) }
      _ = try group.decide("the step") { () -> Int in
        try unlessFailed(failure)
        return 4
      }
    },
    Step { group, failure in try sum(group, 100, failure) },
    Step { group, failure in try sum(group, 70_000, failure) },
    Step { group, failure in
      let placement = Placement(leafCount: 64, rankCount: group.size)
      var numbers = [Double](
        repeating: 1, count: max(1, placement.roots(of: group.rank).count) * 500)
      try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
        _ = unsafe try group.orderedSumSliced(
          numbers, count: 500, placement: placement, failure: failure)
      }
    },
    Step { group, failure in
      try unlessFailed(failure)
      try group.requireSame(["same"], what: "everything")
    },
    Step { group, failure in
      try unlessFailed(failure)
      let half = try group.split(color: group.rank % 2)
      try half.barrier("half")
    },
  ]

  private static func unlessFailed(_ failure: Failure?) throws { if let failure { throw failure } }

  private static func sum(_ group: Communicator, _ count: Int, _ failure: Failure?) throws {
    let placement = Placement(leafCount: 64, rankCount: group.size)
    let roots = max(1, placement.roots(of: group.rank).count)
    var numbers = [Double](repeating: 1, count: roots * count)
    try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe try group.orderedSum(numbers, count: count, placement: placement, failure: failure)
    }
  }
}
