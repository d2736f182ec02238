public import Platform

/// The names and types of columns, in order.
public struct Schema: Sendable, Equatable {
  /// One column's name and type, and what else is known of its values.
  public struct Field: Sendable, Equatable, Codable {
    public var name: String
    public var type: ColumnType
    public var metadata: ColumnMetadata
    public init(_ name: String, _ type: ColumnType, metadata: ColumnMetadata = ColumnMetadata()) {
      self.name = name
      self.type = type
      self.metadata = metadata
    }
  }

  public let fields: [Field]

  /// Where the names stand, for a schema of many columns: looking through all for each would
  /// take seconds.
  private let places: [[UInt8]: Int]

  public init(_ fields: [Field]) {
    self.fields = fields
    guard fields.count > 64 else {
      places = [:]
      return
    }
    places = Dictionary(
      fields.enumerated().map { (Array($0.element.name.utf8), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The names, in order.
  public var names: [String] { fields.map(\.name) }

  /// The place of a column, or nil.
  ///
  /// Names are equal when their UTF-8 bytes are.
  public func index(of name: String) -> Int? {
    if !places.isEmpty { return places[Array(name.utf8)] }
    return fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The place of a column that must be there.
  public func place(of name: String) throws -> Int {
    guard let index = index(of: name) else { throw Schema.noColumn(name, in: names) }
    return index
  }

  /// The schema of some of the columns, in the order asked for.
  public func selecting(_ names: [String]) throws -> Schema {
    Schema(try names.map { fields[try place(of: $0)] })
  }

  /// The error for a column that is not there.
  public static func noColumn(_ name: String, in names: [String]) -> Failure {
    Failure(.data, "there is no column '\(name)'", hint: nameHint(for: name, in: names))
  }
}
