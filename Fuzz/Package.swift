// swift-tools-version: 6.2
import PackageDescription

// Fuzzing with libFuzzer: a package of its own, so that nobody who uses the library builds it, and
// since all of it is built with the fuzzer's instruments. scripts/fuzz builds and runs it.

let package = Package(
  name: "martlet-fuzz",
  dependencies: [.package(name: "martlet", path: "..", traits: [])],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "Martlet", package: "martlet")],
      swiftSettings: [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
