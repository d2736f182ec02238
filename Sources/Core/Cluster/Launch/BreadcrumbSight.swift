internal import Platform

/// What can be seen of a worker from its breadcrumb.
struct BreadcrumbSight: Sendable, Equatable {
  var rank: Int
  var process: Int
  var host: String
  var heartbeat: UInt64
  var moves: UInt64
  /// How many collective calls it went into.
  var entries: UInt64
  var isFinished: Bool
  var engineJob: UInt64
  /// The collective call that it is in, as "allReduce 17".
  var collective: String?
  /// Activity, stage and step, without what changes by time alone.
  var doing: String

  init(_ page: CrumbPage, rank: Int) {
    self.rank = rank
    process = Int(truncatingIfNeeded: page[.process])
    host = page.text(.host)
    heartbeat = page[.heartbeat]
    moves = page[.moves]
    entries = page[.entries]
    isFinished = page[.isFinished] != 0
    engineJob = page[.engineJob]
    let sequence = page[.collective]
    collective = sequence == 0 ? nil : "\(page.text(.operation)) \(sequence - 1)"
    let activity = page.text(.activity)
    let stage = page.text(.stage)
    var words = activity.isEmpty ? "starting" : activity
    if !stage.isEmpty {
      words += ", \(stage) (step \(Int64(truncatingIfNeeded: page[.step])))"
    }
    if let collective { words += ", in \(collective)" }
    doing = words
  }

  /// What is left of the worker `rank` of an attempt; nil where it never got so far.
  init?(of rank: Int, in attempt: AttemptFolder) {
    guard let page = CrumbPage(reading: attempt.crumbPath(rank: rank)) else { return nil }
    self.init(page, rank: rank)
  }

  /// All that an attempt's folder holds, by rank; workers on other hosts leave nothing there.
  static func all(in attempt: AttemptFolder) -> [BreadcrumbSight] {
    let names = (try? namesInFolder(attempt.path)) ?? []
    return names.compactMap { AttemptFolder.rank(ofCrumb: $0) }.sorted()
      .compactMap { BreadcrumbSight(of: $0, in: attempt) }
  }
}
