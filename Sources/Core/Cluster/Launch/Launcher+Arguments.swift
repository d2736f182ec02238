internal import FoundationEssentials
internal import Glibc
internal import Platform

extension Launcher {
  /// The program's arguments as the user wrote them, in a worker too.
  ///
  /// An engine takes a lone `:` for the end of a program's arguments (`--delimiter :`), so the
  /// launcher writes it otherwise and this reads it back.
  public static var arguments: [String] {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard environmentVariable(AttemptFolder.variable) != nil, WorkerContext.current != nil else {
      return arguments
    }
    return arguments.map(decoded)
  }

  /// Arguments without those that only a launcher obeys: `--workers`, `--hostfile`.
  public static func withoutLaunchOptions(_ arguments: [String]) -> [String] {
    let names = ["--workers", "--hostfile"]
    var kept: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" { return kept + arguments[index...] }
      if names.contains(argument) {
        index += 2
      } else {
        if !names.contains(where: { argument.hasPrefix($0 + "=") }) { kept.append(argument) }
        index += 1
      }
    }
    return kept
  }

  /// A lone colon behind n backslashes gets one more; all else stays.
  static func encoded(_ argument: String) -> String {
    isColon(argument) ? "\\" + argument : argument
  }

  static func decoded(_ argument: String) -> String {
    isColon(argument) && argument != ":" ? String(argument.dropFirst()) : argument
  }

  private static func isColon(_ argument: String) -> Bool {
    argument.drop { $0 == "\\" } == ":"
  }

  /// Open MPI refuses root unless two variables insist.
  static var isRoot: Bool { geteuid() == 0 }

  /// The variables of the engine and its workers.
  func environment(
    _ attempt: AttemptFolder, restartCount: Int, standardInput: String?
  ) -> [String: String] {
    var variables = ProcessInfo.processInfo.environment
    // What only a launcher obeys must not start launchers again.
    for name in ["MARTLET_WORKERS", "MARTLET_HOSTFILE"] { variables[name] = nil }
    variables[AttemptFolder.variable] = attempt.path
    variables[WorkerContext.restartVariable] = String(restartCount)
    variables[TerminalTraits.variable] = job.terminal.text
    variables["MARTLET_THREADS"] = job.threadCount.map { String($0) }
    variables[Launcher.standardInputVariable] = standardInput
    // One thread a call, always; a crash is explained by us, not by pages of a back trace.
    variables["OPENBLAS_NUM_THREADS"] = "1"
    variables["OMP_NUM_THREADS"] = "1"
    variables["SWIFT_BACKTRACE"] = "enable=no"
    // What the engine's library thinks of this machine's tables is nothing the user can mend.
    variables["HWLOC_HIDE_ERRORS"] = variables["HWLOC_HIDE_ERRORS"] ?? "2"
    if Launcher.isRoot {
      variables["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
      variables["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    }
    return variables
  }

  /// The names of those variables that workers on other hosts need.
  static func exportedNames(_ variables: [String: String]) -> [String] {
    let others = [
      "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "SWIFT_BACKTRACE", "OPENBLAS_CORETYPE",
      "HWLOC_HIDE_ERRORS",
    ]
    return variables.keys.filter { $0.hasPrefix("MARTLET_") || others.contains($0) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
