internal import Frames
internal import LinearAlgebra
internal import Platform

/// Gives each row its part, with all deciding columns at hand.
struct RowAssigner {
  private let frame: Frame
  private let shares: [Double]
  private let parts: [SplitPart]
  private let random: RandomSource
  private let source: String
  private(set) var partOfRow: [UInt8]
  private(set) var notes: [String] = []

  init(_ frame: Frame, _ parts: [SplitPart], seed: UInt64, source: String) {
    self.frame = frame
    self.parts = parts
    self.source = source
    shares = parts.map { $0.share ?? 0 }
    random = RandomSource(seed: seed, purpose: "split")
    partOfRow = [UInt8](repeating: 0, count: frame.rowCount)
  }

  mutating func assign(by method: SplitMethod) throws {
    switch method {
    case .random: deal(shuffled(frame.rowCount) { $0 })
    case .stratified(let name): deal(stratified(try RowClasses(frame.column(name))))
    case .grouped(let name): try group(try classes(name))
    case .inTime(let name): try cut(try OrderedColumn(frame, name, source))
    case .leavingLast(let count, let group, let order):
      leave(count, try classes(group), try OrderedColumn(frame, order, source).keys)
    case .leavingOut(let count, let group):
      var keys = [UInt64](repeating: 0, count: frame.rowCount)
      for (place, row) in shuffled(frame.rowCount, { $0 }).enumerated() {
        keys[row] = UInt64(place)
      }
      leave(count, try classes(group), keys)
    }
  }

  /// Whole numbers in random order; each has the chance of the row that stands for it.
  private func shuffled(_ count: Int, _ row: (Int) -> Int) -> [Int] {
    // The lower bits hold the number itself, so that no two keys are equal.
    let bits = UInt64(Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
    let mask = (UInt64(1) << bits) - 1
    var keys = (0..<count).map { index -> UInt64 in
      var stream = random.stream(row: row(index))
      return stream.next() & ~mask | UInt64(index)
    }
    KeySort.sort(&keys)
    return keys.map { Int($0 & mask) }
  }

  /// The rows in random order within each class, one class behind the other.
  private func stratified(_ classes: RowClasses) -> [Int] {
    var places = [0]
    for count in classes.counts { places.append((places.last ?? 0) + count) }
    var order = [Int](repeating: 0, count: frame.rowCount)
    for row in shuffled(frame.rowCount, { $0 }) {
      let code = Int(classes.codes[row])
      order[places[code]] = row
      places[code] += 1
    }
    return order
  }

  /// Deals rows out so that after any number of them each part is less than one row off its share.
  ///
  /// Method: Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980).
  private mutating func deal(_ rows: [Int]) {
    let slack = parts.count > 1 ? 1 / Double(2 * parts.count - 2) : 0
    var counts = [Double](repeating: 0, count: parts.count)
    for (dealt, row) in rows.enumerated() {
      var best = -1
      var bestWait = Double.infinity
      for part in shares.indices {
        let lack = shares[part] * Double(dealt + 1) - counts[part]
        // How long the part could wait still; those that lack too little have no claim.
        let wait = (1 - slack - lack) / shares[part]
        if lack >= slack, wait < bestWait { (best, bestWait) = (part, wait) }
      }
      if best < 0 { best = mostLacking(counts, Double(dealt + 1)) }
      counts[best] += 1
      partOfRow[row] = UInt8(best)
    }
  }

  private func mostLacking(_ counts: [Double], _ total: Double) -> Int {
    var best = 0
    for part in shares.indices
    where shares[part] * total - counts[part] > shares[best] * total - counts[best] {
      best = part
    }
    return best
  }

  private mutating func group(_ classes: RowClasses) throws {
    var counts = [Double](repeating: 0, count: parts.count)
    var partOfGroup = [UInt8](repeating: 0, count: classes.counts.count)
    // A group has the chance of its first row.
    for code in shuffled(classes.counts.count, { classes.firstRows[$0] }) {
      let best = mostLacking(counts, Double(frame.rowCount))
      counts[best] += Double(classes.counts[code])
      partOfGroup[code] = UInt8(best)
    }
    for (row, code) in classes.codes.enumerated() { partOfRow[row] = partOfGroup[Int(code)] }
    notes.append("groups: \(classes.counts.count)")
  }

  private mutating func cut(_ column: OrderedColumn) throws {
    var sorted = column.keys
    KeySort.sort(&sorted)
    var share = 0.0
    for (part, next) in zip(shares, parts.indices.dropFirst()) {
      share += part
      let place = Int((share * Double(sorted.count)).rounded())
      guard place < sorted.count, let row = column.keys.firstIndex(of: sorted[place]) else {
        continue
      }
      for (row, key) in column.keys.enumerated() where key >= sorted[place] {
        partOfRow[row] = UInt8(next)
      }
      notes.append("\(parts[next].name) begins at \(column.text(row))")
    }
  }

  private mutating func leave(_ count: Int, _ classes: RowClasses, _ keys: [UInt64]) {
    let order = keys.indices.sorted { a, b in
      let (first, second) = (classes.codes[a], classes.codes[b])
      if first != second { return first < second }
      return keys[a] != keys[b] ? keys[a] < keys[b] : a < b
    }
    var start = 0
    var whole = 0
    for size in classes.counts {
      if size > count {
        for place in start + size - count..<start + size { partOfRow[order[place]] = 1 }
      } else {
        whole += 1
      }
      start += size
    }
    notes.append("groups: \(classes.counts.count)")
    if whole > 0 {
      notes.append(
        "groups of at most \(count) rows, which stay whole in \(parts[0].name): \(whole)")
    }
  }

  /// The groups of a column in which no value may be missing.
  private func classes(_ name: String) throws -> RowClasses {
    let column = try frame.column(name)
    for row in 0..<column.count where column.isMissing(row) {
      throw DataError(
        place: "\(source), row \(row + 1)", column: name, problem: "the group is missing",
        hint: "leave such rows out")
    }
    return RowClasses(column)
  }
}

/// The different values of a column, numbered in the order in which they come first.
struct RowClasses {
  var codes: [Int32] = []
  var counts: [Int] = []
  var firstRows: [Int] = []

  /// What is missing is a class of its own.
  init(_ column: Column) {
    var texts = TextCounts()
    // The code of each text; it differs from the text's own number behind a missing value.
    var codeOfText: [Int32] = []
    var missing: Int32?
    codes.reserveCapacity(column.count)
    for row in 0..<column.count {
      var code: Int32
      if column.isMissing(row) {
        code = missing ?? Int32(counts.count)
        missing = code
      } else {
        let text = texts.add(column, row)
        if text == codeOfText.count { codeOfText.append(Int32(counts.count)) }
        code = codeOfText[text]
      }
      if Int(code) == counts.count {
        counts.append(0)
        firstRows.append(row)
      }
      counts[Int(code)] += 1
      codes.append(code)
    }
  }
}
