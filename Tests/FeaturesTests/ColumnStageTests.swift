import Martlet
import Testing

/// Columns that are chosen, computed and filtered inside a pipeline.
struct ColumnStageTests {
  private let rows = Frame([
    (name: "price", column: Column([2, 3.5, nil] as [Double?])),
    (name: "count", column: Column([3, 0, 2] as [Int64?])),
    (name: "city", column: Column(["Lviv", "KYIV", nil])),
    (name: "day", column: Column(dates: [0, 31, nil])),
    (name: "open", column: Column([true, false, nil])),
  ])

  private func column(_ expression: String) throws -> Column {
    let stage = ExpressionColumn {
      $0.expression = expression
      $0.outputs = ["new"]
    }
    return try StageRun([stage], rows).frame.column("new")
  }

  @Test func `an expression keeps the type of its values`() throws {
    #expect(try column("price * count").doubles == [6, 0, nil])
    #expect(try column("count + 1").type == .int64)
    let lower = try column("lower(city)")
    #expect((0..<2).map { lower.text(at: $0) } == ["lviv", "kyiv"] && lower.isMissing(2))
    let next = try column("day + 1")
    #expect(next.type == .date && next[1] == .date(32) && next.isMissing(2))
    let cheap = try column("open or price < 3")
    #expect(cheap.type == .bool && cheap[0] == .bool(true) && cheap[1] == .bool(false))
    #expect(try column("month(day)").doubles == [1, 2, nil])
  }

  @Test func `what it makes is a column like any other`() throws {
    let stages: [any Stage] = [
      ExpressionColumn {
        $0.expression = "coalesce(lower(city), 'none')"
        $0.outputs = ["town"]
      },
      StringIndexer { $0.inputs = ["town"] },
      ColumnDrop { $0.inputs = ["town"] },
    ]
    let run = try StageRun(stages, rows)
    #expect(run.frame.schema.names == ["town_index"])
    #expect(try run.metadata("town_index").labels == ["kyiv", "lviv", "none"])
    #expect(run.fit.report.passes == 1)
  }

  @Test func `integers of 64 bits keep all their digits on the way`() throws {
    let big: [Int64?] = [9_007_199_254_740_993, 9_007_199_254_740_992, nil, .max]
    let frame = Frame([(name: "id", column: Column(big))])
    let stages: [any Stage] = [
      RowFilter { $0.condition = "id is null or id != 9007199254740992" },
      ExpressionColumn {
        $0.expression = "id - 2"
        $0.outputs = ["less"]
      },
      ExpressionColumn {
        $0.expression = "less + 1"
        $0.outputs = ["again"]
      },
      StringIndexer {
        $0.inputs = ["again"]
        $0.stringOrderType = .alphabetAsc
        $0.handleInvalid = .keep
      },
    ]
    let fit = try Pipeline(stages).fit(Dataset(frame), in: Session(threads: 1))
    let scorer = try Scorer(fit.model, for: frame.schema)
    let whole = try scorer.score(frame)
    let kept: [Value] = [.integer(9_007_199_254_740_992), .missing, .integer(.max - 1)]
    #expect((0..<3).map { try? whole.column("again")[$0] } == kept)
    #expect(try whole.column("again_index").numbers == [0, 2, 1])
    // A row alone, set by its values.
    let output = try #require(scorer.outputs.firstIndex { $0.name == "again" })
    var alone: [Value] = []
    let row = RowScorer(scorer)
    for value in big {
      if let value { try row.set(0, Value.integer(value)) }
      if try row.score() { alone.append(row[output]) }
    }
    #expect(alone == kept)
  }

  @Test func `a filter keeps the rows for which its condition holds`() throws {
    let stages: [any Stage] = [
      RowFilter { $0.condition = "price > 1 and city is not null" },
      StringIndexer { $0.inputs = ["city"] },
    ]
    let run = try StageRun(stages, rows)
    #expect(run.kept == [0, 1])
    #expect(try run.metadata("city_index").labels == ["KYIV", "Lviv"])
  }

  @Test func `what is wrong is said before rows are read, or with the row`() {
    #expect(words { _ = try column("price +") }.contains("^"))
    #expect(words { _ = try column("city + 1") }.contains("city"))
    #expect(words { _ = try column("cities") }.contains("'cities'"))
    #expect(words { _ = try column("10 % count") }.contains("row 2"))
    let filter = RowFilter { $0.condition = "price" }
    #expect(words { _ = try StageRun([filter], rows) }.contains("neither true nor false"))
  }

  @Test func `selected columns are the only ones that stages behind see`() throws {
    let select = ColumnSelect { $0.inputs = ["price", "count"] }
    #expect(try StageRun([select], rows).fit.model.input.names == ["price", "count"])
    let behind: [any Stage] = [select, StringIndexer { $0.inputs = ["city"] }]
    #expect(words { _ = try StageRun(behind, rows) }.contains("'city'"))
    #expect(
      words { _ = try StageRun([ColumnDrop { $0.inputs = ["town"] }], rows) }
        .contains("'town'"))
  }

  @Test func `a stored pipeline of them scores the same`() throws {
    let stages: [any Stage] = [
      RFormula {
        $0.formula = "~ price + city"
        $0.handleInvalid = .skip
      },
      ExpressionColumn {
        $0.expression = "price * 2"
        $0.outputs = ["double"]
      },
    ]
    let run = try StageRun(stages, rows)
    let loaded = try PipelineModel(run.fit.model.saved, models: Catalog.models)
    let again = try Scorer(loaded, for: rows.schema, keeping: { _ in true }).scored(rows)
    #expect(again.kept == [0, 1] && run.kept == [0, 1])
    #expect(try again.frame.column("double").doubles == run.numbers("double"))
    #expect(again.frame.schema == run.frame.schema)
  }
}
