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

  @Test func `stages whose inputs are there learn in one pass, then those that need them`() throws {
    let table = LawTable.frame()
    // By hand: the imputer, the indexer and the scaler of age look at the file's own columns: one
    // pass. The scaler of what is imputed must wait for it: a second. The encoder knows the labels.
    // The model needs all of them: a third.
    let pipeline = Pipeline {
      Imputer { $0.inputs = ["visits"] }
      StringIndexer {
        $0.inputs = ["city"]
        $0.handleInvalid = .keep
      }
      StandardScaler { $0.inputs = ["age"] }
      OneHotEncoder { $0.inputs = ["city_index"] }
      MinMaxScaler { $0.inputs = ["visits_imputed"] }
      VectorAssembler {
        $0.inputs = ["age_scaled", "visits_imputed_scaled", "city_index_onehot"]
      }
      KMeans { $0.k = 2 }
    }
    let report = try pipeline.fit(Dataset(table), in: Session()).report
    #expect(
      report.stagesOfPasses == [
        ["imputer", "string-indexer", "standard-scaler"], ["min-max-scaler"], ["kmeans"],
      ])
    #expect(report.passes == 3)
  }

  @Test func `a stage that takes rows out is waited for`() throws {
    let table = LawTable.frame()
    // By hand: the indexer may leave rows out, so the scaler behind it must not see them: a pass
    // each. Without skipping they share one.
    func passes(_ handling: InvalidRows) throws -> [[String]] {
      let pipeline = Pipeline {
        StringIndexer {
          $0.inputs = ["city"]
          $0.handleInvalid = handling
        }
        StandardScaler { $0.inputs = ["age"] }
      }
      return try pipeline.fit(Dataset(table), in: Session()).report.stagesOfPasses
    }
    #expect(try passes(.keep) == [["string-indexer", "standard-scaler"]])
    #expect(try passes(.skip) == [["string-indexer"], ["standard-scaler"]])
  }

  @Test func `a stage learns from the rows that one behind it takes out`() throws {
    let table = LawTable.frame()
    func deviation(_ stages: [any Stage]) throws -> [Value] {
      let fit = try Pipeline(stages).fit(Dataset(table), in: Session())
      let scored = try Scorer(
        fit.model, for: table.schema, keeping: { $0 == "age_scaled" }
      ).score(table)
      return (0..<3).map { scored.columns[0][$0] }
    }
    let scaler = StandardScaler { $0.inputs = ["age"] }
    let filter = RowFilter { $0.condition = "age >= 0 and visits is not null" }
    let kept = (0..<table.rowCount).filter { table.columns[1][$0] != .missing }
    let all = try Pipeline([scaler]).fit(Dataset(table), in: Session()).model
    let whole = try Scorer(all, for: table.schema, keeping: { _ in true }).score(table)
    #expect(try deviation([scaler, filter]) == kept.prefix(3).map { whole.columns[0][$0] })
    // Before it, it learns from the others alone.
    #expect(try deviation([filter, scaler]) != kept.prefix(3).map { whole.columns[0][$0] })
  }

  @Test func `stages can be taken out and put in another order`() throws {
    var pipeline = Pipeline {
      StandardScaler { $0.inputs = ["a"] }
      VectorAssembler { $0.inputs = ["a", "b"] }
    }
    pipeline.stages.swapAt(0, 1)
    #expect(
      try pipeline.outline(flowers.schema).names == ["a", "b", "note", "features", "a_scaled"])
    pipeline.stages.remove(at: 1)
    #expect(try pipeline.outline(flowers.schema).names == ["a", "b", "note", "features"])
  }

  @Test func `a pipeline comes back the same from its document`() throws {
    let pipeline = Pipeline {
      StandardScaler { $0.inputs = ["a"] }
      VectorAssembler { $0.inputs = ["a_scaled", "b"] }
      KMeans { $0.k = 2 }.on("features")
    }
    let again = try Catalog.stages.pipeline(pipeline.document)
    #expect(again.document == pipeline.document)
    #expect {
      _ = try Catalog.stages.pipeline(["stages": [["stage": "standard-scalar"]]])
    } throws: { "\(Failure($0).description)".contains("standard-scaler") }
  }
}
