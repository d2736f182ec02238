internal import Frames
internal import LinearAlgebra
internal import Platform

/// Where one text of a register lies.
@safe struct TextSpan: BitwiseCopyable {
  var start: UnsafeRawPointer?
  var count: Int

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }
}

/// Texts that a step makes, kept until the next rows.
final class TextArena {
  private(set) var bytes = Buffer<UInt8>(count: 4096)
  private(set) var count = 0

  func empty() { count = 0 }

  func append(_ text: some Collection<UInt8>) {
    if count + text.count > bytes.count {
      let larger = Buffer<UInt8>(count: max(2 * bytes.count, count + text.count))
      unsafe larger.pointer.update(from: bytes.pointer, count: count)
      bytes = larger
    }
    for byte in text {
      unsafe bytes.pointer[count] = byte
      count += 1
    }
  }
}

/// The result of one step for up to `capacity` rows.
///
/// A step of numbers, times or texts says for each row whether the value is there: `there`,
/// `missing`, or `faulty` where it could not be computed; of two such states, `&` is that of a
/// result of both. A step of bools has its values in the states: `no`, `yes`, 2, 3.
@safe struct ExpressionRegister {
  /// Rows that are taken through all steps at once: their values stay in the processor's cache.
  static let capacity = 1024

  static let there: UInt8 = 3
  static let missing: UInt8 = 1
  static let faulty: UInt8 = 0
  static let no: UInt8 = 0
  static let yes: UInt8 = 1
  static let unknown: UInt8 = 2
  static let faultyBool: UInt8 = 3

  /// Memory of its own; the pointers show there, or into a column.
  private let values: Buffer<UInt8>
  private let stateBuffer: Buffer<UInt8>
  let arena: TextArena?
  var integers: UnsafeMutablePointer<Int64>
  var numbers: UnsafeMutablePointer<Double>
  let texts: UnsafeMutablePointer<TextSpan>
  let states: UnsafeMutablePointer<UInt8>
  /// Whether every value is there; then the states of anything but bools are not written.
  var isWhole = true

  init(_ step: ExpressionProgram.Step, rowCount: Int) {
    let count = min(rowCount, Self.capacity)
    let width =
      switch step.type {
      case .bool, .opaque: 0
      case .text: MemoryLayout<TextSpan>.stride
      case .integer, .date, .datetime, .timestamp, .missing, .number: 8
      }
    values = Buffer(count: count * width)
    stateBuffer = Buffer(count: count)
    let memory = unsafe UnsafeMutableRawPointer(values.pointer)
    unsafe integers = unsafe memory.assumingMemoryBound(to: Int64.self)
    unsafe numbers = unsafe memory.assumingMemoryBound(to: Double.self)
    unsafe texts = unsafe memory.assumingMemoryBound(to: TextSpan.self)
    unsafe states = unsafe stateBuffer.pointer
    switch step.operation {
    case .literal(.text), .lowercase, .uppercase: arena = TextArena()
    default: arena = nil
    }
  }
}
