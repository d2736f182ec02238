public import Frames

/// A model of what rows are labelled with.
public protocol SupervisedModel: Model {
  /// The column that it learned to predict.
  var label: String { get }
}

/// A model that says which class a row belongs to, and how probable each is.
///
/// Its outputs are `prediction`, of the type of the labels, and for each class a number
/// `probability_<label>`, in the order of the classes.
public protocol Classifier: SupervisedModel {
  var classes: Classes { get }
}

/// A model that predicts a number: its output is `prediction`.
public protocol Regressor: SupervisedModel {}

extension Classifier {
  /// The columns that each classifier adds.
  public var outputs: [Schema.Field] {
    [Schema.Field("prediction", classes.type)]
      + classes.texts.map { Schema.Field("probability_\($0)", .float64) }
  }
}

extension Regressor {
  public var outputs: [Schema.Field] { [Schema.Field("prediction", .float64)] }
}
