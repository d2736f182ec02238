import Cluster
import Glibc
import Martlet

do {
  var runner = try LawRunner(Launcher.arguments)
  exit(try runner.run())
} catch {
  writeToStandardError("martlet-laws: \(error)\n")
  exit(Failure(error).kind.exitCode)
}
