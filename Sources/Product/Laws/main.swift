import Cluster
import Glibc
import Martlet

/// Runs every law of the workers on the communicator that it finds, and says how each went.
func run() throws -> Int32 {
  let worker = WorkerContext.current
  let communicator = worker == nil ? Communicator.solo() : try Communicator.mpi()
  var failures = 0
  for law in CommunicatorLaw.all {
    do {
      try law.check(communicator)
      if communicator.rank == 0 { print("ok      \(law.name)") }
    } catch {
      failures += 1
      print("failed  \(law.name) on rank \(communicator.rank): \(error)")
    }
  }
  try communicator.finish(nil)
  if communicator.rank == 0 {
    print("\(CommunicatorLaw.all.count - failures) passed, \(failures) failed")
  }
  return failures == 0 ? 0 : 1
}

do {
  exit(try run())
} catch {
  writeToStandardError("martlet-laws: \(error)\n")
  exit(1)
}
