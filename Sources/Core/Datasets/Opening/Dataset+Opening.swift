public import Cluster
internal import Platform

extension Dataset {
  /// The rows of some files: their names, globs, folders, or `-` for standard input.
  ///
  /// The files of a folder or a glob are read in the byte order of their paths, files named one by
  /// one in the order named. The format follows the ending, or `options.format`. Files compressed by
  /// gzip or zstd are decompressed into the session's scratch folder first. A collective call:
  /// the workers share what must be read of all rows before the columns are known.
  public static func reading(
    _ names: [String], options: ReadOptions = ReadOptions(), in session: Session
  ) throws -> Dataset {
    let activity = "opening the data"
    if names.contains(where: DatabaseSource.recognizes) {
      return Dataset(
        try session.communicator.agree(activity) { try DatabaseSource.opening(names) })
    }
    var spooled: SpooledFile?
    let paths = try session.communicator.agree(activity) {
      try SourcePaths.resolve(names, spooled: &spooled)
    }
    let format = try session.communicator.agree(activity) {
      let format = try names == ["-"] ? options.format ?? .csv : Self.format(of: paths, options)
      if format != .parquet, let address = paths.first(where: isAddress) {
        throw Failure(
          .usage, "only Parquet is read from an object store, not \(address)",
          hint: "fetch the file first")
      }
      return format
    }
    let shared = try SharedFiles(paths, in: session)
    let copy = Launcher.standardInputPath ?? spooled?.path
    let unpacked = try UnpackedFiles(paths, standardInput: copy, in: session)
    var source: any Source
    do {
      source = try Self.source(of: unpacked.paths, format, options, in: session)
      try shared.checkUnchanged(in: session)
    } catch {
      throw unpacked.renamed(error)
    }
    if !unpacked.isEmpty { source = UnpackedSource(source, unpacked) }
    source = OpenedSource(
      source, paths: paths, manner: "\(format) \(options)",
      warnings: SourcePaths.warnings(about: names))
    return Dataset(spooled.map { SpooledSource(source, $0) } ?? source)
  }

  /// The same, by one worker that asks nobody.
  public static func reading(_ names: [String], options: ReadOptions = ReadOptions()) throws
    -> Dataset
  {
    try reading(names, options: options, in: Session())
  }

  private static func source(
    of paths: [String], _ format: ReadOptions.Format, _ options: ReadOptions, in session: Session
  ) throws -> any Source {
    let communicator = session.communicator
    switch format {
    case .parquet:
      return try communicator.agree("opening the data") { try ParquetSource(paths: paths) }
    case .npy:
      return try communicator.agree("opening the data") {
        try NumPySource(paths: paths, columnNames: options.columnNames)
      }
    case .csv: return try csv(paths, options, in: session)
    case .tsv:
      var options = options
      options.delimiter = options.delimiter ?? "\t"
      return try csv(paths, options, in: session)
    case .jsonl:
      return try JSONLinesSource(paths: paths, options: JSONLinesOptions(options), in: session)
    case .libsvm:
      return try communicator.agree("opening the data") {
        try LibSVMSource(paths: paths, options: LibSVMOptions(options))
      }
    case .npz:
      return try NPZSource(paths: paths, columnNames: options.columnNames, in: session)
    }
  }

  private static func csv(
    _ paths: [String], _ options: ReadOptions, in session: Session
  ) throws -> any Source {
    try session.communicator.agree("opening the data") {
      try CSVSource(paths: paths, options: CSVOptions(options))
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
          hint: "say --format: "
            + ReadOptions.Format.allCases.map(\.rawValue).joined(separator: ", "))
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
    typedColumns = options.typedColumns
  }
}

extension JSONLinesOptions {
  /// The part of the reading options that concerns JSON lines.
  init(_ options: ReadOptions) {
    self.init()
    columnNames = options.columnNames
    missingWords = options.missingWords
    skipsBadRows = options.skipsBadRows
  }
}

extension LibSVMOptions {
  /// The part of the reading options that concerns libsvm.
  init(_ options: ReadOptions) {
    self.init()
    width = options.width
    isZeroBased = options.isZeroBased
    skipsBadRows = options.skipsBadRows
  }
}
