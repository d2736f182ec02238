import Martlet
import Testing

/// Stages that take vectors apart and put them together.
struct VectorStageTests {
  private let rows = Frame([
    (name: "age", column: Column([1, 2, 3] as [Double?])),
    (name: "member", column: Column([true, false, nil])),
    (
      name: "point",
      column: Column(
        vectors: [.dense([1, 2]), .dense([3, .nan]), .dense([5, .infinity])], width: 2)
    ),
    (
      name: "counts",
      column: Column(
        vectors: [
          .sparse(width: 4, indices: [0, 3], values: [7, 8]),
          .sparse(width: 4, indices: [], values: []),
          .sparse(width: 4, indices: [1], values: [9]),
        ], width: 4)
    ),
  ])

  @Test func `an assembler takes every kind side by side`() throws {
    let keeping = VectorAssembler {
      $0.inputs = ["point", "age", "member"]
      $0.handleInvalid = .keep
    }
    let run = try StageRun([keeping], rows)
    let found = try run.vectors("features")
    #expect(found[0] == [1, 2, 1, 1])
    #expect(found[1][1].isNaN && found[2][3].isNaN && found[2][1] == .infinity)
    #expect(try run.metadata("features").slots == ["point[0]", "point[1]", "age", "member"])
    #expect(try run.metadata("features").isSparse == false)
    let skipping = VectorAssembler {
      $0.inputs = ["counts", "age", "point", "member"]
      $0.handleInvalid = .skip
    }
    let skipped = try StageRun([skipping], rows)
    #expect(skipped.kept == [0])
    #expect(try skipped.vectors("features") == [[7, 0, 0, 8, 1, 1, 2, 1]])
    #expect(try skipped.metadata("features").isSparse == true)
    // An infinity is a number.
    let infinite = VectorAssembler { $0.inputs = ["point"] }
    #expect(
      try StageRun([infinite], rows.selecting(rows: [0, 2])).vectors("features")[1][1] == .infinity)
    #expect(words { _ = try StageRun([infinite], rows) }.contains("row 2"))
  }

  @Test func `a slicer takes positions in the order given, by number and by name`() throws {
    let stages: [any Stage] = [
      VectorSlicer {
        $0.inputs = ["counts"]
        $0.indices = [3, 0, 1]
      },
      VectorAssembler {
        $0.inputs = ["age", "counts"]
        $0.outputs = ["v"]
      },
      VectorSlicer {
        $0.inputs = ["v"]
        $0.indices = [1]
        $0.names = ["counts[3]", "age"]
      },
    ]
    let run = try StageRun(stages, rows)
    #expect(try run.vectors("counts_sliced") == [[8, 7, 0], [0, 0, 0], [0, 0, 9]])
    #expect(try run.vectors("v_sliced") == [[7, 8, 1], [0, 0, 2], [0, 0, 3]])
    #expect(try run.metadata("v_sliced").slots == ["counts[0]", "counts[3]", "age"])
    func said(_ change: (inout VectorSlicer) -> Void) -> String {
      var slicer = VectorSlicer { $0.inputs = ["counts"] }
      change(&slicer)
      return words { _ = try StageRun([slicer], rows) }
    }
    #expect(said { $0.indices = [4] }.contains("none at 4"))
    #expect(said { $0.names = ["counts[33]"] }.contains("'counts[33]'"))
    #expect(said { $0.indices = [1, 1] }.contains("only once"))
    #expect(
      said {
        $0.indices = [1]; $0.names = ["counts[1]"]
      }.contains("twice"))
  }

  @Test func `a size hint says the width, and is held to it`() throws {
    let hint = VectorSizeHint {
      $0.inputs = ["point"]
      $0.size = 2
    }
    #expect(try StageRun([hint], rows).fit.model.input.names == ["point"])
    var wrong = hint
    wrong.size = 3
    #expect(words { _ = try StageRun([wrong], rows) }.contains("2 numbers, not 3"))
  }

  @Test func `a vector indexer gives 0 the code 0 and checks what sparse rows leave out`() throws {
    // Golden values of PySpark 4.3.0 (SEMANTICS 1.2): {0: 0, -1: 1, 4: 2}.
    let values: [Double] = [0, -1, 4, 0, -0.0]
    let dense = Frame([
      (name: "x", column: Column(vectors: values.map { .dense([$0, $0 * 0.1 + 1]) }, width: 2))
    ])
    let indexer = VectorIndexer {
      $0.inputs = ["x"]
      $0.maxCategories = 3
    }
    let run = try StageRun([indexer], dense)
    #expect(try run.vectors("x_indexed").map { $0[0] } == [0, 1, 2, 0, 0])
    // No 0 among the values of the second position: what is left out was not seen.
    let sparse = Frame([
      (
        name: "x",
        column: Column(
          vectors: [
            .sparse(width: 2, indices: [1], values: [1.4]),
            .sparse(width: 2, indices: [], values: []),
          ],
          width: 2)
      )
    ])
    #expect(words { _ = try StageRun([indexer], dense, scoring: sparse) }.contains("x[1]"))
    var keeping = indexer
    keeping.handleInvalid = .keep
    let unseen = Frame([
      (name: "x", column: Column(vectors: [.dense([9, 1]), .dense([4, .nan])], width: 2))
    ])
    #expect(
      try StageRun([keeping], dense, scoring: unseen).vectors("x_indexed") == [[3, 1], [2, 3]])
  }

  @Test func `products are named after their factors, the first varying slowest`() throws {
    let frame = Frame([
      (name: "city", column: Column(["Lviv", "Kyiv", "Lviv"])),
      (name: "a", column: Column([2, 3, 0] as [Double?])),
      (
        name: "v",
        column: Column(vectors: [.dense([1, 2]), .dense([3, 4]), .dense([5, 6])], width: 2)
      ),
    ])
    let run = try StageRun(
      [
        StringIndexer { $0.inputs = ["city"] },
        Interaction { $0.inputs = ["city_index", "a", "v"] },
        Interaction {
          $0.inputs = ["v", "v", "a"]
          $0.outputs = ["square"]
        },
      ], frame)
    #expect(try run.vectors("interaction") == [[2, 4, 0, 0], [0, 0, 9, 12], [0, 0, 0, 0]])
    #expect(
      try run.metadata("interaction").slots == [
        "city=Lviv:a:v[0]", "city=Lviv:a:v[1]", "city=Kyiv:a:v[0]", "city=Kyiv:a:v[1]",
      ])
    #expect(try run.vectors("square")[1] == [27, 36, 36, 48])
  }

  @Test func `hashed features that meet are added up`() throws {
    let frame = Frame([
      (name: "a", column: Column([1.5, nil] as [Double?])),
      (name: "b", column: Column([true, nil])),
    ])
    let run = try StageRun(
      [
        FeatureHasher {
          $0.inputs = ["a", "b"]
          $0.numFeatures = 1
        }
      ], frame)
    #expect(try run.vectors("features") == [[2.5], [0]])
    let wrong = FeatureHasher {
      $0.inputs = ["a"]
      $0.categoricalCols = ["c"]
    }
    #expect(words { try wrong.check() }.contains("categoricalCols"))
  }
}
