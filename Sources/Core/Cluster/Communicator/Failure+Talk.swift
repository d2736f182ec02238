internal import FoundationEssentials
internal import Platform

extension Failure {
  /// The failure with the worker on which it happened, unless it names one already.
  func named(by rank: Int) -> Failure {
    var named = self
    if named.rank == nil { named.rank = rank }
    return named
  }

  /// The failure that an interrupt flag stands for.
  static func stopped(by flag: UInt32) -> Failure? {
    switch flag {
    case 0: nil
    case 2: Failure(.terminated, "stopped by the system")
    default: Failure(.interrupted, "interrupted")
    }
  }

  /// The failure as bytes; what is too long loses its last causes, then its words.
  func encoded(limit: Int) -> [UInt8] {
    var short = self
    while true {
      if let data = try? JSONEncoder().encode(short), data.count <= limit { return Array(data) }
      if !short.causes.isEmpty {
        short.causes.removeLast()
      } else if short.hint != nil {
        short.hint = nil
      } else {
        short.message = String(short.message.prefix(max(1, short.message.count / 2)))
        if short.message.count <= 1 { return [] }
      }
    }
  }

  /// The failure that a peer sent.
  static func decoded(_ bytes: UnsafeRawBufferPointer) -> Failure {
    (try? JSONDecoder().decode(Failure.self, from: unsafe Data(bytes)))
      ?? Failure(.bug, "a worker failed and could not say why")
  }
}
