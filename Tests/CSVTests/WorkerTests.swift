import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// The frames of all splits, read by workers that each own a share, and the schemas they agreed on.
private func readByWorkers(
  _ count: Int, _ path: String, _ splitByteCount: Int
) throws -> [(schema: Schema, frames: [Frame], text: String?)] {
  var tuning = CSVTuning()
  tuning.splitByteCount = splitByteCount
  tuning.prefixByteCount = 10
  tuning.overrunByteCount = 16
  return try Communicator.withThreads(count) { [tuning] communicator in
    let source = try CSVSource(paths: [path], options: CSVOptions(), tuning: tuning)
    let (rank, total) = (communicator.rank, source.splitCount)
    let own = rank * total / count..<(rank + 1) * total / count
    let reading = try source.reading(
      source.columnNames, splits: own, keepsFrames: rank % 2 == 0,
      in: Session(communicator: communicator, threads: 1))
    return (
      reading.schema, try own.map { try reading.frame(ofSplit: $0) }, reading.reasonForText("c")
    )
  }
}

struct WorkerTests {
  private static let text =
    "a,b,c\n"
    + (0..<40).map { row in
      row % 5 == 2
        ? "\(row),\"x\n1,2,3\n\"\"\(row)\n\",1.5\n"
        : row == 33 ? "\(row),y,oops\n" : "\(row),z,\(row)\n"
    }.joined()

  @Test(arguments: [1, 2, 3, 4], [1, 9, 33, 4096])
  func `Any number of workers reads the same rows and types`(count: Int, size: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.text)
    let workers = try readByWorkers(count, path, size)
    let frames = workers.flatMap(\.frames)
    for worker in workers {
      #expect(Table(worker.schema, frames) == (try table(Self.text)))
      #expect(worker.text == "'oops' at \(path):56")
    }
  }

  @Test(arguments: [1, 2, 3], [1, 30, 4096])
  func `Workers end in the first failure of the file`(count: Int, size: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(Self.text + "1,2\n" + Self.text + "1\n")
    let found = #expect(throws: Failure.self) { try readByWorkers(count, path, size) }
    #expect(found?.message == "\(path):66: 2 fields, where the file has 3 columns")
  }

  @Test func `A data set over CSV files reads them by name`() throws {
    let folder = try TemporaryFolder()
    let source = try CSVSource(paths: [folder.file(Self.text)])
    #expect(source.splitCount == 1)
    #expect(try source.expectedSchema(["c", "a"]).fields.map(\.type) == [.text, .int64])
    #expect(source.name.hasSuffix("t.csv"))
  }
}
