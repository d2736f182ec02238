import Frames
import LinearAlgebra
import Platform
import Testing

/// A column and what it holds, as plainly as it can be said: the model that columns are held to.
struct ModelColumn {
  let type: ColumnType
  var values: [Value]

  /// Random values, a fifth of them missing where `hasMissing`.
  init(_ type: ColumnType, count: Int, hasMissing: Bool, from random: inout SplitMix) {
    self.type = type
    values = (0..<count).map { _ in
      if hasMissing, random.below(5) == 0 { return .missing }
      switch type {
      case .bool: return .bool(random.below(2) == 1)
      case .int32: return .integer(Int64(Int32(truncatingIfNeeded: random.next())))
      case .int64: return .integer(Int64(bitPattern: random.next()))
      case .float32: return .number(Double(Float(random.double() * 1e3)))
      case .float64: return .number(random.double() * 1e9)
      case .date: return .date(Int32(truncatingIfNeeded: random.next()))
      case .datetime: return .datetime(Int64(bitPattern: random.next()))
      case .timestamp: return .timestamp(Int64(bitPattern: random.next()))
      case .text: return .text(Self.text(from: &random))
      case .texts: return .texts((0..<random.below(4)).map { _ in Self.text(from: &random) })
      case .vector:
        let indices = (0..<Int32(Self.width)).filter { _ in random.below(3) == 0 }
        return .vector(
          .sparse(
            width: Self.width, indices: indices, values: indices.map { _ in random.double() }))
      }
    }
  }

  private static let width = 5

  private static func text(from random: inout SplitMix) -> String {
    let letters = ["a", "é", "\"", ",", "\n", "雪", "🐦", ""]
    return (0..<random.below(6)).map { _ in letters[random.below(8)] }.joined()
  }

  var column: Column {
    switch type {
    case .bool: Column(values.map { if case .bool(let value) = $0 { value } else { nil } })
    case .int32:
      Column(values.map { if case .integer(let value) = $0 { Int32(value) } else { nil } })
    case .int64: Column(values.map { if case .integer(let value) = $0 { value } else { nil } })
    case .float32:
      Column(values.map { if case .number(let value) = $0 { Float(value) } else { nil } })
    case .float64: Column(values.map { if case .number(let value) = $0 { value } else { nil } })
    case .date:
      Column(dates: values.map { if case .date(let value) = $0 { value } else { nil } })
    case .datetime:
      Column(datetimes: values.map { if case .datetime(let value) = $0 { value } else { nil } })
    case .timestamp:
      Column(timestamps: values.map { if case .timestamp(let value) = $0 { value } else { nil } })
    case .text: Column(values.map { if case .text(let value) = $0 { value } else { nil } })
    case .texts: Column(values.map { if case .texts(let value) = $0 { value } else { nil } })
    case .vector:
      Column(
        vectors: values.map { if case .vector(let value) = $0 { value } else { nil } },
        width: Self.width)
    }
  }

  func slice(_ range: Range<Int>) -> ModelColumn {
    var part = self
    part.values = Array(values[range])
    return part
  }

  func selecting(_ rows: [Int]) -> ModelColumn {
    var part = self
    part.values = rows.map { values[$0] }
    return part
  }
}

/// Whether a column shows exactly what its model holds.
func expectEqual(
  _ column: Column, _ model: ModelColumn, _ comment: @autoclosure () -> String = "",
  at location: SourceLocation = #_sourceLocation
) {
  let found = (0..<column.count).map { column[$0] }
  let missing = model.values.count { $0 == .missing }
  let isSame =
    column.type == model.type && found == model.values && column.missingCount == missing
    && found.indices.allSatisfy { column.isMissing($0) == (model.values[$0] == .missing) }
  if !isSame {
    Issue.record("\(comment()): \(found) is not \(model.values)", sourceLocation: location)
  }
}

/// A small generator whose numbers depend on its seed alone.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In -1 ..< 1.
  mutating func double() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// A range within `0..<count`.
  mutating func range(in count: Int) -> Range<Int> {
    let (a, b) = (below(count + 1), below(count + 1))
    return min(a, b)..<max(a, b)
  }
}

/// The failure that `body` ends with.
func failure(
  _ location: SourceLocation = #_sourceLocation, of body: () throws -> Void
) -> Failure {
  do { try body() } catch { return Failure(error) }
  Issue.record("nothing was thrown", sourceLocation: location)
  return Failure(.bug, "nothing was thrown")
}
