internal import Frames
public import Learning
internal import Platform

/// Makes all products of up to `degree` numbers of a vector, a number also with itself.
///
/// In Spark's order: x, x^2, y, x*y, y^2 for (x, y) and degree 2; there is no constant. The products
/// are named so. Of n numbers there are (n + degree)! / (n! degree!) - 1 products.
public struct PolynomialExpansion: ColumnwiseStage, Transformer {
  @Setting("columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("the most factors of a product", in: 1...20, spark: "degree", sklearn: "degree")
  public var degree = 2

  public init() {}

  public static let name = "polynomial-expansion"
  public static let summary = "makes all products of a few numbers of a vector"
  public static let suffix = "_expanded"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.degree = 3
    }
  }

  /// So many names are made; wider results are named by their places.
  private static let nameLimit = 100_000

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      let from = try binder.vectors(input)
      let width = try Self.width(from.width, degree, input)
      let terms =
        from.isSparse && width > Self.nameLimit ? [] : Self.terms(from.width, degree)
      let names =
        width <= Self.nameLimit
        ? Self.names(terms, of: slotNames(of: try binder.field(input), width: from.width)) : nil
      let to = try binder.addVectors(
        output, width: width, isSparse: from.isSparse, slots: names)
      let degree = degree
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount {
          if to.isSparse {
            _ = Self.expand(
              source, row, source.entryCount(row) - 1, degree, 1, from.width, -1, target)
            target.endRow()
            continue
          }
          let (numbers, products) = unsafe (source.row(row), target.row(row))
          for (place, term) in terms.enumerated() {
            let number = unsafe numbers[term.variable]
            let parent = term.parent < 0 ? 1 : unsafe products[term.parent]
            // A 0 ends a product, as in Spark: what comes after it may be infinite.
            unsafe products[place] = parent == 0 ? 0 : parent * number
          }
        }
      }
    }
  }

  /// One product: another one before it, or none, times a number.
  struct Term {
    var parent: Int
    var variable: Int
    var exponents: [(variable: Int, exponent: Int)]
  }

  /// How many products there are.
  private static func width(_ count: Int, _ degree: Int, _ name: String) throws -> Int {
    let size = size(count, degree)
    guard size - 1 <= Int(Int32.max) else {
      throw Failure(
        .usage, "the expansion of '\(name)' would have more than \(Int32.max) numbers",
        hint: "a smaller degree, or fewer numbers")
    }
    return size - 1
  }

  /// n over k for the products of `count` numbers with 1 among them; capped far above all limits.
  static func size(_ count: Int, _ degree: Int) -> Int {
    var size = 1
    for step in 1...max(1, degree) where degree > 0 {
      // What is divided is a product of `step` successive numbers.
      let (product, overflow) = size.multipliedReportingOverflow(by: count + step)
      if overflow || product / step > 1 << 40 { return 1 << 40 }
      size = product / step
    }
    return size
  }

  /// All products in order; the product without its first factor always comes before.
  static func terms(_ count: Int, _ degree: Int) -> [Term] {
    var terms: [Term] = []
    /// - Parameters:
    ///   - upper: how many of the lower variables are left to multiply with.
    ///   - parent: the product of the upper variables so far.
    func visit(_ upper: Int, _ room: Int, _ factors: [(variable: Int, exponent: Int)]) {
      guard room > 0, upper > 0 else {
        guard let first = factors.first else { return }
        var rest = factors
        rest[0].exponent -= 1
        if rest[0].exponent == 0 { rest.removeFirst() }
        terms.append(
          Term(parent: places[key(rest)] ?? -1, variable: first.variable, exponents: factors))
        places[key(factors)] = terms.count - 1
        return
      }
      visit(upper - 1, room, factors)
      for exponent in 1...room {
        visit(upper - 1, room - exponent, [(upper - 1, exponent)] + factors)
      }
    }
    var places: [[Int]: Int] = [:]
    func key(_ factors: [(variable: Int, exponent: Int)]) -> [Int] {
      factors.flatMap { [$0.variable, $0.exponent] }
    }
    visit(count, degree, [])
    return terms
  }

  /// `x^2*y` for each product.
  private static func names(_ terms: [Term], of slots: [String]) -> [String] {
    terms.map { term in
      term.exponents.map { factor in
        factor.exponent == 1
          ? slots[factor.variable] : "\(slots[factor.variable])^\(factor.exponent)"
      }.joined(separator: "*")
    }
  }

  /// Writes the products of a sparse row's entries up to number `last`, times a factor.
  /// - Parameters:
  ///   - width: how many variables lie below, with those that are 0.
  ///   - place: where the first product goes; -1 for the constant, which is left out.
  /// - Returns: the place behind all products of those variables.
  private static func expand(
    _ source: VectorCells, _ row: Int, _ last: Int, _ degree: Int, _ factor: Double, _ width: Int,
    _ place: Int, _ target: VectorCells
  ) -> Int {
    let end = place + size(width, degree)
    if factor == 0 { return end }
    if degree == 0 || last < 0 {
      if place >= 0 { target.append(place, factor) }
      return end
    }
    let (variable, value) = source.entry(row, last)
    var (next, power) = (place, factor)
    for exponent in 0...degree where power != 0 {
      next = expand(
        source, row, last - 1, degree - exponent, power, variable, next, target)
      power *= value
    }
    return end
  }
}
