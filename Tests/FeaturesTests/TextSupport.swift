import Martlet
import Testing

/// Fits a pipeline on a frame and scores the same frame; the columns that the pipeline adds.
func transformed(
  _ frame: Frame, in session: Session = Session(), @PipelineBuilder _ build: () -> [any Stage]
) throws -> Frame {
  let fit = try Pipeline(build()).fit(Dataset(frame), in: session)
  return try fit.model.scorer(for: frame.schema).score(frame)
}

func textFrame(_ texts: [String?], name: String = "note") -> Frame {
  Frame([(name: name, column: Column(texts))])
}

func listFrame(_ lists: [[String]?], name: String = "words") -> Frame {
  Frame([(name: name, column: Column(lists))])
}

/// The lists of the last column.
func lists(_ frame: Frame) -> [[String]?] {
  guard let column = frame.columns.last else { return [] }
  return (0..<frame.rowCount).map { row in
    if case .texts(let texts) = column[row] { texts } else { nil }
  }
}

/// The vectors of the last column.
func vectors(_ frame: Frame) -> [VectorValue?] {
  guard let column = frame.columns.last else { return [] }
  return (0..<frame.rowCount).map { row in
    if case .vector(let vector) = column[row] { vector } else { nil }
  }
}

/// A model through its stored parts and back.
func restored(_ model: PipelineModel) throws -> PipelineModel {
  try PipelineModel(model.saved, models: Catalog.models)
}
