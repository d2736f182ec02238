internal import Cluster
internal import Platform

/// Writes the text of rows into parts that are cut by size.
///
/// A part takes every row that begins within its stretch of the text of all rows, so the cut follows
/// from the rows alone. Part `p` is written by rank `p % ranks`; the others send it their rows.
final class PartsSink {
  private let destination: Destination
  private let place: String
  private let opening: [UInt8]
  private let communicator: Communicator
  private let threads: Int
  private var current: (part: Int, file: TextOutput, rowCount: Int)?
  private var finished: [PartsProgress.Part] = []
  /// Bytes, rows and lost values of all splits so far.
  private var total: (bytes: Int, rows: Int, lost: Int)
  /// Where this run began; the text of that split came without what lies before.
  private let start: PartsProgress.Position
  /// Where the part that is under way begins; the same on all ranks.
  private(set) var open: PartsProgress.Position

  init(
    _ destination: Destination, in place: String, opening: [UInt8],
    from start: PartsProgress.Position, in session: Session
  ) {
    self.destination = destination
    self.place = place
    self.opening = opening
    communicator = session.communicator
    threads = session.threads
    self.start = start
    open = start
    total = (start.offset, start.rowCount, start.lostCount)
  }

  var rowCount: Int { total.rows }
  var lostCount: Int { total.lost }

  /// A stretch of one split's text that belongs to one part.
  private struct Segment {
    var part: Int
    var bytes: Range<Int>
    var rowCount: Int
  }

  /// Takes the rows of a window of splits, this rank's in `rows`; a collective call.
  /// - Parameters:
  ///   - first: the first of this rank's splits.
  ///   - window: all splits of the window.
  /// - Returns: whether a part was finished.
  func take(_ rows: [EncodedRows], from first: Int, window: Range<Int>, _ activity: String) throws
    -> Bool
  {
    let sizes = try communicator.allGather(
      rows.flatMap { [Int64($0.bytes.count), Int64($0.rowEnds.count), Int64($0.lostCount)] })
    let all = sizes.flatMap(\.self).map { Int($0) }
    var segments: [(segment: Segment, bytes: [UInt8])] = []
    var begun: PartsProgress.Position?
    for split in window {
      let index = (split - window.lowerBound) * 3
      if (first..<first + rows.count).contains(split) {
        let encoded = rows[split - first]
        for segment in cut(encoded, offset: total.bytes) {
          if begun?.part != segment.part {
            begun = position(of: segment, in: encoded, split: split)
          }
          segments.append((segment, encoded.bytes))
        }
      }
      total = (total.bytes + all[index], total.rows + all[index + 1], total.lost + all[index + 2])
    }
    let isNew = try advance(to: begun)
    let received = try exchange(segments)
    try communicator.agree(activity) {
      for (segment, bytes) in received { try write(segment, bytes) }
      if let part = current?.part, part < open.part { try finishPart() }
    }
    return isNew
  }

  /// Finishes the last part; where there was no row at all, an empty first one.
  func finish(_ activity: String) throws {
    try communicator.agree(activity) {
      if communicator.rank == 0, total.rows == 0 { try begin(0) }
      try finishPart()
    }
  }

  /// The parts that were finished since the last call, on rank 0; a collective call.
  func takeFinished() throws -> [PartsProgress.Part] {
    let mine = finished.flatMap { [Int64($0.number), Int64($0.byteCount), Int64($0.rowCount)] }
    finished = []
    let words = try communicator.gather(mine, to: 0).flatMap(\.self).map { Int($0) }
    return stride(from: 0, to: words.count, by: 3).map {
      PartsProgress.Part(number: words[$0], byteCount: words[$0 + 1], rowCount: words[$0 + 2])
    }.sorted { $0.number < $1.number }
  }

  private func position(of segment: Segment, in rows: EncodedRows, split: Int)
    -> PartsProgress.Position
  {
    let place = segment.bytes.lowerBound
    return PartsProgress.Position(
      part: segment.part, split: split,
      skippedByteCount: place + (split == start.split ? start.skippedByteCount : 0),
      offset: total.bytes + place, rowCount: total.rows + (place == 0 ? 0 : rows.row(at: place)),
      lostCount: total.lost)
  }

  /// The stretches of a split's text by part.
  private func cut(_ rows: EncodedRows, offset: Int) -> [Segment] {
    let size = destination.options.partByteCount
    let count = rows.rowEnds.count
    var segments: [Segment] = []
    var row = 0
    while row < count {
      let start = row == 0 ? 0 : Int(rows.rowEnds[row - 1])
      let part = (offset + start) / size
      // The first row that begins in a later part.
      let last = rows.row(endingAtOrAfter: (part + 1) * size - offset)
      let end = min(count, max(last, row) + 1)
      segments.append(
        Segment(part: part, bytes: start..<Int(rows.rowEnds[end - 1]), rowCount: end - row))
      row = end
    }
    return segments
  }

  /// Moves the open part on to the last one that any rank began; whether it moved.
  private func advance(to begun: PartsProgress.Position?) throws -> Bool {
    let words = begun.map {
      [$0.part, $0.split, $0.skippedByteCount, $0.offset, $0.rowCount, $0.lostCount]
    }
    let all = try communicator.allGather((words ?? []).map { Int64($0) })
    let old = open.part
    for words in all.map({ $0.map { Int($0) } }) where words.count == 6 && words[0] > open.part {
      open = PartsProgress.Position(
        part: words[0], split: words[1], skippedByteCount: words[2], offset: words[3],
        rowCount: words[4], lostCount: words[5])
    }
    return open.part > old
  }

  /// The segments that this rank writes, in the order of the rows.
  private func exchange(_ segments: [(segment: Segment, bytes: [UInt8])]) throws -> [(
    segment: Segment, bytes: [UInt8]
  )] {
    let size = communicator.size
    guard size > 1 else { return segments }
    var heads = [[Int64]](repeating: [], count: size)
    var bodies = [[UInt8]](repeating: [], count: size)
    for (segment, bytes) in segments {
      let owner = segment.part % size
      heads[owner] += [Int64(segment.part), Int64(segment.bytes.count), Int64(segment.rowCount)]
      bodies[owner] += bytes[segment.bytes]
    }
    let receivedHeads = try communicator.allToAll(heads)
    let receivedBodies = try communicator.allToAll(bodies)
    return zip(receivedHeads, receivedBodies).flatMap { head, body in
      var place = 0
      return stride(from: 0, to: head.count, by: 3).map { index in
        let range = place..<place + Int(head[index + 1])
        place = range.upperBound
        return (Segment(part: Int(head[index]), bytes: range, rowCount: Int(head[index + 2])), body)
      }
    }
  }

  private func write(_ segment: Segment, _ bytes: [UInt8]) throws {
    if current?.part != segment.part {
      try finishPart()
      try begin(segment.part)
    }
    current?.rowCount += segment.rowCount
    try current?.file.write(bytes[segment.bytes])
  }

  private func begin(_ part: Int) throws {
    let name = destination.partName(part)
    let file = try TextOutput(
      "\(place)/\(name)", replacing: true, shownAs: "\(destination.path)/\(name)",
      packs: destination.options.packs, threads: threads)
    try file.write(opening)
    current = (part, file, 0)
  }

  private func finishPart() throws {
    guard let (part, file, rowCount) = current else { return }
    try file.commit()
    current = nil
    finished.append(.init(number: part, byteCount: file.byteCount, rowCount: rowCount))
  }
}

extension EncodedRows {
  /// The first row that ends at or after a place in the text.
  fileprivate func row(endingAtOrAfter place: Int) -> Int {
    var (low, high) = (0, rowEnds.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(rowEnds[middle]) < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The row that begins at a place where one ends.
  fileprivate func row(at place: Int) -> Int { row(endingAtOrAfter: place) + 1 }

  /// The rows from a place on at which one begins.
  func dropping(first byteCount: Int) -> EncodedRows {
    guard byteCount > 0 else { return self }
    let ends = rowEnds[row(at: byteCount)...].map { $0 - Int64(byteCount) }
    return EncodedRows(
      bytes: Array(bytes.dropFirst(byteCount)), rowEnds: ends, lostCount: lostCount)
  }
}
