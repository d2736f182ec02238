internal import LinearAlgebra

/// How often each of some numbers occurs in a row.
///
/// The numbers are sorted, and runs of equal ones counted: a handful of them sorts faster than a
/// table of any kind is cleared.
final class BucketCounts {
  private var numbers = GrowingBuffer<Int32>(capacity: 64)
  private var spare = GrowingBuffer<Int32>(capacity: 64)

  /// Room for the numbers of a row, which the caller writes, before `count`.
  @unsafe
  func room(for count: Int) -> UnsafeMutablePointer<Int32> {
    numbers.truncate(to: 0)
    return unsafe numbers.grow(by: count)
  }

  /// Writes each number once, by rising number, with a value that follows from its count.
  /// - Parameters:
  ///   - count: how many numbers were written.
  ///   - limit: all of them are below it, and none is negative.
  ///   - value: of a number and how often it occurs; 0 leaves it out.
  /// - Returns: how many numbers were kept.
  @inline(__always)
  func count(
    _ count: Int, below limit: Int, _ indices: UnsafeMutablePointer<Int32>,
    _ values: UnsafeMutablePointer<Double>, _ value: (Int32, Int) -> Double
  ) -> Int {
    let sorted = unsafe sort(numbers.pointer, count, below: limit)
    var (place, kept) = (0, 0)
    while place < count {
      let number = unsafe sorted[place]
      let start = place
      repeat { place += 1 } while unsafe place < count && sorted[place] == number
      let value = value(number, place - start)
      if value == 0 { continue }
      unsafe indices[kept] = number
      unsafe values[kept] = value
      kept += 1
    }
    return kept
  }

  private func sort(
    _ numbers: UnsafeMutablePointer<Int32>, _ count: Int, below limit: Int
  ) -> UnsafeMutablePointer<Int32> {
    if count > 48 { return unsafe sortByDigits(numbers, count, below: limit) }
    for place in 1..<max(1, count) {
      let number = unsafe numbers[place]
      var hole = place
      while unsafe hole > 0 && numbers[hole - 1] > number {
        unsafe numbers[hole] = unsafe numbers[hole - 1]
        hole -= 1
      }
      unsafe numbers[hole] = number
    }
    return unsafe numbers
  }

  /// Radix sort, eight bits at a time from the lowest on.
  private func sortByDigits(
    _ numbers: UnsafeMutablePointer<Int32>, _ count: Int, below limit: Int
  ) -> UnsafeMutablePointer<Int32> {
    spare.truncate(to: 0)
    var (from, to) = unsafe (numbers, spare.grow(by: count))
    var shift: Int32 = 0
    while shift < 32, (limit - 1) >> Int(shift) > 0 {
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 257) { starts in
        unsafe starts.initialize(repeating: 0)
        for place in 0..<count {
          unsafe starts[Int(from[place] >> shift & 0xFF) + 1] += 1
        }
        for digit in 0..<256 { unsafe starts[digit + 1] += starts[digit] }
        for place in 0..<count {
          let digit = unsafe Int(from[place] >> shift & 0xFF)
          unsafe to[Int(starts[digit])] = unsafe from[place]
          unsafe starts[digit] += 1
        }
      }
      unsafe swap(&from, &to)
      shift += 8
    }
    return unsafe from
  }
}
