import Martlet
import Testing

struct `A model to begin from` {
  private func table(_ count: Int) -> Dataset {
    let rows = (0..<count).map { row -> (Double, Double, String) in
      let (a, b) = (Double(row * 7 % 31), Double(row * 11 % 17))
      return (a, b, (row % 5 == 0) != (a > b) ? "yes" : "no")
    }
    return Dataset(
      FrameSource(
        Frame([
          ("a", Column(rows.map { Optional($0.0) })), ("b", Column(rows.map { Optional($0.1) })),
          ("y", Column(rows.map { Optional($0.2) })),
        ])))
  }

  @Test func `it ends where it began, at once`() throws {
    let data = table(400)
    var stage = LogisticRegression().on("a", "b", label: "y")
    let first = try Pipeline([stage]).fit(data, in: Session())
    let model = try #require(first.model.model)
    let start = try #require(model.start(for: "initialCoefficients"))
    #expect(start.rowCount == 1 && start.columnCount == 3)
    #expect(model.start(for: "initialCenters") == nil)
    stage.warmStart = model
    let again = try Pipeline([stage]).fit(data, in: Session()).report.fit
    #expect(again.converged == true)
    #expect(again.iterations < first.report.fit.iterations || again.iterations <= 1)
    #expect(
      abs((again.objective ?? 0) - (first.report.fit.objective ?? 1)) < 1e-12, "\(again)")
  }

  @Test func `other features are refused by name`() throws {
    let data = table(100)
    var stage = LogisticRegression().on("a", "b", label: "y")
    let model = try #require(try Pipeline([stage]).fit(data, in: Session()).model.model)
    stage.features = ["b", "a"]
    stage.warmStart = model
    let error = #expect(throws: (any Error).self) {
      _ = try Pipeline([stage]).fit(data, in: Session())
    }
    #expect(Failure(try #require(error)).description.contains("learned from other features: a, b"))
  }

  @Test func `centres of k-means are a start too`() throws {
    var stage = KMeans { $0.k = 3 }.on("a", "b")
    let data = table(100)
    let first = try Pipeline([stage]).fit(data, in: Session())
    stage.warmStart = first.model.model
    let again = try Pipeline([stage]).fit(data, in: Session()).report.fit
    #expect(again.iterations == 1 && again.facts.contains("first centres as given"))
  }
}
