import Foundation
import Martlet
import Testing

/// The models of `models/`: they load, say and predict for ever what they did when they were made.
struct StoredModelTests {
  private static let models = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "models")

  private func model(_ name: String) throws -> StoredModel {
    try StoredModel(
      reading: Self.models.appending(path: name).path, registry: Catalog.models)
  }

  @Test func `iris-kmeans of release 0-1-0 is what it was`() throws {
    let stored = try model("iris-kmeans")
    #expect(
      stored.digest == "a4b0b3255ce3f77f558674822cdea78a535fb869705bc979ab9cd2d173860f15")
    #expect(stored.warnings.isEmpty)
    let kmeans = try #require(stored.model as? KMeansModel)
    #expect(kmeans.clusterSizes == [62, 50, 38])
    #expect(kmeans.inertia == 78.85144142614601)
    // The centres as scikit-learn 1.9.1 prints them: KMeans(3, n_init=10, random_state=0).
    let centers = [
      [5.9016129, 2.7483871, 4.39354839, 1.43387097], [5.006, 3.428, 1.462, 0.246],
      [6.85, 3.07368421, 5.74210526, 2.07105263],
    ]
    for (cluster, center) in centers.enumerated() {
      for (found, golden) in zip(kmeans.centers.row(cluster), center) {
        #expect(abs(found - golden) < 5e-9)
      }
    }
  }

  @Test func `iris-kmeans of release 0-1-0 predicts what it did`() throws {
    let stored = try model("iris-kmeans")
    let names = ["petal_width", "sepal_length", "sepal_width", "petal_length"]
    let scorer = try stored.pipeline.scorer(for: Schema(names.map { Schema.Field($0, .float64) }))
    // Distances as this release printed them; scikit-learn agrees to 12 digits.
    let rows: [(row: [Double], cluster: Int64, distance: Double)] = [
      ([0.2, 5.1, 3.5, 1.4], 1, 0.1413506278726769), ([1.4, 7, 3.2, 4.7], 0, 1.2269752492315595),
      ([2.5, 6.3, 3.3, 6], 2, 0.777318709881154),
    ]
    for (row, cluster, distance) in rows {
      #expect(try scorer.score(row) == [.integer(cluster), .number(distance)])
    }
  }

  @Test func `packages-als of release 0-1-0 is what it was`() throws {
    let stored = try model("packages-als")
    #expect(
      stored.digest == "b0201331f2fc3d1df17cced08770ac73aa0b25c30e9b10e62e276b0482036caa")
    #expect(stored.warnings.isEmpty)
    let als = try #require(stored.pipeline.recommender)
    #expect(als.users.count == 22_322 && als.items.count == 7926 && als.isImplicit)
    #expect(als.items.text(0) == "libc6" && als.history?.count == 192_242)
  }

  @Test func `packages-als of release 0-1-0 predicts what it did`() throws {
    let scorer = try model("packages-als").pipeline.scorer(
      for: Schema([Schema.Field("needs", .text), Schema.Field("package", .text)]))
    let row = RowScorer(scorer)
    // Scores as this release printed them.
    let pairs: [(package: String, needs: String, score: Value)] = [
      ("git", "perl", .number(0.9226285219192505)), ("git", "libc6", .number(0.9769880175590515)),
      ("vim", "perl", .number(0.160989910364151)), ("nosuch", "perl", .missing),
    ]
    for (package, needs, score) in pairs {
      // In the order of the columns bound to.
      try row.set(0, needs)
      try row.set(1, package)
      #expect(try row.score())
      #expect(row[0] == score)
    }
  }

  @Test func `every stored model is known to a test and to the card`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.models.path)
      .filter { $0 != "README.md" }
    #expect(folders.sorted() == ["iris-kmeans", "packages-als"])
    let card = try String(contentsOf: Self.models.appending(path: "README.md"), encoding: .utf8)
    for name in folders { #expect(card.contains(try model(name).digest)) }
  }
}
