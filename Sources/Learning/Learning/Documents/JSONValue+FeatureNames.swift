public import Frames
public import Platform

extension JSONValue {
  /// More numbers of a vector than this are written as its name and its width.
  private static var spelledLimit: Int { 1000 }

  /// The names of features as a list: texts, and `{"vector": "v", "width": 200000}` for `v[0]` and
  /// all that follow.
  public init(_ names: FeatureNames) {
    self = .list(
      names.runs.flatMap { run -> [JSONValue] in
        switch run {
        case .name(let name): [.text(name)]
        case .vector(let column, let count) where count <= Self.spelledLimit:
          (0..<count).map { .text(VectorElement(column, $0).name) }
        case .vector(let column, let count):
          [.object(JSONObject([.init("vector", .text(column)), .init("width", .integer(count))]))]
        }
      })
  }

  /// The names of features that a member holds.
  public func featureNames(_ name: String) throws(Failure) -> FeatureNames {
    var names = FeatureNames()
    for value in try list(name) {
      if case .text(let text) = value {
        names.append(text)
      } else {
        names.append(
          vector: try value.text("vector"),
          count: try value.integer("width", in: 1...Int(Int32.max)))
      }
    }
    return names
  }
}
