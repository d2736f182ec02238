import Cluster
import Datasets
import Foundation
import LinearAlgebra
import Platform
import Synchronization
import Testing

@testable import Blocks

/// The nearest points by sorting all distances, each the chain that is promised.
private func slow(
  _ count: Int, _ points: Matrix<Double>, _ query: [Double], without own: Int?
) -> [(place: Int, distance: Double)] {
  let all = (0..<points.rowCount).filter { $0 != own }.map {
    place -> (place: Int, square: Double) in
    var lanes = [Double](repeating: 0, count: 8)
    for column in query.indices {
      let apart = points[place, column] - query[column]
      lanes[column % 8].addProduct(apart, apart)
    }
    let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    return (place, (four[0] + four[2]) + (four[1] + four[3]))
  }
  return all.sorted { ($0.square, $0.place) < ($1.square, $1.place) }.prefix(count).map {
    ($0.place, $0.square.squareRoot())
  }
}

/// Points that are hard in some way.
enum Scene: String, CaseIterable, Sendable {
  case normal, lattice, repeated, farFromZero, oneFarAway, tiny, huge, equal

  func points(_ count: Int, _ width: Int, seed: UInt64) -> Matrix<Double> {
    var matrix = Matrix<Double>(rowCount: count, columnCount: width)
    for row in 0..<count {
      var draw = Philox(seed: seed, stage: 3, row: UInt64(self == .repeated ? row % 7 : row))
      for column in 0..<width {
        let normal = draw.normal()
        matrix[row, column] =
          switch self {
          case .normal, .repeated: normal
          case .lattice: normal.rounded()
          case .farFromZero: 1e9 + normal
          case .oneFarAway: row == 1 ? 1e12 : normal
          case .tiny: normal * 1e-170
          case .huge: normal * 1e148
          case .equal: 3.7
          }
      }
    }
    return matrix
  }
}

@Suite struct NeighbourTests {
  @Test(arguments: Scene.allCases)
  func `neighbours are those of a sort, bit for bit, at every level`(scene: Scene) {
    for (count, width) in [(2, 1), (3, 2), (40, 3), (300, 19), (400, 2)] {
      let points = scene.points(count, width, seed: UInt64(100 + count))
      let others = scene.points(19, width, seed: UInt64(900 + count))
      for wanted in Set([1, 5, 21, count - 1]).sorted()
      where wanted < count && (wanted < 22 || count < 50) {
        check(scene, points, others, wanted)
      }
    }
  }

  private func check(
    _ scene: Scene, _ points: Matrix<Double>, _ others: Matrix<Double>, _ wanted: Int
  ) {
    let rows = (0..<points.rowCount).filter { points.rowCount < 5 || $0 % 17 == 0 }
    let own = rows.map { slow(wanted, points, points.row($0), without: $0) }
    let new = (0..<others.rowCount).map { slow(wanted, points, others.row($0), without: nil) }
    for level in KernelLevel.supported {
      let search = NeighbourSearch(points, level: level)
      let note: Comment = "\(scene) \(points.rowCount) x \(points.columnCount), \(wanted), \(level)"
      let all = search.nearest(wanted, to: points, excludingFrom: 0)
      let batch = search.nearest(wanted, to: others)
      #expect(rows.map { all.places(of: $0) } == own.map { $0.map(\.place) }, note)
      #expect(rows.map { all.distances(of: $0) } == own.map { $0.map(\.distance) }, note)
      #expect((0..<19).map { batch.places(of: $0) } == new.map { $0.map(\.place) }, note)
      #expect((0..<19).map { batch.distances(of: $0) } == new.map { $0.map(\.distance) }, note)
      let alone = search.nearest(
        wanted, to: Matrix(rowCount: 1, columnCount: points.columnCount, elements: others.row(17)))
      #expect(alone.distances(of: 0) == batch.distances(of: 17), note)
      #expect(alone.places(of: 0) == batch.places(of: 17), note)
    }
  }

  /// A point at a distance never scores less than the bound says of all points so near.
  @Test(arguments: [1, 3, 8, 40, 300])
  func `no rounding of single precision passes the bound`(width: Int) {
    let bound = NearestBound(dimension: width, scale: 1)
    var (decided, draw) = (0, Philox(seed: 77, stage: 0, row: UInt64(width)))
    for round in 0..<600 {
      // Near and far from each other and from 0.
      let (far, apart) = ([0, 1, 1000, 1e8][round % 4], [1e-6, 1e-2, 1, 30][round / 4 % 4])
      let query = (0..<width).map { _ in far + draw.normal() }
      let point = query.map { $0 + apart * draw.normal() }
      let (rounded, column) = (query.map { Float($0) }, point.map { Float($0) })
      let length = rounded.reduce(0) { $0 + Double($1) * Double($1) }
      var score = Float(-column.reduce(0) { $0 + Double($1) * Double($1) } / 2)
      for place in rounded.indices { score.addProduct(rounded[place], column[place]) }
      let square = zip(query, point).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(
        !bound.decides(
          squareOfQuery: length, squaredDistance: square, worstScore: Double(score)),
        "round \(round): \(width) numbers near \(far), \(apart) apart")
      // And it is no wider than it must be: half the distance is decided, where digits are left.
      if bound.decides(
        squareOfQuery: length, squaredDistance: square / 4, worstScore: Double(score))
      {
        decided += 1
      }
    }
    #expect(decided > 200, "\(decided)")
  }

  @Test(arguments: [Scene.normal, .lattice, .repeated])
  func `among so many points that a sample tells where to begin, too`(scene: Scene) throws {
    let points = scene.points(4500, 4, seed: 11)
    let search = NeighbourSearch(points, level: try KernelLevel.current())
    let rows = 700..<712
    let own = try search.nearest(20, toPoints: rows, in: Session(threads: 1))
    for (query, row) in rows.enumerated() {
      let expected = slow(20, points, points.row(row), without: row)
      #expect(own.places(of: query) == expected.map(\.place), "\(scene) row \(row)")
      #expect(own.distances(of: query) == expected.map(\.distance), "\(scene) row \(row)")
    }
  }

  @Test func `hardly a row of scattered points takes the long way`() {
    let search = NeighbourSearch(Scene.normal.points(900, 16, seed: 5), level: .plain)
    #expect(search.nearest(20, to: search.points, excludingFrom: 0).doubtfulCount == 0)
  }

  @Test func `rows that are equal by the hundred have each other`() {
    let search = NeighbourSearch(Scene.equal.points(300, 3, seed: 6), level: .plain)
    let found = search.nearest(5, to: search.points, excludingFrom: 0)
    #expect(found.doubtfulCount == 0)
    #expect(found.places(of: 2) == [0, 1, 3, 4, 5])
    #expect(found.distances(of: 299) == [0, 0, 0, 0, 0])
  }

  @Test func `a row that hundreds are equally far from is decided in double`() {
    var points = Matrix<Double>(rowCount: 301, columnCount: 1)
    for row in 1...300 { points[row, 0] = row % 2 == 0 ? 1 : -1 }
    let search = NeighbourSearch(points, level: .plain)
    let found = search.nearest(5, to: points, excludingFrom: 0)
    #expect(found.doubtfulCount == 1)
    #expect(found.places(of: 0) == [1, 2, 3, 4, 5])
    #expect(found.places(of: 2) == [4, 6, 8, 10, 12])
  }

  @Test func `rows so close that squares are 0 count as equal, the earlier first`() {
    // Each differs from the others; but no distance in double shows it.
    var points = Matrix<Double>(rowCount: 60, columnCount: 1)
    for row in 0..<60 { points[row, 0] = row < 30 ? 1e-170 * Double(row) : 1e-170 * 40 }
    let found = NeighbourSearch(points, level: .plain).nearest(
      3, to: points, excludingFrom: 0)
    #expect(found.places(of: 50) == [0, 1, 2])
  }

  @Test(arguments: Crew.few)
  func `the points of all workers have the neighbours that they have alone`(crew: Crew) throws {
    let points = Scene.lattice.points(600, 4, seed: 7)
    let search = NeighbourSearch(points, level: try KernelLevel.current())
    let whole = search.nearest(6, to: points, excludingFrom: 0)
    let parts = try crew.run { session in
      let share = search.share(of: session.communicator)
      return (share, try search.nearest(6, toPoints: share, in: session))
    }
    #expect(parts.flatMap { Array($0.0) } == Array(0..<600))
    for (share, found) in parts {
      for (query, row) in share.enumerated() {
        #expect(found.places(of: query) == whole.places(of: row))
        #expect(found.distances(of: query) == whole.distances(of: row))
      }
    }
    #expect(parts.reduce(0) { $0 + $1.1.doubtfulCount } == whole.doubtfulCount)
  }

  /// Keeps what it is told.
  private final class Listener: Reporter {
    let notes = Mutex([String]())
    let greatest = Mutex(0)
    func note(_ text: String) { notes.withLock { $0.append(text) } }
    func warn(_ text: String) {}
    func progress(_ activity: String, done: Int, of total: Int?) {
      greatest.withLock { $0 = max($0, done) }
    }
  }

  @Test func `what a search costs is said when it has begun, and how far it is`() throws {
    let search = NeighbourSearch(Scene.normal.points(600, 5, seed: 9), level: .plain)
    let listener = Listener()
    _ = try search.nearest(3, toPoints: 0..<600, in: Session(threads: 2, reporter: listener))
    let notes = listener.notes.withLock { $0 }
    #expect(notes.count == 1)
    #expect(notes[0].hasPrefix("600 rows: about 0.0018 x 10^9 multiply-adds, "))
    #expect(notes[0].hasSuffix(" on each of 2 threads"))
    #expect(listener.greatest.withLock { $0 } == 600)
  }

  @Test(arguments: Crew.few)
  func `rows are gathered in order on each worker`(crew: Crew) throws {
    let rows = PlainRows.whole(203, isWeighted: false, seed: 8)
    let gathered = try crew.run { session in
      try rows.blocks(Float.self, in: session).gathered(in: session)
    }
    for matrix in gathered {
      #expect(
        (0..<203).map { matrix.row($0) } == rows.values.map { $0.map { Float($0) } })
    }
  }

  @Test func `a lone column that is taken over as it was read is gathered without its room`() throws
  {
    let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let numbers = (0..<100).map { Double($0) * 1.37 }
    try ("x\n" + numbers.map { "\($0)\n" }.joined()).write(
      toFile: path, atomically: false, encoding: .utf8)
    let session = Session(threads: 1)
    let blocks: BlockMatrix<Double> = try Dataset.reading([path], in: session)
      .blocks(features: ["x"], in: session).0
    let gathered = try blocks.gathered(in: session)
    #expect(gathered.elements == numbers)
  }
}
