import Testing

/// The rules of the house, each on the repository itself.
@Suite struct `The repository` {
  private static let tree = Result { try SourceTree.repository() }

  static let rules =
    Rule.importRules + Rule.layoutRules + Rule.wordRules + Rule.documentRules
    + [.noHashTableOrder, .dataSetsHaveCards]

  @Test(arguments: rules)
  func `keeps the rule`(_ rule: Rule) throws {
    for finding in try rule.check(Self.tree.get()) {
      Issue.record("\(rule.name): \(finding)")
    }
  }

  @Test func `is read whole`() throws {
    let tree = try Self.tree.get()
    #expect(tree.holds("Sources/Core/Platform"))
    #expect(tree.holds(".ci/run"))
    #expect(tree.packageTable.targets.count > 15)
  }
}
