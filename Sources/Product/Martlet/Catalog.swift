internal import Anomaly
internal import Clustering
internal import Features
public import Learning
internal import LinearModels
internal import Platform
internal import Recommendation

/// Every algorithm of this release, by name: the only list.
///
/// The program's commands, the reference, the loading of models and the tests of the seven laws are
/// driven by it; a new row is known to all of them at once.
public enum Catalog {
  /// The algorithms that learn a model.
  public static let estimators: [any Estimator.Type] = [
    // Labels, groups.
    KMeans.self, LinearRegression.self, LogisticRegression.self,
    // Anomalies.
    IsolationForest.self, LocalOutlierFactor.self, NeighbourDistance.self,
    COPOD.self, ECOD.self, HBOS.self, Mahalanobis.self, PCAAnomaly.self,
  ]

  /// The algorithms that learn from ratings.
  public static let recommenders: [any Recommender.Type] = [ALS.self, Popularity.self]

  /// The stages that make features.
  public static let featurizers: [any Featurizer.Type] = [
    // Columns.
    ColumnDrop.self, ColumnSelect.self, ExpressionColumn.self, RowFilter.self,
    VectorAssembler.self, VectorSizeHint.self, VectorSlicer.self,
    // Numbers.
    Binarizer.self, Bucketizer.self, DateParts.self, DCT.self, ElementwiseProduct.self,
    Imputer.self, LogTransform.self, MaxAbsScaler.self, MinMaxScaler.self, Normalizer.self,
    PolynomialExpansion.self, QuantileDiscretizer.self, RobustScaler.self, StandardScaler.self,
    VarianceThresholdSelector.self,
    // Categories.
    FeatureHasher.self, IndexToString.self, Interaction.self, OneHotEncoder.self, RFormula.self,
    StringIndexer.self, TargetEncoder.self, VectorIndexer.self,
    // Text, and rows that are alike.
    BucketedRandomProjectionLSH.self, CountVectorizer.self, HashingTF.self, IDF.self,
    MinHashLSH.self, NGram.self, RegexTokenizer.self, StopWordsRemover.self, Tokenizer.self,
    // Selection.
    ChiSqSelector.self, PCA.self, UnivariateFeatureSelector.self,
  ]
  /// What fitted stages are stored as.
  private static let steps: [any Step.Type] = [
    // Columns.
    ColumnDrop.self, ColumnSelect.self, ExpressionColumn.self, RowFilter.self,
    VectorAssembler.self, VectorSizeHint.self, VectorSlicer.self,
    // Numbers.
    AffineStep.self, Binarizer.self, BucketsStep.self, DateParts.self, DCT.self,
    ElementwiseProduct.self, FilledColumns.self, LogTransform.self, Normalizer.self,
    PolynomialExpansion.self, VarianceSelection.self,
    // Categories.
    FeatureHasher.self, IndexToString.self, Interaction.self, OneHotEncoderModel.self,
    RFormulaModel.self, StringIndexerModel.self, TargetEncoderModel.self,
    VectorIndexerModel.self,
    // Text, and rows that are alike.
    BucketedRandomProjectionLSHStep.self, CountVectorizerStep.self, HashingTF.self, IDFStep.self,
    MinHashLSHStep.self, NGram.self, RegexTokenizer.self, StopWordsRemover.self, Tokenizer.self,
    // Selection.
    PrincipalComponents.self, SelectedFeatures.self,
    // Ratings.
    ALSModel.self, PopularityModel.self,
  ]

  /// Every kind of stage but models of rows.
  public static var allStages: [any Featurizer.Type] { featurizers + recommenders }

  /// What pipelines may be made of.
  public static let stages = StageRegistry(featurizers: allStages, estimators: estimators)

  /// The kinds of model that can be loaded.
  public static let models = ModelRegistry(
    estimators.map { modelType(of: $0) }, steps: steps)

  /// What can be trained by name.
  public enum Algorithm {
    /// It learns from rows of features.
    case estimator(any Estimator.Type)
    /// It learns from ratings.
    case recommender(any Recommender.Type)
  }

  /// The algorithm of that name.
  public static func algorithm(named name: String) throws -> Algorithm {
    if let type = estimators.first(where: { $0.name == name }) { return .estimator(type) }
    if let type = recommenders.first(where: { $0.name == name }) { return .recommender(type) }
    throw Failure(
      .usage, "there is no algorithm '\(name)'",
      hint: nameHint(for: name, in: estimators.map { $0.name } + recommenders.map { $0.name }))
  }

  private static func modelType<E: Estimator>(of type: E.Type) -> any Model.Type { E.Fitted.self }
}
