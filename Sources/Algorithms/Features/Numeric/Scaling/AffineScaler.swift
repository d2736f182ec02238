internal import Datasets
internal import Frames
internal import Learning
internal import Platform

/// A stage that learns a straight line for each number of its inputs.
protocol AffineScaler: ColumnwiseStage {
  /// Whether sparse vectors become dense, since 0 does not stay 0.
  var makesDense: Bool { get }
}

extension AffineScaler {
  func outlineColumns(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      let field = try binder.field(input)
      if field.type == .vector {
        let width = field.metadata.width ?? 0
        let isSparse = (field.metadata.isSparse ?? false) && !makesDense
        _ = try binder.addVectors(
          output, width: width, isSparse: isSparse, slots: field.metadata.slots)
      } else {
        _ = try binder.numbers(input)
        _ = try binder.addNumbers(output)
      }
    }
  }

  /// The step from what was learned of each input's variables.
  func step(_ inputs: [NumbersInput], _ maps: [[AffineMap]]) throws -> AffineStep {
    var parts: [AffineStep.Part] = []
    for (place, (input, output)) in pairs.enumerated() {
      for (variable, map) in maps[place].enumerated() where !map.isFinite {
        throw Failure(
          .data, "the numbers of '\(inputs[place].name(of: variable))' are too large to be scaled")
      }
      parts.append(
        AffineStep.Part(
          input: input, output: output, isVector: inputs[place].isVector, makesDense: makesDense,
          maps: maps[place]))
    }
    return AffineStep(settings: document, parts: parts)
  }

  /// A learner of lines from moments.
  /// - Parameter map: the line of a variable; a factor of 0 says that it does not vary.
  func learning(
    fromMoments binder: inout Binder, squares: Bool,
    _ map: @escaping @Sendable (Moment) -> AffineMap
  ) throws -> Preparation {
    let inputs = try inputs.map { try NumbersInput($0, &binder) }
    return .learn(
      MomentsLearner(Self.name, inputs, wantsSquares: squares) { moments, report in
        var report = report
        let maps = moments.map { $0.map(map) }
        report.noteConstants(inputs, maps)
        return Learned(try step(inputs, maps), report)
      })
  }
}

extension FitReport {
  /// Says which variables do not vary, and so became one number.
  mutating func noteConstants(_ inputs: [NumbersInput], _ maps: [[AffineMap]]) {
    for (input, maps) in zip(inputs, maps) {
      let constants = maps.indices.filter { maps[$0].factor == 0 }
      guard let first = constants.first else { continue }
      if input.isVector {
        counts.append(Count("numbers of \(input.name) that do not vary", constants.count))
      }
      warnings.append(
        "'\(input.name(of: first))' does not vary: it becomes "
          + numberText(maps[first].addend)
          + (constants.count > 1 ? "; so do \(constants.count - 1) others" : ""))
    }
  }
}

/// 1 / x, at most the greatest number.
func reciprocal(_ number: Double) -> Double {
  min(1 / number, .greatestFiniteMagnitude)
}
