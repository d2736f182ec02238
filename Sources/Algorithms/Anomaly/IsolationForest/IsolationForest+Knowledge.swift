public import Learning
public import LinearAlgebra
internal import Platform

extension IsolationForest {
  /// The trees of an isolation forest.
  ///
  /// The score of a row is 2^(-h / c), with h its mean path over all trees and c the mean path among
  /// as many rows as a tree was grown on (see `PathLength`): above 0, below 1, and 0.5 for a usual
  /// row. Contributions of features sum to 1 - h / c, which is 1 + log2 of the score: how much
  /// shorter the path was than usual, in parts of the usual one.
  public struct Knowledge: AnomalyKnowledge {
    /// How many rows each tree was grown on.
    public let sampleSize: Int
    public let nodes: ForestNodes
    /// How many rows of its tree's sample came to each node.
    let sizes: [Int32]
    /// How many columns rows have.
    private let dimension: Int
    /// What each node says of the path of a row that ends there.
    private let paths: [Int32]
    private let floatScorer: ForestScorer<Float>
    private let doubleScorer: ForestScorer<Double>

    init(nodes: ForestNodes, sizes: [Int32], sampleSize: Int, dimension: Int) throws {
      self.nodes = nodes
      self.sizes = sizes
      self.sampleSize = sampleSize
      self.dimension = dimension
      paths = zip(nodes.depths, sizes).map { PathLength.expected(depth: $0, size: Int($1)) }
      let level = try KernelLevel.current()
      floatScorer = ForestScorer(nodes, values: paths, dimension: dimension, level: level)
      doubleScorer = ForestScorer(nodes, values: paths, dimension: dimension, level: level)
    }

    /// Whether vectors of rows are scored, rather than one after the other.
    var isShort: Bool { doubleScorer.isShort }

    public static var contributionsSumToScore: Bool { false }

    public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
      if let rows = rows as? RowBlock<Float> { return floatScorer.sums(rows).map { score($0) } }
      if let rows = rows as? RowBlock<Double> { return doubleScorer.sums(rows).map { score($0) } }
      bug("rows of \(Element.self)")
    }

    /// The score of a row whose paths have that sum.
    private func score(_ sum: Int64) -> Double {
      guard usualSum > 0 else { return 0.5 }
      return Portable.exp(-0.693_147_180_559_945_3 * (Double(sum) / usualSum))
    }

    /// The sum of the paths of a row to which no split ever came; 0 for trees of one row.
    private var usualSum: Double {
      Double(nodes.treeCount) * Double(PathLength.mean(among: sampleSize))
    }

    public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
      var matrix = Matrix<Double>(rowCount: rows.count, columnCount: dimension)
      guard usualSum > 0 else { return matrix }
      for row in 0..<rows.count {
        let numbers = (0..<dimension).map { Double(rows[row, $0]) }
        for (column, sum) in shortened(by: numbers).enumerated() {
          matrix[row, column] = sum / usualSum
        }
      }
      return matrix
    }

    /// How much shorter than usual the paths of a row became at the splits of each column.
    private func shortened(by row: [Double]) -> [Double] {
      var sums = [Double](repeating: 0, count: row.count)
      for root in nodes.roots {
        var node = Int(root)
        while let next = nodes.next(node, row) {
          let change = Double(paths[node] - paths[next])
          switch nodes.split(node) {
          case .leaf: break
          case .number(let column, _), .category(let column, _): sums[column] += change
          case .mixture(let terms, _):
            for (term, share) in zip(terms, Self.shares(terms, row)) {
              sums[term.column] += change * share
            }
          }
          node = next
        }
      }
      return sums
    }

    /// The parts of a mixture by how far each moves the row; equal where that is no number.
    private static func shares(_ terms: [ForestNodes.Term], _ row: [Double]) -> [Double] {
      let parts = terms.map { term -> Double in
        let value = row[term.column]
        return value.isNaN ? 0 : ((value - term.centre) * term.weight).magnitude
      }
      // By the greatest, whose sum with others may be beyond all numbers; infinite ones share alone.
      let greatest = parts.max() ?? 0
      guard greatest > 0 else { return terms.map { _ in 1 / Double(terms.count) } }
      let relative = parts.map { greatest.isInfinite ? ($0.isInfinite ? 1 : 0) : $0 / greatest }
      let sum = relative.reduce(0, +)
      return relative.map { $0 / sum }
    }

    public var summary: [SummaryLine] {
      let splits = nodes.kinds.reduce(0) { $0 + ($1 & 3 == 0 ? 0 : 1) }
      return [
        SummaryLine("trees", "\(nodes.treeCount), each grown on \(sampleSize) rows"),
        SummaryLine("splits", "\(splits)"),
      ]
    }
  }
}
