import Cluster
import Datasets
import Frames
import Platform

/// What must be known of a column before it is decided how to learn from it.
struct ColumnProfile: Sendable, Equatable {
  /// More different texts than this are not counted.
  static let distinctLimit = 1000

  var missingCount = 0
  /// Different values: of texts exactly, up to one more than the limit; of integers about.
  var distinctCount: Int?

  /// Looks at all rows of all workers once; a collective call.
  static func all(of held: HeldRows, in session: Session) throws -> [ColumnProfile] {
    let fields = held.schema.fields
    let read = try held.dataset.mapSplits(
      in: session, "looking at the columns", columns: held.schema.names
    ) { rows in rows.frame.columns.map { ColumnTally($0) } }
    var tallies = fields.map { _ in ColumnTally() }
    for part in read.parts {
      for place in tallies.indices { tallies[place].add(part[place]) }
    }
    let communicator = session.communicator
    let missing = try communicator.allReduce(
      tallies.map { Int64($0.missingCount) }, by: .sum)
    return try fields.indices.map { place in
      var profile = ColumnProfile(missingCount: Int(missing[place]))
      switch fields[place].type {
      case .text:
        let all = try communicator.allGather(tallies[place].texts.encoded())
        var texts = TextCounts()
        for part in all where texts.distinctCount <= distinctLimit { texts.add(encoded: part) }
        profile.distinctCount = min(texts.distinctCount, distinctLimit + 1)
      case .int32, .int64:
        let registers = try communicator.allReduce(
          tallies[place].sketch.registers.map { Int64($0) }, by: .maximum)
        profile.distinctCount = DistinctSketch(registers.map { UInt8($0) }).estimate
      default: break
      }
      return profile
    }
  }
}

/// What some rows of a column show.
private struct ColumnTally: Sendable {
  var missingCount = 0
  var texts = TextCounts()
  var sketch = DistinctSketch()

  init() {}

  init(_ column: Column) {
    missingCount = column.missingCount
    switch column.storage {
    case .text:
      for row in 0..<column.count where !column.isMissing(row) {
        if texts.distinctCount > ColumnProfile.distinctLimit { break }
        texts.add(column, row)
      }
    case .int32(let values):
      for row in 0..<column.count where !column.isMissing(row) {
        sketch.add(UInt64(bitPattern: Int64(values[column.start + row])))
      }
    case .int64(let values):
      for row in 0..<column.count where !column.isMissing(row) {
        sketch.add(UInt64(bitPattern: values[column.start + row]))
      }
    default: break
    }
  }

  mutating func add(_ other: ColumnTally) {
    missingCount += other.missingCount
    if texts.distinctCount <= ColumnProfile.distinctLimit { texts.add(other.texts) }
    sketch.merge(other.sketch)
  }
}

/// About how many different numbers there are, to a percent or two.
///
/// Flajolet et al., "HyperLogLog", 2007, with linear counting for few. Neither the order of the
/// numbers nor how they are spread over workers shows in it.
struct DistinctSketch: Sendable {
  private static let bits = 12
  private(set) var registers: [UInt8]

  init() { registers = Array(repeating: 0, count: 1 << Self.bits) }

  init(_ registers: [UInt8]) { self.registers = registers }

  mutating func add(_ value: UInt64) {
    // The finaliser of MurmurHash3 spreads any difference over all bits.
    var hash = value
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    hash ^= hash >> 33
    let place = Int(hash >> UInt64(64 - Self.bits))
    let rank = UInt8(
      (hash << UInt64(Self.bits) | 1 << UInt64(Self.bits - 1)).leadingZeroBitCount + 1)
    if rank > registers[place] { registers[place] = rank }
  }

  mutating func merge(_ other: DistinctSketch) {
    for place in registers.indices where other.registers[place] > registers[place] {
      registers[place] = other.registers[place]
    }
  }

  var estimate: Int {
    let count = Double(registers.count)
    let sum = registers.reduce(0.0) { $0 + Double(sign: .plus, exponent: -Int($1), significand: 1) }
    let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
    let empty = registers.filter { $0 == 0 }.count
    if raw <= 2.5 * count, empty > 0 {
      return Int((count * Portable.log(count / Double(empty))).rounded())
    }
    return Int(raw.rounded())
  }
}
