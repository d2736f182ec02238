internal import CKernels
internal import Glibc
internal import Platform

/// The instruction set that the hot loops run on.
///
/// All levels give the same bits, because every kernel computes each result as one chain of fused
/// multiply-adds in a fixed order; they differ in speed only. The greatest level that the machine
/// offers is taken once, at the first question. `MARTLET_KERNELS=avx512|avx2|plain` asks for one.
public enum KernelLevel: Int32, Sendable, CaseIterable, Comparable {
  /// What every machine has: NEON on arm64, 16 bytes at a time elsewhere (slow without fma).
  case plain
  /// 32 bytes at a time.
  case avx2
  /// 64 bytes at a time.
  case avx512

  /// The order of arithmetic that the kernels promise, recorded in models.
  ///
  /// Machines whose class is the same give the same bits, whatever their level.
  public static let className = "ordered-fma"

  /// The variable of the environment that asks for a level.
  public static let variableName = "MARTLET_KERNELS"

  /// How it is called in options and reports.
  public var name: String {
    switch self {
    case .plain: "plain"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  /// Whether this machine and its system can run it.
  public var isSupported: Bool { martlet_level_supported(rawValue) == 1 }

  /// The levels that this machine can run, least first.
  public static var supported: [KernelLevel] { allCases.filter(\.isSupported) }

  /// The level of this process, chosen once.
  ///
  /// Throws where the environment asks for a level that does not exist or that the machine lacks:
  /// a wish that is passed over in silence would show only as a wrong measurement.
  public static func current() throws -> KernelLevel { try chosen.get() }

  /// The level that a text asks for; the greatest of the machine where it is nil or empty.
  public static func resolve(_ wish: String?) throws -> KernelLevel {
    let offered = supported
    guard let wish, !wish.isEmpty else { return offered.last ?? .plain }
    let names = offered.map(\.name).joined(separator: ", ")
    guard let level = allCases.first(where: { $0.name == wish }) else {
      throw Failure(
        .usage, "\(variableName) is '\(wish)', which is no level of the kernels",
        hint: "this machine offers \(names); without the variable the best is taken")
    }
    guard offered.contains(level) else {
      throw Failure(
        .usage, "\(variableName) asks for \(wish), which this machine cannot run",
        hint: "this machine offers \(names); without the variable the best is taken")
    }
    return level
  }

  public static func < (a: KernelLevel, b: KernelLevel) -> Bool { a.rawValue < b.rawValue }

  private static let chosen: Result<KernelLevel, any Error> = Result {
    try resolve(unsafe getenv(variableName).map { unsafe String(cString: $0) })
  }
}

extension Scalar {
  /// How the kernels call this element type.
  @inlinable static var kernelPrecision: Int32 { MemoryLayout<Self>.size == 8 ? 1 : 0 }
}
