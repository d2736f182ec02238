internal import Platform

/// The labels that rows may have, in order: numbers by size, texts by their bytes, false before true.
///
/// Methods know a class by its place among them; predictions come back as labels of the same type.
public struct Classes: Sendable, Equatable {
  /// What the labels are: `bool`, `int64`, `float64` or `text`.
  public let type: ColumnType
  /// The labels as files have them, in order.
  public let texts: [String]
  private let values: Column

  public var count: Int { texts.count }

  /// - Parameter values: the labels in order, each once, none missing.
  public init(_ values: Column) throws {
    guard Self.types.contains(values.type), values.missingCount == 0 else {
      throw Failure(.data, "labels of the type \(values.type.words) are not known")
    }
    type = values.type
    texts = (0..<values.count).map { values.fieldText(at: $0) }
    self.values = values
    guard values.type != .text || Set(texts.map { Array($0.utf8) }).count == texts.count else {
      throw Failure(.data, "a label stands twice among the classes")
    }
  }

  /// Takes back what was stored as texts.
  public init(type: ColumnType, texts: [String]) throws {
    func parsed<T>(_ read: (String) -> T?) throws -> [T?] {
      try texts.map { text in
        guard let value = read(text) else {
          throw Failure(.data, "'\(text)' is no label of the type \(type.words)")
        }
        return value
      }
    }
    switch type {
    case .bool: try self.init(Column(parsed { Bool($0) }))
    case .int64: try self.init(Column(parsed { Int64($0) }))
    case .float64: try self.init(Column(parsed { Double($0) }))
    case .text: try self.init(Column(texts.map { Optional($0) }))
    default: throw Failure(.data, "labels of the type \(type.words) are not known")
    }
  }

  /// The types that labels have once they are read; 32-bit integers become `int64`, and so on.
  public static var types: [ColumnType] { [.bool, .int64, .float64, .text] }

  /// The place of a label by its text, or nil.
  public func index(of text: String) -> Int? {
    texts.firstIndex { $0.utf8.elementsEqual(text.utf8) }
  }

  /// The labels of some classes, a row each; missing where the class is below 0.
  public func column(_ indices: [Int32]) -> Column {
    func labels<T>(_ label: (Value) -> T?) -> [T?] {
      let all = (0..<count).map { label(values[$0]) }
      return indices.map { $0 < 0 ? nil : all[Int($0)] }
    }
    switch type {
    case .bool: return Column(labels { if case .bool(let label) = $0 { label } else { nil } })
    case .int64: return Column(labels { if case .integer(let label) = $0 { label } else { nil } })
    case .float64: return Column(labels { if case .number(let label) = $0 { label } else { nil } })
    default: return Column(labels { if case .text(let label) = $0 { label } else { nil } })
    }
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.type == b.type && a.texts.elementsEqual(b.texts) { $0.utf8.elementsEqual($1.utf8) }
  }
}
