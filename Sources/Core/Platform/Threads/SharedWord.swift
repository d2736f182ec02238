internal import CSystem

/// A word of memory that several threads or processes share, read and written in one piece.
///
/// For memory that other processes map too, where Swift's own atomics cannot live. It does not own
/// the memory: whoever makes one keeps it mapped as long as the word is used.
@safe public struct SharedWord {
  private let address: UnsafeMutablePointer<UInt64>

  @unsafe
  public init(at address: UnsafeMutablePointer<UInt64>) { unsafe self.address = address }

  /// What stands there; what was written before it is seen with it.
  public var value: UInt64 {
    get { unsafe martlet_load_word(address) }
    nonmutating set { unsafe martlet_store_word(address, newValue) }
  }

  /// Adds one.
  public func increase() { _ = unsafe martlet_add_to_word(address, 1) }

  /// Takes the word if it is free (0) and leaves a 1; whether it was free.
  public func take() -> Bool { unsafe martlet_take_word(address) == 1 }
}
