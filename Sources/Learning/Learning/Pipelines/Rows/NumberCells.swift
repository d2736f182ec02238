internal import LinearAlgebra
public import Platform

extension Double {
  /// What stands for a missing value among numbers: a NaN with bits of its own, as R has it.
  ///
  /// Copies keep it apart from a NaN that was computed or read; arithmetic with it gives a NaN.
  public static var missing: Double { Double(bitPattern: 0x7FF8_0000_0000_07A2) }

  /// Whether it stands for a missing value.
  @inlinable public var isMissing: Bool {
    bitPattern & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_07A2
  }
}

/// One number a row: a register of a batch.
@safe public final class NumberCells {
  @usableFromInline var base: UnsafeMutablePointer<Double>
  @usableFromInline var capacity = 0

  init() { unsafe base = .allocate(capacity: 1) }

  deinit { unsafe base.deallocate() }

  /// Makes room for so many rows; what stood there may be lost.
  func prepare(_ rowCount: Int) {
    if rowCount <= capacity { return }
    unsafe base.deallocate()
    unsafe base = .allocate(capacity: rowCount)
    unsafe base.initialize(repeating: 0, count: rowCount)
    capacity = rowCount
  }

  @inlinable
  public subscript(row: Int) -> Double {
    get {
      require(row >= 0 && row < capacity, "row \(row) of \(capacity)")
      return unsafe base[row]
    }
    set {
      require(row >= 0 && row < capacity, "row \(row) of \(capacity)")
      unsafe base[row] = newValue
    }
  }

  /// The numbers one behind the other, for loops over many rows.
  @unsafe @inlinable public var pointer: UnsafeMutablePointer<Double> { unsafe base }

  func keep(_ rows: [Int]) {
    for (place, row) in rows.enumerated() where place != row { self[place] = self[row] }
  }
}

/// One whole number a row: dates and times.
public final class IntegerCells {
  @usableFromInline var values: [Int64] = []
  @usableFromInline var present: [Bool] = []

  func prepare(_ rowCount: Int) {
    guard values.count < rowCount else { return }
    values = Array(repeating: 0, count: rowCount)
    present = Array(repeating: false, count: rowCount)
  }

  /// The number of a row; nil where it is missing.
  @inlinable
  public subscript(row: Int) -> Int64? {
    get { present[row] ? values[row] : nil }
    set {
      values[row] = newValue ?? 0
      present[row] = newValue != nil
    }
  }

  func keep(_ rows: [Int]) {
    for (place, row) in rows.enumerated() where place != row { self[place] = self[row] }
  }
}
