internal import Platform

extension Dataset {
  /// The source and the steps in words that change when other rows would come out; nil where the
  /// source cannot say.
  func identity() throws -> String? {
    guard let source = try source.identity() else { return nil }
    return ([source, "\(self.source.splitCount) splits"] + steps.map(\.name))
      .joined(separator: "\n")
  }
}
