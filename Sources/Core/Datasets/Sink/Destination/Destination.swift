internal import Platform

/// Where rows go: one file, or a folder of parts.
///
/// A name with a known ending (`.csv .tsv .jsonl .libsvm` and so on, with `.gz` behind to have it
/// compressed) is one file. A name without an
/// ending, or with a slash behind, is a folder of parts by size, `part-00000.csv` and so on, and an
/// empty `_SUCCESS`. Either is complete or absent, whatever happens meanwhile, and never replaces
/// anything unasked. The bytes, and where parts are cut, follow from the rows alone.
public struct Destination: Sendable {
  /// The name as given, without a slash behind.
  public let path: String
  public let format: OutputFormat
  /// Whether it is a folder of parts.
  public let isFolder: Bool
  public let options: WriteOptions

  static let packedEnding = ".gz"

  public init(_ name: String, options: WriteOptions = WriteOptions()) throws {
    guard !name.isEmpty, name != "/" else {
      throw Failure(.usage, "the name of the output is empty", hint: "name a place for it")
    }
    let hasSlash = name.hasSuffix("/")
    path = hasSlash ? String(name.dropLast()) : name
    var base = lastComponent(path).lowercased()
    let isPacked = base.hasSuffix(Self.packedEnding) && !hasSlash
    if isPacked { base.removeLast(Self.packedEnding.count) }
    let named = OutputFormat.allCases.first { format in
      format.endings.contains { base.hasSuffix(".\($0)") }
    }
    isFolder = hasSlash || named == nil && !isPacked && !base.dropFirst().contains(".")
    var options = options
    options.packs = options.packs || isPacked
    self.options = options
    if !isFolder, named == nil, options.format == nil {
      throw Failure(
        .usage, "the ending of '\(name)' is none that can be written",
        hint:
          "use \(Self.endingsText) (with .gz behind, if you like), or a name without an ending for a folder of parts"
      )
    }
    guard options.partByteCount > 0, options.partRowCount > 0 else {
      throw Failure(.usage, "a part must have a size")
    }
    format = options.format ?? (isFolder ? nil : named) ?? .csv
  }

  /// One file, whatever its name.
  init(file path: String, format: OutputFormat, options: WriteOptions) {
    self.path = path
    self.format = format
    self.options = options
    isFolder = false
  }

  /// The endings that can be written, for a message.
  public static var endingsText: String {
    OutputFormat.allCases.flatMap(\.endings).map { ".\($0)" }.joined(separator: " ")
  }

  /// The name of a part of the folder.
  func partName(_ part: Int) -> String {
    let digits = String(part)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return "part-\(zeros)\(digits).\(format.endings[0])\(options.packs ? Self.packedEnding : "")"
  }

  /// What says in a folder that all parts are there.
  static let successName = "_SUCCESS"

  /// Refuses a place where nothing can be written, before the work whose result it shall hold.
  public func check() throws {
    try checkDestination(path)
    guard pathExists(path) else { return }
    guard options.replacesOld else { throw Failure.alreadyThere(path) }
    guard isFolder else { return }
    guard Platform.isFolder(path) else {
      throw Failure(
        .cannotWrite, "cannot write \(path)", causes: ["it is a file, not a folder of parts"],
        hint: "use \(Self.endingsText) for one file, or name another place")
    }
    let strange = try namesInFolder(path).first { name in
      !name.hasPrefix("part-") && name != Self.successName
    }
    if let strange {
      throw Failure(
        .cannotWrite, "cannot replace \(path)", causes: ["it holds '\(strange)', which is no part"],
        hint: "name another folder, or remove that one by hand")
    }
  }
}
