import Learning

/// A made-up estimator with one setting of each kind.
struct Sample: Configurable {
  @Setting("number of clusters", in: 1..., spark: "k", sklearn: "n_clusters") var k = 8
  @Setting("rounds at most", in: 1..., spark: "maxIter", sklearn: "max_iter") var maxIterations =
    300
  @Setting("stop when no centre moved farther", in: 0...) var tolerance = 1e-4
  @Setting("share of rows", in: 0.01...1) var share: Double? = nil
  @Setting("share of the first penalty", in: 0..<1) var elasticNet = 0.0
  @Setting("step", in: Above(0)) var step = 0.1
  @Setting("seed of the random numbers") var seed: UInt64? = nil
  @Setting("how the first centres are chosen") var start = Start.parallel
  @Setting("whether features are scaled") var standardize = true
  @Setting("columns used") var features: [String] = []
  @Setting("sizes of the layers", in: 1...) var layers: [Int] = [4]
  @Setting("a word") var word = "x"
  init() {}

  enum Start: String, CaseIterable, SettingValue { case parallel, random }

  func checkTogether() throws(SettingError) {
    if k == 1, start == .parallel {
      throw SettingError(name: "start", requirement: "random when k is 1", value: "parallel")
    }
  }
}
