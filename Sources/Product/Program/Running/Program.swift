import Cluster
import Learning
import LinearAlgebra
import Martlet
import Platform

/// From the command line to an exit code.
enum Program {
  static let version = martletVersion

  static let commands = [
    trainCommand, scoreCommand, recommendCommand, evaluateCommand, inspectCommand,
    describeCommand, convertCommand, splitCommand, sqlCommand, dataSetsCommand, algorithmsCommand,
    doctorCommand,
  ]

  static func run(_ words: [String]) -> Int32 {
    let start = monotonicSeconds()
    occupyStandardStreams()
    if words.first == Launcher.guardCommand {
      let failure = Launcher.runGuard(Array(words.dropFirst()))
      writeToStandardError("martlet: \(failure)\n")
      return failure.kind.exitCode
    }
    Signals.outliveFailedWrites()
    guard let name = words.first else {
      writeToStandardError(overview + "\n")
      return Failure.Kind.usage.exitCode
    }
    let rest = Array(words.dropFirst())
    let wantsJSON = rest.contains("--json")
    do {
      if name == "--help" || name == "help" {
        try writeToStandardOutput(try help(rest.prefix { !$0.hasPrefix("--") }))
        return 0
      }
      if name == "--version" {
        try writeToStandardOutput("martlet \(version)\n")
        return 0
      }
      guard let command = commands.first(where: { $0.name == name }) else {
        throw Failure(
          .usage, "there is no command '\(name)'",
          hint: nameHint(for: name, in: commands.map(\.name)))
      }
      return try run(command, rest, start)
    } catch {
      return report(Failure(error), command: name, json: wantsJSON)
    }
  }

  /// What `martlet help` says: of a command, of an algorithm, which is what training it takes, or of
  /// all commands.
  private static func help(_ words: ArraySlice<String>) throws -> String {
    guard let name = words.first, name != "help" else { return overview + "\n" }
    if let command = commands.first(where: { $0.name == name }) {
      return try command.help(Array(words.dropFirst()))
    }
    let algorithms = (CatalogEntry.estimators + CatalogEntry.recommenders).map(\.name)
    guard algorithms.contains(name) else {
      throw Failure(
        .usage, "there is no command or algorithm '\(name)'",
        hint: nearestName(to: name, in: commands.map(\.name) + algorithms)
          .map { "did you mean '\($0)'?" } ?? "martlet help lists the commands")
    }
    return try trainCommand.help([name])
  }

  private static func run(_ command: Command, _ rest: [String], _ start: Double) throws -> Int32 {
    let leading = Array(rest.prefix { !$0.hasPrefix("--") })
    if rest.contains("--help") {
      try writeToStandardOutput(try command.help(leading))
      return 0
    }
    let options = try command.options(leading).flatMap(\.options)
    let arguments = try Arguments(rest, options: options)
    BLAS.prepare()
    // The environment or a config file may ask for JSON and a log too.
    do { return try run(command, arguments, rest, start) } catch {
      let failure = Failure(error)
      if let path = arguments["log"], let log = try? LogFile(path, start: start) {
        log.event("error", failure.description)
      }
      return report(failure, command: command.name, json: arguments.flag("json"))
    }
  }

  private static func run(
    _ command: Command, _ arguments: Arguments, _ rest: [String], _ start: Double
  ) throws -> Int32 {
    if let worker = WorkerContext.current {
      return try runAsWorker(command, arguments, worker, start)
    }
    let workers = try arguments.integer("workers", in: 1...4096) ?? 1
    let restarts = try arguments.integer("restarts", in: 0...100) ?? 1
    if workers > 1 || arguments.has("hostfile") {
      return try launch(command, arguments, rest, workers, restarts)
    }
    Signals.watch(secondEnds: true)
    let invocation = try Invocation(
      command: command.name, arguments: arguments,
      console: try console(arguments, speaks: true), communicator: .solo(), worker: nil,
      breadcrumb: .inMemory(), programStart: start)
    return try command.run(invocation).exitCode
  }

  private static func launch(
    _ command: Command, _ arguments: Arguments, _ rest: [String], _ workers: Int, _ restarts: Int
  ) throws -> Int32 {
    let console = try console(arguments, speaks: true)
    let hostfile = try arguments["hostfile"].map { try Hostfile(path: $0) }
    var job = Launcher.Job(
      [command.name] + rest,
      workerCount: arguments.has("workers") ? workers : hostfile?.slotCount ?? workers,
      scratch: arguments["scratch"] ?? environmentVariable("TMPDIR") ?? "/tmp")
    job.hostfile = hostfile
    job.threadCount = try arguments.integer("threads", in: 1...1024)
    job.restartLimit = restarts
    let named = [
      "users", "history", "similar-items", "similar-users", "users-for", "only", "exclude",
    ]
    job.needsStandardInput =
      (arguments.list("data") + arguments.words + named.compactMap { arguments[$0] }).contains("-")
    return try Launcher.run(job, detail: { console.detail($0) }, warn: { console.warn($0) })
  }

  /// Runs the command as one of several workers; they agree on how it ended before any leaves.
  private static func runAsWorker(
    _ command: Command, _ arguments: Arguments, _ worker: WorkerContext, _ start: Double
  ) throws -> Int32 {
    Launcher.prepareWorker()
    Signals.watch(secondEnds: false)
    // Before MPI starts: what it leaves behind when a worker is killed right then is found by this.
    let breadcrumb = Breadcrumb(worker)
    let communicator: Communicator
    do { communicator = try .mpi(worker) } catch {
      // Nobody can be told through MPI, so the first by the starter's count speaks for all.
      let status = WorkerStatus(failure: Failure(error))
      try status.record(in: worker)
      if worker.rank == 0, worker.attemptPath == nil { throw error }
      return worker.exitCode(for: status.exitCode)
    }
    communicator.watch = breadcrumb
    communicator.interruptFlag = { Signals.stopRequest?.rawValue ?? 0 }
    var watchdog: Watchdog?
    var outcome = Outcome()
    var failure: Failure?
    // From here on no worker leaves alone: what is wrong on one is told to all.
    do {
      let guardian = Watchdog(worker, breadcrumb: breadcrumb, limits: try .fromEnvironment())
      guardian.start()
      watchdog = guardian
      let console = try console(arguments, speaks: communicator.rank == 0)
      let invocation = try Invocation(
        command: command.name, arguments: arguments, console: console,
        communicator: communicator, worker: worker, breadcrumb: breadcrumb, programStart: start)
      try communicator.requireSame(
        [
          "release \(version)", "kernels \(KernelLevel.current().name)", "BLAS \(BLAS.coreName)",
          "\(Machine.byteOrder)-endian",
        ], what: "the workers' machines",
        hint: "set MARTLET_KERNELS and OPENBLAS_CORETYPE alike on all hosts, with one release"
      )
      outcome = try command.run(invocation)
    } catch {
      failure = Failure(error)
    }
    do {
      try communicator.finish(failure)
    } catch {
      failure = Failure(error)
    }
    // How a command is written is the same on all workers: naming one would mislead.
    if failure?.kind == .usage { failure?.rank = nil }
    watchdog?.stop()
    breadcrumb.finish()
    let status = WorkerStatus(exitCode: outcome.exitCode, failure: failure)
    if communicator.rank == 0 {
      try status.record(in: worker)
      if worker.attemptPath == nil, let failure {
        _ = report(failure, command: command.name, json: arguments.flag("json"))
      }
    }
    return worker.exitCode(for: status.exitCode)
  }

  private static func console(_ arguments: Arguments, speaks: Bool) throws -> Console {
    Console(
      volume: arguments.flag("quiet") ? .quiet : arguments.flag("verbose") ? .verbose : .normal,
      progress: try arguments.choice("progress", Console.ProgressWish.self) ?? .auto,
      traits: .current, speaks: speaks,
      log: speaks ? try arguments["log"].map { try LogFile($0) } : nil)
  }

  /// Says what went wrong, on standard error or as the one JSON object, and gives the exit code.
  private static func report(_ failure: Failure, command: String, json: Bool) -> Int32 {
    var isTold = false
    if json {
      var error: [JSONObject.Member] = [
        .init("kind", .text(failure.kind.rawValue)), .init("message", .text(failure.message)),
        .init("causes", .list(failure.causes.map { .text($0) })),
        .init("hint", failure.hint.map { .text($0) } ?? .null),
      ]
      if let rank = failure.rank { error.append(.init("worker", .integer(rank))) }
      let object = JSONObject([
        .init("command", .text(command)), .init("status", "error"),
        .init("error", .object(JSONObject(error))),
      ])
      let line = JSONValue.object(object).printed(.line) + "\n"
      isTold = (try? writeToStandardOutput(line)) != nil
    }
    // Also where standard output is what failed.
    if !isTold {
      Console(volume: .normal, progress: .never, traits: .current, speaks: true, log: nil)
        .fail(failure)
    }
    return failure.kind.exitCode
  }

  private static var overview: String {
    var text = """
      martlet \(version): machine learning from the command line

      Examples:
        martlet train kmeans --data iris.csv --k 3 --out m    # learn
        martlet inspect m                                     # look at what was learned
        martlet score m --data new.csv --out scored.csv       # use it

      Commands:

      """
    let width = commands.map { $0.name.count + $0.operands.count + 1 }.max() ?? 0
    for command in commands {
      let usage = command.operands.isEmpty ? command.name : "\(command.name) \(command.operands)"
      text +=
        "  \(usage)\(String(repeating: " ", count: width + 2 - usage.count))\(command.summary)\n"
    }
    return text
      + "\nmartlet COMMAND --help shows a command's options; martlet --version the release."
  }
}
