internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Takes the logarithm of numbers or of the numbers of vectors, so that what differs by factors
/// differs by steps: prices, counts, sizes.
///
/// `log1p` is log(1 + x): 0 stays 0, so counts are welcome and sparse vectors stay sparse.
/// `log` is log x. `signed-log1p` is log(1 + |x|) with the sign of x, for amounts of both signs.
/// Missing numbers stay missing and NaN stays NaN.
///
/// A number without a logarithm (at most -1 for `log1p`, at most 0 for `log`) is an error that
/// names the row; `handleInvalid` skip leaves the row out, keep makes it missing. Neither Spark nor
/// scikit-learn has this stage: there it is an expression.
public struct LogTransform: ColumnwiseStage, Transformer {
  @Setting("the columns of numbers or vectors to transform")
  public var inputs: [String] = []
  @Setting("names of the new columns; none: those of the inputs with _log behind")
  public var outputs: [String] = []
  @Setting("which logarithm")
  public var function = Function.log1p
  @Setting("what to do with a number that has no logarithm", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error

  public init() {}

  /// The logarithms to choose from.
  public enum Function: String, CaseIterable, SettingValue {
    case log1p
    case log
    case signedLog1p = "signed-log1p"

    /// Whether a number has no such logarithm; a NaN passes.
    func excludes(_ x: Double) -> Bool {
      switch self {
      case .log1p: x <= -1
      case .log: x <= 0
      case .signedLog1p: false
      }
    }

    /// A missing number where there is none; a NaN as it is.
    func callAsFunction(_ x: Double) -> Double {
      if x.isNaN { return x }
      if excludes(x) { return .missing }
      switch self {
      case .log1p: return Portable.log1p(x)
      case .log: return Portable.log(x)
      case .signedLog1p:
        let magnitude = Portable.log1p(x.magnitude)
        return x < 0 ? -magnitude : magnitude
      }
    }
  }

  public static let name = "log-transform"
  public static let summary = "takes the logarithm of numbers"
  public static let suffix = "_log"
  public static var example: Self {
    Self {
      $0.inputs = ["price", "counts"]
    }
  }

  public var dropsRows: Bool { handleInvalid == .skip }

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      if try binder.field(input).type == .vector {
        try bindVectors(input, output, to: &binder)
      } else {
        try bindNumbers(input, output, to: &binder)
      }
    }
  }

  private func bindNumbers(_ input: String, _ output: String, to binder: inout Binder) throws {
    let source = try binder.numbers(input)
    let target = try binder.addNumbers(output)
    let function = function
    binder.run { batch in
      let (from, to) = (batch[source], batch[target])
      try self.check(batch, input) { row in function.excludes(from[row]) ? from[row] : nil }
      for row in 0..<batch.rowCount { to[row] = function(from[row]) }
    }
  }

  private func bindVectors(_ input: String, _ output: String, to binder: inout Binder) throws {
    let source = try binder.vectors(input)
    guard !source.isSparse || function != .log else {
      throw Failure(
        .data, "the sparse vectors of '\(input)' have zeros, which have no logarithm",
        hint: "function log1p keeps zeros as they are")
    }
    let names = slotNames(of: try binder.field(input), width: source.width)
    let target = try binder.addVectors(
      output, width: source.width, isSparse: source.isSparse, slots: names)
    let function = function
    binder.run { batch in
      let (from, to) = (batch[source], batch[target])
      try self.check(batch, input) { row in
        var found: Double?
        from.forEachEntry(row) { if found == nil, function.excludes($1) { found = $1 } }
        return found
      }
      for row in 0..<batch.rowCount {
        from.forEachEntry(row) { place, x in
          if to.isSparse { to.append(place, function(x)) } else { to[row, place] = function(x) }
        }
        if to.isSparse { to.endRow() }
      }
    }
  }

  /// Stops at the first row with a number that has no logarithm, or takes such rows out.
  private func check(
    _ batch: RowBatch, _ column: String, _ invalid: (Int) -> Double?
  ) throws {
    if handleInvalid == .keep { return }
    var kept: [Int]?
    for row in 0..<batch.rowCount {
      guard let found = invalid(row) else {
        kept?.append(row)
        continue
      }
      if handleInvalid == .error {
        throw batch.fault(
          row: row, column: column, found: numberText(found),
          "has no logarithm", hint: "function signed-log1p takes numbers of both signs")
      }
      if kept == nil { kept = Array(0..<row) }
    }
    if let kept { batch.keep(kept) }
  }
}
