internal import Platform

/// The system's `mpirun`, and the words in which it wants to be asked.
struct MessagePassingEngine: Sendable, Equatable {
  /// Whose program it is.
  enum Kind: Sendable, Equatable {
    case openMPI
    /// MPICH and those built on its launcher, hydra.
    case hydra
  }

  /// The variable that names another `mpirun` than the first in `PATH`.
  static let variable = "MARTLET_MPIRUN"

  let path: String
  let kind: Kind

  /// Finds the engine, or says what to install.
  static func find() throws -> MessagePassingEngine {
    let asked = environmentVariable(variable)
    let names = asked.map { [$0] } ?? ["mpirun", "mpiexec"]
    guard let path = names.lazy.compactMap({ executablePath(named: $0) }).first else {
      throw Failure(
        .missingService, "cannot start workers: there is no \(names[0])",
        hint: "install it: apt-get install openmpi-bin, or run scripts/setup; "
          + "without --workers everything runs in one process")
    }
    let answer = try ChildProcess.output(of: path, ["--version"])
    guard let kind = kind(fromVersion: answer.text) else {
      throw Failure(
        .missingService, "cannot start workers: \(path) is neither Open MPI's nor MPICH's",
        hint: "name another by \(variable), or install one: apt-get install openmpi-bin")
    }
    return MessagePassingEngine(path: path, kind: kind)
  }

  /// Whose program it is, from what it says about its version.
  static func kind(fromVersion text: String) -> Kind? {
    if text.contains("Open MPI") || text.contains("OpenRTE") || text.contains("PRRTE") {
      return .openMPI
    }
    return text.contains("HYDRA") || text.contains("Intel(R) MPI") ? .hydra : nil
  }

  /// Its arguments up to the program.
  ///
  /// - Parameter variables: names of variables that workers on all hosts shall have. Only names:
  ///   a value would be readable by every user in the list of processes.
  /// - Parameter sessionFolder: where it may keep its own files of this run.
  func arguments(
    workerCount: Int, hostfile: String?, variables: [String], sessionFolder: String
  ) -> [String] {
    switch kind {
    case .openMPI:
      // Not bound: a worker has threads. Yielding: waiting ranks would take the cores from working
      // ones, 100 times slower where workers outnumber cores.
      var words = ["--bind-to", "none", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1"]
      // Copies between processes of a host through shared memory, not through the kernel: where
      // workers outnumber cores the kernel's way waits for the other side to be scheduled, and
      // sums of some hundred kilobytes take two to four times as long.
      words += ["--mca", "btl_vader_single_copy_mechanism", "none"]
      words += ["-n", String(workerCount)]
      if let hostfile {
        words += ["--hostfile", hostfile]
      } else {
        // What a killed engine leaves goes with our folder; on other hosts there is none.
        words += ["--mca", "orte_tmpdir_base", sessionFolder]
      }
      return words + variables.flatMap { ["-x", $0] }
    case .hydra:
      var words = ["-bind-to", "none", "-n", String(workerCount)]
      if let hostfile { words += ["-f", hostfile] }
      return words + [
        "-genvlist", (variables + ["PATH", "LD_LIBRARY_PATH"]).joined(separator: ","),
      ]
    }
  }

  /// The text of a file of hosts in its own form.
  func text(of hostfile: Hostfile) -> String {
    hostfile.hosts.map { host in
      switch kind {
      case .openMPI: "\(host.name) slots=\(host.slotCount)\n"
      case .hydra: "\(host.name):\(host.slotCount)\n"
      }
    }.joined()
  }
}
