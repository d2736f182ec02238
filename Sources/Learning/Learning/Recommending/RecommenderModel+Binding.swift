internal import Blocks
internal import Datasets
internal import Frames
internal import LinearAlgebra

extension RecommenderModel {
  public func bind(to binder: inout Binder) throws {
    let user = try IdentifierSlot(parts.columns.user, &binder)
    let item = try IdentifierSlot(parts.columns.item, &binder)
    let output = try binder.addNumbers(RecommenderOutput.prediction)
    let (parts, coldStart) = (parts, coldStart)
    binder.run { batch in
      let target = batch[output]
      var kept: [Int] = []
      for row in 0..<batch.rowCount {
        if let user = user.place(in: parts.users, batch, row),
          let item = item.place(in: parts.items, batch, row)
        {
          target[row] = parts.factors.score(user: user, item: item)
          kept.append(row)
        } else {
          target[row] = .missing
        }
      }
      if coldStart == .drop { batch.keep(kept) }
    }
  }
}

/// A column that names users or items.
///
/// Whole numbers name the same whether their column is one of integers or not, as in files of ids:
/// a file of numbers with a missing one among them is often read as one of floating point.
private enum IdentifierSlot: Sendable {
  case texts(TextSlot)
  case numbers(NumberSlot, ColumnType)

  init(_ name: String, _ binder: inout Binder) throws {
    let type = try binder.field(name).type
    self =
      switch type {
      case .float32, .float64: .numbers(try binder.numbers(name), type)
      default: .texts(try binder.keys(name))
      }
  }

  func place(in identifiers: Identifiers, _ batch: RowBatch, _ row: Int) -> Int? {
    switch self {
    case .texts(let slot): return identifiers.place(of: batch[slot], row)
    case .numbers(let slot, let type):
      let number = batch[slot][row]
      if number.isNaN { return nil }
      let text =
        Int64(exactly: number).map { String($0) }
        ?? (type == .float32 ? numberText(Float(number)) : numberText(number))
      return identifiers.place(of: text).map { Int($0) }
    }
  }
}
