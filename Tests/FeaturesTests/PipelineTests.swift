import Martlet
import Testing

/// Pipelines as a whole: what is checked, what comes out, what is kept.
struct PipelineTests {
  private let flowers = Frame([
    (name: "a", column: Column([1, 2, 30, 31] as [Double?])),
    (name: "b", column: Column([1, 1, 9, 9] as [Int64?])),
    (name: "note", column: Column(["x", "y", "z", nil])),
  ])

  @Test func `a pipeline of an assembler and k-means trains and scores`() throws {
    let pipeline = Pipeline {
      VectorAssembler { $0.inputs = ["a", "b"] }
      KMeans { $0.k = 2 }
    }
    let fit = try pipeline.fit(Dataset(flowers), in: Session())
    #expect(fit.report.passes == 1)
    #expect(fit.report.stagesOfPasses == [["kmeans"]])
    let scored = try fit.model.scorer(for: flowers.schema).score(flowers)
    #expect(scored.schema.names == ["cluster", "distance"])
    let clusters = (0..<4).map { scored.columns[0][$0] }
    #expect(clusters[0] == clusters[1] && clusters[2] == clusters[3] && clusters[0] != clusters[2])
    #expect(fit.model.model?.featureNames == ["a", "b"])
  }

  @Test func `a column that is not there is named before any row is read`() {
    let pipeline = Pipeline { VectorAssembler { $0.inputs = ["a", "bb"] } }
    #expect {
      _ = try pipeline.fit(Dataset(flowers), in: Session())
    } throws: { error in
      let text = Failure(error).description
      return text.contains("'bb'") && text.contains("vector-assembler")
    }
  }
}
