import Cluster
import Glibc
import Martlet

do {
  if Launcher.arguments.contains(where: { ["-h", "--help"].contains($0) }) {
    try writeToStandardOutput(LawOptions.usage + "\n")
    exit(0)
  }
  var runner = try LawRunner(Launcher.arguments)
  exit(try runner.run())
} catch {
  writeToStandardError("martlet-laws: \(error)\n")
  exit(Failure(error).kind.exitCode)
}
