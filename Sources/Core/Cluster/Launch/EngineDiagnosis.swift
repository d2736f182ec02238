internal import Platform

/// What the engine's own words say about the first worker that was lost.
struct EngineDiagnosis: Sendable, Equatable {
  var rank: Int?
  var host: String?
  var process: Int?
  var end: ExitStatus?

  /// Reads kept lines; the first finding of each kind counts, as what follows is its consequence.
  init(_ lines: [String]) {
    for line in lines {
      readSignal(line)
      readExit(line)
      readAbort(line)
      readHydra(line)
      readDaemon(line)
    }
  }

  /// Reads `mpirun noticed that process rank 1 with PID 0 on node vm exited on signal 9 (Killed).`.
  private mutating func readSignal(_ line: String) {
    guard end == nil,
      let rank = EngineDiagnosis.number(in: line, after: "noticed that process rank "),
      let signal = EngineDiagnosis.number(in: line, after: " exited on signal ")
    else { return }
    self.rank = rank
    host = EngineDiagnosis.word(in: line, after: " on node ")
    end = .signalled(Int32(truncatingIfNeeded: signal))
  }

  /// Reads `Process name: [[18142,1],1]` and below it `Exit code:    75`.
  private mutating func readExit(_ line: String) {
    guard end == nil else { return }
    if rank == nil, let name = EngineDiagnosis.word(in: line, after: "Process name: "),
      let last = name.split(separator: ",").last
    {
      rank = Int(last.filter { $0 != "]" })
    } else if rank != nil, let code = EngineDiagnosis.number(in: line, after: "Exit code: ") {
      end = .exited(Int32(truncatingIfNeeded: code))
    }
  }

  /// Reads `MPI_ABORT was invoked on rank 1 in communicator` and below it `with errorcode 70.`.
  private mutating func readAbort(_ line: String) {
    guard end == nil else { return }
    if rank == nil,
      let rank = EngineDiagnosis.number(in: line, after: "MPI_ABORT was invoked on rank ")
    {
      self.rank = rank
    } else if rank != nil, let code = EngineDiagnosis.number(in: line, after: "with errorcode ") {
      end = .exited(Int32(truncatingIfNeeded: code))
    }
  }

  /// Reads `=   PID 11463 RUNNING AT vm`, `=   EXIT CODE: 9`, `EXIT STRING: Killed (signal 9)`.
  private mutating func readHydra(_ line: String) {
    if process == nil, let process = EngineDiagnosis.number(in: line, after: "=   PID ") {
      self.process = process
      host = EngineDiagnosis.word(in: line, after: " RUNNING AT ")
    } else if process != nil, end == nil || end?.isGuess == true {
      if let code = EngineDiagnosis.number(in: line, after: "=   EXIT CODE: ") {
        end = .exited(Int32(truncatingIfNeeded: code))
      } else if line.contains("EXIT STRING:"),
        let signal = EngineDiagnosis.number(in: line, after: "(signal ")
      {
        end = .signalled(Int32(truncatingIfNeeded: signal))
      }
    }
  }

  /// Reads `Remote daemon: [[1,0],1] on node relh1`, when a whole host is gone.
  private mutating func readDaemon(_ line: String) {
    guard end == nil, rank == nil, host == nil, line.contains("Remote daemon:") else { return }
    host = EngineDiagnosis.word(in: line, after: " on node ")
  }

  private static func rest(of line: String, after mark: String) -> Substring? {
    let line = line[...]
    guard let first = mark.first else { return nil }
    var index = line.startIndex
    while let next = line[index...].firstIndex(of: first) {
      if line[next...].hasPrefix(mark) { return line[next...].dropFirst(mark.count) }
      index = line.index(after: next)
    }
    return nil
  }

  private static func word(in line: String, after mark: String) -> String? {
    rest(of: line, after: mark)?.split(separator: " ").first.map(String.init)
  }

  private static func number(in line: String, after mark: String) -> Int? {
    guard let rest = rest(of: line, after: mark) else { return nil }
    return Int(rest.drop { $0 == " " }.prefix { $0.isNumber })
  }
}

extension ExitStatus {
  /// Hydra gives a code above the signal that it stands for.
  fileprivate var isGuess: Bool {
    if case .exited = self { true } else { false }
  }
}
