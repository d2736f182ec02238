internal import CSystem
internal import FoundationEssentials
internal import Glibc

/// What this machine is and grants to this process.
public enum Machine {
  /// Cores that this process may use: its affinity mask, cut to the cgroup's quota.
  public static var coreCount: Int {
    var count = Int(martlet_allowed_cores())
    if count == 0 { count = sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
    if let quota = cgroupCoreQuota { count = min(count, max(1, Int(quota.rounded(.up)))) }
    return max(1, count)
  }

  /// Memory that this process may use: the machine's, cut to the cgroup's limit.
  public static var memoryByteCount: Int {
    var bytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      if let limit = firstLine(of: path).flatMap({ Int($0) }), limit > 0 {
        bytes = min(bytes, limit)
      }
    }
    return bytes
  }

  /// The most memory that this process has had resident so far; 0 where the system does not say.
  public static var peakMemoryByteCount: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return 0
    }
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let digits = line.filter { $0.isNumber }
      return (Int(digits) ?? 0) * 1024
    }
    return 0
  }

  /// The name under which this host is known.
  public static var hostName: String {
    var bytes = [CChar](repeating: 0, count: 256)
    _ = unsafe gethostname(&bytes, bytes.count - 1)
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether the floating-point unit keeps denormal numbers, as every result here assumes.
  public static var keepsDenormals: Bool { martlet_keeps_denormals() != 0 }

  /// The byte order, part of what all ranks must share.
  public static var byteOrder: String { UInt16(1).littleEndian == 1 ? "little" : "big" }

  /// Asks for large pages behind a fresh mapping; a wish, never an error.
  @unsafe
  public static func wishLargePages(at start: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe martlet_wish_large_pages(start, byteCount)
  }

  /// Takes the wish for large pages back.
  @unsafe
  public static func wishSmallPages(at start: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe martlet_wish_small_pages(start, byteCount)
  }

  /// Gives freed memory back to the system, which the allocator would keep for later.
  ///
  /// For after a step that freed many small pieces, before one that takes a few large ones.
  public static func returnFreeMemory() { martlet_return_free_memory() }

  private static var cgroupCoreQuota: Double? {
    if let line = firstLine(of: "/sys/fs/cgroup/cpu.max") {
      let words = line.split(separator: " ")
      guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]) else {
        return nil
      }
      return quota / period
    }
    guard
      let quota = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap({ Double($0) }),
      let period = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap({ Double($0) }),
      quota > 0
    else { return nil }
    return quota / period
  }

  private static func firstLine(of path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}

/// Seconds on a clock that never goes back.
public func monotonicSeconds() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A variable of the environment, or nil where it is unset or empty.
public func environmentVariable(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  let text = unsafe String(cString: value)
  return text.isEmpty ? nil : text
}
