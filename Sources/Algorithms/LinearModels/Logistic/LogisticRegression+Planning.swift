internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LogisticRegression {
  /// The classes of the rows, and the column that they are from.
  func labels<Element>(of rows: BlockMatrix<Element>) throws -> (Classes, String) {
    guard rows.columnCount > 0 else {
      throw Failure(
        .data, "there is no numeric column to learn from", hint: "name some with --features")
    }
    guard rows.rowCount > 0 else { throw Failure(.data, "there are no rows to learn from") }
    guard let classes = rows.classes, let label = rows.labelName else {
      throw Failure(
        .usage, "logistic regression learns from classes, and the rows have none",
        hint: "name the column of the labels with --label")
    }
    guard classes.count > 1 else {
      throw Failure(
        .data,
        "the label '\(label)' is '\(classes.texts.first ?? "")' in all rows, and there is "
          + "nothing to tell apart")
    }
    if family == .binomial, classes.count > 2 {
      throw Failure(
        .data,
        "the label '\(label)' has \(classes.count) values, and family binomial knows only two",
        hint: "leave --family out, or take multinomial")
    }
    return (classes, label)
  }

  /// How many scores a row gets.
  func outputs(_ classCount: Int) -> Int {
    classCount == 2 && family != .multinomial ? 1 : classCount
  }

  /// Settings and inputs that must fit the data.
  func checkShapes(_ layout: PointLayout, classCount: Int, _ start: Matrix<Double>?) throws {
    let (outputs, width) = (layout.outputs, layout.dimension)
    for (name, values) in [
      ("lowerBoundsOnCoefficients", lowerBoundsOnCoefficients),
      ("upperBoundsOnCoefficients", upperBoundsOnCoefficients),
    ] where ![0, 1, width, width * outputs].contains(values.count) {
      throw SettingError(
        name: name, requirement: "1, \(width) or \(width * outputs) numbers",
        value: values.settingText)
    }
    for (name, values) in [
      ("lowerBoundsOnIntercepts", lowerBoundsOnIntercepts),
      ("upperBoundsOnIntercepts", upperBoundsOnIntercepts),
    ] where ![0, 1, outputs].contains(values.count) {
      throw SettingError(
        name: name, requirement: "1 or \(outputs) numbers", value: values.settingText)
    }
    if !thresholds.isEmpty, thresholds.count != classCount {
      throw SettingError(
        name: "thresholds", requirement: "one a class, of which there are \(classCount)",
        value: thresholds.settingText)
    }
    if let threshold, classCount != 2 {
      throw SettingError(
        name: "threshold", requirement: "left out where there are \(classCount) classes",
        value: threshold.settingText)
    }
    guard !standardErrors || outputs == 1 else {
      throw SettingError(
        name: "standardErrors", requirement: "off where there are more than two classes",
        value: standardErrors.settingText)
    }
    let columns = width + (fitIntercept ? 1 : 0)
    if let start, start.rowCount != outputs || start.columnCount != columns {
      throw Failure(
        .data,
        "the coefficients to start from are \(start.rowCount) x \(start.columnCount), and "
          + "\(outputs) x \(columns) are needed")
    }
    guard start?.elements.allSatisfy(\.isFinite) ?? true else {
      throw Failure(.data, "the coefficients to start from hold a value that is no finite number")
    }
    try checkOrder(lowerBoundsOnCoefficients, upperBoundsOnCoefficients, "BoundsOnCoefficients")
    try checkOrder(lowerBoundsOnIntercepts, upperBoundsOnIntercepts, "BoundsOnIntercepts")
  }

  private func checkOrder(_ lower: [Double], _ upper: [Double], _ name: String) throws {
    guard !lower.isEmpty, !upper.isEmpty else { return }
    let count = max(lower.count, upper.count)
    if (0..<count).contains(where: { lower[$0 % lower.count] > upper[$0 % upper.count] }) {
      throw SettingError(
        name: "lower\(name)", requirement: "at most the upper ones", value: lower.settingText)
    }
  }

  /// Refuses data whose weight is all in one class.
  func requireClasses(_ moments: ClassMoments, _ classes: Classes, _ label: String) throws {
    let present = moments.classWeights.indices.filter { moments.classWeights[$0] > 0 }
    guard moments.weight > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    guard present.count > 1 else {
      throw Failure(
        .data,
        "the label '\(label)' is '\(classes.texts[present[0]])' in all rows that have a weight, "
          + "and there is nothing to tell apart")
    }
  }

  /// What a class counts, nil where all count 1.
  func classWeights(_ moments: ClassMoments) -> [Double]? {
    guard classWeight == .balanced else { return nil }
    let count = Double(moments.classWeights.count)
    return moments.classWeights.map { $0 > 0 ? moments.weight / (count * $0) : 0 }
  }

  /// Whether sums over rows go column by column; the bits do not show it.
  func takesColumns<Element>(_ rows: BlockMatrix<Element>, _ layout: PointLayout) -> Bool {
    rows.isSparse && layout.outputs == 1 && rows.columnCount >= BlockMatrix<Element>.wideCount
  }

  /// Whether the search keeps slices of its state on the workers, but for what constrains it.
  func takesSlices<Element>(_ rows: BlockMatrix<Element>, _ layout: PointLayout) -> Bool {
    rows.isSparse && layout.outputs == 1
  }

  /// Whether the first metric is the Hessian of a sample: a question of shape and settings alone.
  func takesSample<Element>(_ rows: BlockMatrix<Element>, _ layout: PointLayout) -> Bool {
    let order = layout.dimension + 1
    return !rows.isSparse && order <= Self.sampleOrder
      && layout.outputs * order * order <= Self.sampleElements
      && alpha * max(lambda, c ?? 0) == 0 && !isBounded
  }

  // Columns up to which the Hessian of a sample is worth several Grams of it.
  private static var narrowWidth: Int { 512 }
  // Beyond these, Grams and factors cost more than the passes that they save.
  private static var sampleOrder: Int { 2049 }
  private static var sampleElements: Int { 1 << 24 }

  /// Rows of the sample: enough for the Hessian to be a good one.
  func sampleCount<Element>(_ rows: BlockMatrix<Element>) -> Int {
    let least = (rows.columnCount <= Self.narrowWidth ? 8 : 4) * (rows.columnCount + 1)
    // A thousand rows a number know the Hessian to three percent.
    let most = 1024 * (rows.columnCount + 1)
    return min(rows.rowCount, max(least, min(most, rows.rowCount / 16), 4096))
  }

  /// How much columns of a sample seem to tell of each other that tell nothing: the squares of a
  /// column's correlations with the others, added, when these are noise alone.
  func sampleNoise<Element>(_ rows: BlockMatrix<Element>) -> Double {
    let count = Double(sampleCount(rows))
    return Double(rows.columnCount) / count * (1 - count / Double(rows.rowCount))
  }

  /// How much many columns tell of each other, from pairs of rows; nil where that is not asked.
  ///
  /// It is where the sample knows the Hessian badly. A collective call.
  func relatedness<Element: Scalar>(
    of rows: BlockMatrix<Element>, _ layout: PointLayout, _ moments: ClassMoments,
    _ penalties: LogisticPenalties, _ means: [Double]?, _ session: Session
  ) throws -> Double? {
    guard takesSample(rows, layout), rows.columnCount > Self.narrowWidth, let means,
      sampleCount(rows) < rows.rowCount
    else { return nil }
    let some = try rows.classSample(
      count: ClassSample<Element>.relatedLimit, hasIntercept: false, means: means,
      scales: penalties.scales, classWeights: classWeights(moments),
      random: RandomSource(seed: session.seed, purpose: "logistic.pairs"), in: session)
    return try session.communicator.decideValues("telling how columns are related") {
      let varying = moments.spreads.filter { $0 > 0 }.count
      return [try some?.relatedness(columns: rows.columnCount, varying: varying) ?? 0]
    }[0]
  }

  /// The most Newton steps on the sample: as many as it takes where Grams of it are cheap.
  func sampleSteps<Element>(_ rows: BlockMatrix<Element>) -> Int {
    let width = rows.columnCount
    return width <= Self.narrowWidth || sampleCount(rows) * width * width <= 1 << 30 ? 25 : 1
  }

  /// Holds what the fit needs beside the passes, and refuses now what a later pass could not get.
  func reserve<Element: Scalar>(
    _ rows: BlockMatrix<Element>, _ layout: PointLayout, classCount: Int, _ session: Session
  ) throws -> MemoryReservation {
    try session.communicator.agree("planning logistic regression") {
      let (width, overflow) = paddedToEight(layout.dimension).multipliedReportingOverflow(
        by: layout.outputs + 1)
      guard !overflow, width < 1 << 36 else {
        throw Failure(
          .memory, "\(layout.outputs) x \(layout.dimension) coefficients fit into no memory")
      }
      var held = StoredMargins.byteCount(rows: layout.outputs == 1 ? rows.rows.count : 0)
      // Pairs of the solver, and vectors of the moment.
      held += layout.count * 8 * 32
      if takesSample(rows, layout) {
        let order = layout.dimension + 1
        held += sampleCount(rows) * (order * MemoryLayout<Element>.stride * 3 + 64)
        held += order * order * 8 * (8 + layout.outputs)
      }
      let isWide = takesColumns(rows, layout)
      if takesSlices(rows, layout) {
        held += LineMargins.byteCount(rows: rows.rows.count)
        // The sample of the columns of most rows, its Grams and their factor.
        let order = min(layout.dimension, SlicedSearch<Element>.frequentLimit) + 1
        held += min(rows.rowCount, SlicedSearch<Element>.sampleCount) * (order * 16 + 64)
        held += order * order * 64
      }
      if isWide { held += rows.wideColumnsByteCount + rows.sumByteCount(of: 64, in: session) }
      if standardErrors { held += (layout.dimension + 9) * (layout.dimension + 9) * 32 }
      let sums =
        isWide
        ? layout.dimension * 8 * max(1, rows.placement.roots(of: rows.rank).count)
        : rows.sumByteCount(
          of: max(
            2 * width + 2 + classCount, (layout.dimension + 8) * paddedToEight(layout.outputs) * 2,
            standardErrors ? (layout.dimension + 9) * (layout.dimension + 9) : 0),
          in: session)
      _ = try session.memory.reserve(held + sums, for: "fitting a logistic regression")
      return try session.memory.reserve(held, for: "fitting a logistic regression")
    }
  }
}
