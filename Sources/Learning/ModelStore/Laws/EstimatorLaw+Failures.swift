internal import Blocks
internal import Cluster
internal import Datasets
internal import Frames
internal import Learning
internal import Platform

extension EstimatorLaw {
  static let failureLaws = [
    EstimatorLaw(
      "one falls, all know",
      "A source that fails on one worker ends the run on all with the same error, and nothing is "
        + "written."
    ) { type, place in try failsTogether(type, place) },
    EstimatorLaw(
      "within the budget",
      "What does not fit into the memory budget is refused before the first pass over the rows."
    ) { type, place in try keepsBudget(type, place) },
    EstimatorLaw(
      "interrupted", "An interrupt ends the fit on all workers, and nothing is written."
    ) { type, place in try stopsWhenAsked(type, place) },
  ]

  /// What a program does: read, fit, write the model on rank 0.
  private static func train<E: Estimator>(
    _ type: E.Type, from source: any Source, to path: String, in session: Session,
    fitted: () -> Void = {}
  ) throws {
    let rows = try LawData(for: E.self).blocks(of: Double.self, from: source, in: session)
    let fit = try E().fit(rows, inputs: [:], in: session)
    fitted()
    try session.onRoot("writing the model") {
      _ = try StoredModel.write(fit.model, report: nil, to: path, in: session)
    }
  }

  private static func failsTogether<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    let scratch = place.scratch
    try onGroups(place) { group in
      try LawPlace(communicator: group, scratch: scratch).withPath { path in
        let victim = min(1, group.size - 1)
        let source = FailingSource(
          LawData(for: E.self).source(of: Double.self, rowsPerSplit: 10), failsOn: victim)
        let child = try group.split(color: 0)
        let failure = ending(of: child) {
          try train(type, from: source, to: path, in: lawSession(child, threads: 2))
        }
        try expectSame(failure, on: group, "\(E.name) with a source that fails")
        try expect(
          failure?.kind == .data && failure?.description.contains(FailingSource.words) == true,
          "\(E.name) with a source that fails ends with \(failure?.description ?? "no error")")
        try expect(
          group.size == 1 || failure?.rank != nil, "\(E.name): the error names no worker")
        try expect(!pathExists(path), "\(E.name) has written a model although its source failed")
      }
    }
  }

  private static func keepsBudget<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    try onGroups(place) { group in
      let data = LawData(for: E.self)
      let poor = try group.split(color: 0)
      let small = ending(of: poor) {
        _ = try data.blocks(of: Double.self, .manySplits, in: lawSession(poor, memory: 400))
      }
      try expect(
        small?.kind == .memory, "rows beyond the budget end with \(String(describing: small))")
      for variant in try LawVariant.all(of: type) {
        var limit = 16
        var isFitted = false
        while !isFitted {
          try expect(limit < 1 << 40, "\(E.name) (\(variant.name)) never has memory enough")
          let child = try group.split(color: 0)
          let rows = try data.blocks(of: Double.self, .even, in: lawSession(child))
          let tight = lawSession(child, threads: 2, memory: limit)
          tight.breadcrumb.begin("nothing yet")
          let before = tight.breadcrumb.description
          let failure = ending(of: child) {
            _ = try variant.estimator.fit(rows, inputs: [:], in: tight)
          }
          let words = "\(E.name) (\(variant.name)) with \(limit) bytes of memory"
          try expectSame(failure, on: group, words)
          if let failure {
            try expect(failure.kind == .memory, "\(words) ends with \(failure)")
            try expect(
              tight.breadcrumb.description == before,
              "\(words) gave up in the middle of: \(tight.breadcrumb)")
          }
          try expect(
            tight.memory.reservedByteCount == 0,
            "\(words) keeps \(tight.memory.reservedByteCount) bytes reserved")
          isFitted = failure == nil
          limit *= 2
        }
      }
    }
  }

  private static func stopsWhenAsked<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    let scratch = place.scratch
    try onGroups(place) { group in
      try LawPlace(communicator: group, scratch: scratch).withPath { path in
        for moment in [1, 2, 4, 7, 11] {
          let child = try group.split(color: 0)
          var asked = 0
          child.interruptFlag = {
            asked += 1
            return child.rank == child.size - 1 && asked >= moment ? 1 : 0
          }
          var isFitted = false
          let failure = ending(of: child) {
            try train(
              type, from: LawData(for: E.self).source(of: Double.self, rowsPerSplit: 50), to: path,
              in: lawSession(child)
            ) { isFitted = true }
          }
          try expectSame(failure, on: group, "\(E.name) interrupted at talk \(moment)")
          // A short fit may be over by then.
          if isFitted {
            removePath(path)
            continue
          }
          try expect(
            failure?.kind == .interrupted,
            "\(E.name) interrupted at talk \(moment) ends with \(failure?.description ?? "nothing")"
          )
          try expect(!pathExists(path), "\(E.name) was interrupted and has written a model")
        }
      }
    }
  }

  /// Expects every rank to have met the same end.
  private static func expectSame(
    _ failure: Failure?, on group: Communicator, _ words: String
  ) throws {
    let all = try group.allGather(Array((failure?.description ?? "").utf8))
    try expect(all.allSatisfy { $0 == all[0] }, "\(words): the workers met different ends")
  }
}
