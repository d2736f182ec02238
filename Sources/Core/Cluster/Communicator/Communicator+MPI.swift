internal import Platform

extension Communicator {
  /// This process among the ones that `mpirun` or a batch system started with it.
  ///
  /// Starting MPI takes a third of a second when nobody launched the process, so a lone one uses
  /// `solo()`. An error where the program was built without MPI, and where the starter is of
  /// another MPI than the library: then each process would take itself for the only one.
  ///
  /// - Parameter worker: what the starter said of this process, if it said something.
  public static func mpi(_ worker: WorkerContext? = .current) throws -> Communicator {
    #if MPI
      let communicator = Communicator(try MPITransport())
      if let worker, worker.size != communicator.size {
        // Alone as it is, it can leave in order, and the library cleans up.
        try? communicator.finish(nil)
        throw Failure(
          .missingService,
          "\(worker.size) workers were started, but the MPI library sees \(communicator.size)",
          hint: "they are of different MPIs: start the workers with the mpirun of the library "
            + "that the program was built with (martlet doctor names it); "
            + "\(MessagePassingEngine.variable) names one for --workers")
      }
      return communicator
    #else
      throw Failure(
        .missingService, "this program was built without MPI, so it has no workers",
        hint: "build it with MPI installed, or run it without --workers")
    #endif
  }
}
