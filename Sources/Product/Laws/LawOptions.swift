import Martlet

/// What the command line asks of `martlet-laws`.
struct LawOptions {
  /// Where the digests of this run's models go.
  var record: String?
  /// A file of digests that this run's must equal.
  var expect: String?
  /// Only laws whose line holds this word.
  var only: String?
  /// Threads of a worker.
  var threads = 2

  static let usage = """
    martlet-laws checks the laws of the workers and of every algorithm, here or under mpirun.

      --record FILE   write the digest of every model trained, for --expect of another run
      --expect FILE   require the digests of another run
      --only WORD     only laws whose name holds WORD
      --threads N     threads of a worker (2)
    """

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard let value = rest.popFirst() else {
        throw Failure(.usage, "\(word) needs a value, or is unknown", hint: Self.usage)
      }
      switch word {
      case "--record": record = value
      case "--expect": expect = value
      case "--only": only = value
      case "--threads":
        guard let count = Int(value), (1...1024).contains(count) else {
          throw Failure(.usage, "--threads must be from 1 to 1024, not '\(value)'")
        }
        threads = count
      default: throw Failure(.usage, "there is no option \(word)", hint: Self.usage)
      }
    }
  }
}
