internal import Frames
public import Learning
internal import Platform

/// A part of a date or time that makes a whole number.
public enum DatePart: String, CaseIterable, SettingValue {
  case year, quarter, month, day
  /// 1 for Monday to 7 for Sunday.
  case weekday
  /// 1 for 1 January.
  case dayOfYear
  /// The week of ISO 8601, from 1: the first has the year's first Thursday.
  case week
  case hour, minute, second

  /// Whether a date without a time has it too.
  var isOfDay: Bool {
    switch self {
    case .hour, .minute, .second: false
    default: true
    }
  }
}

/// Takes dates and times apart: year, month, day, weekday, hour and more, each a column of whole
/// numbers named `<input>_<part>`.
///
/// Days count from 1, weekdays from 1 for Monday, as ISO 8601 has them (Spark's `dayofweek` counts
/// from 1 for Sunday). A point in time is taken apart in UTC, a date and time as it is written. Of a
/// date alone there is no hour, minute and second, and no column is made for them. What is missing
/// stays missing. Ours: Spark has SQL functions for it and no stage.
public struct DateParts: Transformer {
  @Setting("columns of dates, dates with times, or points in time")
  public var inputs: [String] = []
  @Setting("names for the new columns, all parts of an input one behind the other")
  public var outputs: [String] = []
  @Setting("which parts to take")
  public var parts: [DatePart] = [.year, .month, .day, .weekday, .hour]

  public init() {}

  public static let name = "date-parts"
  public static let summary = "takes dates and times apart: year, month, day, weekday, hour"
  public static var example: Self { Self { $0.inputs = ["day"] } }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
    guard !parts.isEmpty, Set(parts).count == parts.count else {
      throw SettingError(
        name: "parts", requirement: "some parts, each once", value: parts.settingText)
    }
  }

  public func bind(to binder: inout Binder) throws {
    var columns: [(input: String, type: ColumnType, part: DatePart)] = []
    for input in inputs {
      let type = try binder.field(input).type
      for part in parts where part.isOfDay || type != .date { columns.append((input, type, part)) }
    }
    guard outputs.isEmpty || outputs.count == columns.count else {
      throw SettingError(
        name: "outputs", requirement: "as many as the \(columns.count) parts of the inputs",
        value: outputs.settingText)
    }
    for (place, (input, type, part)) in columns.enumerated() {
      let from = try binder.integers(input)
      let output = outputs.isEmpty ? "\(input)_\(part.rawValue)" : outputs[place]
      let to = try binder.addNumbers(output, .int32)
      let unitsPerDay: Int64 = type == .date ? 1 : 86_400_000_000
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount {
          target[row] = source[row].map { Double(part.value(of: $0, unitsPerDay)) } ?? .missing
        }
      }
    }
  }
}

extension DatePart {
  /// The part of a time that counts units since 1970.
  func value(of time: Int64, _ unitsPerDay: Int64) -> Int {
    var (day, rest) = time.quotientAndRemainder(dividingBy: unitsPerDay)
    if rest < 0 {
      day -= 1
      rest += unitsPerDay
    }
    let second = unitsPerDay == 1 ? 0 : Int(rest / 1_000_000)
    switch self {
    case .hour: return second / 3600
    case .minute: return second / 60 % 60
    case .second: return second % 60
    case .weekday: return Self.weekday(Int(day))
    default: break
    }
    let date = CivilDate(daysSinceEpoch: Int(day))
    switch self {
    case .year: return date.year
    case .quarter: return (date.month + 2) / 3
    case .month: return date.month
    case .day: return date.day
    case .dayOfYear: return date.dayOfYear
    default:
      // The week is that of its Thursday, whose place in its year says which one it is.
      let thursday = CivilDate(daysSinceEpoch: Int(day) + 4 - Self.weekday(Int(day)))
      return (thursday.dayOfYear - 1) / 7 + 1
    }
  }

  /// 1970-01-01 was a Thursday.
  private static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 + 1 }
}
