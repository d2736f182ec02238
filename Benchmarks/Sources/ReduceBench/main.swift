import CMPI
import Cluster
import Platform

// Times the ordered sum against MPI_Allreduce in the same run, in turn, and prints the ratios of
// the minima and the medians. Start it with
//   mpirun --bind-to none --oversubscribe --mca mpi_yield_when_idle 1 -n 2 ReduceBench

let communicator = try Communicator.mpi()
var job = unsafe martlet_mpi_job()
_ = unsafe martlet_mpi_join(&job)

/// Vectors of zeros, which stay what they are however often they are summed in place.
func vectors(_ count: Int, _ roots: Int) -> UnsafeMutableBufferPointer<Double> {
  let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: count * max(1, roots))
  unsafe memory.initialize(repeating: 0)
  return unsafe memory
}

/// Seconds a call, over enough calls to be read on the clock.
func seconds(
  _ communicator: Communicator, _ calls: Int, _ body: () throws -> Void
) throws -> Double {
  try communicator.barrier("before timing")
  let start = monotonicSeconds()
  for _ in 0..<calls { try body() }
  return (monotonicSeconds() - start) / Double(calls)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

for count in [64 * 32, 100_000] {
  let placement = Placement(leafCount: 1024, rankCount: communicator.size)
  let roots = placement.roots(of: communicator.rank).count
  let ours = unsafe vectors(count, roots)
  let theirs = unsafe vectors(count, 1)
  let total = unsafe vectors(count, 1)
  let calls = count > 10_000 ? 50 : 1000
  var times: (ours: [Double], theirs: [Double]) = ([], [])
  for _ in 0..<21 {
    times.theirs.append(
      try seconds(communicator, calls) {
        _ = unsafe martlet_mpi_sum(job, theirs.baseAddress, total.baseAddress, Int32(count))
      })
    times.ours.append(
      try seconds(communicator, calls) {
        unsafe try communicator.orderedSum(ours, count: count, placement: placement)
      })
  }
  if communicator.rank == 0 {
    let minima = (times.ours.min() ?? 0, times.theirs.min() ?? 1)
    let medians = (median(times.ours), median(times.theirs))
    print(
      "\(communicator.size) ranks, \(count) doubles, \(placement.rootLimit) roots:",
      "ordered \(minima.0 * 1e6) us, MPI_Allreduce \(minima.1 * 1e6) us,",
      "ratio of minima \(minima.0 / minima.1), of medians \(medians.0 / medians.1)")
  }
}
try communicator.finish(nil)
