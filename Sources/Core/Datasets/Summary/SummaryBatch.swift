internal import Cluster
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Makes the summaries of some columns out of what each worker knows of them.
///
/// Each step is done for all columns on the session's threads, then added up between the workers.
struct SummaryBatch {
  static let frequentLimit = 10
  static let histogramLimit = 20

  private let fields: [Schema.Field]
  private let contents: [ColumnContents]
  private let rowCount: Int
  private let session: Session

  init(
    _ fields: [Schema.Field], _ contents: [ColumnContents], _ rowCount: Int, in session: Session
  ) throws {
    self.fields = fields
    self.rowCount = rowCount
    self.session = session
    self.contents = try contents.map { contents in
      var contents = contents
      try contents.exchange(in: session.communicator)
      return contents
    }
  }

  func columns() throws -> [ColumnSummary] {
    var summaries = fields.map { ColumnSummary($0) }
    try addTotals(to: &summaries)
    try addKeyed(to: &summaries)
    for index in summaries.indices where !contents[index].isKeyed && contents[index].isCounted {
      try addTexts(contents[index].texts, to: &summaries[index])
    }
    return summaries
  }

  private func sum(_ values: [Int64]) throws -> [Int64] {
    try session.communicator.allReduce(values, by: .sum)
  }

  /// What is counted over rows: missing values, lengths, widths.
  private func addTotals(to summaries: inout [ColumnSummary]) throws {
    let sums = try sum(contents.flatMap { $0.totals.sums })
    let distinct = try sum(
      contents.map { Int64($0.isKeyed ? $0.numbers.keys.count : $0.texts.distinctCount) })
    let shortest = try session.communicator.allReduce(
      contents.map(\.totals.shortest), by: .minimum)
    let largest = try session.communicator.allReduce(
      contents.flatMap { [$0.totals.longest, $0.totals.width] }, by: .maximum)
    for (index, content) in contents.enumerated() {
      let totals = sums[index * 4..<index * 4 + 4].map { Int($0) }
      summaries[index].missingCount = totals[0]
      summaries[index].notNumberCount = totals[1]
      if content.isCounted { summaries[index].distinctCount = Int(distinct[index]) }
      let present = rowCount - totals[0]
      guard present > 0 else { continue }
      if content.type == .text || content.type == .texts {
        summaries[index].lengths = ColumnSummary.Lengths(
          minimum: Int(shortest[index]), maximum: Int(largest[index * 2]),
          mean: Double(totals[2]) / Double(present))
      }
      if content.type == .vector {
        let width = Int(largest[index * 2 + 1])
        summaries[index].vectors = ColumnSummary.Vectors(
          width: width, nonZeroCount: totals[3],
          density: width == 0 ? 0 : Double(totals[3]) / (Double(present) * Double(width)))
      }
    }
  }

  // MARK: Numbers, dates and times

  private func addKeyed(to summaries: inout [ColumnSummary]) throws {
    let places = contents.indices.filter { contents[$0].isKeyed }
    if places.isEmpty { return }
    let keyed = places.map { contents[$0] }
    let extremes = try extremes(of: keyed)
    let moments = try moments(of: keyed, extremes)
    let probabilities = try ExactQuantiles(ColumnSummary.probabilities)
    let selected = try KeySelection.select(
      zip(keyed, extremes).map { content, extremes in
        KeySelection.Variable(
          keys: content.numbers.keys, counts: content.numbers.counts,
          ranks: probabilities.ranks(of: extremes.count))
      }, in: session)
    for (index, place) in places.enumerated() where extremes[index].count > 0 {
      let (content, extremes) = (keyed[index], extremes[index])
      summaries[place].minimum = content.value(extremes.least)
      summaries[place].maximum = content.value(extremes.greatest)
      summaries[place].histogram = moments[index].histogram
      summaries[place].mean = moments[index].mean
      summaries[place].standardDeviation = moments[index].standardDeviation
      if content.type == .bool { continue }
      summaries[place].quantiles =
        content.isTime
        ? ColumnSummary.probabilities.map { probability in
          let (rank, _) = ExactQuantiles.place(probability, extremes.count)
          let ranks = probabilities.ranks(of: extremes.count)
          return content.value(selected[index][ranks.firstIndex(of: rank) ?? 0])
        }
        : probabilities.interpolated(
          selected[index].map { content.number($0) }, count: extremes.count
        ).map { .number($0) }
    }
    for (index, place) in places.enumerated() {
      summaries[place].frequent = try frequent(keyed[index])
    }
  }

  /// The smallest and the largest key, of finite numbers alone too, and the count.
  private func extremes(of keyed: [ColumnContents]) throws -> [KeyExtremes] {
    let own = keyed.map { KeyExtremes($0) }
    func signed(_ key: UInt64) -> Int64 { OrderedKey.integer(of: key) }
    let counts = try sum(own.map(\.count))
    let least = try session.communicator.allReduce(
      own.flatMap { [signed($0.least), signed($0.leastFinite)] }, by: .minimum)
    let greatest = try session.communicator.allReduce(
      own.flatMap { [signed($0.greatest), signed($0.greatestFinite)] }, by: .maximum)
    return own.indices.map { index in
      KeyExtremes(
        count: counts[index], least: OrderedKey.key(of: least[index * 2]),
        greatest: OrderedKey.key(of: greatest[index * 2]),
        leastFinite: OrderedKey.key(of: least[index * 2 + 1]),
        greatestFinite: OrderedKey.key(of: greatest[index * 2 + 1]))
    }
  }

  /// Means, deviations and histograms: exact sums, in two rounds.
  private func moments(of keyed: [ColumnContents], _ extremes: [KeyExtremes]) throws -> [Moments] {
    let first = try mapConcurrently(keyed.count, threads: session.threads) { index in
      var sum = ExactSum()
      let content = keyed[index]
      if content.isTime { return sum.words }
      for (place, key) in content.numbers.keys.enumerated() {
        content.add(key, times: content.numbers.counts[place], to: &sum)
      }
      return sum.words
    }
    let sums = try ExactSum.split(sum(first.flatMap { $0 }))
    let centred = zip(zip(keyed, extremes), sums).map { Centring($0.0, $0.1, sum: $1) }
    let second = try mapConcurrently(keyed.count, threads: session.threads) { index in
      centred[index].words(of: keyed[index])
    }
    let totals = try sum(second.flatMap { $0 })
    let width = ExactSum.wordCount + Self.histogramLimit
    return centred.indices.map { index in
      centred[index].moments(Array(totals[index * width..<(index + 1) * width]))
    }
  }

  private func frequent(_ content: ColumnContents) throws -> [ColumnSummary.Frequency] {
    let own = content.numbers.mostFrequent(Self.frequentLimit)
    let keys = try session.communicator.allGather(own.keys).flatMap { $0 }
    let counts = try session.communicator.allGather(own.counts).flatMap { $0 }
    let best = KeyCounts(keys: keys, counts: counts).mostFrequent(Self.frequentLimit)
    return zip(best.keys, best.counts).filter { $1 > 1 }.map {
      ColumnSummary.Frequency(value: content.value($0), count: Int($1))
    }
  }

  // MARK: Texts

  private func addTexts(_ texts: TextCounts, to summary: inout ColumnSummary) throws {
    var places = texts.mostFrequent(Self.frequentLimit)
    for place in texts.extremes.map({ [$0.first, $0.last] }) ?? [] where !places.contains(place) {
      places.append(place)
    }
    let chosen = texts.selecting(places)
    var all = TextCounts()
    for part in try session.communicator.allGather(chosen.encoded()) { all.add(encoded: part) }
    guard let ends = all.extremes else { return }
    summary.minimum = .text(all.text(ends.first))
    summary.maximum = .text(all.text(ends.last))
    summary.frequent = all.mostFrequent(Self.frequentLimit).filter { all.counts[$0] > 1 }.map {
      ColumnSummary.Frequency(value: .text(all.text($0)), count: Int(all.counts[$0]))
    }
  }
}
