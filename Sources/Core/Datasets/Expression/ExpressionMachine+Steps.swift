internal import Frames
internal import LinearAlgebra
internal import Platform

extension ExpressionMachine {
  typealias Register = ExpressionRegister

  /// One step for the rows of a batch.
  mutating func run(_ index: Int, _ rows: Range<Int>) {
    let step = program.steps[index]
    let count = rows.count
    let operands = step.operands
    // A missing operand is never looked at: steps have the operands that they need.
    let a = registers[operands.first ?? index]
    let b = registers[operands.count > 1 ? operands[1] : index]
    let out = registers[index]
    switch step.operation {
    case .column(let place): load(index, frame.columns[place], rows)
    case .literal: break
    case .integerToNumber:
      for row in 0..<count { unsafe out.numbers[row] = unsafe Double(a.integers[row]) }
      take(index, a, count)
    case .dateToDatetime:
      integers(index, a, a, count) { days, _ in
        days.multipliedReportingOverflow(by: microsecondsPerDay)
      }
    case .integers(let arithmetic): run(arithmetic, index, a, b, count)
    case .numbers(let arithmetic):
      run(arithmetic, out, a, b, count)
      take(index, a, b, count)
    case .days(let arithmetic):
      integers(index, a, b, count) { days, more in
        let (sum, overflow) =
          arithmetic == .add
          ? days.addingReportingOverflow(more) : days.subtractingReportingOverflow(more)
        return (sum, overflow || Int32(exactly: sum) == nil)
      }
    case .negate:
      if step.type == .number {
        for row in 0..<count { unsafe out.numbers[row] = unsafe -a.numbers[row] }
        take(index, a, count)
      } else {
        integers(index, a, a, count) { value, _ in Int64(0).subtractingReportingOverflow(value) }
      }
    case .abs:
      if step.type == .number {
        for row in 0..<count { unsafe out.numbers[row] = unsafe a.numbers[row].magnitude }
        take(index, a, count)
      } else {
        integers(index, a, a, count) { value, _ in
          value < 0 ? Int64(0).subtractingReportingOverflow(value) : (value, false)
        }
      }
    case .rounded(let rule):
      switch rule {
      case .down:
        for row in 0..<count { unsafe out.numbers[row] = unsafe a.numbers[row].rounded(.down) }
      case .up:
        for row in 0..<count { unsafe out.numbers[row] = unsafe a.numbers[row].rounded(.up) }
      default:
        for row in 0..<count {
          unsafe out.numbers[row] = unsafe a.numbers[row].rounded(.toNearestOrAwayFromZero)
        }
      }
      take(index, a, count)
    case .squareRoot:
      for row in 0..<count { unsafe out.numbers[row] = unsafe a.numbers[row].squareRoot() }
      take(index, a, count)
    case .logarithm:
      for row in 0..<count { unsafe out.numbers[row] = unsafe Portable.log(a.numbers[row]) }
      take(index, a, count)
    case .exponential:
      for row in 0..<count { unsafe out.numbers[row] = unsafe Portable.exp(a.numbers[row]) }
      take(index, a, count)
    case .compare(let comparison):
      compare(comparison, program.steps[operands[0]].type, index, a, b, count)
    case .not:
      for row in 0..<count {
        unsafe out.states[row] = unsafe a.states[row] < 2 ? a.states[row] ^ 1 : a.states[row]
      }
      registers[index].isWhole = a.isWhole
    case .and: conjunction(index, a, b, count)
    case .or: disjunction(index, a, b, count)
    case .isMissing: isMissing(index, a, isBool: program.steps[operands[0]].type == .bool, count)
    case .isAmong(let set): isAmong(set, program.steps[operands[0]].type, index, a, count)
    case .like(let pattern):
      for row in 0..<count {
        unsafe out.states[row] = unsafe pattern.matches(a.texts[row].bytes) ? 1 : 0
      }
      takeBool(index, a, a, count)
    case .choose: choose(index, a, b, registers[operands[2]], count)
    case .firstPresent: firstPresent(index, a, b, count)
    case .characterCount:
      for row in 0..<count {
        unsafe out.integers[row] = unsafe Self.characterCount(a.texts[row].bytes)
      }
      take(index, a, count)
    case .lowercase: recase(index, a, count, toLower: true)
    case .uppercase: recase(index, a, count, toLower: false)
    case .year: dateParts(index, a, operands[0], count) { $0.year }
    case .month: dateParts(index, a, operands[0], count) { $0.month }
    case .day: dateParts(index, a, operands[0], count) { $0.day }
    case .weekday: dateParts(index, a, operands[0], count) { $0.weekday }
    }
  }

  // MARK: Arithmetic

  private mutating func run(
    _ arithmetic: ExpressionArithmetic, _ index: Int, _ a: Register, _ b: Register, _ count: Int
  ) {
    switch arithmetic {
    case .add: integers(index, a, b, count) { $0.addingReportingOverflow($1) }
    case .subtract: integers(index, a, b, count) { $0.subtractingReportingOverflow($1) }
    case .multiply: integers(index, a, b, count) { $0.multipliedReportingOverflow(by: $1) }
    case .remainder, .divide:
      integers(index, a, b, count) { value, divisor in
        // The least integer divided by -1 leaves 0, although the quotient has no place.
        divisor == 0 ? (0, true) : divisor == -1 ? (0, false) : (value % divisor, false)
      }
    }
  }

  private func run(
    _ arithmetic: ExpressionArithmetic, _ out: Register, _ a: Register, _ b: Register, _ count: Int
  ) {
    let (x, y) = unsafe (a.numbers, b.numbers)
    switch arithmetic {
    case .add: for row in 0..<count { unsafe out.numbers[row] = unsafe x[row] + y[row] }
    case .subtract: for row in 0..<count { unsafe out.numbers[row] = unsafe x[row] - y[row] }
    case .multiply: for row in 0..<count { unsafe out.numbers[row] = unsafe x[row] * y[row] }
    case .divide: for row in 0..<count { unsafe out.numbers[row] = unsafe x[row] / y[row] }
    case .remainder:
      for row in 0..<count {
        unsafe out.numbers[row] = unsafe x[row].truncatingRemainder(dividingBy: y[row])
      }
    }
  }

  /// Integers by an operation that says where its result has no place.
  @inline(__always)
  private mutating func integers(
    _ index: Int, _ a: Register, _ b: Register, _ count: Int,
    _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) {
    let out = registers[index]
    var anyOverflow = false
    for row in 0..<count {
      let (value, overflow) = unsafe body(a.integers[row], b.integers[row])
      unsafe out.integers[row] = value
      anyOverflow = anyOverflow || overflow
    }
    take(index, a, b, count)
    guard anyOverflow else { return }
    if registers[index].isWhole {
      for row in 0..<count { unsafe out.states[row] = Register.there }
    }
    for row in 0..<count
    where unsafe out.states[row] == Register.there
      && body(a.integers[row], b.integers[row]).overflow
    {
      unsafe out.states[row] = Register.faulty
    }
    registers[index].isWhole = false
  }

  // MARK: States

  /// A value is there where that of its operand is.
  mutating func take(_ index: Int, _ a: Register, _ count: Int) { take(index, a, a, count) }

  mutating func take(_ index: Int, _ a: Register, _ b: Register, _ count: Int) {
    let out = registers[index]
    registers[index].isWhole = a.isWhole && b.isWhole
    if a.isWhole && b.isWhole { return }
    for row in 0..<count {
      unsafe out.states[row] =
        unsafe (a.isWhole ? Register.there : a.states[row])
        & (b.isWhole ? Register.there : b.states[row])
    }
  }

  /// The same for bools, which have been written as if all operands were there.
  mutating func takeBool(_ index: Int, _ a: Register, _ b: Register, _ count: Int) {
    let out = registers[index]
    registers[index].isWhole = a.isWhole && b.isWhole
    if a.isWhole && b.isWhole { return }
    for row in 0..<count {
      let state =
        unsafe (a.isWhole ? Register.there : a.states[row])
        & (b.isWhole ? Register.there : b.states[row])
      // `there` keeps the answer, `missing` is 2, `faulty` is 3.
      if state != Register.there { unsafe out.states[row] = Register.faultyBool - state }
    }
  }

  // MARK: Logic

  private mutating func conjunction(_ index: Int, _ a: Register, _ b: Register, _ count: Int) {
    let out = registers[index]
    registers[index].isWhole = a.isWhole && b.isWhole
    if a.isWhole && b.isWhole {
      for row in 0..<count { unsafe out.states[row] = unsafe a.states[row] & b.states[row] }
      return
    }
    for row in 0..<count {
      let (x, y) = unsafe (a.states[row], b.states[row])
      // False decides; otherwise true (1) gives way to unknown (2), and that to faulty (3).
      unsafe out.states[row] = x == 0 || y == 0 ? 0 : max(x, y)
    }
  }

  private mutating func disjunction(_ index: Int, _ a: Register, _ b: Register, _ count: Int) {
    let out = registers[index]
    registers[index].isWhole = a.isWhole && b.isWhole
    if a.isWhole && b.isWhole {
      for row in 0..<count { unsafe out.states[row] = unsafe a.states[row] | b.states[row] }
      return
    }
    for row in 0..<count {
      let (x, y) = unsafe (a.states[row], b.states[row])
      unsafe out.states[row] = x == 1 || y == 1 ? 1 : max(x, y)
    }
  }

  private mutating func isMissing(_ index: Int, _ a: Register, isBool: Bool, _ count: Int) {
    let out = registers[index]
    registers[index].isWhole = a.isWhole
    for row in 0..<count {
      if a.isWhole {
        unsafe out.states[row] = Register.no
      } else if isBool {
        let state = unsafe a.states[row]
        unsafe out.states[row] =
          state == Register.unknown ? 1 : state == Register.faultyBool ? state : 0
      } else {
        let state = unsafe a.states[row]
        unsafe out.states[row] =
          state == Register.missing ? 1 : state == Register.faulty ? Register.faultyBool : 0
      }
    }
  }

  private mutating func choose(
    _ index: Int, _ condition: Register, _ a: Register, _ b: Register, _ count: Int
  ) {
    let type = program.steps[index].type
    for row in 0..<count {
      unsafe copy(index, condition.states[row] == Register.yes ? a : b, row, type)
      if unsafe condition.states[row] == Register.faultyBool {
        unsafe registers[index].states[row] = type == .bool ? Register.faultyBool : Register.faulty
      }
    }
    registers[index].isWhole = condition.isWhole && a.isWhole && b.isWhole
  }

  private mutating func firstPresent(_ index: Int, _ a: Register, _ b: Register, _ count: Int) {
    let type = program.steps[index].type
    let missing = type == .bool ? Register.unknown : Register.missing
    for row in 0..<count {
      unsafe copy(index, !a.isWhole && a.states[row] == missing ? b : a, row, type)
    }
    registers[index].isWhole = a.isWhole
  }

  /// One value with its state, whatever the type.
  @inline(__always)
  private func copy(_ index: Int, _ from: Register, _ row: Int, _ type: ExpressionType) {
    let out = registers[index]
    switch type {
    case .bool:
      unsafe out.states[row] = unsafe from.states[row]
      return
    case .integer, .date, .datetime, .timestamp:
      unsafe out.integers[row] = unsafe from.integers[row]
    case .number: unsafe out.numbers[row] = unsafe from.numbers[row]
    case .text: unsafe out.texts[row] = unsafe from.texts[row]
    case .missing, .opaque: break
    }
    unsafe out.states[row] = unsafe from.isWhole ? Register.there : from.states[row]
  }
}
