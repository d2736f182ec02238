internal import Datasets
public import Learning

/// Which values come first when values get codes.
///
/// Texts are compared by their UTF-8 bytes, and equally frequent ones stand in that order.
public enum LabelOrder: String, CaseIterable, SettingValue {
  /// The most frequent value gets 0.
  case frequencyDesc
  /// The rarest value gets 0.
  case frequencyAsc
  /// The last text gets 0.
  case alphabetDesc
  /// The first text gets 0.
  case alphabetAsc

  /// The numbers of the counted texts in this order.
  func sorted(_ texts: TextCounts) -> [Int] {
    let counts = texts.counts
    let alphabetic = (0..<texts.distinctCount).sorted { texts.precedes($0, $1) }
    // Places in the order of bytes decide among those equally frequent.
    func byCount(_ precedes: (Int64, Int64) -> Bool) -> [Int] {
      alphabetic.indices.sorted { a, b in
        let (one, other) = (counts[alphabetic[a]], counts[alphabetic[b]])
        return one != other ? precedes(one, other) : a < b
      }.map { alphabetic[$0] }
    }
    return switch self {
    case .alphabetAsc: alphabetic
    case .alphabetDesc: alphabetic.reversed()
    case .frequencyAsc: byCount(<)
    case .frequencyDesc: byCount(>)
    }
  }
}
