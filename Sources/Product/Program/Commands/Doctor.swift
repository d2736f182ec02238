import Martlet

let doctorCommand = Command(
  name: "doctor", operands: "",
  summary: "says what this machine offers, and how to get what is missing",
  examples: [.init("martlet doctor", "cores, memory, BLAS, kernels, MPI, DuckDB")],
  options: { _ in [.talk] },
  run: { invocation in
    let findings = Checkup.findings()
    try invocation.finish(
      json: [
        .init("status", findings.allSatisfy { $0.problem == nil } ? "ok" : "incomplete"),
        .init(
          "findings",
          .list(
            findings.map { finding in
              .object(
                JSONObject([
                  .init("name", .text(finding.name)), .init("value", .text(finding.value)),
                  .init("problem", finding.problem.map { .text($0) } ?? .null),
                ]))
            })),
      ],
      text: {
        let width = findings.map(\.name.count).max() ?? 0
        return findings.map { finding in
          let gap = String(repeating: " ", count: width + 2 - finding.name.count)
          let problem = finding.problem.map {
            "\n\(String(repeating: " ", count: width + 2))! \($0)"
          }
          return finding.name + gap + finding.value + (problem ?? "")
        }.joined(separator: "\n")
      })
    return Outcome()
  })

/// What `martlet doctor` looks at.
enum Checkup {
  struct Finding {
    let name: String
    let value: String
    /// What is not as it should be, and what to do.
    var problem: String?
  }

  static func findings() -> [Finding] {
    [
      Finding(name: "martlet", value: martletVersion),
      Finding(name: "cores", value: "\(Machine.coreCount) for this process"),
      Finding(name: "memory", value: "\(byteText(Machine.memoryByteCount)) for this process"),
      kernels, blas, messagePassing, duckDB, scratch, numbers,
    ]
  }

  private static var kernels: Finding {
    do {
      let level = try KernelLevel.current()
      let offered = KernelLevel.supported.map(\.name).joined(separator: ", ")
      return Finding(
        name: "kernels", value: "\(level.name) of \(offered); class \(KernelLevel.className)",
        problem: level == .plain ? "this processor has no fma; training will be slow" : nil)
    } catch {
      return Finding(name: "kernels", value: "none", problem: Failure(error).description)
    }
  }

  private static var blas: Finding {
    let forced = environmentVariable("OPENBLAS_CORETYPE")
    return Finding(
      name: "BLAS", value: "OpenBLAS \(BLAS.version), core \(BLAS.coreName), one thread a call",
      problem: forced.map {
        "OPENBLAS_CORETYPE=\($0) chooses the core; unset it for the best one of this machine"
      })
  }

  private static var messagePassing: Finding {
    guard let path = executablePath(named: "mpirun") else {
      return Finding(
        name: "MPI", value: "none",
        problem: "--workers needs it: apt-get install openmpi-bin, or run scripts/setup")
    }
    let version = try? ChildProcess.output(of: path, ["--version"])
    let line = version?.text.split(separator: "\n").first.map(String.init)
    #if MPI
      return Finding(name: "MPI", value: line ?? path)
    #else
      return Finding(
        name: "MPI", value: line ?? path,
        problem: "this program was built without it: swift build without --disable-default-traits")
    #endif
  }

  /// Not asked for by most commands: where it is missing that is told, and is no fault.
  private static var duckDB: Finding {
    do { return Finding(name: "DuckDB", value: try DuckDBLibrary.description()) } catch {
      return Finding(
        name: "DuckDB", value: "none",
        problem: "Parquet, martlet sql and databases need it: " + (Failure(error).hint ?? ""))
    }
  }

  private static var scratch: Finding {
    let folder = environmentVariable("MARTLET_SCRATCH") ?? environmentVariable("TMPDIR") ?? "/tmp"
    let free = freeByteCount(at: folder)
    return Finding(
      name: "scratch", value: "\(folder), \(free.map { byteText($0) } ?? "unknown") free",
      problem: free == nil ? "there is no such folder; set --scratch" : nil)
  }

  private static var numbers: Finding {
    Finding(
      name: "numbers", value: "\(Machine.byteOrder)-endian, denormals kept",
      problem: Machine.keepsDenormals
        ? nil : "this process flushes denormals to zero; results may differ in their last bits")
  }
}
