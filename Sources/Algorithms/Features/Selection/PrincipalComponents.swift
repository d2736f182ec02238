internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Principal components that were found: projects vectors on them.
///
/// Each result is the sum over the numbers of a vector in their order, so one row gets the bits
/// that it gets among others, and a sparse vector those of a dense one.
public struct PrincipalComponents: Step {
  public static let kind = PCA.name

  /// What the numbers of a vector stand for.
  public let featureNames: [String]
  /// One a row, of length 1, by falling variance.
  public let components: Matrix<Double>
  /// Each component's part of the variance of all columns together.
  public let explainedVariance: [Double]
  /// The variance along each component.
  public let variances: [Double]
  /// The means of the training rows.
  public let mean: [Double]
  private let settings: PCA
  /// The components as columns, for sums over all of them at once.
  private let columns: Buffer<Double>

  private init(
    settings: PCA, featureNames: [String], components: Matrix<Double>,
    explainedVariance: [Double], variances: [Double], mean: [Double]
  ) throws {
    let (count, width) = (components.rowCount, components.columnCount)
    guard count >= 1, count <= width, featureNames.count == width, mean.count == width,
      explainedVariance.count == count, variances.count == count,
      (components.elements + explainedVariance + variances + mean).allSatisfy(\.isFinite)
    else {
      throw Failure(.data, "the parts of the principal components do not fit each other")
    }
    self.settings = settings
    self.featureNames = featureNames
    self.components = components
    self.explainedVariance = explainedVariance
    self.variances = variances
    self.mean = mean
    columns = Buffer(count: count * width)
    for place in 0..<width {
      for component in 0..<count {
        columns[place * count + component] = components[component, place]
      }
    }
  }

  /// - Parameter numbers: parts of variance, variances, means and components, one behind the other.
  init(settings: PCA, featureNames: [String], numbers: [Double], count: Int) throws {
    let width = featureNames.count
    require(numbers.count == 2 * count + width + count * width, "numbers of another shape")
    try self.init(
      settings: settings, featureNames: featureNames,
      components: Matrix(
        rowCount: count, columnCount: width, elements: Array(numbers[(2 * count + width)...])),
      explainedVariance: Array(numbers[..<count]), variances: Array(numbers[count..<2 * count]),
      mean: Array(numbers[2 * count..<2 * count + width]))
  }

  public var summary: [SummaryLine] {
    var lines = [SummaryLine("components", "\(components.rowCount) of \(mean.count) columns")]
    for component in 0..<min(20, components.rowCount) {
      let row = components.row(component)
      let largest = row.indices.sorted {
        (row[$1].magnitude, $0) < (row[$0].magnitude, $1)
      }.prefix(4)
      let loads = largest.map { "\(featureNames[$0]) \(thousandths(row[$0]))" }
      lines.append(
        SummaryLine(
          "pc\(component + 1)",
          "\(percentText(explainedVariance[component])): \(loads.joined(separator: ", "))"
            + (row.count > 4 ? ", ..." : "")))
    }
    if components.rowCount > 20 {
      lines.append(SummaryLine("...", "and \(components.rowCount - 20) more components"))
    }
    return lines
  }

  public func bind(to binder: inout Binder) throws {
    let input = try binder.vectors(settings.inputs[0])
    guard input.width == mean.count || binder.isOutline else {
      throw Failure(
        .data,
        "the components are those of \(mean.count) numbers, the vectors of "
          + "'\(settings.inputs[0])' have \(input.width)")
    }
    let count = components.rowCount
    let output = try binder.addVectors(
      settings.outputs[0], width: count, isSparse: false, slots: (1...count).map { "pc\($0)" })
    let (columns, mean) = (columns, settings.withMean ? mean : nil)
    binder.run { batch in
      let (from, to) = (batch[input], batch[output])
      for row in 0..<batch.rowCount {
        let target = unsafe to.row(row)
        unsafe target.update(repeating: 0, count: count)
        if from.isSparse {
          unsafe Self.project(sparse: from, row, columns, mean, target, count)
        } else {
          unsafe Self.project(from.row(row), from.width, columns, mean, target, count)
        }
      }
    }
  }

  /// Adds a dense vector's products, four numbers at a time, in their order.
  private static func project(
    _ numbers: UnsafePointer<Double>, _ width: Int, _ columns: Buffer<Double>, _ mean: [Double]?,
    _ target: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    func number(_ place: Int) -> Double {
      unsafe mean.map { unsafe numbers[place] - $0[place] } ?? numbers[place]
    }
    var place = 0
    while place + 4 <= width {
      let (a, b, c, d) = (number(place), number(place + 1), number(place + 2), number(place + 3))
      let column = unsafe columns.pointer + place * count
      for component in 0..<count {
        var sum = unsafe target[component]
        unsafe sum += a * column[component]
        unsafe sum += b * column[count + component]
        unsafe sum += c * column[2 * count + component]
        unsafe sum += d * column[3 * count + component]
        unsafe target[component] = sum
      }
      place += 4
    }
    while place < width {
      unsafe add(number(place), columns, place, target, count)
      place += 1
    }
  }

  /// Adds a sparse vector's products; less its mean, a number that is not held counts as well.
  private static func project(
    sparse cells: VectorCells, _ row: Int, _ columns: Buffer<Double>, _ mean: [Double]?,
    _ target: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    guard let mean else {
      return cells.forEachEntry(row) { place, number in
        unsafe add(number, columns, place, target, count)
      }
    }
    var next = 0
    cells.forEachEntry(row) { place, number in
      while next < place {
        unsafe add(0 - mean[next], columns, next, target, count)
        next += 1
      }
      unsafe add(number - mean[place], columns, place, target, count)
      next = place + 1
    }
    while next < mean.count {
      unsafe add(0 - mean[next], columns, next, target, count)
      next += 1
    }
  }

  @inline(__always)
  private static func add(
    _ number: Double, _ columns: Buffer<Double>, _ place: Int,
    _ target: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let column = unsafe columns.pointer + place * count
    for component in 0..<count { unsafe target[component] += number * column[component] }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: settings.json,
      values: .object(
        JSONObject([.init("features", .list(featureNames.map { .text($0) }))])),
      tensors: [
        "components": Tensor(components), "explainedVariance": Tensor(explainedVariance),
        "variances": Tensor(variances), "mean": Tensor(mean),
      ])
  }

  public init(_ saved: SavedStep) throws {
    guard let components = saved.tensors["components"]?.matrix(of: Double.self) else {
      throw Failure(.data, "the step lacks the matrix 'components'")
    }
    try self.init(
      settings: PCA(saved: saved.settings), featureNames: saved.values.texts("features"),
      components: components, explainedVariance: saved.vector("explainedVariance"),
      variances: saved.vector("variances"), mean: saved.vector("mean"))
  }
}

/// A number with three digits behind the point.
private func thousandths(_ number: Double) -> String {
  numberText((number * 1e3).rounded() / 1e3)
}
