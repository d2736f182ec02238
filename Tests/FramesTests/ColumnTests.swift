import Frames
import LinearAlgebra
import Testing

@Suite struct ColumnTests {
  private static let counts = [0, 1, 2, 7, 8, 9, 64, 100]

  @Test(arguments: ColumnType.allCases, [false, true])
  func `slices of slices are those of an array`(type: ColumnType, hasMissing: Bool) {
    var random = SplitMix(state: 11)
    for count in Self.counts {
      let model = ModelColumn(type, count: count, hasMissing: hasMissing, from: &random)
      expectEqual(model.column, model)
      for _ in 0..<10 {
        let outer = random.range(in: count)
        let inner = random.range(in: outer.count)
        expectEqual(
          model.column.slice(outer).slice(inner), model.slice(outer).slice(inner),
          "seed 11, \(count) values, \(outer), \(inner)")
      }
    }
  }

  @Test(arguments: ColumnType.allCases, [false, true])
  func `selected rows come in the order asked for, some twice`(
    type: ColumnType, hasMissing: Bool
  ) {
    var random = SplitMix(state: 12)
    for count in Self.counts where count > 0 {
      let model = ModelColumn(type, count: count, hasMissing: hasMissing, from: &random)
      for wanted in [0, 1, 5, 130] {
        let range = random.range(in: count)
        let rows = range.isEmpty ? [] : (0..<wanted).map { _ in random.below(range.count) }
        expectEqual(
          model.column.slice(range).selecting(rows), model.slice(range).selecting(rows),
          "seed 12, \(count) values, \(range), rows \(rows)")
      }
    }
  }

  @Test(arguments: ColumnType.allCases)
  func `concatenated columns are concatenated arrays, missing values or not`(type: ColumnType) {
    var random = SplitMix(state: 13)
    for partCount in [1, 2, 3, 8] {
      for round in 0..<10 {
        var models: [ModelColumn] = []
        var columns: [Column] = []
        for _ in 0..<partCount {
          let whole = ModelColumn(
            type, count: random.below(40), hasMissing: random.below(2) == 0, from: &random)
          let range = random.range(in: whole.values.count)
          models.append(whole.slice(range))
          columns.append(whole.column.slice(range))
        }
        var expected = models[0]
        expected.values = models.flatMap(\.values)
        expectEqual(
          Column.concatenated(columns), expected, "seed 13, \(partCount) parts, round \(round)")
      }
    }
  }

  private func checkCopies<E: Scalar>(_: E.Type, _ type: ColumnType, _ hasMissing: Bool) {
    var random = SplitMix(state: 14)
    let marker: E = -77
    for count in Self.counts {
      let model = ModelColumn(type, count: count, hasMissing: hasMissing, from: &random)
      let outer = random.range(in: count)
      let column = model.column.slice(outer)
      for step in [1, 2, 5] {
        let range = random.range(in: column.count)
        let target = Buffer<E>([E](repeating: marker, count: column.count * step + 1))
        unsafe column.copyNumbers(range, to: target.pointer, stride: step)
        let values = model.slice(outer).slice(range).values
        for (place, found) in target.array.enumerated() {
          guard place % step == 0, place / step < values.count else {
            #expect(found == marker, "element \(place) is no value's place")
            continue
          }
          let expected: E =
            switch values[place / step] {
            case .bool(let value): value ? 1 : 0
            case .integer(let value): E(value)
            case .number(let value): E(value)
            default: .nan
            }
          #expect(
            expected.isNaN ? found.isNaN : found == expected,
            "seed 14, \(count) values, \(outer), \(range), stride \(step), element \(place)")
        }
      }
    }
  }

  @Test(arguments: ColumnType.allCases.filter(\.isNumeric), [false, true])
  func `numbers are copied with gaps, missing ones as NaN`(type: ColumnType, hasMissing: Bool) {
    checkCopies(Double.self, type, hasMissing)
    checkCopies(Float.self, type, hasMissing)
  }

  @Test func `numbers as doubles tell missing ones apart, text has none`() {
    #expect(Column([1, nil, -3] as [Int64?]).doubles == [1, nil, -3])
    #expect(Column([true, nil, false]).doubles == [1, nil, 0])
    #expect(Column([0.5, nil] as [Float?]).doubles == [0.5, nil])
    #expect(Column([0.1, nil] as [Double?]).doubles == [0.1, nil])
    #expect(Column(["1"] as [String?]).doubles == nil)
  }

  @Test func `columns side by side are the rows of a matrix`() {
    let matrix = Matrix<Float>(
      columns: [
        Column([1, 2, 3] as [Int64?]), Column([true, false, nil]),
        Column([0.25, nil, -1] as [Double?]).slice(0..<3),
      ], rowCount: 3)
    #expect(matrix.rowCount == 3 && matrix.columnCount == 3)
    #expect(
      matrix.elements.map { $0.isNaN ? -99 : $0 } == [1, 1, 0.25, 2, 0, -99, 3, -99, -1])
    #expect(Matrix<Double>(columns: [], rowCount: 4).elements.isEmpty)
    let empty = Matrix<Double>(columns: [Column([Double?]())], rowCount: 0)
    #expect(empty.rowCount == 0 && empty.columnCount == 1)
  }

  @Test func `a field reads as text files have it`() {
    #expect(Column([0.1, nil, 3] as [Float?]).fieldText(at: 0) == "0.1")
    #expect(Column([0.1, nil, 3] as [Float?]).fieldText(at: 1) == "")
    #expect(Column([0.1, nil, 3] as [Float?]).fieldText(at: 2) == "3")
    #expect(Column([true] as [Bool?]).fieldText(at: 0) == "true")
    #expect(Column([.min] as [Int64?]).fieldText(at: 0) == "-9223372036854775808")
    #expect(Column(["a, b"] as [String?]).fieldText(at: 0) == "a, b")
  }
}
