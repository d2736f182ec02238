internal import Frames
internal import LinearAlgebra
public import Learning
internal import Platform

/// Makes one sparse vector of any columns, without learning: a hash of the name says the place.
///
/// A number stands at the hash of its column's name; a text, true or false, and a number of
/// `categoricalCols` put a 1 at the hash of `name=value`. What falls on one place is added up, and
/// what is missing leaves no trace. Places and hash (murmur3) are Spark's.
///
/// Ours: dates are taken too, by their texts. The positions have no names, since several columns
/// may share one.
public struct FeatureHasher: Transformer {
  @Setting("the columns to hash", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["features"]
  @Setting("how many numbers the vectors have", in: 1...(1 << 30), spark: "numFeatures")
  public var numFeatures = 1 << 18
  @Setting("columns of numbers that are taken as categories", spark: "categoricalCols")
  public var categoricalCols: [String] = []

  public init() {}

  public static let name = "feature-hasher"
  public static let summary = "hashes columns of any kind into one sparse vector"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "city", "member", "visits"]
      $0.categoricalCols = ["visits"]
      $0.numFeatures = 64
    }
  }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
    for name in categoricalCols where !inputs.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
      throw SettingError(
        name: "categoricalCols", requirement: "among the inputs", value: name)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let parts = try inputs.map { try part($0, &binder) }
    let output = try binder.addVectors(outputs[0], width: numFeatures, isSparse: true)
    let width = numFeatures
    binder.run { batch in
      let target = batch[output]
      // Room for all entries of a row: on the stack, unless there are very many columns.
      unsafe withUnsafeTemporaryAllocation(of: Entry.self, capacity: parts.count) { entries in
        for row in 0..<batch.rowCount {
          var count = 0
          for part in parts {
            guard let entry = part.entry(row, batch, width: width) else { continue }
            // Few entries: each is put into its place among those before.
            var place = count
            while place > 0, unsafe entries[place - 1].index > entry.index { place -= 1 }
            if place > 0, unsafe entries[place - 1].index == entry.index {
              unsafe entries[place - 1].value += entry.value
              continue
            }
            var moved = count
            while moved > place {
              unsafe entries[moved] = unsafe entries[moved - 1]
              moved -= 1
            }
            unsafe entries[place] = entry
            count += 1
          }
          for place in 0..<count {
            unsafe target.append(entries[place].index, entries[place].value)
          }
          target.endRow()
        }
      }
    }
  }

  private func part(_ name: String, _ binder: inout Binder) throws -> Part {
    let type = try binder.field(name).type
    let isCategory =
      !type.isNumeric || type == .bool
      || categoricalCols.contains { $0.utf8.elementsEqual(name.utf8) }
    if isCategory {
      // A NaN, which has no text of its own among texts, is a category here as in Spark.
      return .category(
        prefix: Array("\(name)=".utf8), try binder.keys(name),
        numbers: type.isNumeric ? try binder.numbers(name) : nil)
    }
    return .number(try binder.numbers(name), place: Murmur3.bucket(name, of: numFeatures))
  }

  private struct Entry {
    let index: Int
    var value: Double
  }

  private enum Part {
    case number(NumberSlot, place: Int)
    case category(prefix: [UInt8], TextSlot, numbers: NumberSlot?)

    func entry(_ row: Int, _ batch: RowBatch, width: Int) -> Entry? {
      switch self {
      case .number(let slot, let place):
        let number = batch[slot][row]
        // Nothing is added by a 0.
        return number.isMissing || number == 0 ? nil : Entry(index: place, value: number)
      case .category(let prefix, let slot, let numbers):
        let cells = batch[slot]
        if !cells.isMissing(row) {
          return unsafe cells.withBytes(row) { text in
            Entry(index: unsafe Self.place(prefix, text, width), value: 1)
          }
        }
        guard let numbers, !batch[numbers][row].isMissing else { return nil }
        var text = "NaN"
        return text.withUTF8 { text in
          Entry(index: unsafe Self.place(prefix, UnsafeRawBufferPointer(text), width), value: 1)
        }
      }
    }

    /// The place of `name=value`.
    static func place(_ prefix: [UInt8], _ text: UnsafeRawBufferPointer, _ width: Int) -> Int {
      let count = prefix.count + text.count
      return unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { key in
        unsafe key.copyBytes(from: prefix)
        unsafe UnsafeMutableRawBufferPointer(rebasing: key[prefix.count...]).copyMemory(from: text)
        return unsafe Murmur3.bucket(UnsafeRawBufferPointer(key).bytes, of: width)
      }
    }
  }
}
