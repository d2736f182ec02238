public import Frames
internal import LinearAlgebra
internal import Platform

/// Binds the steps of a pipeline to columns, once: names become registers, and types are checked.
///
/// A step asks for the columns that it reads, adds the ones that it writes, and says what to do with
/// a batch:
///
/// ```swift
/// let input = try binder.numbers("age")
/// let output = try binder.addNumbers("age_is_high")
/// binder.run { batch in
///   for row in 0..<batch.rowCount { batch[output][row] = batch[input][row] > 30 ? 1 : 0 }
/// }
/// ```
public struct Binder {
  /// What a step does with a batch.
  public typealias Action = @Sendable (RowBatch) throws -> Void

  /// The columns so far, the ones that steps added behind.
  public private(set) var schema: Schema
  /// Whether only names and types are asked for, before any row was seen: what is known of columns
  /// beside their types (labels, widths) may still be missing then.
  public let isOutline: Bool
  private(set) var actions: [Action] = []
  private(set) var loads: [Load] = []
  private(set) var layout = RowLayout()
  private var columns: [BoundColumn]
  private var assemblies: [Assembly] = []

  /// A column of vectors, and the columns that lie side by side in it.
  private struct Assembly {
    let name: String
    let parts: [String]
  }

  /// A column: where it comes from, and the registers that hold it in some form.
  private struct BoundColumn {
    /// Its place among the columns that go in; nil for one that a step made.
    var source: Int?
    var slots: [Slot] = []
  }

  enum Slot: Sendable {
    case number(NumberSlot)
    case integer(IntegerSlot)
    case text(TextSlot)
    case list(ListSlot)
    case vector(VectorSlot)
  }

  /// A column that goes in, and the register that it goes to.
  struct Load: Sendable {
    let source: Int
    let name: String
    let slot: Slot
  }

  public init(_ schema: Schema, isOutline: Bool = false) {
    self.schema = schema
    self.isOutline = isOutline
    columns = schema.fields.indices.map { BoundColumn(source: $0) }
  }

  /// Adds what is done with each batch.
  public mutating func run(_ action: @escaping Action) { actions.append(action) }

  // MARK: Columns to read

  /// What is known of a column.
  public func field(_ name: String) throws -> Schema.Field { schema.fields[try place(of: name)] }

  /// A column of numbers, true and false as 1 and 0; missing ones are `Double.missing`.
  public mutating func numbers(_ name: String) throws -> NumberSlot {
    let place = try place(of: name)
    guard schema.fields[place].type.isNumeric else { throw unfit(name, "numbers") }
    for case .number(let slot) in columns[place].slots { return slot }
    let slot = newNumbers()
    if case .integer(let integers)? = columns[place].slots.first, columns[place].source == nil {
      columns[place].slots.append(.number(slot))
      run { batch in
        let (from, to) = (batch[integers], batch[slot])
        for row in 0..<batch.rowCount { to[row] = from[row].map { Double($0) } ?? .missing }
      }
      return slot
    }
    load(place, .number(slot))
    return slot
  }

  /// A column of dates or times, as days or microseconds since 1970, or of integers of 64 bits.
  public mutating func integers(_ name: String) throws -> IntegerSlot {
    let place = try place(of: name)
    switch schema.fields[place].type {
    case .date, .datetime, .timestamp, .int64: break
    default: throw unfit(name, "dates, times or integers")
    }
    for case .integer(let slot) in columns[place].slots { return slot }
    let slot = newIntegers()
    if case .number(let numbers)? = columns[place].slots.first, columns[place].source == nil {
      columns[place].slots.append(.integer(slot))
      run { batch in
        let (from, to) = (batch[numbers], batch[slot])
        for row in 0..<batch.rowCount { to[row] = Int64(exactly: from[row].rounded(.towardZero)) }
      }
      return slot
    }
    load(place, .integer(slot))
    return slot
  }

  /// A column of texts.
  public mutating func texts(_ name: String) throws -> TextSlot {
    guard try field(name).type == .text else { throw unfit(name, "text") }
    return try keys(name)
  }

  /// A column of texts, numbers, dates or true and false, each as a text.
  ///
  /// An integer is `1`, another number `1.0`, as Spark casts them. A NaN counts as missing.
  public mutating func keys(_ name: String) throws -> TextSlot {
    let place = try place(of: name)
    for case .text(let slot) in columns[place].slots { return slot }
    let type = schema.fields[place].type
    guard type != .texts, type != .vector else { throw unfit(name, "single values") }
    let slot = newTexts()
    if columns[place].source == nil {
      switch columns[place].slots.first {
      case .number(let numbers):
        run { batch in
          let (from, to) = (batch[numbers], batch[slot])
          for row in 0..<batch.rowCount { to.append(number: from[row], type) }
        }
      case .integer(let integers) where type == .int64:
        run { batch in
          let (from, to) = (batch[integers], batch[slot])
          for row in 0..<batch.rowCount { to.append(integer: from[row]) }
        }
      default: throw unfit(name, "single values")
      }
      columns[place].slots.append(.text(slot))
      return slot
    }
    load(place, .text(slot))
    return slot
  }

  /// A column of lists of texts.
  public mutating func lists(_ name: String) throws -> ListSlot {
    let place = try place(of: name)
    guard schema.fields[place].type == .texts else { throw unfit(name, "lists of texts") }
    for case .list(let slot) in columns[place].slots { return slot }
    let slot = newLists()
    load(place, .list(slot))
    return slot
  }

  /// A column of vectors.
  public mutating func vectors(_ name: String) throws -> VectorSlot {
    let place = try place(of: name)
    let field = schema.fields[place]
    guard field.type == .vector else { throw unfit(name, "vectors") }
    for case .vector(let slot) in columns[place].slots { return slot }
    guard let width = field.metadata.width ?? (isOutline ? 0 : nil) else {
      throw Failure(
        .data, "how many numbers the vectors of '\(name)' have is not known",
        hint: "a vector-size-hint before it says so")
    }
    let slot = newVectors(width: width, isSparse: field.metadata.isSparse ?? false)
    load(place, .vector(slot))
    return slot
  }

  // MARK: Columns to write

  /// A new column of numbers.
  /// - Parameter type: what it is outside of the pipeline; numbers become whole ones for an integer
  ///   type, and true where they are not 0.
  public mutating func addNumbers(
    _ name: String, _ type: ColumnType = .float64, metadata: ColumnMetadata = ColumnMetadata()
  ) throws -> NumberSlot {
    require(type.isNumeric, "numbers as \(type.rawValue)")
    let slot = newNumbers()
    try add(Schema.Field(name, type, metadata: metadata), .number(slot))
    return slot
  }

  /// A new column of dates, times or integers of 64 bits.
  public mutating func addIntegers(_ name: String, _ type: ColumnType) throws -> IntegerSlot {
    require(
      type == .date || type == .datetime || type == .timestamp || type == .int64,
      "integers as \(type.rawValue)")
    let slot = newIntegers()
    try add(Schema.Field(name, type), .integer(slot))
    return slot
  }

  /// A new column of texts.
  public mutating func addTexts(_ name: String) throws -> TextSlot {
    let slot = newTexts()
    try add(Schema.Field(name, .text), .text(slot))
    return slot
  }

  /// A new column of lists of texts.
  public mutating func addLists(_ name: String) throws -> ListSlot {
    let slot = newLists()
    try add(Schema.Field(name, .texts), .list(slot))
    return slot
  }

  /// A new column of vectors.
  /// - Parameters:
  ///   - slots: what the numbers of a vector stand for.
  ///   - codes: the runs of numbers of which a row has one at most, and that one is 1.
  public mutating func addVectors(
    _ name: String, width: Int, isSparse: Bool, slots: [String]? = nil, codes: [Range<Int>] = []
  ) throws -> VectorSlot {
    let slot = newVectors(width: width, isSparse: isSparse)
    try add(
      Schema.Field(
        name, .vector,
        metadata: ColumnMetadata(
          slots: isOutline ? nil : slots, width: isOutline ? nil : width, isSparse: isSparse,
          codes: isOutline || codes.isEmpty ? nil : codes)),
      .vector(slot))
    return slot
  }

  /// Says that a column of vectors is nothing but other columns side by side.
  public mutating func note(_ name: String, isSideBySide parts: [String]) {
    assemblies.append(Assembly(name: name, parts: parts))
  }

  /// The columns that lie side by side in a column, where nothing else is done with the rows: then
  /// who wants the numbers may take those, without a copy in between.
  func parts(of name: String) -> [String]? {
    // An action that is no assembly may refuse rows, or take them out.
    guard actions.count == assemblies.count,
      let assembly = assemblies.first(where: { $0.name == name }),
      assembly.parts.allSatisfy({ part in
        schema.index(of: part).map { columns[$0].source != nil } ?? false
      })
    else { return nil }
    return assembly.parts
  }

  /// Takes a column out; steps behind do not see it.
  public mutating func remove(_ name: String) throws {
    let place = try place(of: name)
    var fields = schema.fields
    fields.remove(at: place)
    columns.remove(at: place)
    schema = Schema(fields)
  }

  /// Changes what is known of a column.
  public mutating func annotate(_ name: String, _ change: (inout ColumnMetadata) -> Void) throws {
    let place = try place(of: name)
    var fields = schema.fields
    change(&fields[place].metadata)
    schema = Schema(fields)
  }

  // MARK: What comes out

  /// Where a column stands: among those that went in, or in a register.
  func origin(ofColumn place: Int) -> (source: Int?, slot: Slot?) {
    (columns[place].source, columns[place].slots.first)
  }

  private func place(of name: String) throws -> Int { try schema.place(of: name) }

  private mutating func load(_ place: Int, _ slot: Slot) {
    guard let source = columns[place].source else {
      bug("the column '\(schema.fields[place].name)' has no register of its own type")
    }
    columns[place].slots.append(slot)
    loads.append(Load(source: source, name: schema.fields[place].name, slot: slot))
  }

  private mutating func add(_ field: Schema.Field, _ slot: Slot) throws {
    guard schema.index(of: field.name) == nil else {
      throw Failure(
        .usage, "there is a column '\(field.name)' already",
        hint: "give the new one another name with outputs")
    }
    schema = Schema(schema.fields + [field])
    columns.append(BoundColumn(source: nil, slots: [slot]))
  }

  private mutating func newNumbers() -> NumberSlot {
    defer { layout.numberCount += 1 }
    return NumberSlot(index: layout.numberCount)
  }

  private mutating func newIntegers() -> IntegerSlot {
    defer { layout.integerCount += 1 }
    return IntegerSlot(index: layout.integerCount)
  }

  private mutating func newTexts() -> TextSlot {
    defer { layout.textCount += 1 }
    return TextSlot(index: layout.textCount)
  }

  private mutating func newLists() -> ListSlot {
    defer { layout.listCount += 1 }
    return ListSlot(index: layout.listCount)
  }

  private mutating func newVectors(width: Int, isSparse: Bool) -> VectorSlot {
    defer { layout.vectors.append((width, isSparse)) }
    return VectorSlot(index: layout.vectors.count, width: width, isSparse: isSparse)
  }

  private func unfit(_ name: String, _ wanted: String) -> Failure {
    let type = schema.index(of: name).map { schema.fields[$0].type.words } ?? "not there"
    return Failure(.data, "\(wanted) are needed in the column '\(name)', which is \(type)")
  }
}
