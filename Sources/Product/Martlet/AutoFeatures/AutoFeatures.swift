public import Cluster
public import Datasets
internal import Frames
public import Learning
internal import Platform

/// How to learn from columns as people have them: which are left out, and which stages turn the
/// others into numbers.
///
/// Text with few different values becomes a code each and then a column each (one-hot), with one for
/// missing values and one for those that training never saw; dates become their parts, missing numbers
/// the mean of the others. Text with more than 1,000 different values
/// and integers that are almost unique are left out. A method that knows missing numbers gets them
/// as they are, and one that knows categories gets their codes. The stages are ordinary ones: a file
/// can have them, and a person can change them.
public struct AutoFeatures: Sendable {
  /// What comes before the estimator; nothing where the columns can be learned from as they are.
  public let stages: [any Stage]
  /// The columns that the estimator learns from.
  public let features: [String]
  /// A line for each column with which something was done.
  public let notes: [String]

  /// Looks at the columns once; a collective call.
  /// - Parameters:
  ///   - columns: those to learn from.
  ///   - named: those among them that somebody asked for by name; they are never left out.
  ///   - fillsMissing: whether missing numbers are filled; otherwise they stay.
  ///   - kinds: what the estimator knows beside finite numbers.
  ///   - onlyRecurring: whether of points in time only the parts are taken that come again each week:
  ///     to a detector of anomalies a month that training never saw would make every later row
  ///     strange.
  public init(
    _ held: HeldRows, columns: [String], named: [String], fillsMissing: Bool,
    for kinds: FeatureKinds = [], onlyRecurring: Bool = false, in session: Session
  ) throws {
    let profiles = try ColumnProfile.all(of: held, in: session)
    var plan = Plan(rowCount: held.numbers.count, fillsMissing: fillsMissing, kinds: kinds)
    plan.onlyRecurring = onlyRecurring
    for name in columns {
      let place = try held.schema.place(of: name)
      plan.add(
        held.schema.fields[place], profiles[place], isNamed: named.contains(name),
        reasonForText: held.reasonForText(name))
    }
    notes = plan.notes
    guard !plan.parts.isEmpty else {
      throw Failure(
        .data, "there is no column to learn from", causes: notes,
        hint: "name the columns with --features")
    }
    guard plan.needsStages else {
      (stages, features) = ([], plan.parts)
      return
    }
    stages = try Catalog.stages.pipeline(plan.document).stages
    features = plan.staysApart ? plan.parts : ["features"]
  }
}

/// The stages, put together column by column.
private struct Plan {
  let rowCount: Int
  let fillsMissing: Bool
  /// Whether missing numbers stay because the estimator knows them.
  let keepsMissing: Bool
  /// Whether categories stay codes.
  let keepsCodes: Bool
  /// Whether columns are not put side by side, where codes would lose their meaning and missing numbers
  /// be refused.
  var staysApart: Bool { keepsCodes || keepsMissing }
  /// Whether of points in time only the parts are taken that come again each week.
  var onlyRecurring = false
  private(set) var notes: [String] = []
  /// The columns of numbers and vectors that are put side by side.
  private(set) var parts: [String] = []
  private var indexed: [String] = []
  /// The columns of dates and times, by the parts that are taken of them.
  private var dated: [(parts: [String], inputs: [String])] = []
  private var imputed: [String] = []

  private static let dateParts = ["year", "month", "day", "weekday", "hour"]
  private static let weekParts = ["weekday", "hour"]

  init(rowCount: Int, fillsMissing: Bool, kinds: FeatureKinds) {
    self.rowCount = rowCount
    keepsMissing = kinds.contains(.missing)
    keepsCodes = kinds.contains(.categories)
    self.fillsMissing = fillsMissing && !keepsMissing
  }

  var needsStages: Bool { !(indexed.isEmpty && dated.isEmpty && imputed.isEmpty) }

  mutating func add(
    _ field: Schema.Field, _ profile: ColumnProfile, isNamed: Bool, reasonForText: String?
  ) {
    let name = field.name
    if profile.missingCount == rowCount, rowCount > 0, field.type != .vector {
      notes.append("\(name): no value in any row, left out")
      return
    }
    if let role = field.metadata.role, !isNamed {
      notes.append("\(name): the \(role.rawValue), left out")
      return
    }
    switch field.type {
    case .text:
      let count = profile.distinctCount ?? 0
      let reason = reasonForText.map { " (\($0))" } ?? ""
      if count > ColumnProfile.distinctLimit, !isNamed {
        notes.append(
          "\(name): text\(reason), more than \(ColumnProfile.distinctLimit) values, left out")
        return
      }
      notes.append(
        "\(name): text\(reason), \(count) values, \(keepsCodes ? "a category each" : "one-hot")")
      indexed.append(name)
      parts.append(name + (keepsCodes ? "_index" : "_onehot"))
    case .date, .datetime, .timestamp:
      // A date alone has no hour, and says since when rather than when.
      let isTime = field.type != .date
      let parts = onlyRecurring && isTime ? Self.weekParts : Self.dateParts
      let words = parts.filter { isTime || $0 != "hour" }
      notes.append("\(name): \(field.type.words), \(words.joined(separator: ", "))")
      if let place = dated.firstIndex(where: { $0.parts == parts }) {
        dated[place].inputs.append(name)
      } else {
        dated.append((parts, [name]))
      }
      for word in words { addNumbers("\(name)_\(word)", missingCount: profile.missingCount) }
    case .bool, .int32, .int64, .float32, .float64:
      if isAlmostUnique(profile), !isNamed {
        notes.append("\(name): integer, almost each value once, left out")
        return
      }
      if profile.missingCount > 0, fillsMissing {
        notes.append(
          "\(name): \(field.type.words), \(profile.missingCount) missing, filled with the mean")
      } else if profile.missingCount > 0, keepsMissing {
        notes.append(
          "\(name): \(field.type.words), \(profile.missingCount) missing, taken as missing")
      }
      addNumbers(name, missingCount: profile.missingCount)
    case .vector: parts.append(name)
    case .texts: notes.append("\(name): \(field.type.words), left out")
    }
  }

  private mutating func addNumbers(_ name: String, missingCount: Int) {
    guard missingCount > 0, fillsMissing else { return parts.append(name) }
    imputed.append(name)
    parts.append("\(name)_filled")
  }

  /// Whether a column of integers is a name for the rows rather than a measure.
  private func isAlmostUnique(_ profile: ColumnProfile) -> Bool {
    guard let count = profile.distinctCount, rowCount >= 100 else { return false }
    return Double(count) >= 0.9 * Double(rowCount - profile.missingCount)
  }

  /// The stages as a file has them.
  var document: JSONValue {
    func texts(_ names: [String], _ suffix: String = "") -> JSONValue {
      .list(names.map { .text($0 + suffix) })
    }
    var stages: [JSONValue] = []
    for (parts, inputs) in dated {
      stages.append(["stage": "date-parts", "inputs": texts(inputs), "parts": texts(parts)])
    }
    if !imputed.isEmpty {
      stages.append([
        "stage": "imputer", "inputs": texts(imputed), "outputs": texts(imputed, "_filled"),
        "strategy": "mean",
      ])
    }
    if !indexed.isEmpty {
      // A gap says something else than a value that training never saw.
      stages.append([
        "stage": "string-indexer", "inputs": texts(indexed), "outputs": texts(indexed, "_index"),
        "handleInvalid": "keep", "missingLabel": "(missing)",
      ])
    }
    if !indexed.isEmpty, !keepsCodes {
      stages.append([
        "stage": "one-hot-encoder", "inputs": texts(indexed, "_index"),
        "outputs": texts(indexed, "_onehot"), "dropLast": false,
      ])
    }
    if staysApart { return ["stages": .list(stages)] }
    // A row with a gap where training had none gets no prediction, as without these stages.
    stages.append([
      "stage": "vector-assembler", "inputs": texts(parts), "outputs": ["features"],
      "handleInvalid": "keep",
    ])
    return ["stages": .list(stages)]
  }
}
