public import Cluster
internal import LinearAlgebra
internal import Platform

/// A line through rows: what is predicted for a row x is b (x - s) + b₀, and its error the label
/// less t less that.
///
/// Shifts keep digits where numbers lie far from 0; without, sparse rows are walked by their
/// entries alone.
public struct ShiftedLine: Sendable {
  /// b.
  public var coefficients: [Double]
  /// b₀.
  public var offset: Double
  /// s, one a column; nil: 0, and sparse rows stay sparse.
  public var shift: [Double]?
  /// t.
  public var labelShift: Double

  public init(
    coefficients: [Double], offset: Double, shift: [Double]?, labelShift: Double
  ) {
    self.coefficients = coefficients
    self.offset = offset
    self.shift = shift
    self.labelShift = labelShift
  }
}

/// Sums over the errors e of a line, each cut to ±c: what slopes of squared and Huber loss are made
/// of.
public struct ResidualSums: Sendable {
  /// Σ w e' (x - s), one a column, where e' is the error after the cut.
  public let pull: [Double]
  /// Σ w e'.
  public let offsetPull: Double
  /// Σ w e² of errors within the cut.
  public let innerSquares: Double
  /// Σ w of errors within the cut.
  public let innerWeight: Double
  /// Σ w |e| of errors beyond.
  public let outerMagnitudes: Double
  /// Σ w of errors beyond.
  public let outerWeight: Double
  /// Σ w e² of all.
  public let squares: Double
}

extension BlockMatrix {
  /// Sums over the errors of a line; a collective call that reads the rows once.
  /// - Parameter cut: c; infinite: errors stay as they are.
  public func residuals(
    of line: ShiftedLine, cut: Double = .infinity, in session: Session
  ) throws -> ResidualSums {
    let width = columnCount
    let pass = try session.communicator.agree("planning a pass over errors") {
      try ResidualPass(line, cut: cut, columnCount: width)
    }
    let isSpread = line.shift != nil || isDense
    let sums = unsafe try sum(
      "summing the errors of a line", count: width + 6, in: session,
      scratch: { ResidualScratch<Element>(width: isSpread ? width : 0) }
    ) { block, scratch, sums in
      let rows = unsafe scratch.errors(of: block, pass)
      unsafe pass.tally(block, rows, errors: scratch.errors.pointer, into: sums)
    }
    return ResidualSums(
      pull: Array(sums[..<width]), offsetPull: sums[width], innerSquares: sums[width + 1],
      innerWeight: sums[width + 2], outerMagnitudes: sums[width + 3], outerWeight: sums[width + 4],
      squares: sums[width + 5])
  }
  /// What such a pass holds beside its sums.
  public func residualsByteCount(isShifted: Bool, in session: Session) -> Int {
    let room = isShifted ? Block<Element>.rowLimit * columnCount * 8 : 0
    return session.threads * room + 5 * columnCount * 8
  }
}

/// What all threads of a pass share.
struct ResidualPass: Sendable {
  let line: ShiftedLine
  let cut: Double
  let chain: LinearChain
  let level: KernelLevel

  init(_ line: ShiftedLine, cut: Double, columnCount: Int) throws {
    require(
      line.coefficients.count == columnCount && (line.shift?.count ?? columnCount) == columnCount,
      "a line of \(line.coefficients.count) through rows of \(columnCount)")
    self.line = line
    self.cut = cut
    chain = try LinearChain(line.coefficients, intercept: line.offset)
    level = try KernelLevel.current()
  }

  /// Adds what a block gives.
  /// - Parameters:
  ///   - errors: one a row; weighted and cut on the way.
  @unsafe func tally<Element>(
    _ block: Block<Element>, _ rows: ResidualScratch<Element>.Rows,
    errors: UnsafeMutablePointer<Double>, into sums: UnsafeMutablePointer<Double>
  ) {
    let width = block.columnCount
    for row in 0..<block.rowCount {
      let weight = unsafe block.weights.map { unsafe $0[row] } ?? 1
      let error = unsafe errors[row]
      let isInner = error.magnitude <= cut
      let cutError = isInner ? error : error < 0 ? -cut : cut
      unsafe errors[row] = weight * cutError
      if isInner {
        unsafe sums[width + 1] += weight * error * error
        unsafe sums[width + 2] += weight
      } else {
        unsafe sums[width + 3] += weight * error.magnitude
        unsafe sums[width + 4] += weight
      }
      unsafe sums[width + 5] += weight * error * error
    }
    switch rows {
    case .spread(let rows):
      unsafe rows.addColumns(
        weights: UnsafePointer(errors), to: sums, weightSum: &sums[width], level: level)
    case .entries(let rows):
      for row in 0..<block.rowCount {
        let pull = unsafe errors[row]
        unsafe sums[width] += pull
        for place in unsafe rows.offsets[row]..<rows.offsets[row + 1] {
          let (column, number) = unsafe (Int(rows.indices[place]), Double(rows.values[place]))
          unsafe sums[column] += pull * number
        }
      }
    }
  }
}

/// A thread's room for errors.
struct ResidualScratch<Element: Scalar> {
  private let wide: WideRows<Element>
  private var coded = CodedEntries<Element>()
  let errors = Buffer<Double>(count: Block<Element>.rowLimit)
  private let scorer = LinearChain.Scratch()

  /// The rows of a block as they are summed.
  enum Rows {
    case spread(RowBlock<Double>)
    case entries(SparseRowBlock<Element>)
  }

  /// - Parameter width: how many numbers of a row there is room for; 0: they stay entries.
  init(width: Int) { wide = WideRows(columnCount: width) }

  /// Finds the errors of a block's rows.
  @unsafe mutating func errors(of block: Block<Element>, _ pass: ResidualPass) -> Rows {
    guard let labels = unsafe block.labels else { bug("errors of rows without labels") }
    let rows = unsafe rows(of: block, shift: pass.line.shift)
    switch rows {
    case .spread(let rows): unsafe pass.chain.add(rows, into: errors.pointer, scratch: scorer)
    case .entries(let rows): unsafe pass.chain.add(rows, into: errors.pointer)
    }
    for row in 0..<block.rowCount {
      unsafe errors.pointer[row] = labels[row] - pass.line.labelShift - errors.pointer[row]
    }
    return rows
  }

  @unsafe private mutating func rows(of block: Block<Element>, shift: [Double]?) -> Rows {
    switch block.contents {
    case .sparse(let rows) where shift == nil: return .entries(rows)
    case .coded(let rows) where shift == nil:
      coded.take(rows)
      return unsafe .entries(coded.block)
    default: return unsafe .spread(wide.rows(of: block, shift: shift))
    }
  }
}
