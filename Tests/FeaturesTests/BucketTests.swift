import Martlet
import Testing

/// Buckets with given ends, and with learned ones.
struct BucketTests {
  private func table(_ numbers: [Double?]) -> Frame {
    Frame([(name: "x", column: Column(numbers))])
  }

  @Test func `ends may be infinite in code, files and on the command line`() throws {
    let ends: Splits = [-.infinity, 0, 2.5, .infinity]
    #expect(Splits(settingText: "-inf,0,2.5,inf") == ends)
    #expect(Splits(settingText: ends.settingText) == ends)
    #expect(Splits(settingJSON: ends.settingJSON) == ends)
    #expect(Splits(settingJSON: try JSONValue(parsing: #"["-Infinity", 0, 2.5, "inf"]"#)) == ends)
    #expect(Splits(settingText: "0,x,1") == nil)
    for wrong in [[0, 0, 1], [0, 1], [0, .nan, 1], [2, 1, 0]] {
      #expect(!Splits(wrong).isUsable)
    }
  }

  @Test func `a number outside of all buckets is an error that says how to go on`() throws {
    let frame = table([1, 9])
    let stage = Bucketizer {
      $0.inputs = ["x"]; $0.splits = [0, 1, 2]; $0.handleInvalid = .keep
    }
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    #expect {
      _ = try fit.model.scorer(for: frame.schema).score(frame)
    } throws: { error in
      let text = Failure(error).description
      return text.contains("9") && text.contains("row 2") && text.contains("-inf")
    }
  }

  @Test func `buckets are categories with names`() throws {
    let frame = table([1, 9, .nan])
    let stage = Bucketizer {
      $0.inputs = ["x"]
      $0.splits = [-.infinity, 2, 10]
      $0.handleInvalid = .keep
    }
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    let scorer = try fit.model.scorer(for: frame.schema)
    #expect(scorer.outputs[0].metadata.labels == ["(-Infinity, 2)", "[2, 10]", "NaN"])
    let column = try scorer.score(frame).columns[0]
    #expect((0..<3).map { column[$0] } == [.number(0), .number(1), .number(2)])
  }

  @Test func `equal quantiles collapse, and the report says so`() throws {
    let frame = table([1, 1, 1, 1, 2, 3])
    let stage = QuantileDiscretizer {
      $0.inputs = ["x"]; $0.numBuckets = 4
    }
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    #expect(fit.report.fit.counts == [.init("buckets of x", 3)])
    #expect(fit.report.fit.warnings.count == 1)
    #expect(fit.model.steps[0].summary[0].text == "-Infinity, 1, 2, Infinity")
  }

  @Test func `ends that do not rise are refused in a stored model`() throws {
    let frame = table([1, 2, 3])
    let stage = QuantileDiscretizer { $0.inputs = ["x"] }
    let saved = try Pipeline([stage]).fit(Dataset(frame), in: Session()).model.steps[0].saved
    #expect(throws: Never.self) { _ = try BucketsStep(saved) }
    for ends in [[0, 0, 1], [1, 0, 2], [0, .nan, 1], [0, 1], [0, 1, 2, 3]] as [[Double]] {
      var damaged = saved
      damaged.tensors["splits"] = Tensor(ends)
      #expect(throws: (any Error).self) { _ = try BucketsStep(damaged) }
    }
  }
}
