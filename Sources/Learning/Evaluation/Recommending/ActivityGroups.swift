internal import Cluster
internal import Learning

/// Groups of users of equal size by how many ratings the model has of them, for those judged.
struct ActivityGroups: Sendable {
  let names: [String]
  /// The most ratings of each group but the last.
  private let ends: [Int]

  /// Quarters of the users judged, users of equal counts together; a collective call.
  init(of users: [Int], by history: RatingHistory, in communicator: Communicator) throws {
    let own = users.map { Int64(history.range(ofUser: $0).count) }
    let counts = try communicator.allGather(own).flatMap { $0 }.map { Int($0) }.sorted()
    var ends: [Int] = []
    for quarter in 1...3 {
      guard let most = counts.last else { break }
      let end = counts[(counts.count - 1) * quarter / 4]
      if end < most, ends.last != end { ends.append(end) }
    }
    self.ends = ends
    if ends.isEmpty {
      names = []
      return
    }
    var ranges = [(least: Int, most: Int)?](repeating: nil, count: ends.count + 1)
    for count in counts {
      let group = ends.firstIndex { count <= $0 } ?? ends.count
      ranges[group] = (ranges[group]?.least ?? count, count)
    }
    names = ranges.map { range in
      let words = range.map { $0.least == $0.most ? "\($0.least)" : "\($0.least) to \($0.most)" }
      return (words ?? "none") + " ratings"
    }
  }

  /// The group of those with so many ratings; nil where all are alike.
  func group(ofCount count: Int) -> Int? {
    ends.isEmpty ? nil : ends.firstIndex { count <= $0 } ?? ends.count
  }
}
