internal import Platform

extension CommunicatorLaw {
  static let groupLaws = [
    CommunicatorLaw("groups work apart and nest") { group in
      let third = try group.split(color: group.rank % 3)
      let expected = group.members.indices.filter { $0 % 3 == group.rank % 3 }
      try expect(try third.allGather([group.rank]).flatMap(\.self) == expected, "thirds")
      let inner = try third.split(color: third.rank / 2)
      let sum = try inner.allReduce([1])
      try expect(sum == [Int64(inner.size)], "a group of \(inner.size) counted \(sum)")
      // The groups are at different places of the program, then together again.
      for _ in 0..<(group.rank % 3) { try third.barrier("waiting") }
      try group.barrier("together")
    },
    CommunicatorLaw("a group that fails leaves the others well") { group in
      let half = try group.split(color: group.rank % 2)
      let failure = caught(half) {
        try half.agree("fitting a fold") { if group.rank == 0 { throw Failure(.data, "empty") } }
      }
      try expect((failure != nil) == (group.rank % 2 == 0), "the failure left its group")
      try group.barrier("both halves")
    },
    CommunicatorLaw("an error that leaves a group reaches peers that wait inside it") { group in
      guard group.size > 1 else { return }
      let whole = try group.split(color: 0)
      try expectFailure(group, whole, naming: ["row 3", "worker 0"]) {
        let inner = try whole.split(color: 0)
        if whole.rank == 0 { throw Failure(.data, "row 3") }
        try inner.barrier("nobody from rank 0")
      }
    },
  ]
}
