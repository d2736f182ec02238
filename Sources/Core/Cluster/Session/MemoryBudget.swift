internal import Platform
internal import Synchronization

/// How much memory one worker may hold, and who holds how much of it.
///
/// What is large is reserved before it is allocated, so that a run that cannot fit says so before
/// its first pass instead of being killed in the middle.
public final class MemoryBudget: Sendable {
  /// The most that may be reserved at one time.
  public let limit: Int
  private let reserved = Mutex(0)

  public init(limit: Int) { self.limit = limit }

  /// What a worker may hold when nobody says: 60 % of what this process is granted, over the
  /// workers on this machine.
  public static func standardLimit(localWorkers: Int) -> Int {
    Machine.memoryByteCount / 10 * 6 / max(1, localWorkers)
  }

  /// What is reserved now.
  public var reservedByteCount: Int { reserved.withLock { $0 } }

  /// Reserves bytes until the reservation is dropped, or refuses, naming what they were for.
  /// - Parameter remedies: what helps beside more memory and more workers, ready to stand between
  ///   both: `use --precision float`.
  public func reserve(
    _ byteCount: Int, for purpose: String, remedies: [String] = []
  ) throws -> MemoryReservation {
    let held = reserved.withLock { held -> Int? in
      guard byteCount <= limit - held else { return held }
      held += byteCount
      return nil
    }
    if let held {
      throw Failure(
        .memory,
        "\(purpose) would take \(byteText(byteCount)); \(byteText(max(0, limit - held))) of the "
          + "budget of \(byteText(limit)) are left",
        hint: (["raise --memory"] + remedies + ["or add workers on other machines"])
          .joined(separator: ", "))
    }
    return MemoryReservation(byteCount: byteCount, budget: self)
  }

  fileprivate func release(_ byteCount: Int) { reserved.withLock { $0 -= byteCount } }
}

/// A part of the budget that goes back when this is dropped.
public final class MemoryReservation: Sendable {
  public let byteCount: Int
  private let budget: MemoryBudget

  fileprivate init(byteCount: Int, budget: MemoryBudget) {
    self.byteCount = byteCount
    self.budget = budget
  }

  deinit { budget.release(byteCount) }
}

/// A number of bytes as people say it: `512 B`, `1.5 MiB`.
public func byteText(_ count: Int) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  var size = Double(count)
  var unit = 0
  while size >= 1024, unit < units.count - 1 {
    size /= 1024
    unit += 1
  }
  if unit == 0 { return "\(count) B" }
  let tenths = (size * 10).rounded() / 10
  return "\(tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)) \(units[unit])"
}
