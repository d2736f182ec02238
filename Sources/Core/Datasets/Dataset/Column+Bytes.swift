internal import Frames
internal import LinearAlgebra

extension Column {
  /// How much memory the values shown take.
  var byteCount: Int {
    let rows = start..<start + count
    return switch storage {
    case .bool: count / 8
    case .int32, .float32, .date: count * 4
    case .int64, .float64, .datetime, .timestamp: count * 8
    case .text(let offsets, _): count * 8 + Int(offsets[rows.upperBound] - offsets[rows.lowerBound])
    case .texts(let offsets, let ends, _):
      count * 8 + Int(ends[Int(offsets[rows.upperBound])] - ends[Int(offsets[rows.lowerBound])])
    case .dense(let width, _): count * width * 8
    case .sparse(_, let offsets, _, _):
      count * 8 + Int(offsets[rows.upperBound] - offsets[rows.lowerBound]) * 12
    }
  }
}
