import Martlet

/// One run of `martlet recommend`.
struct RecommendRun {
  private let invocation: Invocation
  private let stored: StoredModel
  private let model: any RecommenderModel
  private let purpose: Purpose
  private var session: Session { invocation.session }
  private var arguments: Arguments { invocation.arguments }
  private var columns: RatingColumns { model.parts.columns }

  /// Which lists are made, and of whom.
  private enum Purpose: Equatable {
    case items(users: String?, history: String?)
    case similarItems(String)
    case similarUsers(String)
    case usersFor(String)
  }

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let path = try invocation.operand("MODEL")
    _ = try invocation.required("out")
    purpose = try Self.purpose(invocation.arguments)
    let stored = try invocation.session.communicator.agree("reading the model") {
      try StoredModel(reading: path, registry: Catalog.models)
    }
    for warning in stored.warnings { invocation.console.warn(warning) }
    guard let model = stored.pipeline.recommender else {
      throw Failure(
        .data, "\(path) holds no recommender", hint: "martlet train popularity makes one")
    }
    self.stored = stored
    self.model = model
  }

  private static func purpose(_ arguments: Arguments) throws -> Purpose {
    let kinds = ["similar-items", "similar-users", "users-for"].filter { arguments.has($0) }
    let others = ["users", "history", "explain"].filter { arguments.has($0) }
    guard let kind = kinds.first, let file = arguments[kind] else {
      return .items(users: arguments["users"], history: arguments["history"])
    }
    if let other = (kinds.dropFirst() + others).first {
      throw Failure(.usage, "--\(kind) and --\(other) do not go together")
    }
    for option in ["only", "exclude"] where kind != "similar-items" && arguments.has(option) {
      throw Failure(.usage, "--\(option) is for lists of items; --\(kind) lists users")
    }
    if kind != "users-for", arguments.flag("include-seen") {
      throw Failure(.usage, "--\(kind) lists what is alike, seen or not: without --include-seen")
    }
    return switch kind {
    case "similar-items": .similarItems(file)
    case "similar-users": .similarUsers(file)
    default: .usersFor(file)
    }
  }

  func run() throws -> Outcome {
    let begun = monotonicSeconds()
    let destination = try invocation.destination(try invocation.required("out"))
    let tally = ListTally()
    let (lists, targets) = try lists(try wishes(), tally)
    let rowCount = try lists.write(to: destination, in: session).rowCount
    let counts = try tally.total(in: session)
    tell(counts, targets)
    try finish(rowCount, targets, counts, seconds: monotonicSeconds() - begun)
    return Outcome()
  }

  private func wishes() throws -> ListWishes {
    var wishes = ListWishes()
    wishes.top = try arguments.integer("top", in: 1...Int(Int32.max)) ?? 10
    wishes.includesSeen = arguments.flag("include-seen")
    wishes.reasons = try arguments.integer("explain", in: 0...1000) ?? 0
    let coldStart = try arguments.choice("cold-start", UnknownUsers.self)
    var isOfItems = false
    if case .items = purpose { isOfItems = true }
    if coldStart == .popularity, !isOfItems {
      throw Failure(.usage, "--cold-start popularity is for lists of items for users")
    }
    wishes.unknownUsers = coldStart ?? (isOfItems ? .popularity : .drop)
    wishes.allowedItems = try allowedItems()
    return wishes
  }

  /// The items that `--only` and `--exclude` leave.
  private func allowedItems() throws -> [Int32]? {
    guard arguments.has("only") || arguments.has("exclude") else { return nil }
    var isAllowed = [Bool](repeating: !arguments.has("only"), count: model.items.count)
    for (option, value) in [("only", true), ("exclude", false)] {
      guard let path = arguments[option] else { continue }
      let given = try targets(path, columns.item, "item", model.items)
      for place in given.knownPlaces { isAllowed[Int(place)] = value }
      if given.unknownCount > 0 {
        invocation.console.warn(
          "items of --\(option) that the model does not know: \(given.unknownCount)")
      }
    }
    let allowed = isAllowed.indices.filter { isAllowed[$0] }.map { Int32($0) }
    if allowed.isEmpty { invocation.console.warn("no item is left that may be listed") }
    return allowed
  }

  private func lists(
    _ wishes: ListWishes, _ tally: ListTally
  ) throws -> (Dataset, ListTargets) {
    switch purpose {
    case .items(let users, let history): return try items(users, history, wishes, tally)
    case .similarItems(let path):
      let targets = try targets(path, columns.item, "item", model.items)
      return (try model.similarItems(to: targets, wishes, tally: tally), targets)
    case .similarUsers(let path):
      let targets = try targets(path, columns.user, "user", model.users)
      return (try model.similarUsers(to: targets, wishes, tally: tally), targets)
    case .usersFor(let path):
      if model.history == nil, !wishes.includesSeen { warnOfForgottenHistory() }
      let targets = try targets(path, columns.item, "item", model.items)
      return (try model.users(for: targets, wishes, tally: tally), targets)
    }
  }

  private func items(
    _ users: String?, _ history: String?, _ wishes: ListWishes, _ tally: ListTally
  ) throws -> (Dataset, ListTargets) {
    let fresh = try history.map { try newRatings($0) }
    let targets =
      try users.map { try self.targets($0, columns.user, "user", model.users) }
      ?? fresh.map { fresh in
        ListTargets(ListTargets(all: fresh.users).names, among: model.users)
      } ?? ListTargets(all: model.users)
    if model.history == nil, !wishes.includesSeen { warnOfForgottenHistory() }
    if let warning = fresh.flatMap({ model.warning(ofUsers: targets, seenBy: $0) }) {
      invocation.console.warn(warning)
    }
    return (
      try model.recommendations(wishes, for: targets, with: fresh, tally: tally), targets
    )
  }

  private func newRatings(_ path: String) throws -> NewRatings {
    let dataset = stored.pipeline.beforeRecommender(
      try invocation.dataset([path], textUnlessCanonical: [columns.user, columns.item]))
    let ratings = try NewRatings(
      dataset, for: model,
      unusable: try arguments.choice("on-bad-row", UnusableRows.self) ?? .error, in: session)
    for warning in ratings.warnings(of: path) { invocation.console.warn(warning) }
    return ratings
  }

  /// Those that a file names: in the column called as in the model, or in its only one.
  private func targets(
    _ path: String, _ column: String, _ standard: String, _ identifiers: Identifiers
  ) throws -> ListTargets {
    let dataset = try invocation.dataset([path], textUnlessCanonical: [column, standard])
    let name = try session.communicator.agree("reading \(path)") {
      let names = dataset.source.columnNames
      if let name = [column, standard].first(where: { names.contains($0) }) { return name }
      guard names.count == 1 else {
        throw Failure(
          .data, "\(path) has no column '\(column)'", hint: nameHint(for: column, in: names))
      }
      return names[0]
    }
    let given = try dataset.select([name]).collect(in: session).columns[0]
    if given.missingCount > 0 {
      invocation.console.warn("rows of \(path) that name no \(standard): \(given.missingCount)")
    }
    if given.count == given.missingCount {
      invocation.console.warn("\(path) names no \(standard): the result is empty")
    }
    return ListTargets(given, among: identifiers)
  }

  private func warnOfForgottenHistory() {
    invocation.console.warn(
      "the model has forgotten its history: what users have already may be listed too")
  }

  /// What came up, in words.
  private func tell(_ counts: ListTally.Counts, _ targets: ListTargets) {
    let console = invocation.console
    if counts.unknown > 0 {
      let fate =
        switch arguments["cold-start"] ?? "" {
        case "missing": "they have a row that names nothing"
        case "drop": "they have no rows"
        default:
          if case .items = purpose {
            "they got the most popular items, without a score"
          } else {
            "they have no rows"
          }
        }
      console.warn(
        "the model does not know \(counts.unknown) of the \(targets.count) that were asked for: "
          + fate)
    }
    if counts.folded > 0 {
      console.note("users folded in from their ratings: \(counts.folded)")
    }
    if counts.short > 0 {
      console.note("lists shorter than asked for, since no more is left: \(counts.short)")
    }
    if counts.empty > 0 {
      console.warn("lists with nothing on them, since nothing is left: \(counts.empty)")
    }
    if counts.unexplained > 0 {
      console.warn("rows without reasons, since the model has none to give: \(counts.unexplained)")
    }
  }

  private func finish(
    _ rowCount: Int, _ targets: ListTargets, _ counts: ListTally.Counts, seconds: Double
  ) throws {
    let out = try invocation.required("out")
    try invocation.finish(
      json: [
        .init("status", "ok"), .init("rows", .integer(rowCount)),
        .init("lists", .integer(targets.count)), .init("unknown", .integer(counts.unknown)),
        .init("folded", .integer(counts.folded)), .init("short", .integer(counts.short)),
        .init("empty", .integer(counts.empty)),
        .init("withoutReasons", .integer(counts.unexplained)), .init("out", .text(out)),
        .init("seconds", .number(seconds)),
        .init(
          "model",
          .object(
            JSONObject([
              .init("path", .text(try invocation.operand("MODEL"))),
              .init("sha256", .text(stored.digest)),
            ]))),
        .init("warnings", .list(invocation.console.warnings.map { .text($0) })),
      ],
      isTalk: true,
      text: { "\(counted(rowCount, "row")) of \(counted(targets.count, "list")) in \(out)" })
  }
}

extension RecommenderModel {
  /// What to say of users who are seen by new ratings alone, where there are such.
  func warning(ofUsers targets: ListTargets, seenBy fresh: NewRatings) -> String? {
    let count = usersSeenAnew(targets, by: fresh)
    if count == 0 { return nil }
    return "the model has forgotten its history: users whom it knows and who are seen by the new "
      + "ratings alone: \(count)"
  }
}

extension NewRatings {
  /// What a person should know of a file of them.
  func warnings(of path: String) -> [String] {
    let unused = report.unusableRowCount + report.unreadableRowCount
    return [
      unknownItemCount > 0
        ? "ratings left out, since the model does not know the item: \(unknownItemCount)" : nil,
      unused > 0 ? "rows of \(path) left out, since they could not be used: \(unused)" : nil,
      users.count == 0 ? "\(path) has no ratings" : nil,
    ].compactMap { $0 }
  }
}

/// `1 row`, `2 rows`.
private func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
