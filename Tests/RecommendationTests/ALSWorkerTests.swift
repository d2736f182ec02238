import Blocks
import Cluster
import Learning
import LinearAlgebra
import Recommendation
import Synchronization
import Testing

/// What the number of workers and threads must not change.
@Suite struct ALSWorkerTests {
  /// What a fit left, to be compared bit by bit.
  struct Outcome: Equatable, Sendable {
    let objectives: [Double]
    let users: [Float]
    let items: [Float]
    let userBias: [Float]?

    init(_ fit: RecommenderFit<ALSModel>) {
      objectives = fit.report.objectives
      users = fit.model.factors.users.elements
      items = fit.model.factors.items.elements
      userBias = fit.model.factors.userBias
    }
  }

  static let settings: [ALS] = [
    ALS { $0.rank = 3 },
    ALS {
      $0.rank = 5
      $0.implicit = true
    },
    ALS {
      $0.rank = 4
      $0.implicit = true
      $0.solver = .cg
    },
    ALS {
      $0.rank = 2
      $0.biases = true
      $0.solver = .cg
    },
    ALS {
      $0.rank = 2
      $0.nonnegative = true
      $0.biases = true
    },
    ALS {
      $0.rank = 3
      $0.tolerance = 0.01
    },
    // Systems without a solution of their own.
    ALS {
      $0.rank = 7
      $0.regularization = 0
    },
  ]

  @Test(arguments: settings.indices)
  func `the same bits on any number of workers and threads`(place: Int) throws {
    var als = Self.settings[place]
    als.maxIterations = 3
    let settings = als
    let table = RatingTable(users: 50, items: 23, share: 0.3, seed: UInt64(place + 20))
    let alone = Outcome(try settings.fit(table.data, in: smallLeaves(threads: 1)))
    #expect(alone.users.allSatisfy { $0.isFinite })
    for workers in [1, 2, 3, 4] {
      for threads in [1, 2] {
        let outcomes = try Communicator.withThreads(workers) { group in
          Outcome(try settings.fit(table.data, in: smallLeaves(group, threads: threads)))
        }
        for outcome in outcomes {
          #expect(outcome == alone, "\(workers) workers of \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: [ALS.Solver.cholesky, .cg])
  func `rows of more than 4096 ratings are shared by threads to the same bits`(
    solver: ALS.Solver
  ) throws {
    // Two items that nearly all users rated, in 3 and 2 pieces, and one of few ratings.
    var draw = RandomSource(seed: 1, purpose: "test").stream()
    var ratings: [(user: Int, item: Int, value: Double)] = []
    for user in 0..<8_500 {
      ratings.append((user, 0, 3 + draw.normal()))
      if user % 2 == 0 { ratings.append((user, 1, 2 + draw.normal())) }
      if user % 50 == 0 { ratings.append((user, 2, 1 + draw.normal())) }
    }
    let table = RatingTable(ratings)
    let als = ALS {
      $0.rank = 3
      $0.maxIterations = 2
      $0.solver = solver
    }
    let alone = try als.fit(table.data, in: smallLeaves(threads: 1))
    let loss = TextbookALS.loss(
      als, FactorValues(alone.model.factors), table.placed(alone.model))
    let reported = try #require(alone.report.objective)
    #expect(abs(reported - loss) < 1e-5 * loss)
    for (workers, threads) in [(1, 2), (1, 3), (2, 1), (3, 2)] {
      let outcomes = try Communicator.withThreads(workers) { group in
        Outcome(try als.fit(table.data, in: smallLeaves(group, threads: threads)))
      }
      for outcome in outcomes {
        #expect(outcome == Outcome(alone), "\(workers) workers of \(threads) threads")
      }
    }
  }

  @Test(arguments: [2, 3, 4])
  func `each factor goes to the workers whose ratings name it, and to no other`(
    workers: Int
  ) throws {
    let table = RatingTable(users: 50, items: 40, share: 0.1, seed: 31)
    let als = ALS {
      $0.rank = 3
      $0.maxIterations = 1
    }
    let notes = Notes()
    let needed = try Communicator.withThreads(workers) { group -> [Int64] in
      let session = Session(
        communicator: group, threads: 1, leaves: LeafPolicy(byteCount: 256, rowCount: 2),
        reporter: group.rank == 0 ? notes : SilentReporter())
      let (ratings, _) = try table.data.ratings(als.columns, unusable: .error, in: session)
      // The distinct columns of this worker's ratings that it does not own itself.
      func needed(_ rows: RatingRows, _ own: Range<Int>) -> Int64 {
        Int64(Set(rows.indices.array.filter { !own.contains(Int($0)) }).count)
      }
      let counts = [
        needed(ratings.byItem, ratings.byUser.rows), needed(ratings.byUser, ratings.byItem.rows),
      ]
      _ = try als.fit(ratings, in: session)
      return try group.allReduce(counts, by: .sum)
    }[0]
    let (users, items) = (needed[0] * 3 * 4, needed[1] * 3 * 4)
    #expect(users > 0 && items > 0)
    let note = try #require(notes.texts.first { $0.contains("factors a round") })
    #expect(
      note
        == "workers send each other \(users) bytes of users' factors a round and \(items) of items'"
    )
  }
}

/// Keeps what is noted.
private final class Notes: Reporter {
  private let kept = Mutex<[String]>([])
  var texts: [String] { kept.withLock { $0 } }
  func note(_ text: String) { kept.withLock { $0.append(text) } }
  func warn(_ text: String) {}
  func progress(_ activity: String, done: Int, of total: Int?) {}
}
