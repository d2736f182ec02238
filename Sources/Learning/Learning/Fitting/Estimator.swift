public import Blocks
public import Cluster
public import LinearAlgebra

/// An algorithm with its settings: a value that, given rows, makes a model.
///
/// A conforming type declares its settings as `@Setting` properties and writes `fit`. From that come
/// the program's options, the saved form, the help, the reference and the tests of the seven laws.
public protocol Estimator: Configurable {
  associatedtype Fitted: Model

  /// What the program and the files call it: `kmeans`.
  static var name: String { get }
  /// One sentence on what it does.
  static var summary: String { get }
  /// Data beside the rows that a fit may take: first centres, a warm start.
  static var inputs: [FitInput] { get }

  /// What a row's label is to it; `none` for a method that learns without.
  static var target: Target { get }

  /// The forms of rows that it knows beside dense ones; others are spread out before, within the
  /// budget.
  static var rowForms: RowForms { get }

  /// What its features may be beside finite numbers; rows with others are refused or left out.
  static var featureKinds: FeatureKinds { get }

  /// Whether rows may have weights; where not, a column of weights is refused.
  static var takesWeights: Bool { get }

  /// Whether what it finds is good only once it has settled; others are used to end at a limit, and
  /// fail to settle only where a tolerance was asked for.
  static var mustSettle: Bool { get }

  /// Learns from the rows of all workers; a collective call that returns the same on each.
  func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<Fitted>
}

extension Estimator {
  public static var inputs: [FitInput] { [] }
  public static var target: Target { .none }
  public static var rowForms: RowForms { [] }
  public static var featureKinds: FeatureKinds { [] }
  public static var takesWeights: Bool { true }
  public static var mustSettle: Bool { false }
}

/// What the features of a row may be beside finite numbers.
public struct FeatureKinds: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Missing: such a feature is NaN.
  public static let missing = FeatureKinds(rawValue: 1)
  /// The codes of categories, which have no order; `BlockMatrix.categoryColumns` says which are.
  public static let categories = FeatureKinds(rawValue: 2)
}

/// What the label of a row is to a method.
public enum Target: Sendable {
  /// It learns without.
  case none
  /// A number to predict.
  case number
  /// One of some classes.
  case classes
}

/// A matrix that a fit takes beside its rows.
public struct FitInput: Sendable, Equatable {
  /// Its name in camel case; an option of the program in kebab case.
  public let name: String
  public let meaning: String

  public init(_ name: String, _ meaning: String) {
    self.name = name
    self.meaning = meaning
  }

  /// What an estimator calls those that it takes.
  static func names(of type: any Estimator.Type) -> [String] {
    let all = type.inputs
    return all.map { $0.name }
  }
}

/// What a fit gives: the model, and how it went.
public struct Fit<Fitted: Model>: Sendable {
  public let model: Fitted
  public var report: FitReport

  public init(_ model: Fitted, _ report: FitReport) {
    self.model = model
    self.report = report
  }
}
