import Martlet

/// What a pipeline of some stages makes of a frame that it was fitted on, or of other rows.
struct StageRun {
  let fit: PipelineFit
  let frame: Frame
  let kept: [Int]?

  init(_ stages: [any Stage], _ learned: Frame, scoring applied: Frame? = nil) throws {
    fit = try Pipeline(stages).fit(Dataset(learned), in: Session(threads: 2))
    let applied = applied ?? learned
    (frame, kept) = try Scorer(fit.model, for: applied.schema, keeping: { _ in true })
      .scored(applied)
  }

  func numbers(_ name: String) throws -> [Double?] { try frame.column(name).doubles ?? [] }

  func texts(_ name: String) throws -> [String?] {
    let column = try frame.column(name)
    return (0..<column.count).map { column.isMissing($0) ? nil : column.text(at: $0) }
  }

  /// The vectors of a column with all their numbers.
  func vectors(_ name: String) throws -> [[Double]] {
    let column = try frame.column(name)
    return (0..<column.count).map { row in
      guard case .vector(let vector) = column[row] else { return [] }
      var numbers = [Double](repeating: 0, count: vector.width)
      for (index, value) in vector.entries { numbers[Int(index)] = value }
      return numbers
    }
  }

  func metadata(_ name: String) throws -> ColumnMetadata {
    frame.schema.fields[try frame.schema.place(of: name)].metadata
  }
}

/// The words of the error that something ends with; empty where it does not.
func words(of body: () throws -> Void) -> String {
  do { try body() } catch { return Failure(error).description }
  return ""
}
