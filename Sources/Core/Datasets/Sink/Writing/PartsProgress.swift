internal import FoundationEssentials
internal import Platform

/// How far the parts of a folder are; kept beside them so that a later run can go on.
struct PartsProgress: Codable, Equatable {
  /// A part that is whole and durable.
  struct Part: Codable, Equatable {
    var number: Int
    var byteCount: Int
    var rowCount: Int
  }

  /// A row of the source at which a part begins, and what lies before it.
  struct Position: Codable, Equatable {
    var part = 0
    /// The split that holds the row, and where the row begins in the text of that split.
    var split: Int
    var skippedByteCount = 0
    /// Bytes of all rows before.
    var offset = 0
    /// Rows before.
    var rowCount = 0
    /// Lost values in all splits before `split`.
    var lostCount = 0
  }

  static let name = "progress.json"

  /// The job whose parts these are.
  var job: String
  var parts: [Part] = []
  /// Where the first part that is not whole begins.
  var next: Position

  init(job: String) {
    self.job = job
    next = Position(split: 0)
  }

  /// What a run of the same job left in a folder, if its parts are there as it says.
  init?(in folder: StagedFolder, job: String, name: (Int) -> String) {
    guard let bytes = try? InputFile("\(folder.place)/\(Self.name)").contents(),
      let found = try? JSONDecoder().decode(PartsProgress.self, from: Data(bytes)),
      found.job == job, !found.parts.isEmpty,
      found.parts.allSatisfy({ part in
        (try? InputFile("\(folder.place)/\(name(part.number))").byteCount) == part.byteCount
      })
    else { return nil }
    self = found
  }

  func write(into folder: StagedFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let file = try OutputFile(
      "\(folder.place)/\(Self.name)", replacing: true, shownAs: "\(folder.path)/\(Self.name)")
    try file.write(Array(try encoder.encode(self)))
    try file.commit()
  }
}
