internal import Glibc
internal import Platform

/// What other ranks of the same process sent to one rank and it has not taken yet.
@safe final class Mailbox: @unchecked Sendable {
  // Proof of Sendable: `letters` is touched only between lock and unlock.
  private struct Letter {
    var sender: Int
    var channel: Int
    var bytes: [UInt8]
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var letters: [Letter] = []

  init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe arrival.initialize(to: pthread_cond_t())
    require(unsafe pthread_mutex_init(mutex, nil) == 0, "the system gave no mutex")
    // Patience is measured on a clock that nobody sets.
    var attributes = pthread_condattr_t()
    require(
      unsafe pthread_condattr_init(&attributes) == 0
        && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0
        && pthread_cond_init(arrival, &attributes) == 0,
      "the system gave no condition")
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(arrival)
    unsafe pthread_mutex_destroy(mutex)
    unsafe arrival.deallocate()
    unsafe mutex.deallocate()
  }

  /// Puts a copy of the bytes into the box.
  func put(_ bytes: UnsafeRawBufferPointer, from sender: Int, channel: Int) {
    let letter = Letter(sender: sender, channel: channel, bytes: unsafe Array(bytes))
    unsafe pthread_mutex_lock(mutex)
    letters.append(letter)
    unsafe pthread_cond_signal(arrival)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// The oldest letter of a sender on a channel, or nil if none came within `patience` seconds.
  func take(from sender: Int, channel: Int, patience: Int) -> [UInt8]? {
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
    deadline.tv_sec += patience
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let place = letters.firstIndex(where: { $0.sender == sender && $0.channel == channel }) {
        return letters.remove(at: place).bytes
      }
      if unsafe pthread_cond_timedwait(arrival, mutex, &deadline) == ETIMEDOUT { return nil }
    }
  }
}
