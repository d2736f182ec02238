import Martlet

let dataSetsCommand = Command(
  name: "datasets", operands: "list|fetch|generate NAME",
  summary: "lists, fetches or makes up data to try things on",
  examples: [
    .init("martlet datasets list", "what there is, with the licences"),
    .init("martlet datasets fetch iris --out iris.csv", "a known set, by pip"),
    .init(
      "martlet datasets generate ratings --rows 1000000 --seed 7 --out ratings",
      "made-up ratings from hidden factors, as a folder of parts"),
  ],
  options: { words in
    if words.first == "list" { return [.talk] }
    return [
      OptionGroup(
        title: "Data",
        options: [
          .value("out", "DESTINATION", "a file, or a folder of parts"),
          .value("rows", "N", "how many to generate", standard: "by kind, see list"),
          .flag("resume", "keep the parts that a stopped run of the same job finished"),
        ]), .writing, .run, .talk,
    ]
  },
  run: { invocation in
    switch invocation.arguments.words.first {
    case "list": try invocation.listDataSets()
    case "generate": try invocation.generateDataSet()
    case "fetch": try invocation.fetchDataSet()
    case .some(let word):
      throw Failure(
        .usage, "martlet datasets cannot '\(word)'",
        hint: nameHint(for: word, in: ["list", "fetch", "generate"]))
    case nil:
      throw Failure(.usage, "martlet datasets needs list, fetch or generate")
    }
    return Outcome()
  })

extension Invocation {
  fileprivate func listDataSets() throws {
    guard arguments.words.count == 1 else {
      throw Failure(.usage, "'\(arguments.words[1])' belongs to no option")
    }
    func object(_ members: [JSONObject.Member]) -> JSONValue { .object(JSONObject(members)) }
    try finish(
      json: [
        .init(
          "generated",
          .list(
            Generator.all.map {
              object([
                .init("name", .text($0.name)), .init("summary", .text($0.summary)),
                .init("rows", .integer($0.standardRowCount)), .init("synthetic", .flag(true)),
              ])
            })),
        .init(
          "fetched",
          .list(
            KnownDataSet.all.map {
              object([
                .init("name", .text($0.name)), .init("summary", .text($0.summary)),
                .init("rows", .integer($0.rowCount)), .init("licence", .text($0.licence)),
                .init("package", .text($0.package)),
              ])
            })),
      ],
      text: {
        let width =
          (Generator.all.map(\.name) + KnownDataSet.all.map(\.name)).map(\.count).max() ?? 0
        func padded(_ name: String) -> String {
          name + String(repeating: " ", count: width + 2 - name.count)
        }
        let made = Generator.all.map {
          "  \(padded($0.name))\($0.summary) (\($0.standardRowCount) rows unless told)"
        }
        let known = KnownDataSet.all.flatMap {
          [
            "  \(padded($0.name))\($0.summary) (\($0.rowCount) rows)",
            "  \(padded(""))licence: \($0.licence)",
          ]
        }
        return
          (["Generated: synthetic rows, free to use, at any size:"] + made
          + ["", "Fetched by pip from the packages that publish them:"] + known)
          .joined(separator: "\n")
      })
  }

  fileprivate func generateDataSet() throws {
    let name = try dataSetName()
    guard let generator = Generator.all.first(where: { $0.name == name }) else {
      throw Failure(
        .usage, "'\(name)' cannot be generated",
        hint: nameHint(for: name, in: Generator.all.map(\.name)))
    }
    let begun = monotonicSeconds()
    let destination = try destination(try required("out"))
    let rows = try generator.rows(arguments.integer("rows", in: 0...1 << 40), seed: session.seed)
    for note in rows.source.notes { console.note(note) }
    try finishWriting(
      try rows.write(to: destination, in: session), begun: begun,
      more: [.init("synthetic", .flag(true)), .init("seed", .text(String(session.seed)))])
  }

  fileprivate func fetchDataSet() throws {
    let name = try dataSetName()
    guard let known = KnownDataSet.all.first(where: { $0.name == name }) else {
      throw Failure(
        .usage, "'\(name)' cannot be fetched",
        hint: nameHint(for: name, in: KnownDataSet.all.map(\.name)))
    }
    let begun = monotonicSeconds()
    let destination = try destination(try required("out"))
    console.note("licence of \(known.name): \(known.licence)")
    let folder = try session.communicator.decide("making a folder for the download") {
      let folder = temporaryName(beside: "\(session.scratch)/martlet-fetch")
      try makeFolder(folder, mode: 0o700)
      return folder
    }
    defer { if session.isRoot { removePath(folder) } }
    let path = try session.communicator.decide("fetching \(known.name)") {
      try DataSetFetcher(folder: folder).fetch(known)
    }
    let rows = try session.communicator.agree("reading \(known.name)") {
      try Dataset.reading([path])
    }
    try finishWriting(
      try rows.write(to: destination, in: session), begun: begun,
      more: [.init("licence", .text(known.licence))])
  }

  private func dataSetName() throws -> String {
    let words = arguments.words
    guard words.count == 2 else {
      throw Failure(
        .usage, "martlet datasets \(words[0]) needs one NAME", hint: "martlet datasets list")
    }
    return words[1]
  }
}
