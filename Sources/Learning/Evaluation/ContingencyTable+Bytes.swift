public import Platform

/// The table as bytes, which ranks gather from one another.
extension ContingencyTable {
  /// Numbers little-endian; a text as its size and its bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    append(unlabelledCount, to: &bytes)
    append(cells.count, to: &bytes)
    for cell in cells {
      append(cell.label, to: &bytes)
      append(cell.cluster, to: &bytes)
      append(cell.count, to: &bytes)
    }
    return bytes
  }

  /// The table that `encoded` made; anything else is refused.
  public init(encoded bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    let unlabelledCount = try number(&rest)
    let count = try number(&rest)
    var cells: [Cell] = []
    while cells.count < count {
      let label = try classLabel(&rest)
      let cluster = try classLabel(&rest)
      let cell = Cell(label: label, cluster: cluster, count: try number(&rest))
      guard cell.count > 0, cells.last.map({ $0.pair < cell.pair }) ?? true else {
        throw malformed
      }
      cells.append(cell)
    }
    guard rest.isEmpty, unlabelledCount >= 0, count >= 0 else { throw malformed }
    self.init(sortedCells: cells, unlabelledCount: unlabelledCount)
  }
}

private let malformed = Failure(.bug, "these bytes are no contingency table")

private func append(_ number: Int, to bytes: inout [UInt8]) {
  let bits = UInt64(bitPattern: Int64(number))
  for shift in stride(from: UInt64(0), to: 64, by: 8) {
    bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
  }
}

private func append(_ label: ClassLabel, to bytes: inout [UInt8]) {
  switch label {
  case .code(let code):
    bytes.append(0)
    append(code, to: &bytes)
  case .text(let text):
    bytes.append(1)
    append(text.utf8.count, to: &bytes)
    bytes.append(contentsOf: Array(text.utf8))
  }
}

private func number(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> Int {
  guard rest.count >= 8 else { throw malformed }
  let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  rest = rest.dropFirst(8)
  return Int(Int64(bitPattern: bits))
}

private func classLabel(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> ClassLabel {
  switch rest.popFirst() {
  case 0: return .code(try number(&rest))
  case 1:
    let count = try number(&rest)
    guard count >= 0, count <= rest.count,
      let text = String(validating: rest.prefix(count), as: UTF8.self)
    else { throw malformed }
    rest = rest.dropFirst(count)
    return .text(text)
  default: throw malformed
  }
}
