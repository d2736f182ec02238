internal import Frames
internal import LinearAlgebra

/// Lists of the best partners of things that the model knows: items alike, users alike, users for an
/// item.
struct PairLists: Sendable {
  let targets: ListTargets
  let wishes: ListWishes
  let tally: ListTally
  /// Vectors of all that may be a target, by place.
  let rows: Matrix<Float>
  let scorer: TopScorer<Float>
  /// Whom each target may not have on its list.
  let without: (members: Buffer<Int32>, stretches: [Range<Int>])?
  /// The score of a pair, given what the scorer found.
  let score: @Sendable (_ target: Int, _ partner: Int, _ found: Float) -> Double

  /// The lists of some targets.
  func table(_ range: Range<Int>) -> ListTable {
    let known = range.filter { targets.places[$0] >= 0 }
    let found = scorer.top(
      wishes.limit(of: scorer.columnCount), of: rows, at: known.map { targets.places[$0] },
      without: without.map { lists in
        RowLists(members: lists.members, stretches: known.map { lists.stretches[$0] })
      }, scratch: PanelScratch())
    var table = ListTable()
    var row = 0
    for target in range {
      guard targets.places[target] >= 0 else {
        tally.add { $0.unknown += 1 }
        if wishes.unknownUsers == .missing { table.addNothing(target: target) }
        continue
      }
      add(found, row, target, to: &table)
      row += 1
    }
    return table
  }

  private func add(
    _ found: TopColumns<Float>, _ row: Int, _ target: Int, to table: inout ListTable
  ) {
    let place = Int(targets.places[target])
    // The rounding of a score may have put two that are next to each other the wrong way round.
    let list = found.places(ofRow: row)
      .map {
        (partner: found.columns[$0], score: score(place, Int(found.columns[$0]), found.scores[$0]))
      }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.partner < $1.partner }
    for (rank, entry) in list.enumerated() {
      table.add(target: target, partner: entry.partner, rank: rank + 1, score: entry.score)
    }
    tally.add { counts in
      if list.isEmpty { counts.empty += 1 } else if list.count < wishes.top { counts.short += 1 }
    }
  }
}
