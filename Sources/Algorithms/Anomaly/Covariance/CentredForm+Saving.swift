internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension CentredForm {
  /// As a model stores it.
  var tensors: [String: Tensor] {
    ["mean": Tensor(centre), "scale": Tensor(scale), "matrix": Tensor(matrix)]
  }

  /// Takes back what was stored.
  init(_ saved: SavedModel, _ kind: Kind) throws {
    let (centre, scale) = (try saved.vector("mean"), try saved.vector("scale"))
    let matrix = try saved.matrix("matrix")
    let count = saved.featureNames.count
    guard count > 0, centre.count == count, scale.count == count, matrix.rowCount == count,
      matrix.columnCount == count, centre.allSatisfy(\.isFinite),
      scale.allSatisfy({ $0.isFinite && $0 >= 0 }), matrix.elements.allSatisfy(\.isFinite),
      (0..<count).allSatisfy({ row in
        (0..<row).allSatisfy { matrix[row, $0] == matrix[$0, row] }
      })
    else {
      throw Failure(.data, "the parts of the model do not fit each other")
    }
    self.init(kind, centre: centre, scale: scale, matrix: matrix)
  }
}
