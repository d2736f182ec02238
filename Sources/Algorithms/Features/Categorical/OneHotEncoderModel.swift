internal import Frames
public import Learning
internal import Platform

/// What a one-hot-encoder has learned: how many categories each column has.
public struct OneHotEncoderModel: Step {
  public static let kind = OneHotEncoder.name
  /// What the position of unseen codes is called; Spark's name.
  static let invalid = "invalidValues"

  public let stage: OneHotEncoder
  /// The number of categories of each column.
  public let sizes: [Int]

  init(_ stage: OneHotEncoder, sizes: [Int]) throws {
    guard sizes.count == stage.inputs.count, sizes.allSatisfy({ (0...Codes.limit).contains($0) })
    else {
      throw Failure(.data, "the numbers of categories do not fit the columns")
    }
    self.stage = stage
    self.sizes = sizes
  }

  public var summary: [SummaryLine] {
    zip(stage.inputs, sizes).map { SummaryLine($0, "\($1) categories") }
  }

  /// What the positions of the vectors stand for.
  private func slots(_ field: Schema.Field, _ size: Int) throws -> [String] {
    let labels = field.metadata.labels ?? (0..<size).map(\.description)
    guard labels.count == size else {
      throw Failure(
        .data, "the column '\(field.name)' has \(labels.count) labels, and \(size) were learned")
    }
    let name = field.metadata.origin ?? field.name
    return (labels + [Self.invalid]).prefix(stage.width(size)).map { "\(name)=\($0)" }
  }

  public func bind(to binder: inout Binder) throws {
    for (pair, size) in zip(stage.pairs, sizes) {
      let source = try binder.numbers(pair.input)
      let width = stage.width(size)
      let output = try binder.addVectors(
        pair.output, width: width, isSparse: true,
        slots: slots(try binder.field(pair.input), size), codes: width > 0 ? [0..<width] : [])
      let handling = stage.handleInvalid
      binder.run { batch in
        let (codes, target) = (batch[source], batch[output])
        for row in 0..<batch.rowCount {
          var place = size
          if let code = Codes.code(codes[row], below: size) {
            place = code
          } else if handling == .error {
            throw batch.unseen(
              codes[row], row: row, column: pair.input,
              hint: "handleInvalid keep gives such rows zeros, or a place of their own")
          }
          if place < width { target.append(place, 1) }
          target.endRow()
        }
      }
    }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: stage.json,
      values: .object(JSONObject([.init("sizes", .list(sizes.map { .integer($0) }))])))
  }

  public init(_ saved: SavedStep) throws {
    let sizes = try saved.values.list("sizes").map { size in
      try JSONValue.object(JSONObject([.init("size", size)])).integer("size", in: 0...Codes.limit)
    }
    try self.init(OneHotEncoder(saved: saved.settings), sizes: sizes)
  }
}
