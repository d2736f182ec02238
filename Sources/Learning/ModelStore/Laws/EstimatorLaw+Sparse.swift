internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension EstimatorLaw {
  static let sparseLaws = [
    EstimatorLaw(
      "sparse rows",
      "Rows held by their entries make one model on any workers, wherever they come from."
    ) { type, place in try sameOfHeldRows(type, place, isCoded: false) },
    EstimatorLaw(
      "coded rows",
      "Rows of numbers beside codes make one model on any workers, wherever they come from."
    ) { type, place in try sameOfHeldRows(type, place, isCoded: true) },
    EstimatorLaw(
      "a sparse row alone",
      "A row given by its entries gets the bits that it gets with its zeros, alone and in a batch."
    ) { type, place in try sparseRowAlone(type, place) },
  ]

  /// Fits sparse or coded rows, spread out for an estimator that knows only dense ones.
  private static func fit<E: Estimator, Element: Scalar>(
    _ estimator: E, _ data: LawData, _ type: Element.Type, isCoded: Bool = false,
    fromSource: Bool, in session: Session
  ) throws -> Fit<E.Fitted> {
    let rows =
      try isCoded
      ? data.codedBlocks(of: type, fromSource: fromSource, in: session)
      : data.sparseBlocks(of: type, fromSource: fromSource, in: session)
    try expect(rows.isCoded == isCoded, "rows with codes that are not held so")
    return try estimator.fit(
      E.rowForms.contains(isCoded ? .coded : .sparse) ? rows : rows.spread(in: session),
      inputs: [:], in: session)
  }

  private static func sameOfHeldRows<E: Estimator>(
    _ type: E.Type, _ place: LawPlace, isCoded: Bool
  ) throws {
    let words = isCoded ? "coded" : "sparse"
    // Spread out, rows are those of the other laws: the defaults show that they are spread alike.
    let isSpread = !E.rowForms.contains(isCoded ? .coded : .sparse)

    func check<Element: Scalar>(_ element: Element.Type, _ data: LawData) throws {
      for (index, variant) in try LawVariant.all(of: type).enumerated() {
        if isSpread, index > 0 { break }
        let crews = isSpread || index > 0 ? [(2, 2)] : [(1, 2), (2, 2), (3, 1)]
        @Sendable func outcome(_ session: Session, fromSource: Bool) throws -> LawOutcome {
          try LawOutcome(
            fit(
              variant.estimator, data, element, isCoded: isCoded, fromSource: fromSource,
              in: session),
            in: session)
        }
        let alone = try outcome(lawSession(.solo()), fromSource: false)
        for fromSource in [false, true] {
          try expect(
            try outcome(lawSession(place.communicator), fromSource: fromSource) == alone,
            "\(E.name) (\(variant.name)) of \(words) rows on \(place.communicator.size) workers")
        }
        try place.onRoot("checking on threads") {
          for (ranks, threads) in crews {
            let outcomes = try Communicator.withThreads(ranks, patience: 60) { group in
              try outcome(lawSession(group, threads: threads), fromSource: ranks > 1)
            }
            try expect(
              outcomes.allSatisfy { $0 == alone },
              "\(E.name) (\(variant.name)) of \(words) rows on \(ranks) ranks of \(threads) threads"
            )
          }
        }
      }
    }
    try check(Double.self, LawData(for: E.self, rowCount: 97))
    if !isSpread { try check(Float.self, LawData(for: E.self, rowCount: 97, isWeighted: true)) }
  }

  private static func sparseRowAlone<E: Estimator>(_ type: E.Type, _ place: LawPlace) throws {
    func check<Element: Scalar>(_ element: Element.Type) throws {
      let data = LawData(for: E.self, rowCount: 97)
      let model = try fit(
        E(), data, element, fromSource: true, in: lawSession(place.communicator)
      ).model
      let rows = data.sparseRows(0..<data.rowCount, of: element)
      let batch = texts(model.predict(rows))
      try expect(
        texts(model.predict(rows.matrix)) == batch,
        "\(E.name) scores sparse rows otherwise than with their zeros")
      let scorer = RowScorer(
        try model.scorer(for: Schema([Schema.Field(LawData.vectorName, .vector)])))
      for row in 0..<data.rowCount {
        let alone = data.sparseRows(row..<row + 1, of: element)
        try expect(
          texts(model.predict(alone)) == [batch[row]], "\(E.name) scores sparse row \(row) alone")
        let entries = alone.entries(ofRow: 0)
        try scorer.set(
          0,
          .vector(
            .sparse(
              width: alone.columnCount, indices: entries.map { Int32($0.column) },
              values: entries.map { Double($0.value) })))
        try expect(
          try scorer.score() && model.outputs.indices.map { lawText(scorer[$0]) } == batch[row],
          "\(E.name) scores sparse row \(row) by name otherwise than in a batch")
      }
    }
    try check(Float.self)
    try check(Double.self)
  }
}
