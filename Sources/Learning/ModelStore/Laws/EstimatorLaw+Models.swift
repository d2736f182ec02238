internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension EstimatorLaw {
  static let modelLaws = [
    EstimatorLaw(
      "save, load, predict", "A model that was saved and loaded predicts the same to the bit."
    ) { type, place in try survivesTheDisk(type, place) },
    EstimatorLaw(
      "a row alone", "A row scored alone gets the bits that it gets in a batch of any size."
    ) { type, place in try rowAlone(type, place) },
    EstimatorLaw(
      "hostile folders", "A model folder that was cut or damaged is refused, naming the file."
    ) { type, place in try refusesDamage(type, place) },
  ]

  private static func fitted<E: Estimator, Element: Scalar>(
    _ estimator: E, _ type: Element.Type, in session: Session
  ) throws -> E.Fitted {
    let rows = try LawData(for: E.self).blocks(of: type, .even, in: session)
    return try estimator.fit(rows, inputs: [:], in: session).model
  }

  private static func survivesTheDisk<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    func check<Element: Scalar>(_ element: Element.Type) throws {
      for variant in try LawVariant.all(of: type) {
        let session = lawSession(place.communicator)
        let model = try fitted(variant.estimator, element, in: session)
        try place.onRoot("saving and loading") {
          let loaded = try place.withPath { path in
            _ = try StoredModel.write(model, report: nil, to: path, in: session)
            let stored = try StoredModel(reading: path, registry: ModelRegistry([E.Fitted.self]))
            guard let model = stored.model else { throw Failure(.bug, "no model came back") }
            return model
          }
          let rows = LawData(for: E.self).matrix(0..<100, of: element)
          try expect(
            texts(model.predict(rows)) == texts(loaded.predict(rows)),
            "\(E.name) (\(variant.name), \(Element.precisionName)) predicts otherwise when loaded")
          try expect(
            model.featureNames == loaded.featureNames && model.precision == loaded.precision
              && model.outputs == loaded.outputs && model.summary == loaded.summary,
            "\(E.name) (\(variant.name)) describes itself otherwise when loaded")
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  private static func rowAlone<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    func check<Element: Scalar>(_ element: Element.Type) throws {
      let model = try fitted(E(), element, in: lawSession(place.communicator))
      let data = LawData(for: E.self)
      let batch = texts(model.predict(data.matrix(0..<data.rowCount, of: element)))
      for size in [1, 2, 3, 16, 17, 100] {
        for first in stride(from: 0, to: data.rowCount, by: size) {
          let rows = first..<min(data.rowCount, first + size)
          try expect(
            texts(model.predict(data.matrix(rows, of: element))) == Array(batch[rows]),
            "\(E.name) scores rows \(rows) otherwise than in one batch")
        }
      }
      let schema = Schema(data.featureNames.reversed().map { Schema.Field($0, .float64) })
      let scorer = try model.scorer(for: schema)
      for row in 0..<20 {
        let values = data.row(row).map { Double(Element($0)) }
        try expect(
          try scorer.score(Array(values.reversed())).map(lawText) == batch[row],
          "\(E.name) scores row \(row) by name otherwise than in a batch")
      }
      let empty = model.predict(Matrix<Element>(rowCount: 0, columnCount: data.columnCount))
      try expect(empty.allSatisfy { $0.count == 0 }, "\(E.name) predicts for no rows")
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// Each row of some output columns, with the bits of its numbers.
  static func texts(_ columns: [Column]) -> [[String]] {
    (0..<(columns.first?.count ?? 0)).map { row in columns.map { lawText($0[row]) } }
  }

  private static func refusesDamage<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    let session = lawSession(place.communicator)
    let model = try fitted(E(), Float.self, in: session)
    try place.onRoot("damaging a model") {
      try LawDamage.check(place, ModelRegistry([E.Fitted.self])) { path in
        try StoredModel.write(model, report: ["note": "whole"], to: path, in: session).digest
      }
    }
  }
}
