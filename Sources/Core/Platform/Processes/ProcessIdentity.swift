internal import FoundationEssentials
internal import Glibc

/// A process that cannot be mistaken for a later one with the same number.
public struct ProcessIdentity: Sendable, Equatable, Codable {
  public let host: String
  public let process: Int32
  /// When it started, in the kernel's ticks; 0 where the system does not say.
  public let start: UInt64

  /// This process.
  public static var current: ProcessIdentity {
    let process = getpid()
    return ProcessIdentity(
      host: Machine.hostName, process: process, start: startOfProcess(process) ?? 0)
  }

  /// Whether it still runs; nil where that cannot be seen, as from another host.
  public var isAlive: Bool? {
    guard host == Machine.hostName else { return nil }
    if kill(process, 0) != 0, errno == ESRCH { return false }
    guard start > 0 else { return true }
    return ProcessIdentity.startOfProcess(process) == start
  }

  private static func startOfProcess(_ process: Int32) -> UInt64? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return nil }
    // The name may hold spaces; field 22 is the 20th word behind it.
    let words = text[text.index(after: name)...].split(separator: " ")
    // A zombie runs no more.
    guard words.count > 19, words[0] != "Z" else { return nil }
    return UInt64(words[19])
  }
}

/// The path of the program that runs, or nil where the system does not say.
public var ownExecutablePath: String? {
  var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count - 1)
  if count > 0 {
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
  guard let first = CommandLine.arguments.first else { return nil }
  if first.contains("/") {
    guard let path = unsafe realpath(first, nil) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
  return executablePath(named: first)
}

/// Where the folders of `PATH` hold a program, or nil.
public func executablePath(named name: String) -> String? {
  if name.contains("/") { return isExecutableFile(name) ? name : nil }
  for folder in (environmentVariable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
    let path = "\(folder)/\(name)"
    if isExecutableFile(path) { return path }
  }
  return nil
}

private func isExecutableFile(_ path: String) -> Bool {
  guard !isFolder(path) else { return false }
  return unsafe access(path, X_OK) == 0
}
