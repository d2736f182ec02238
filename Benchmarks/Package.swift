// swift-tools-version: 6.2
import PackageDescription

// The benchmarks: a package of their own, so that nobody who uses the library builds them.

let package = Package(
  name: "martlet-benchmarks",
  traits: [
    .default(enabledTraits: ["MPI"]),
    .trait(name: "MPI", description: "the library's trait of that name"),
  ],
  dependencies: [
    .package(
      name: "martlet", path: "..",
      traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))])
  ],
  targets: [
    // What the machine can do at most, measured beside each figure.
    .target(name: "CProbe"),
    // The kernels against BLAS and the machine's limits.
    benchmark("KernelBench", on: ["CProbe"]),
    // The ordered sum against the engine's own all-reduce, under mpirun.
    benchmark("ReduceBench"),
    // Reading CSV into columns; the peer is pandas.
    benchmark("CSVBench"),
    // Logistic regression of rows in memory; the peers are scikit-learn and scipy.
    benchmark("LinearBench", on: ["CProbe"]),
    // The best items of many users; the peers are faiss, implicit and numpy.
    benchmark("TopKBench", on: ["CProbe"]),
    // Alternating least squares of ratings in memory; the peers are cmfrec and implicit.
    benchmark("ALSBench", on: ["CProbe"]),
    // Isolation forests of rows in memory; the peers are scikit-learn and isotree.
    benchmark("ForestBench", on: ["CProbe"]),
    // LOF and kNN distances of rows in memory; the peer is scikit-learn.
    benchmark("NeighboursBench", on: ["CProbe"]),
    // Detectors of anomalies on rows in memory; the peers are PyOD and scikit-learn.
    benchmark("AnomalyBench", on: ["CProbe"]),
    // Pipelines over files and row by row; the peers are pandas with scikit-learn.
    benchmark("PipelineBench", on: ["CProbe"]),
  ],
  swiftLanguageModes: [.v6]
)

func benchmark(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [.product(name: "Martlet", package: "martlet")],
    swiftSettings: [
      .strictMemorySafety(),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ])
}
