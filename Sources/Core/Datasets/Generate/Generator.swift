internal import Platform

/// A kind of made-up data in which something known is hidden, to try and to measure algorithms on.
public struct Generator: Sendable {
  public let name: String
  public let summary: String
  public let standardRowCount: Int
  private let make: @Sendable (_ rowCount: Int, _ seed: UInt64) -> GeneratedSource

  init(
    _ name: String, _ summary: String, rowCount: Int,
    make: @escaping @Sendable (_ rowCount: Int, _ seed: UInt64) -> GeneratedSource
  ) {
    self.name = name
    self.summary = summary
    standardRowCount = rowCount
    self.make = make
  }

  /// All that there are.
  public static let all = [ratings, transactions, shopOrders, shopClicks]

  /// So many rows that follow from a seed; the first rows do not depend on how many there are,
  /// unless the kind says so.
  public func rows(_ count: Int? = nil, seed: UInt64 = 42) throws -> Dataset {
    let count = count ?? standardRowCount
    guard (0...1 << 40).contains(count) else {
      throw Failure(.usage, "there can be 0 to \(1 << 40) rows, not \(count)")
    }
    return Dataset(make(count, seed))
  }
}

/// A number that counts up, as an identifier of fixed width: `c000042`.
func identifier(_ prefix: String, _ number: Int) -> String {
  let digits = String(number)
  return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
}

/// A one-to-one shuffle of `0..<count` without a table, so that rank and name have nothing in common.
func scattered(_ number: Int, of count: Int) -> Int {
  let prime = 1_000_003
  return count % prime == 0 ? number : Int((UInt64(number) * UInt64(prime)) % UInt64(count))
}
