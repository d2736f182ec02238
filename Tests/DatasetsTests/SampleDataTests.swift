import Datasets
import Foundation
import Frames
import Testing

/// The data of `datasets/` as it is read: the figures of the cards, which are those that
/// scikit-learn 1.9.1 describes its copies with (`load_wine().DESCR`, `load_breast_cancer().DESCR`).
@Suite struct `The sample data` {
  private func summary(_ name: String, ending: String = "csv") throws -> DatasetSummary {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "datasets/\(name)/\(name).\(ending)").path
    return try Dataset.reading([path]).summary(in: aloneSession())
  }

  @Test func `wine is what its card says`() throws {
    let wine = try summary("wine")
    #expect(wine.rowCount == 178)
    #expect(wine.columns.count == 14)
    #expect(wine.columns.allSatisfy { $0.missingCount == 0 && $0.notNumberCount == 0 })
    let ends: [(Double, Double)] = [
      (11.03, 14.83), (0.74, 5.8), (1.36, 3.23), (10.6, 30), (70, 162), (0.98, 3.88),
      (0.34, 5.08), (0.13, 0.66), (0.41, 3.58), (1.28, 13), (0.48, 1.71), (1.27, 4), (278, 1680),
    ]
    for (column, (least, most)) in zip(wine.columns, ends) {
      let isWhole = ["magnesium", "proline"].contains(column.name)
      #expect(column.minimum == (isWhole ? .integer(Int64(least)) : .number(least)))
      #expect(column.maximum == (isWhole ? .integer(Int64(most)) : .number(most)))
    }
    let cultivar = try #require(wine.columns.last)
    #expect(
      cultivar.frequent.map(\.value) == [.text("class_1"), .text("class_0"), .text("class_2")])
    #expect(cultivar.frequent.map(\.count) == [71, 59, 48])
  }

  @Test func `breast cancer is what its card says`() throws {
    let cancer = try summary("breast_cancer")
    #expect(cancer.rowCount == 569)
    #expect(cancer.columns.count == 31)
    #expect(cancer.columns.allSatisfy { $0.missingCount == 0 && $0.notNumberCount == 0 })
    let ends: [(String, Double, Double)] = [
      ("mean_radius", 6.981, 28.11), ("mean_area", 143.5, 2501), ("error_radius", 0.1115, 2.873),
      ("error_concavity", 0, 0.396), ("error_fractal_dimension", 0.0008948, 0.02984),
      ("worst_area", 185.2, 4254), ("worst_fractal_dimension", 0.05504, 0.2075),
    ]
    for (name, least, most) in ends {
      let column = try #require(cancer.columns.first { $0.name == name })
      #expect(column.minimum == .number(least))
      #expect(column.maximum == .number(most))
    }
    let diagnosis = try #require(cancer.columns.last)
    #expect(diagnosis.frequent.map(\.value) == [.text("benign"), .text("malignant")])
    #expect(diagnosis.frequent.map(\.count) == [357, 212])
  }

  /// Counted by `zcat packages.csv.gz | cut -d, -f2 | sort | uniq -c | sort -n` and its like.
  @Test func `packages are what their card says`() throws {
    let packages = try summary("packages", ending: "csv.gz")
    #expect(packages.rowCount == 192_242)
    #expect(packages.columns.map(\.name) == ["package", "needs"])
    #expect(packages.columns.allSatisfy { $0.missingCount == 0 })
    #expect(packages.columns.map(\.distinctCount) == [22_322, 7926])
    let package = try #require(packages.columns.first)
    #expect(
      package.frequent.prefix(3).map(\.value)
        == [.text("plasma-workspace"), .text("kmail"), .text("plasma-desktop")])
    #expect(package.frequent.prefix(3).map(\.count) == [138, 104, 103])
    let needs = try #require(packages.columns.last)
    #expect(
      needs.frequent.prefix(3).map(\.value)
        == [.text("libc6"), .text("libstdc++6"), .text("libgcc-s1")])
    #expect(needs.frequent.prefix(3).map(\.count) == [12_531, 6089, 5063])
  }
}
