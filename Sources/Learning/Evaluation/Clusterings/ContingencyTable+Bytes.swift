public import Platform

/// The table as bytes, which ranks gather from one another.
extension ContingencyTable {
  /// The counts and the pairs, in order.
  public var encoded: [UInt8] {
    var writer = LabelWriter()
    writer.append(unlabelledCount)
    writer.append(cells.count)
    for cell in cells {
      writer.append(cell.label)
      writer.append(cell.cluster)
      writer.append(cell.count)
    }
    return writer.bytes
  }

  /// The table that `encoded` made; anything else is refused.
  public init(encoded bytes: [UInt8]) throws(Failure) {
    let malformed = Failure(.bug, "these bytes are no contingency table")
    var reader = LabelReader(bytes)
    var cells: [Cell] = []
    let unlabelledCount: Int
    do {
      unlabelledCount = try reader.number()
      let count = try reader.number()
      guard count >= 0 else { throw malformed }
      while cells.count < count {
        let label = try reader.label()
        let cluster = try reader.label()
        let cell = Cell(label: label, cluster: cluster, count: try reader.number())
        guard cell.count > 0, cells.last.map({ $0.pair < cell.pair }) ?? true else {
          throw malformed
        }
        cells.append(cell)
      }
    } catch { throw malformed }
    guard reader.isAtEnd, unlabelledCount >= 0 else { throw malformed }
    self.init(sortedCells: cells, unlabelledCount: unlabelledCount)
  }
}
