internal import Frames
internal import Platform

/// A formula as R writes it, `y ~ a + b:c`, taken apart; what its dot stands for follows from the
/// columns.
struct Formula: Sendable {
  /// One operand of a sum.
  indirect enum Term: Sendable, Equatable {
    /// Columns multiplied with each other; one alone is a column as it is.
    case product([Factor])
    case intercept(Bool)
    case deletion(Term)
  }

  enum Factor: Sendable, Equatable {
    case column(String)
    /// All columns but the label.
    case dot
  }

  /// The column to predict; nil where none is named.
  let label: String?
  let terms: [Term]

  /// What a formula comes down to over some columns.
  struct Resolved: Sendable, Equatable {
    var label: String?
    /// The columns of each term; several are multiplied.
    var terms: [[String]]
    var hasIntercept: Bool
  }

  /// Whether the dot is in it.
  var readsAllColumns: Bool {
    func hasDot(_ term: Term) -> Bool {
      switch term {
      case .product(let factors): factors.contains(.dot)
      case .intercept: false
      case .deletion(let inner): hasDot(inner)
      }
    }
    return terms.contains(where: hasDot)
  }

  /// The columns that it names, the label first.
  var columns: [String] {
    func named(_ term: Term) -> [String] {
      switch term {
      case .product(let factors):
        factors.compactMap { if case .column(let name) = $0 { name } else { nil } }
      case .intercept: []
      case .deletion(let inner): named(inner)
      }
    }
    return ([label].compactMap { $0 } + terms.flatMap(named)).uniqued
  }

  /// The terms over some columns, as Spark's RFormula resolves them: each combination once, in the
  /// order in which they come first, without those that are taken away.
  func resolved(over schema: Schema) throws -> Resolved {
    let dot = schema.fields.filter { field in
      (field.type.isNumeric || field.type == .text || field.type == .vector)
        && !(label.map { sameText($0, field.name) } ?? false)
    }.map(\.name)
    var resolved = Resolved(label: label, terms: [], hasIntercept: true)
    for name in columns { _ = try schema.place(of: name) }
    for term in terms {
      switch term {
      case .intercept(let isThere): resolved.hasIntercept = isThere
      case .product(let factors):
        for columns in Self.products(factors, dot) where !resolved.terms.contains(sameAs: columns) {
          resolved.terms.append(columns)
        }
      case .deletion(.intercept(let isThere)): resolved.hasIntercept = !isThere
      case .deletion(.product(let factors)):
        let gone = Self.products(factors, dot)
        resolved.terms.removeAll { gone.contains(sameAs: $0) }
      case .deletion(.deletion): throw Failure(.usage, "nothing can be taken away twice")
      }
    }
    return resolved
  }

  /// The combinations of columns that some factors stand for, shorter ones first.
  private static func products(_ factors: [Factor], _ dot: [String]) -> [[String]] {
    guard let first = factors.first else { return [[]] }
    let rest = products(Array(factors.dropFirst()), dot)
    let heads: [String] =
      switch first {
      case .column(let name): [name]
      case .dot: dot
      }
    var all: [[String]] = []
    for columns in heads.flatMap({ head in rest.map { ([head] + $0).uniqued } })
    where !all.contains(sameAs: columns) { all.append(columns) }
    return all.enumerated().sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }
      .map(\.element)
  }
}

/// Whether two texts are the same bytes.
func sameText(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

extension [String] {
  /// Each text once, at its first place.
  var uniqued: [String] {
    var seen = Set<[UInt8]>()
    return filter { seen.insert(Array<UInt8>($0.utf8)).inserted }
  }
}

extension [[String]] {
  /// Whether some columns are among these combinations, in whatever order.
  func contains(sameAs columns: [String]) -> Bool {
    let wanted = Set(columns.map { [UInt8]($0.utf8) })
    return contains { Set($0.map { [UInt8]($0.utf8) }) == wanted }
  }
}
