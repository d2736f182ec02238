/// Where we leave Spark on purpose: docs/parity.md gives the reasons in full.
enum GoldenDepartures {
  private static let reasons: [String: [String: String]] = [
    "vector-assembler": [:]
  ]

  static func reason(_ golden: GoldenCase) -> String? { reasons[golden.stage]?[golden.name] }

  static var names: [(stage: String, name: String)] {
    reasons.sorted { $0.key < $1.key }.flatMap { stage, cases in
      cases.keys.sorted().map { (stage, $0) }
    }
  }
}
