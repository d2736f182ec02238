internal import Platform

/// The names of the columns of a design matrix, made when they are asked for.
///
/// A vector column of a million numbers gives a million features, called `v[0]` and so on; they are
/// held as the vector's name and its width. A list of such names becomes the same value, so two
/// lists are equal when their names are.
public struct FeatureNames: Sendable, Equatable {
  /// Names that stand side by side.
  public enum Run: Sendable, Equatable {
    case name(String)
    /// The numbers of a vector, from the first on.
    case vector(String, count: Int)

    public var count: Int {
      switch self {
      case .name: 1
      case .vector(_, let count): count
      }
    }
  }

  public private(set) var runs: [Run] = []
  /// Where each run ends.
  private var ends: [Int] = []

  public init() {}

  /// Some names in order; those of a vector's numbers become one run.
  public init(_ names: some Sequence<String>) { for name in names { append(name) } }

  /// Adds a name behind.
  public mutating func append(_ name: String) {
    guard let element = VectorElement(name) else { return append(.name(name)) }
    if element.index == 0 { return append(.vector(element.column, count: 1)) }
    if case .vector(let column, let count)? = runs.last, count == element.index,
      column.utf8.elementsEqual(element.column.utf8)
    {
      runs[runs.count - 1] = .vector(column, count: count + 1)
      ends[ends.count - 1] += 1
    } else {
      append(.name(name))
    }
  }

  /// Adds the names of a vector's numbers behind.
  public mutating func append(vector column: String, count: Int) {
    if count > 0 { append(.vector(column, count: count)) }
  }

  private mutating func append(_ run: Run) {
    runs.append(run)
    ends.append((ends.last ?? 0) + run.count)
  }
}

extension FeatureNames: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { ends.last ?? 0 }

  public subscript(index: Int) -> String {
    require(index >= 0 && index < endIndex, "name \(index) of \(endIndex)")
    // The first run that ends behind the name.
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > index { high = middle } else { low = middle + 1 }
    }
    switch runs[low] {
    case .name(let name): return name
    case .vector(let column, let count):
      return VectorElement(column, index - (ends[low] - count)).name
    }
  }
}

extension FeatureNames: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral names: String...) { self.init(names) }

  /// The names side by side; long runs by their first and last.
  public var description: String {
    runs.map { run in
      switch run {
      case .name(let name): name
      case .vector(let column, let count) where count <= 16:
        (0..<count).map { VectorElement(column, $0).name }.joined(separator: ", ")
      case .vector(let column, let count): "\(column)[0] to \(column)[\(count - 1)]"
      }
    }.joined(separator: ", ")
  }
}
