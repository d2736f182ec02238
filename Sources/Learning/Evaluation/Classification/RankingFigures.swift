internal import Cluster
internal import Datasets
internal import Platform

/// The areas under the curves of each scored label, for the rows as they are and for each resample.
struct RankingFigures: Sendable {
  static let figureCount = 3

  /// By label, then copy of the rows: AUC, average precision, area under PR.
  private let values: [Double]
  private let copyCount: Int

  /// A collective call; worker 0 does the work, label after label.
  init(
    _ classes: ResolvedClasses, of labels: [Int], weights: [Double]?, rowCount: Int,
    resampling: Bootstrap?, in session: Session
  ) throws {
    let reservation = try RankedRows.reserve(
      rowCount, more: weights == nil ? 8 : 24, in: session)
    defer { withExtendedLifetime(reservation) {} }
    let communicator = session.communicator
    let actual = try communicator.gather(classes.actual, to: 0).flatMap { $0 }
    let weights = try weights.map { try communicator.gather($0, to: 0).flatMap { $0 } }
    var values: [Double] = []
    for label in labels {
      let keys = classes.actual.indices.map {
        OrderedKey.key(of: classes.probability($0, of: label))
      }
      guard let ranked = try RankedRows(keys, in: session) else { continue }
      let own = Int32(label)
      values += try Self.areas(
        ranked, { actual[$0] == own }, weights, resampling, threads: session.threads)
    }
    copyCount = 1 + (resampling?.count ?? 0)
    self.values = try communicator.decideValues("areas under curves") { values }
  }

  private static func areas(
    _ ranked: RankedRows, _ isPositive: @escaping @Sendable (Int) -> Bool, _ weights: [Double]?,
    _ resampling: Bootstrap?, threads: Int
  ) throws -> [Double] {
    let whole = RankingAreas(ranked, isPositive: isPositive) { row in
      SIMD4(repeating: weights?[row] ?? 1)
    }
    var values = [whole.auc[0], whole.averagePrecision[0], whole.areaUnderPR[0]]
    guard let resampling else { return values }
    let blocks = try mapConcurrently(resampling.blockCount, threads: threads) { block in
      RankingAreas(ranked, isPositive: isPositive) { row in
        resampling.counts(block: block, row: row) * (weights?[row] ?? 1)
      }
    }
    for copy in 0..<resampling.count {
      let (areas, lane) = (blocks[copy / Bootstrap.lanes], copy % Bootstrap.lanes)
      values += [areas.auc[lane], areas.averagePrecision[lane], areas.areaUnderPR[lane]]
    }
    return values
  }

  /// - Parameters:
  ///   - place: of the label among those that were asked for.
  ///   - copy: 0 for the rows as they are, else the number of a resample.
  func auc(_ place: Int, _ copy: Int) -> Double { value(place, copy, 0) }
  func averagePrecision(_ place: Int, _ copy: Int) -> Double { value(place, copy, 1) }
  func areaUnderPR(_ place: Int, _ copy: Int) -> Double { value(place, copy, 2) }

  private func value(_ place: Int, _ copy: Int, _ figure: Int) -> Double {
    values[(place * copyCount + copy) * Self.figureCount + figure]
  }
}
