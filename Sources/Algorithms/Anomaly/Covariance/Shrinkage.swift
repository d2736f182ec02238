public import Learning

/// How far a covariance is drawn towards the mean variance times the identity.
public enum Shrinkage: Sendable, Equatable {
  /// Not at all.
  case none
  /// As far as Ledoit and Wolf estimate to be best.
  case ledoitWolf
  /// By a share from 0 to 1.
  case share(Double)
}

extension Shrinkage: SettingValue {
  public init?(settingText: String) {
    switch settingText {
    case "none": self = .none
    case "ledoit-wolf": self = .ledoitWolf
    default:
      guard let share = Double(settingText: settingText) else { return nil }
      self = .share(share)
    }
  }

  public init?(settingJSON: JSONValue) {
    if case .text(let text) = settingJSON {
      guard text == "none" || text == "ledoit-wolf" else { return nil }
      self.init(settingText: text)
    } else if let share = Double(settingJSON: settingJSON) {
      self = .share(share)
    } else {
      return nil
    }
  }

  public var settingText: String {
    switch self {
    case .none: "none"
    case .ledoitWolf: "ledoit-wolf"
    case .share(let share): share.settingText
    }
  }

  public var settingJSON: JSONValue {
    if case .share(let share) = self { share.settingJSON } else { .text(settingText) }
  }

  public var isUsable: Bool {
    if case .share(let share) = self { (0...1).contains(share) } else { true }
  }

  public static var requirement: String { "none, ledoit-wolf or a number from 0 to 1" }
  public static var placeholder: String { "none|ledoit-wolf|X" }
}
