@_exported public import Anomaly
@_exported public import Blocks
@_exported public import Cluster
@_exported public import Clustering
@_exported public import Datasets
@_exported public import Evaluation
@_exported public import Features
@_exported public import Frames
@_exported public import Learning
@_exported public import LinearAlgebra
@_exported public import LinearModels
@_exported public import ModelStore
@_exported public import Platform
@_exported public import Recommendation

/// The version of this release.
public let martletVersion = "0.1.0"
