internal import LinearAlgebra

/// What one user adds to the sums that the figures of ranked lists are made of.
///
/// Every figure is one sum over users divided by another.
struct RankingTerms: Sendable {
  /// The sums of one cutoff, in their order.
  private enum Cut: Int, CaseIterable {
    case precision, recall, hit, reciprocal, average, gain, gradedGain, hits, cap, novelty, shown
  }

  /// The sums of whole rankings, behind those of all cutoffs.
  private enum Whole: Int, CaseIterable {
    case average, area, areaUsers, gradedUsers
  }

  let cutoffs: [Int]
  /// 1 / log2(place + 1), by place - 1, up to the greatest cutoff.
  private let discounts: [Double]
  /// Its sum over all places up to an index.
  private let discountSums: [Double]

  init(cutoffs: [Int]) {
    self.cutoffs = cutoffs
    discounts = (0..<(cutoffs.last ?? 0)).map { Portable.log(2) / Portable.log(Double($0 + 2)) }
    var sums = [0.0]
    for discount in discounts { sums.append((sums.last ?? 0) + discount) }
    discountSums = sums
  }

  /// How many sums there are.
  var count: Int { 1 + cutoffs.count * Cut.allCases.count + Whole.allCases.count }

  private func place(_ term: Cut, _ cutoff: Int) -> Int {
    1 + cutoff * Cut.allCases.count + term.rawValue
  }

  private func place(_ term: Whole) -> Int {
    1 + cutoffs.count * Cut.allCases.count + term.rawValue
  }

  /// Each figure as the places of the sum and of what it is divided by.
  ///
  /// - Parameters:
  ///   - hasAreas: whether all items were scored, not only some listed.
  ///   - hasWholes: whether no list was cut off.
  ///   - hasNovelty: whether it is known how many users have each item.
  func figures(
    hasAreas: Bool, hasWholes: Bool, hasNovelty: Bool
  ) -> [(metric: Metric, sum: Int, count: Int)] {
    var figures: [(metric: Metric, sum: Int, count: Int)] = []
    for (index, k) in cutoffs.enumerated() {
      func add(_ metric: Metric, _ term: Cut, over count: Int = 0) {
        figures.append((metric, place(term, index), count))
      }
      add(.precision(at: k), .precision)
      add(.cappedPrecision(at: k), .hits, over: place(.cap, index))
      add(.recall(at: k), .recall)
      add(.hitRate(at: k), .hit)
      add(.meanReciprocalRank(at: k), .reciprocal)
      add(.meanAveragePrecision(at: k), .average)
      add(.ndcg(at: k), .gain)
      add(.gradedNDCG(at: k), .gradedGain, over: place(.gradedUsers))
      if hasNovelty { add(.novelty(at: k), .novelty, over: place(.shown, index)) }
    }
    if hasWholes { figures.append((.meanAveragePrecision, place(.average), 0)) }
    if hasAreas { figures.append((.userAUC, place(.area), place(.areaUsers))) }
    return figures
  }

  /// The terms of a user.
  ///
  /// - Parameters:
  ///   - list: the items shown, best first; one that comes again counts where it stands first.
  ///   - ranks: nil where only the list is known.
  ///   - novelty: what each item counts; empty where it is not known.
  func terms(
    _ list: [Int32], _ ranks: CandidateRanks?, _ relevant: RelevantItems, novelty: [Double]
  ) -> [Double] {
    var terms = [Double](repeating: 0, count: count)
    terms[0] = 1
    let hits = Self.hits(in: list, relevant)
    let ideal = (relevant.gains + relevant.unknownGains).map { max(0, $0) }.sorted(by: >)
    let hasGains = (ideal.first ?? 0) > 0
    for (index, k) in cutoffs.enumerated() {
      let own = hits.prefix { $0.place <= k }
      let most = min(k, relevant.count)
      func set(_ term: Cut, _ value: Double) { terms[place(term, index)] = value }
      if most > 0 {
        set(.precision, Double(own.count) / Double(k))
        set(.recall, Double(own.count) / Double(relevant.count))
        set(.hit, own.isEmpty ? 0 : 1)
        set(.reciprocal, own.first.map { 1 / Double($0.place) } ?? 0)
        set(.average, Self.precisions(own) / Double(most))
        set(.gain, own.reduce(0) { $0 + discounts[$1.place - 1] } / discountSums[most])
        set(.hits, Double(own.count))
        set(.cap, Double(most))
      }
      if hasGains {
        let best = (0..<most).reduce(0) { $0 + ideal[$1] * discounts[$1] }
        let found = own.reduce(0) { $0 + max(0, $1.gain) * discounts[$1.place - 1] }
        set(.gradedGain, found / best)
      }
      if !novelty.isEmpty {
        let shown = list.prefix(k)
        set(.novelty, shown.reduce(0) { $0 + novelty[Int($1)] })
        set(.shown, Double(shown.count))
      }
    }
    if hasGains { terms[place(.gradedUsers)] = 1 }
    if let ranks {
      terms[place(.average)] = ranks.averagePrecision(relevantCount: relevant.count)
      if !ranks.auc.isNaN {
        terms[place(.area)] = ranks.auc
        terms[place(.areaUsers)] = 1
      }
    } else if relevant.count > 0 {
      terms[place(.average)] = Self.precisions(hits[...]) / Double(relevant.count)
    }
    return terms
  }

  private typealias Hit = (place: Int, gain: Double)

  /// The places, from 1, of a list that hold a relevant item for the first time.
  private static func hits(in list: [Int32], _ relevant: RelevantItems) -> [Hit] {
    var hits: [Hit] = []
    var isFound = [Bool](repeating: false, count: relevant.items.count)
    for (index, item) in list.enumerated() {
      guard let own = relevant.index(of: item), !isFound[own] else { continue }
      isFound[own] = true
      hits.append((index + 1, relevant.gains[own]))
    }
    return hits
  }

  /// The sum over places with a relevant item of the share of relevant ones up to there.
  private static func precisions(_ hits: ArraySlice<Hit>) -> Double {
    var sum = 0.0
    for (index, hit) in hits.enumerated() { sum += Double(index + 1) / Double(hit.place) }
    return sum
  }
}
