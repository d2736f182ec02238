public import Cluster
public import LinearAlgebra
internal import Platform

/// Sums over the errors e of a line, of which some lie within a cut and the others beyond: slope and
/// curvature of Huber's loss.
public struct HuberSums: Sendable {
  /// Σ w a aᵀ over rows whose error lies within, of a = (x - s, 1, e); symmetric.
  public let inner: Matrix<Double>
  /// Σ w sign(e) (x - s, 1) over the other rows.
  public let outerPull: [Double]
  /// Σ w |e| over these.
  public let outerMagnitudes: Double
  /// Σ w over these.
  public let outerWeight: Double
  /// How many these are, of those whose weight is above 0.
  public let outerCount: Int
  /// Σ w e² over all rows.
  public let squares: Double
}

extension BlockMatrix {
  /// Sums over the errors of a line, within a cut and beyond; a collective call that reads the rows
  /// once.
  ///
  /// Cost: (d + 2)² operations for a row within the cut, and as many numbers a thread.
  public func huberSums(
    of line: ShiftedLine, cut: Double, in session: Session
  ) throws -> HuberSums {
    let width = columnCount
    let pass = try session.communicator.agree("planning a pass over errors") {
      try HuberPass(line, cut: cut, columnCount: width)
    }
    let sums = unsafe try sum(
      "summing the errors of a line", count: pass.count, in: session,
      scratch: { HuberScratch<Element>(width: width) }
    ) { block, scratch, sums in
      unsafe scratch.split(block, pass)
      unsafe pass.tally(block, scratch, into: sums)
    }
    return pass.sums(sums)
  }
}

/// What all threads of a pass share.
private struct HuberPass: Sendable {
  let line: ShiftedLine
  let cut: Double
  let chain: LinearChain
  let gram: GramSum
  private let width: Int

  init(_ line: ShiftedLine, cut: Double, columnCount: Int) throws {
    require(
      line.coefficients.count == columnCount && line.shift?.count == columnCount,
      "a line of \(line.coefficients.count) through rows of \(columnCount)")
    self.line = line
    self.cut = cut
    chain = try LinearChain(line.coefficients, intercept: line.offset)
    gram = GramSum(dimension: columnCount + 2, level: try KernelLevel.current())
    width = columnCount
  }

  /// The Gram, then sums over rows beyond the cut, then four numbers.
  var count: Int { gram.count + width + 5 }

  @unsafe func tally<Element>(
    _ block: Block<Element>, _ scratch: HuberScratch<Element>,
    into sums: UnsafeMutablePointer<Double>
  ) {
    let outer = unsafe sums + gram.count
    unsafe gram.add(
      scratch.rows(block.rowCount, width + 2), shift: [Double](repeating: 0, count: width + 2),
      weights: scratch.inner.pointer, to: sums, scratch: scratch.gram)
    unsafe scratch.rows(block.rowCount, width).addColumns(
      weights: scratch.outer.pointer, to: outer, weightSum: &outer[width], level: gram.level)
    for row in 0..<block.rowCount {
      let weight = unsafe block.weights.map { unsafe $0[row] } ?? 1
      let error = unsafe scratch.error(row)
      if error.magnitude > cut {
        unsafe outer[width + 1] += weight * error.magnitude
        unsafe outer[width + 2] += weight
        unsafe outer[width + 3] += weight > 0 ? 1 : 0
      }
      unsafe outer[width + 4] += weight * error * error
    }
  }

  func sums(_ totals: [Double]) -> HuberSums {
    let order = width + 2
    var inner = Matrix<Double>(rowCount: order, columnCount: order)
    inner.withMutableSpan { span in
      for row in 0..<order {
        for column in row..<order {
          span[row * order + column] = totals[gram.place(row, column)]
          span[column * order + row] = totals[gram.place(row, column)]
        }
      }
    }
    let outer = totals[gram.count...]
    let scalars = Array(outer.dropFirst(width + 1))
    return HuberSums(
      inner: inner, outerPull: Array(outer.prefix(width + 1)), outerMagnitudes: scalars[0],
      outerWeight: scalars[1], outerCount: Int(scalars[2]), squares: scalars[3])
  }
}

/// A thread's room for rows with a 1 and their error behind, and for the weights within and beyond.
private struct HuberScratch<Element: Scalar> {
  private let width: Int
  private let room: Buffer<Double>
  private let errors = Buffer<Double>(count: Block<Element>.rowLimit)
  let inner = Buffer<Double>(count: Block<Element>.rowLimit)
  /// With the sign of the error.
  let outer = Buffer<Double>(count: Block<Element>.rowLimit)
  let gram: GramScratch
  private let scorer = LinearChain.Scratch()

  init(width: Int) {
    self.width = width
    room = Buffer(count: Block<Element>.rowLimit * (width + 2))
    gram = GramScratch(dimension: width + 2)
  }

  @unsafe func error(_ row: Int) -> Double { unsafe errors.pointer[row] }

  /// The first columns of the rows that were split last.
  @unsafe func rows(_ count: Int, _ columnCount: Int) -> RowBlock<Double> {
    unsafe RowBlock(
      UnsafePointer(room.pointer), rowCount: count, columnCount: columnCount, stride: width + 2)
  }

  /// Finds the errors of a block's rows, and which lie within the cut.
  @unsafe func split(_ block: Block<Element>, _ pass: HuberPass) {
    guard let labels = unsafe block.labels, let shift = pass.line.shift else {
      bug("errors of rows without labels")
    }
    let (target, stride) = unsafe (room.pointer, width + 2)
    unsafe block.widen(to: target, stride: stride)
    unsafe shift.withUnsafeBufferPointer { shift in
      for row in 0..<block.rowCount {
        let numbers = unsafe target + row * stride
        for column in 0..<width { unsafe numbers[column] -= shift[column] }
      }
    }
    let errors = unsafe errors.pointer
    unsafe pass.chain.add(rows(block.rowCount, width), into: errors, scratch: scorer)
    for row in 0..<block.rowCount {
      let error = unsafe labels[row] - pass.line.labelShift - errors[row]
      let weight = unsafe block.weights.map { unsafe $0[row] } ?? 1
      let isInner = error.magnitude <= pass.cut
      unsafe errors[row] = error
      unsafe inner.pointer[row] = isInner ? weight : 0
      unsafe outer.pointer[row] = isInner ? 0 : error < 0 ? -weight : weight
      unsafe target[row * stride + width] = 1
      unsafe target[row * stride + width + 1] = error
    }
  }
}
