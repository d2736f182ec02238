internal import Platform

/// Files made of lines, cut into splits of about the same size.
struct LineFiles: Sendable {
  let files: [CSVFile]
  let splits: [CSVSplit]

  /// Looks at the files; a byte order mark at the start of one is passed over.
  init(_ paths: [String], splitByteCount: Int) throws {
    files = try paths.map { path in
      let input = try InputFile(path)
      let first = try input.bytes(at: 0, count: min(3, input.byteCount))
      if first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF]) {
        throw Failure(
          .data, "\(path): it is written in UTF-16",
          hint: "convert it first: iconv -f utf-16 -t utf-8 \(path) > new")
      }
      return CSVFile(input, dataStart: first == [0xEF, 0xBB, 0xBF] ? 3 : 0)
    }
    var splits: [CSVSplit] = []
    for (number, file) in files.enumerated() {
      for lower in stride(from: file.dataStart, to: file.byteCount, by: splitByteCount) {
        let range = lower..<min(lower + splitByteCount, file.byteCount)
        splits.append(CSVSplit(index: splits.count, file: number, range: range))
      }
    }
    self.splits = splits
  }

  /// The file, or how many there are.
  var name: String { files.count == 1 ? files[0].path : "\(files.count) files" }

  func file(ofSplit index: Int) -> CSVFile { files[splits[index].file] }

  /// `data.jsonl:18`, and the column in the line, both from 1.
  func place(_ offset: Int, inSplit index: Int) throws -> (text: String, column: Int) {
    let file = file(ofSplit: index)
    let (line, start) = try CSVLines.line(at: offset, in: file)
    // A byte order mark is no part of the first line.
    return ("\(file.path):\(line)", offset - max(start, file.dataStart) + 1)
  }

  func changed(_ index: Int) -> Failure {
    Failure(
      .data, "cannot read \(file(ofSplit: index).path)",
      causes: ["it changed while it was read"])
  }
}
