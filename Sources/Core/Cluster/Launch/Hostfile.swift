internal import Platform

/// The hosts on which workers may run, and how many on each.
///
/// The usual form: a name a line, `slots=N` behind it, `#` begins a comment. Names go into the
/// command line of a remote shell, so only those are taken that can be nothing but a name; and the
/// engine is given a file that we wrote from what we read, never the user's own.
public struct Hostfile: Sendable, Equatable {
  /// One host.
  public struct Host: Sendable, Equatable {
    public let name: String
    /// How many workers it takes before the next host gets one.
    public let slotCount: Int
  }

  public let hosts: [Host]

  /// How many workers all hosts take.
  public var slotCount: Int { hosts.reduce(0) { $0 + $1.slotCount } }

  /// Reads a file.
  public init(path: String) throws {
    let bytes = try InputFile(path).contents()
    try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Reads the text of a file; `path` is what errors call it.
  public init(text: String, path: String) throws {
    var hosts: [Host] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let content = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      let words = content.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      guard let name = words.first else { continue }
      func refuse(_ reason: String) -> Failure {
        Failure(
          .data, "\(path), line \(index + 1): \(reason)",
          hint: "a line is a host name and, if wanted, slots=N: 'node1 slots=4'")
      }
      guard Hostfile.isName(name) else { throw refuse("'\(name)' is no host name") }
      guard !hosts.contains(where: { $0.name == name }) else {
        throw refuse("\(name) stands there twice")
      }
      var slotCount = 1
      for word in words.dropFirst() {
        guard word.hasPrefix("slots="), let count = Int(word.dropFirst(6)), 1...65536 ~= count
        else { throw refuse("'\(word)' is not slots=N with N of at least 1") }
        slotCount = count
      }
      hosts.append(Host(name: name, slotCount: slotCount))
    }
    guard !hosts.isEmpty else {
      throw Failure(
        .data, "\(path) names no host",
        hint: "a line is a host name and, if wanted, slots=N: 'node1 slots=4'")
    }
    self.hosts = hosts
  }

  /// Whether a text can be nothing but a host's name or address.
  static func isName(_ text: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 253 else {
      return false
    }
    return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 46 }
  }
}
