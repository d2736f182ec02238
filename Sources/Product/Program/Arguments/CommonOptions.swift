/// The options that several commands share.
extension OptionGroup {
  static let source = OptionGroup(
    title: "Data",
    options: [
      .list("data", "SOURCE", "files, globs, folders, - (CSV), or a table: sqlite:PATH#TABLE"),
      .value("format", "NAME", "csv, tsv, jsonl, libsvm, npy, npz or parquet, whatever the name"),
      .value("delimiter", "TEXT", "what stands between fields", standard: "found out, and said"),
      .flag("no-header", "the first line is data; columns are called c1, c2, ..."),
      .value("columns", "A,B,C", "names for the columns, instead of the header's"),
      .value("decimal", "MARK", "the decimal mark, '.' or ','", standard: "."),
      .value("encoding", "NAME", "utf-8 or latin-1", standard: "utf-8"),
      .value("missing", "A,B", "texts that mean missing, in every column"),
      .value("width", "N", "features of libsvm", standard: "the greatest index"),
      .flag("zero-based", "the first feature of libsvm is 0, not 1"),
      .value("where", "'CONDITION'", "only rows for which it holds: 'x > 0 and y is not null'"),
      .value("on-bad-row", "WHAT", "error or skip", standard: "error"),
    ])

  /// How to read a source that is named by a word instead of `--data`.
  static let reading = OptionGroup(
    title: "Data", options: source.options.filter { $0.name != "data" })

  /// How rows are written, for commands that write any format.
  static let writing = OptionGroup(
    title: "Writing",
    options: [
      .value(
        "to", "NAME", "csv, tsv, jsonl, libsvm or parquet, whatever the destination is called"),
      .flag("gzip", "compress parts by gzip; a file is where its name ends in .gz"),
      .value("part-size", "SIZE", "text in a part, where parts are written", standard: "256MiB"),
      .value("label", "COLUMN", "what libsvm takes for the label", standard: "label"),
      .flag("overwrite", "replace what is there already"),
    ])

  static let run = OptionGroup(
    title: "Running",
    options: [
      .value("workers", "N", "processes, over MPI", standard: "1"),
      .value("hostfile", "FILE", "hosts to spread the workers over"),
      .value("restarts", "N", "how often to start again after a lost worker", standard: "1"),
      .value("threads", "N", "threads a worker", standard: "its share of the cores"),
      .value("memory", "SIZE", "memory a worker may hold: 4GiB", standard: "60 % of its share"),
      .value("scratch", "DIR", "folder for temporary files", standard: "$TMPDIR"),
      .value("seed", "N", "from which every random number follows", standard: "42"),
      .value("leaf-bytes", "SIZE", "least data in a unit of summing", standard: "1MiB"),
      .value("config", "FILE", "options from a JSON5 file; the command line wins"),
    ])

  static let talk = OptionGroup(
    title: "Output",
    options: [
      .flag("json", "print one JSON object on standard output"),
      .flag("quiet", "say nothing but errors"),
      .flag("verbose", "say more"),
      .value("progress", "WHEN", "auto, always or never", standard: "auto"),
      .value("log", "FILE", "write events to a file, one JSON object a line"),
      .flag("help", "show this help"),
    ])
}
