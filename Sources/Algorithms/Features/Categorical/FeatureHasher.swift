internal import Frames
public import Learning
internal import LinearAlgebra
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
    for name in categoricalCols where !inputs.contains(where: { $0.utf8.elementsEqual(name.utf8) })
    {
      throw SettingError(
        name: "categoricalCols", requirement: "among the inputs", value: name)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let parts = try inputs.map { try part($0, &binder) }
    let output = try binder.addVectors(outputs[0], width: numFeatures, isSparse: true)
    binder.run { batch in
      let target = batch[output]
      for row in 0..<batch.rowCount {
        for part in parts { part.add(row, of: batch, to: target) }
        target.endRow()
      }
    }
  }

  private func part(_ name: String, _ binder: inout Binder) throws -> Part {
    let type = try binder.field(name).type
    let isCategory =
      !type.isNumeric || type == .bool
      || categoricalCols.contains { $0.utf8.elementsEqual(name.utf8) }
    if isCategory {
      return .category(
        prefix: Array("\(name)=".utf8), try binder.keys(name),
        // A NaN, which has no text of its own among texts, is a category here as in Spark.
        numbers: type.isNumeric ? try binder.numbers(name) : nil,
        placeOfNaN: Murmur3.bucket("\(name)=NaN", of: numFeatures))
    }
    return .number(try binder.numbers(name), place: Murmur3.bucket(name, of: numFeatures))
  }

  private enum Part {
    case number(NumberSlot, place: Int)
    case category(prefix: [UInt8], TextSlot, numbers: NumberSlot?, placeOfNaN: Int)

    func add(_ row: Int, of batch: RowBatch, to target: VectorCells) {
      switch self {
      case .number(let slot, let place):
        let number = batch[slot][row]
        // Nothing is added by a 0.
        if !number.isMissing, number != 0 { target.accumulate(place, number) }
      case .category(let prefix, let slot, let numbers, let placeOfNaN):
        let cells = batch[slot]
        if !cells.isMissing(row) {
          target.accumulate(cells.bucket(row, behind: prefix, of: target.width), 1)
        } else if let numbers, !batch[numbers][row].isMissing {
          target.accumulate(placeOfNaN, 1)
        }
      }
    }
  }
}
