internal import Glibc
internal import Platform

extension Launcher {
  /// The variable with the path under which workers find what came on standard input.
  public static let standardInputVariable = "MARTLET_STDIN"

  /// The file that stands for standard input in a worker; nil where it is the stream itself.
  public static var standardInputPath: String? { environmentVariable(standardInputVariable) }

  /// Copies standard input to a file, since the engine hands it to no worker or to the first only.
  ///
  /// A wish to stop ends it.
  public static func spoolStandardInput(to path: String) throws {
    let file = try OutputFile(path, replacing: false)
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      // Waits in turns, so that Ctrl-C at an empty prompt is heard.
      var wanted = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&wanted, 1, 100)
      try Signals.throwIfStopRequested()
      guard ready != 0 else { continue }
      let count = unsafe read(0, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure.cannotRead("standard input", code: errno) }
      if count == 0 { break }
      try unsafe bytes.withUnsafeBytes {
        try unsafe file.write(UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
    }
    try file.commit()
  }
}
