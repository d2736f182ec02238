internal import LinearAlgebra

/// The ways in which a trainer can take rows beside dense ones.
///
/// What it cannot take is spread out before, within the budget. Types and widths of the columns
/// decide which form rows have, never how many there are or how much memory: the form shows in the
/// bits of a model.
public struct RowForms: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// By their entries that are not zero, where vectors are sparse and wide.
  public static let sparse = RowForms(rawValue: 1)
  /// Numbers beside the codes of categories, where columns are one-hot.
  public static let coded = RowForms(rawValue: 2)
}

/// How all rows of a matrix are held.
enum RowForm: Equatable {
  case dense
  case sparse
  case coded(CodeLayout)
}
