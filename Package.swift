// swift-tools-version: 6.2
import PackageDescription

// The architecture as code: layers from the bottom up, one row a target. A target may depend only
// on rows above its own, and an algorithm family never on another (Tests/TidyTests holds both).

let package = Package(
  name: "martlet",
  products: [
    .library(name: "Martlet", targets: ["Martlet"]),
    .executable(name: "martlet", targets: ["Program"]),
    .executable(name: "martlet-laws", targets: ["Laws"]),
  ],
  traits: [
    .default(enabledTraits: ["MPI"]),
    .trait(name: "MPI", description: "worker processes through the system's MPI"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// MARK: Bridges: C headers and a few hot loops, no logic

package.targets += [
  // BLAS and LAPACK as OpenBLAS provides them.
  .systemLibrary(
    name: "CBLAS", path: "Sources/Bridges/CBLAS", pkgConfig: "openblas",
    providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
  // The system's MPI, Open MPI or MPICH.
  .systemLibrary(
    name: "CMPI", path: "Sources/Bridges/CMPI", pkgConfig: "mpi-c",
    providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
  // Hot loops that BLAS lacks, one source for several instruction sets.
  bridge("CKernels"),
  // DuckDB's C interface, loaded at run time.
  bridge("CDuckDB"),
  // Text to numbers, on fast_float; decompression, on zlib and libzstd.
  bridge("CParse", linking: ["z", "zstd"]),
  // System calls that Swift cannot import.
  bridge("CSystem"),
]

// MARK: Core: arrays, workers, columns, data sets, the design matrix

package.targets += [
  // Errors, files, threads, processes, the machine.
  core("Platform", on: ["CSystem"]),
  // Aligned storage, matrices, BLAS, kernels, random numbers, hashes.
  core("LinearAlgebra", on: ["Platform", "CBLAS", "CKernels"]),
  // Ranks, collectives, ordered sums, the launcher, the session.
  core("Cluster", on: ["Platform", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),
  // Typed columns in Arrow's layout.
  core("Frames", on: ["Platform", "LinearAlgebra"]),
  // Lazy, partitioned data: sources, steps, sinks.
  core(
    "Datasets",
    on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "CParse", "CDuckDB"]),
  // The design matrix: leaves, placement, the parallel reduction.
  core("Blocks", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets"]),
]

// MARK: Learning: what an algorithm is, and how a model is kept and judged

package.targets += [
  // Settings, estimators, models, reports, laws.
  learning(
    "Learning", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks"]),
  // Model folders: JSON, tensors, manifest. Laws that every estimator keeps.
  learning(
    "ModelStore",
    on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning"]),
  // Metrics, exact and mergeable.
  learning(
    "Evaluation",
    on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning"]),
]

// MARK: Algorithms: siblings that never import each other

package.targets += [
  // Stages that make features of columns.
  algorithms("Features"),
  // k-means and its relatives.
  algorithms("Clustering"),
  // Linear and logistic regression.
  algorithms("LinearModels"),
  // Which items would please whom.
  algorithms("Recommendation"),
  // Which rows are strange.
  algorithms("Anomaly"),
]

// MARK: Product: the umbrella library, the program, the runner of laws

package.targets += [
  // What a user imports; the Catalog.
  product(
    "Martlet",
    on: [
      "Evaluation", "ModelStore", "Features", "Clustering", "LinearModels", "Recommendation",
      "Anomaly",
    ]),
  // The program `martlet`.
  program("Program"),
  // The program `martlet-laws`.
  program("Laws"),
]

// MARK: Tests

package.targets += [
  tests("Tidy", on: []),
  tests("Platform", on: ["Platform"]),
  tests("Frames", on: ["Platform", "LinearAlgebra", "Frames"]),
  tests(
    "Datasets", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets"],
    excluding: ["Golden"]),
  tests("Blocks", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks"]),
  tests(
    "CSV", on: ["Platform", "Cluster", "Frames", "Datasets", "CParse"], excluding: ["Corpus"]),
  tests(
    "TextFormats", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "CParse"]),
  tests(
    "Expression", on: ["Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets"],
    excluding: ["Fixtures"]),
  tests("Cluster", on: ["Platform", "Cluster"]),
  tests("Launch", on: ["Platform", "Cluster"]),
  tests("LinearAlgebra", on: ["Platform", "LinearAlgebra", "CKernels"]),
  tests("Kernels", on: ["Platform", "LinearAlgebra"]),
  tests("Settings", on: ["Platform", "Learning"]),
  tests("ModelStore", on: ["Platform", "LinearAlgebra", "Learning", "ModelStore"]),
  tests("Evaluation", on: ["Martlet"], excluding: ["Golden"]),
  tests(
    "Clustering",
    on: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
      "ModelStore", "Clustering",
    ], excluding: ["Fixtures"]),
  tests(
    "LinearModels",
    on: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
      "ModelStore", "LinearModels",
    ], excluding: ["Golden"]),
  tests(
    "Recommendation",
    on: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
      "Recommendation",
    ]),
  tests(
    "Anomaly",
    on: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
      "Anomaly",
    ], excluding: ["Golden"]),
  tests("Features", on: ["Martlet"], excluding: ["Golden"]),
  tests("Recommending", on: ["Martlet"]),
  tests("Laws", on: ["Martlet"]),
  tests("Models", on: ["Martlet"]),
]

// MARK: Helpers: one a layer, so that a new target is one row

func bridge(_ name: String, linking libraries: [String] = []) -> Target {
  .target(
    name: name, path: "Sources/Bridges/\(name)",
    linkerSettings: libraries.map { .linkedLibrary($0) })
}

func core(_ name: String, on dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)")
}

func learning(_ name: String, on dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Learning/\(name)")
}

func algorithms(_ name: String) -> Target {
  .target(
    name: name,
    dependencies: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
    ], path: "Sources/Algorithms/\(name)")
}

func product(_ name: String, on dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name,
    dependencies: [
      "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks", "Learning",
    ] + dependencies, path: "Sources/Product/\(name)")
}

func program(_ name: String) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "Martlet", "Platform", "LinearAlgebra", "Cluster", "Frames", "Datasets", "Blocks",
      "Learning", "ModelStore", "Evaluation",
    ], path: "Sources/Product/\(name)")
}

func tests(
  _ name: String, on dependencies: [Target.Dependency], excluding folders: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
    exclude: folders)
}

// MARK: House flags, the same for each Swift target

for target in package.targets where !target.name.hasPrefix("C") || target.name.hasPrefix("Cl") {
  target.swiftSettings = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
