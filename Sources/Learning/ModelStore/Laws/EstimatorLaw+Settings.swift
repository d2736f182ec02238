internal import Cluster
internal import FoundationEssentials
internal import Learning
internal import Platform

extension EstimatorLaw {
  static let settingLaws = [
    EstimatorLaw(
      "wrong settings", "Every wrong setting is refused by its name, before any data is looked at."
    ) { type, place in try refusesWrong(type, place) },
    EstimatorLaw(
      "settings round trip", "Settings come back the same from JSON and from texts."
    ) { type, _ in try roundTrip(type) },
  ]

  /// Texts that some setting must refuse; a number out of any range, and no number.
  private static let probes = [
    "-1", "0", "-1e300", "1e300", "0.5", "nan", "inf", "hello", "", "9223372036854775808",
  ]

  private static func refusesWrong<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    let session = lawSession(place.communicator)
    let rows = try LawData(for: E.self).blocks(of: Double.self, .even, in: session)
    let descriptions = E.settings
    for setting in descriptions {
      var refused = 0
      for probe in probes {
        guard let error = try refusal(of: { _ = try E(settings: [setting.name: probe]) }) else {
          continue
        }
        refused += 1
        try expect(
          error.name == setting.name && !error.isUnknown && !error.requirement.isEmpty,
          "\(E.name) refuses \(setting.name) '\(probe)' with: \(error)")
        // Of the right type but out of range: the program could not know, fitting does.
        var wrong = E()
        guard (try? wrong.set(setting.name, text: probe)) != nil else { continue }
        let before = session.breadcrumb.description
        let late = try refusal(of: { _ = try wrong.fit(rows, inputs: [:], in: session) })
        try expect(
          late?.name == setting.name, "\(E.name) fits with \(setting.name) '\(probe)'")
        try expect(
          session.breadcrumb.description == before,
          "\(E.name) looks at rows before it refuses \(setting.name) '\(probe)'")
      }
      let takesAll = setting.requirement == "a text"
      try expect(refused > 0 || takesAll, "\(E.name) takes anything for \(setting.name)")
    }
    let unknown = try refusal { _ = try E(settings: ["noSuchSetting": "1"]) }
    try expect(unknown?.isUnknown == true, "\(E.name) takes a setting that it has not")
  }

  /// The error about a setting that `body` throws; nil where it throws none.
  private static func refusal(of body: () throws -> Void) throws -> SettingError? {
    do {
      try body()
      return nil
    } catch let error as SettingError {
      return error
    }
  }

  private static func roundTrip<E: Estimator>(_ type: E.Type) throws {
    try LawSettings.roundTrip(E(), named: E.name)
  }
}

/// What must hold for the settings of anything that has some.
enum LawSettings {
  /// Settings come back the same from JSON, from files and from texts.
  static func roundTrip<C: Configurable>(_ base: C, named name: String) throws {
    for variant in try LawVariant.all(from: base) {
      let (value, words) = (variant.estimator, "\(name) (\(variant.name))")
      try EstimatorLaw.expect(try C(json: value.json) == value, "\(words) changes in JSON")
      try EstimatorLaw.expect(try C(saved: value.json) == value, "\(words) changes when saved")
      let bytes = try JSONEncoder().encode(value)
      try EstimatorLaw.expect(
        try JSONDecoder().decode(C.self, from: bytes) == value, "\(words) changes when coded")
      var copy = C()
      let descriptions = value.settings
      for setting in descriptions { try copy.set(setting.name, text: setting.value) }
      try EstimatorLaw.expect(copy == value, "\(words) changes in texts")
    }
  }
}
