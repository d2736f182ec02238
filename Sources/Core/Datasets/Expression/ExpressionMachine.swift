internal import Frames
internal import LinearAlgebra
internal import Platform

/// Runs the steps of an expression over the rows of one frame, some hundred rows at a time.
///
/// Each step goes over all rows of a batch before the next one does: no branch on what the step is
/// and no allocation for a row. One thread's.
struct ExpressionMachine {
  let program: ExpressionProgram
  let frame: Frame
  var registers: [ExpressionRegister]

  init(_ program: ExpressionProgram, over frame: Frame) {
    self.program = program
    self.frame = frame
    registers = program.steps.map { ExpressionRegister($0, rowCount: frame.rowCount) }
    let count = min(frame.rowCount, ExpressionRegister.capacity)
    for (index, step) in program.steps.enumerated() {
      if case .literal(let literal) = step.operation { fill(index, literal, count) }
    }
  }

  /// A value that could not be computed: the row, the step, and what is wrong with it.
  struct Fault: Error {
    let row: Int
    let step: Int
  }

  /// Runs all steps for each batch of rows and hands the result to `body`.
  mutating func run(_ body: (Range<Int>, ExpressionRegister) throws -> Void) throws {
    let capacity = ExpressionRegister.capacity
    for start in stride(from: 0, to: frame.rowCount, by: capacity) {
      let rows = start..<min(frame.rowCount, start + capacity)
      for index in program.steps.indices { run(index, rows) }
      let result = registers[program.result]
      if !result.isWhole { try throwFault(rows) }
      try body(rows, result)
    }
  }

  /// The rows for which a condition is true.
  mutating func trueRows() throws -> [Int] {
    var found = [Int](repeating: 0, count: frame.rowCount)
    var count = 0
    try run { rows, result in
      let states = unsafe result.states
      unsafe found.withUnsafeMutableBufferPointer { found in
        // Written for every row and kept only where it is true: no branch to mispredict.
        for index in 0..<rows.count {
          unsafe found[count] = rows.lowerBound + index
          unsafe count += states[index] == ExpressionRegister.yes ? 1 : 0
        }
      }
    }
    found.removeLast(found.count - count)
    return found
  }

  /// Throws where a value of the result could not be computed, naming the step that it began in.
  private func throwFault(_ rows: Range<Int>) throws {
    let result = program.result
    guard let row = (0..<rows.count).first(where: { isFaulty(result, $0) }) else { return }
    let step = program.steps.indices.first { isFaulty($0, row) } ?? result
    throw Fault(row: rows.lowerBound + row, step: step)
  }

  private func isFaulty(_ step: Int, _ row: Int) -> Bool {
    let register = registers[step]
    if register.isWhole { return false }
    return unsafe register.states[row]
      == (program.steps[step].type == .bool
        ? ExpressionRegister.faultyBool : ExpressionRegister.faulty)
  }

  // MARK: Columns and literals

  private mutating func fill(_ index: Int, _ literal: ExpressionLiteral, _ count: Int) {
    let isBool = program.steps[index].type == .bool
    let register = registers[index]
    var isWhole = true
    for row in 0..<count {
      switch literal {
      case .missing:
        isWhole = false
        unsafe register.states[row] =
          isBool ? ExpressionRegister.unknown : ExpressionRegister.missing
      case .bool(let value):
        unsafe register.states[row] = value ? ExpressionRegister.yes : ExpressionRegister.no
      case .integer(let value), .date(let value), .datetime(let value), .timestamp(let value):
        unsafe register.integers[row] = value
      case .number(let value): unsafe register.numbers[row] = value
      case .text(let text):
        guard let arena = register.arena else { continue }
        if row == 0 { arena.append(text) }
        unsafe register.texts[row] = unsafe TextSpan(
          start: UnsafeRawPointer(arena.bytes.pointer), count: text.count)
      }
    }
    if !isWhole && !isBool {
      // What is missing still has a value for the loops: 0, or no text.
      for row in 0..<count where program.steps[index].type == .text {
        unsafe register.texts[row] = unsafe TextSpan(start: nil, count: 0)
      }
    }
    registers[index].isWhole = isWhole
  }

  /// Brings the values of a column to where the steps find them; 64-bit ones stay where they are.
  mutating func load(_ index: Int, _ column: Column, _ rows: Range<Int>) {
    let register = registers[index]
    let first = column.start + rows.lowerBound
    switch column.storage {
    case .bool(let bits):
      for row in 0..<rows.count { unsafe register.states[row] = bits[first + row] ? 1 : 0 }
    case .int32(let values), .date(let values):
      for row in 0..<rows.count {
        unsafe register.integers[row] = unsafe Int64(values.pointer[first + row])
      }
    case .int64(let values), .datetime(let values), .timestamp(let values):
      unsafe registers[index].integers = unsafe values.pointer + first
    case .float32(let values):
      for row in 0..<rows.count {
        unsafe register.numbers[row] = unsafe Double(values.pointer[first + row])
      }
    case .float64(let values):
      unsafe registers[index].numbers = unsafe values.pointer + first
    case .text(let offsets, let bytes):
      for row in 0..<rows.count {
        let start = unsafe Int(offsets.pointer[first + row])
        unsafe register.texts[row] = unsafe TextSpan(
          start: UnsafeRawPointer(bytes.pointer + start),
          count: Int(offsets.pointer[first + row + 1]) - start)
      }
    case .texts, .dense, .sparse: break
    }
    guard let validity = column.validity else {
      registers[index].isWhole = true
      return
    }
    registers[index].isWhole = false
    let isBool = column.type == .bool
    for row in 0..<rows.count {
      let isThere = validity[rows.lowerBound + row]
      if isBool {
        if !isThere { unsafe register.states[row] = ExpressionRegister.unknown }
      } else {
        unsafe register.states[row] =
          isThere ? ExpressionRegister.there : ExpressionRegister.missing
      }
    }
  }
}
