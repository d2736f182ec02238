internal import Glibc

/// The words for an error number of the system.
public func systemMessage(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}

extension Failure {
  /// A call of the system that failed on a path we meant to write.
  public static func cannotWrite(_ path: String, _ activity: String, code: Int32) -> Failure {
    Failure(
      .cannotWrite, "cannot write \(path)", causes: ["\(activity): \(systemMessage(code))"],
      hint: code == ENOSPC ? "free some space, or write to another disk" : nil)
  }

  /// A call of the system that failed on a path we meant to read.
  public static func cannotRead(_ path: String, code: Int32) -> Failure {
    code == ENOENT || code == ENOTDIR
      ? Failure(.missingInput, "there is no \(path)")
      : Failure(.data, "cannot read \(path)", causes: [systemMessage(code)])
  }
}
