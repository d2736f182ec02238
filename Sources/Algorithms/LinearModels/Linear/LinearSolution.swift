/// The coefficients that a solver found, and what it met.
struct LinearSolution: Codable, Sendable, Equatable {
  var coefficients: [Double]
  /// What is predicted where all features and the label have their means, less that of the label: 0
  /// but for Huber's loss.
  var offset = 0.0
  /// How many coefficients the rows determine: columns that vary and repeat no other.
  var rank = 0
  /// Columns with one value in all rows; their coefficient is 0.
  var constants: [Int] = []
  /// Columns that the others determine.
  var dependences: [Dependence] = []
  /// How much a column at least has of its own, in parts of its variance.
  var leastShare = 1.0
  /// Of each coefficient, its variance in parts of the variance of the noise, then that of the
  /// intercept; empty where they are not asked for or not determined.
  var variances: [Double] = []
  /// Passes of coordinate descent; 0 where there was none.
  var sweeps = 0
  var converged = true
  /// How far the conditions of optimality are from being met, in parts of the largest gradient.
  var violation = 0.0

  /// A column that is a combination of others, among the rows that count.
  struct Dependence: Codable, Sendable, Equatable {
    var column: Int
    /// The others, by rising column, and how much of each.
    var parts: [Part]

    struct Part: Codable, Sendable, Equatable {
      var column: Int
      var factor: Double
    }
  }
}
