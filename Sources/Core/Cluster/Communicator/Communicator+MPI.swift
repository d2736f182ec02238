internal import Platform

extension Communicator {
  /// This process among the ones that `mpirun` or a batch system started with it.
  ///
  /// Starting MPI takes a third of a second when nobody launched the process, so a lone one uses
  /// `solo()`. An error where the program was built without MPI.
  public static func mpi() throws -> Communicator {
    #if MPI
      return Communicator(try MPITransport())
    #else
      throw Failure(
        .missingService, "this program was built without MPI, so it has no workers",
        hint: "build it with MPI installed, or run it without --workers")
    #endif
  }
}
