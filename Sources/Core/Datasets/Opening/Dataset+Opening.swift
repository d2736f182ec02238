internal import Platform

extension Dataset {
  /// The rows of some files: their names, globs, folders, or `-` for standard input.
  ///
  /// The files of a folder or a glob are read in the byte order of their paths, files named one by
  /// one in the order named. The format follows the ending, or `options.format`.
  public static func reading(_ names: [String], options: ReadOptions = ReadOptions()) throws
    -> Dataset
  {
    var spooled: SpooledFile?
    let paths = try SourcePaths.resolve(names, spooled: &spooled)
    let format = try names == ["-"] ? options.format ?? .csv : format(of: paths, options)
    let called = paths.map { SourcePaths.name(of: $0, spooled) }
    var source = try source(of: paths, called, format, options)
    let warnings = SourcePaths.warnings(about: names)
    if !warnings.isEmpty { source = WarnedSource(source, warnings) }
    guard let spooled else { return Dataset(source) }
    return Dataset(SpooledSource(source, spooled))
  }

  private static func source(
    of paths: [String], _ names: [String], _ format: ReadOptions.Format, _ options: ReadOptions
  ) throws -> any Source {
    switch format {
    case .npy:
      return try NumPySource(
        paths: paths, names: names, columnNames: options.columnNames)
    case .csv:
      return try CSVSource(
        paths: paths, names: names, options: CSVOptions(options), tuning: CSVTuning())
    case .tsv:
      var options = options
      options.delimiter = options.delimiter ?? "\t"
      return try CSVSource(
        paths: paths, names: names, options: CSVOptions(options), tuning: CSVTuning())
    }
  }

  private static func format(of paths: [String], _ options: ReadOptions) throws
    -> ReadOptions.Format
  {
    if let format = options.format { return format }
    let formats = try paths.map { path in
      guard let format = SourcePaths.format(of: path) else {
        throw Failure(
          .usage, "the name of \(path) does not say what it holds",
          hint: "say --format csv, tsv or npy")
      }
      return format
    }
    guard let first = formats.first, formats.allSatisfy({ $0 == first }) else {
      throw Failure(.usage, "the files are of several formats", hint: "name files of one format")
    }
    return first
  }
}

extension CSVOptions {
  /// The part of the reading options that concerns text.
  init(_ options: ReadOptions) {
    self.init()
    delimiter = options.delimiter
    hasHeader = options.hasHeader
    columnNames = options.columnNames
    decimalMark = options.decimalMark
    encoding = options.encoding == .utf8 ? .utf8 : .latin1
    missingWords = options.missingWords
    onBadRow = options.skipsBadRows ? .skip : .error
    textUnlessCanonical = options.textUnlessCanonical
    keepsSpelling = options.keepsSpelling
  }
}
