internal import CParse
internal import Frames
internal import LinearAlgebra

extension JSONField {
  /// The column that the scanner wrote, in memory of its own.
  func column(_ values: martlet_json_values, rowCount: Int) -> Column {
    var validity: Bitmap?
    if unsafe values.missing_count > 0 {
      validity = Bitmap(
        unsafe Buffer(copying: values.validity, (rowCount + 7) / 8), count: rowCount)
    }
    return Column(unsafe storage(values, rowCount), count: rowCount, validity: validity)
  }

  private func storage(_ values: martlet_json_values, _ rowCount: Int) -> Column.Storage {
    switch type {
    case .missing, .float64: return .float64(unsafe Buffer(copying: values.numbers, rowCount))
    case .bool:
      return .bool(
        Bitmap(unsafe Buffer(copying: values.bytes, (rowCount + 7) / 8), count: rowCount))
    case .int64: return .int64(unsafe Buffer(copying: values.integers, rowCount))
    case .datetime: return .datetime(unsafe Buffer(copying: values.integers, rowCount))
    case .timestamp: return .timestamp(unsafe Buffer(copying: values.integers, rowCount))
    case .date:
      let days = Buffer<Int32>(count: rowCount)
      for row in 0..<rowCount {
        unsafe days.pointer[row] = Int32(truncatingIfNeeded: values.integers[row])
      }
      return .date(days)
    case .text:
      return .text(
        offsets: unsafe Buffer(copying: values.integers, values.integer_count),
        bytes: unsafe Buffer(copying: values.bytes, values.byte_count))
    case .emptyList, .texts:
      return .texts(
        offsets: unsafe Buffer(copying: values.integers, values.integer_count),
        ends: unsafe Buffer(copying: values.ends, values.end_count),
        bytes: unsafe Buffer(copying: values.bytes, values.byte_count))
    case .vector:
      return .dense(
        width: width, values: unsafe Buffer(copying: values.numbers, values.number_count))
    }
  }

}
