internal import Glibc
internal import Platform

/// A stream of all workers on its way from the engine to the user.
final class WorkerStream {
  let source: Int32
  let destination: Int32
  /// Whether the engine talks on it too.
  private let isShared: Bool
  private(set) var talk: EngineTalk
  private(set) var isAtEnd = false
  /// The errno with which passing on failed for good, or 0.
  private(set) var problem: Int32 = 0
  private var splitter = LineSplitter()
  private var bytes = [UInt8](repeating: 0, count: 1 << 16)

  init(_ source: Int32, to destination: Int32, isShared: Bool, token: String) {
    self.isShared = isShared
    self.source = source
    self.destination = destination
    talk = EngineTalk(token: token)
  }

  /// Passes on what has come; to be called when something has.
  func pump() {
    let count = unsafe read(source, &bytes, bytes.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count > 0 else {
      isAtEnd = true
      return
    }
    guard isShared else { return write(Array(bytes[..<count])) }
    var passed: [UInt8] = []
    for line in splitter.take(bytes[..<count]) { passed += talk.take(line) }
    write(passed)
  }

  /// Shows the beginning of a line when nothing more comes, as a question or progress may be one.
  func showPending() {
    var passed = talk.release()
    if talk.mayShow(splitter.pending), let pending = splitter.end() { passed += pending }
    write(passed)
  }

  /// Passes on what was held back.
  func end() {
    var passed: [UInt8] = []
    if let rest = splitter.end() { passed += talk.take(rest) }
    write(passed + talk.end())
  }

  /// A reader that went away is no reason to stop the workers, and a full disk is told at the end.
  private func write(_ bytes: [UInt8]) {
    var done = 0
    unsafe bytes.withUnsafeBytes { buffer in
      while done < buffer.count, let start = buffer.baseAddress {
        let count = unsafe Glibc.write(destination, start + done, buffer.count - done)
        if count > 0 {
          done += count
        } else if errno != EINTR {
          if problem == 0 { problem = errno }
          return
        }
      }
    }
  }
}
