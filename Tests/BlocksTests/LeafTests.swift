import Cluster
import Testing

@testable import Blocks

@Suite struct LeafTests {
  /// KERNELS 1.3: C = 2^p with p = clamp(floor(log2(bytes / 1 MiB)), 0, 14), lowered until each
  /// leaf has 256 rows.
  @Test func `the number of leaves follows the table`() {
    let mebibyte = 1 << 20
    let table: [(rows: Int, bytes: Int, leaves: Int)] = [
      (0, 0, 1), (1, 8, 1), (1_000_000, mebibyte - 1, 1), (1_000_000, mebibyte, 1),
      (1_000_000, 2 * mebibyte - 1, 1), (1_000_000, 2 * mebibyte, 2),
      (1_000_000, 128 * mebibyte, 128), (1_000_000, 255 * mebibyte, 128),
      (511, 64 * mebibyte, 1), (512, 64 * mebibyte, 2), (1024, 64 * mebibyte, 4),
      (1 << 30, 1 << 34, 1 << 14), (1 << 40, 1 << 50, 1 << 14), (.max, .max, 1 << 14),
    ]
    for entry in table {
      #expect(
        LeafPolicy().leafCount(rows: entry.rows, bytes: entry.bytes) == entry.leaves, "\(entry)")
    }
  }

  @Test func `a policy of any size is followed`() {
    #expect(smallLeaves.leafCount(rows: 100, bytes: 2400) == 16)
    #expect(LeafPolicy(byteCount: 1, rowCount: 1).leafCount(rows: 7, bytes: 100) == 4)
    #expect(LeafPolicy(byteCount: .max, rowCount: .max).leafCount(rows: .max, bytes: .max) == 1)
    #expect(LeafPolicy(byteCount: 0, rowCount: -1) == LeafPolicy(byteCount: 1, rowCount: 1))
  }

  @Test func `leaves cover all rows, each once, and differ by one row at most`() {
    for rowCount in 0...600 {
      for leafCount in (0...10).map({ 1 << $0 }) {
        var end = 0
        var sizes = Set<Int>()
        for leaf in 0..<leafCount {
          let rows = BlockMatrix<Double>.rows(
            of: leaf..<leaf + 1, leafCount: leafCount, rowCount: rowCount)
          if rows.lowerBound != end || rows.lowerBound != leaf * rowCount / leafCount {
            Issue.record("leaf \(leaf) of \(leafCount) is \(rows) after \(end)")
          }
          end = rows.upperBound
          sizes.insert(rows.count)
        }
        if end != rowCount || (sizes.max() ?? 0) - (sizes.min() ?? 0) > 1 {
          Issue.record("\(leafCount) leaves cover \(end) of \(rowCount) rows, sizes \(sizes)")
        }
      }
    }
  }

  @Test func `runs of leaves are the rows of their leaves, for any number of rows`() {
    for rowCount in [0, 1, 599, Int.max / 3, Int.max] {
      let all = BlockMatrix<Float>.rows(of: 0..<1 << 14, leafCount: 1 << 14, rowCount: rowCount)
      #expect(all == 0..<rowCount)
      let run = BlockMatrix<Float>.rows(of: 5..<9, leafCount: 1 << 14, rowCount: rowCount)
      let first = BlockMatrix<Float>.rows(of: 5..<6, leafCount: 1 << 14, rowCount: rowCount)
      let last = BlockMatrix<Float>.rows(of: 8..<9, leafCount: 1 << 14, rowCount: rowCount)
      #expect(run == first.lowerBound..<last.upperBound)
    }
  }
}
