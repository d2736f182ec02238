import Testing

@Suite struct `The document rules` {
  @Test func `follow links`() throws {
    try Rule.linksLead.expect(
      quiet: [
        "README.md": "[a](docs/A.md#part) [b](docs/) [c](https://swift.org) [d](#here)",
        "docs/A.md": "[up](../README.md) [self](./A.md)\n```\n[code](nowhere.md)\n```",
      ],
      complains: ["docs/A.md": "x\n[b](B.md)"], with: "docs/A.md:2: links to docs/B.md")
    try Rule.linksLead.expect(
      quiet: [:], complains: ["README.md": "[out](../other/A.md)"], with: "../other/A.md")
  }

  @Test func `want each page linked, or a folder around it`() throws {
    try Rule.pagesAreLinked.expect(
      quiet: ["README.md": "[a](docs/A.md) [b](docs/adr)", "docs/A.md": "x", "docs/adr/1.md": "x"],
      complains: ["README.md": "[b](docs/adr)", "docs/A.md": "[me](A.md)", "docs/adr/1.md": "x"],
      with: "docs/A.md: no page links here")
  }

  @Test func `want each script mentioned`() throws {
    try Rule.scriptsAreMentioned.expect(
      quiet: [
        "README.md": "run `scripts/test`", "scripts/test": "source x/common.sh",
        "scripts/common.sh": "x",
      ],
      complains: ["README.md": "run `test`", "tools/run": "#!/bin/sh"], with: "tools/run")
  }

  @Test func `want a card with the checksum of each data file`() throws {
    let rule = Rule.dataSetsHaveCards { file in "sum-of-\(file.text ?? "")" }
    let card = "## Source\n## Licence\n## Columns\n| a.csv | sum-of-1 |"
    try rule.expect(
      quiet: ["datasets/README.md": "x", "datasets/a/README.md": card, "datasets/a/a.csv": "1"],
      complains: ["datasets/a/README.md": card, "datasets/a/a.csv": "2"], with: "sum-of-2")
    try rule.expect(quiet: [:], complains: ["datasets/a/a.csv": "1"], with: "has no card")
    try rule.expect(
      quiet: [:], complains: ["datasets/a/README.md": "## Source\n## Columns"], with: "'Licence'")
  }

  @Test func `know a real checksum`() throws {
    let tree = try SourceTree.repository()
    let iris = try #require(tree.file("datasets/iris/iris.csv"))
    let altered = SourceFile(path: iris.path, text: iris.text, url: tree.file("LICENSE")?.url)
    let card = try #require(tree.file("datasets/iris/README.md"))
    #expect(try Rule.dataSetsHaveCards.check(SourceTree(files: [card, iris])) == [])
    #expect(try Rule.dataSetsHaveCards.check(SourceTree(files: [card, altered])).count == 1)
  }
}
