internal import Glibc
internal import LinearAlgebra
internal import Platform

extension Column {
  /// The values of the given rows, in that order, as a column of its own.
  public func selecting(_ rows: [Int]) -> Column {
    require(rows.allSatisfy { $0 >= 0 && $0 < count }, "a row outside of \(count)")
    let places = rows.map { start + $0 }
    let storage: Storage =
      switch self.storage {
      case .bool(let bits): .bool(Bitmap(places.map { bits[$0] }))
      case .int32(let values): .int32(values.gathered(places))
      case .int64(let values): .int64(values.gathered(places))
      case .float32(let values): .float32(values.gathered(places))
      case .float64(let values): .float64(values.gathered(places))
      case .date(let values): .date(values.gathered(places))
      case .datetime(let values): .datetime(values.gathered(places))
      case .timestamp(let values): .timestamp(values.gathered(places))
      case .text(let offsets, let bytes):
        {
          let (ends, ranges) = offsets.gatheredRanges(places)
          return .text(offsets: ends, bytes: bytes.gathered(ranges))
        }()
      case .texts(let offsets, let ends, let bytes):
        {
          let (starts, ranges) = offsets.gatheredRanges(places)
          let (newEnds, texts) = ends.gatheredRanges(ranges.flatMap { Array($0) })
          return .texts(offsets: starts, ends: newEnds, bytes: bytes.gathered(texts))
        }()
      case .dense(let width, let values):
        .dense(width: width, values: values.gathered(places.map { $0 * width..<($0 + 1) * width }))
      case .sparse(let width, let offsets, let indices, let values):
        {
          let (ends, ranges) = offsets.gatheredRanges(places)
          return .sparse(
            width: width, offsets: ends, indices: indices.gathered(ranges),
            values: values.gathered(ranges))
        }()
      }
    let kept: Bitmap? = validity.map { validity in Bitmap(rows.map { validity[$0] }) }
    return Column(storage, count: rows.count, validity: kept)
  }

  /// One column of all the rows of several, which must be of one type and width.
  ///
  /// Sparse and dense vectors together become sparse.
  public static func concatenated(_ columns: [Column]) -> Column {
    guard let first = columns.first else { return Column([Double?]()) }
    if columns.count == 1 { return first }
    require(columns.allSatisfy { $0.type == first.type }, "columns of several types in one")
    var columns = columns
    if columns.contains(where: \.isSparse) { columns = columns.map { $0.sparse() } }
    let count = columns.reduce(0) { $0 + $1.count }
    var valid: Bitmap?
    if columns.contains(where: { $0.validity != nil }) {
      valid = Bitmap(columns.flatMap { column in (0..<column.count).map { !column.isMissing($0) } })
    }
    return Column(joined(columns), count: count, validity: valid)
  }

  private static func joined(_ columns: [Column]) -> Storage {
    /// The runs of one buffer of each column's storage, end to end.
    func runs<T>(_ part: (Column) -> (Buffer<T>, Range<Int>)?) -> Buffer<T> {
      Buffer.joined(columns.compactMap(part))
    }
    func values<T>(_ values: (Storage) -> Buffer<T>?) -> Buffer<T> {
      runs { column in values(column.storage).map { ($0, column.places) } }
    }
    /// Offsets of all, and the range that each column's span in what they point to.
    func offsets(_ offsets: (Storage) -> Buffer<Int64>?) -> Buffer<Int64> {
      Buffer.joinedOffsets(
        columns.compactMap { column in offsets(column.storage).map { ($0, column.places) } })
    }
    switch columns[0].storage {
    case .bool:
      return .bool(
        Bitmap(
          columns.flatMap { column -> [Bool] in
            guard case .bool(let bits) = column.storage else { return [] }
            return column.places.map { bits[$0] }
          }))
    case .int32: return .int32(values { if case .int32(let values) = $0 { values } else { nil } })
    case .int64: return .int64(values { if case .int64(let values) = $0 { values } else { nil } })
    case .float32:
      return .float32(values { if case .float32(let values) = $0 { values } else { nil } })
    case .float64:
      return .float64(values { if case .float64(let values) = $0 { values } else { nil } })
    case .date: return .date(values { if case .date(let values) = $0 { values } else { nil } })
    case .datetime:
      return .datetime(values { if case .datetime(let values) = $0 { values } else { nil } })
    case .timestamp:
      return .timestamp(values { if case .timestamp(let values) = $0 { values } else { nil } })
    case .text:
      return .text(
        offsets: offsets { if case .text(let offsets, _) = $0 { offsets } else { nil } },
        bytes: runs { column in
          guard case .text(let offsets, let bytes) = column.storage else { return nil }
          return (bytes, offsets.span(column.places))
        })
    case .texts:
      return .texts(
        offsets: offsets { if case .texts(let offsets, _, _) = $0 { offsets } else { nil } },
        ends: Buffer.joinedOffsets(
          columns.compactMap { column in
            guard case .texts(let offsets, let ends, _) = column.storage else { return nil }
            return (ends, offsets.span(column.places))
          }),
        bytes: runs { column in
          guard case .texts(let offsets, let ends, let bytes) = column.storage else { return nil }
          return (bytes, ends.span(offsets.span(column.places)))
        })
    case .dense(let width, _):
      return .dense(
        width: width,
        values: runs { column in
          guard case .dense(let own, let values) = column.storage else { return nil }
          require(own == width, "vectors of \(own) and \(width) numbers in one column")
          return (values, column.places.lowerBound * width..<column.places.upperBound * width)
        })
    case .sparse(let width, _, _, _):
      return .sparse(
        width: width,
        offsets: offsets {
          guard case .sparse(let own, let offsets, _, _) = $0 else { return nil }
          require(own == width, "vectors of \(own) and \(width) numbers in one column")
          return offsets
        },
        indices: runs { column in
          guard case .sparse(_, let offsets, let indices, _) = column.storage else { return nil }
          return (indices, offsets.span(column.places))
        },
        values: runs { column in
          guard case .sparse(_, let offsets, _, let values) = column.storage else { return nil }
          return (values, offsets.span(column.places))
        })
    }
  }

  /// Sparse vectors as wider ones, with nothing behind; nil for all else.
  public func widened(to width: Int) -> Column? {
    guard case .sparse(let own, let offsets, let indices, let values) = storage, own <= width else {
      return nil
    }
    return Column(
      .sparse(width: width, offsets: offsets, indices: indices, values: values), start: start,
      count: count, validity: validity)
  }

  /// Where the values shown lie in the storage.
  var places: Range<Int> { start..<start + count }

  private var isSparse: Bool { if case .sparse = storage { true } else { false } }

  /// Vectors by the entries that are not zero.
  public func sparse() -> Column {
    guard case .dense(let width, let values) = storage else { return self }
    var offsets: [Int64] = [0]
    var (indices, entries): ([Int32], [Double]) = ([], [])
    for place in places {
      for index in 0..<width where values[place * width + index] != 0 {
        indices.append(Int32(index))
        entries.append(values[place * width + index])
      }
      offsets.append(Int64(indices.count))
    }
    return Column(
      .sparse(
        width: width, offsets: Buffer(offsets), indices: Buffer(indices), values: Buffer(entries)),
      count: count, validity: validity)
  }
}

extension Buffer {
  /// The elements at some places.
  fileprivate func gathered(_ places: [Int]) -> Buffer {
    let target = Buffer(count: places.count)
    for (index, place) in places.enumerated() { target[index] = self[place] }
    return target
  }

  /// The elements of some ranges, end to end.
  fileprivate func gathered(_ ranges: [Range<Int>]) -> Buffer {
    Buffer.joined(ranges.map { (self, $0) })
  }

  fileprivate static func joined(_ runs: [(Buffer, Range<Int>)]) -> Buffer {
    let target = Buffer(count: runs.reduce(0) { $0 + $1.1.count })
    var done = 0
    for (source, range) in runs where !range.isEmpty {
      require(range.lowerBound >= 0 && range.upperBound <= source.count, "elements \(range)")
      unsafe (target.pointer + done).update(
        from: source.pointer + range.lowerBound, count: range.count)
      done += range.count
    }
    return target
  }
}

extension Buffer<Int64> {
  /// What the values at a run of places span, where these are offsets.
  func span(_ places: Range<Int>) -> Range<Int> {
    Int(self[places.lowerBound])..<Int(self[places.upperBound])
  }

  /// Offsets of the values at some places, one after the other, and the ranges that they had.
  fileprivate func gatheredRanges(_ places: [Int]) -> (Buffer<Int64>, [Range<Int>]) {
    let ranges = places.map { Int(self[$0])..<Int(self[$0 + 1]) }
    let offsets = Buffer<Int64>(count: places.count + 1)
    var end: Int64 = 0
    for (index, range) in ranges.enumerated() {
      end += Int64(range.count)
      offsets[index + 1] = end
    }
    return (offsets, ranges)
  }

  /// The offsets of runs of values that are laid end to end.
  fileprivate static func joinedOffsets(_ runs: [(Buffer<Int64>, Range<Int>)]) -> Buffer<Int64> {
    let target = Buffer<Int64>(count: runs.reduce(1) { $0 + $1.1.count })
    var (place, end): (Int, Int64) = (0, 0)
    for (source, range) in runs {
      let first = source[range.lowerBound]
      for index in range {
        place += 1
        target[place] = end + source[index + 1] - first
      }
      end = target[place]
    }
    return target
  }
}
