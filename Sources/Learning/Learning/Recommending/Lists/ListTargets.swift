public import Datasets
public import Frames

/// Those for whom lists are made, users or items, in the order of the lists.
public struct ListTargets: Sendable {
  /// As they were named.
  public let names: Column
  /// Where the model has them; -1 where it does not.
  let places: [Int32]

  /// All that a model knows, in the order of their identifiers: numbers by size, texts by bytes.
  public init(all identifiers: Identifiers) {
    places = identifiers.ascending
    names = identifiers.column(places)
  }

  /// Those named in a column, in its order; a missing name is passed over.
  public init(_ column: Column, among identifiers: Identifiers) {
    let isWhole = column.missingCount == 0
    names =
      isWhole ? column : column.selecting((0..<column.count).filter { !column.isMissing($0) })
    places = identifiers.places(of: names)
  }

  public var count: Int { places.count }

  /// Where those are that the model knows.
  public var knownPlaces: [Int32] { places.filter { $0 >= 0 } }

  /// How many the model does not know.
  public var unknownCount: Int { places.count { $0 < 0 } }
}
