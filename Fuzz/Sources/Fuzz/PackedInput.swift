import Martlet

// Files in containers. The first byte chooses how the input becomes a file: as it is, or with the
// sizes and checksums mended, so that what is behind them is reached.

/// A `.npz` file, or its members with lines of `%%` between them.
enum NPZInput {
  static func run(_ input: [UInt8]) throws {
    guard let choice = input.first else { return }
    let path = "\(FuzzTarget.scratch)/data.npz"
    if choice & 1 != 0 {
      try FuzzTarget.write(input.dropFirst(), to: path)
      _ = try FuzzTarget.lines(of: path)
      return
    }
    let members = FuzzTarget.parts(of: input.dropFirst())
    let outcomes = try [false, true].map { deflated in
      try FuzzTarget.write(Sealing.zip(members, deflated: deflated), to: path)
      return Result { try FuzzTarget.lines(of: path) }
    }
    guard (try? outcomes[0].get()) == (try? outcomes[1].get()) else {
      bug("stored and deflated members differ: \(outcomes)")
    }
    _ = try outcomes[0].get()
  }
}

/// A gzip or zstd file, or the contents of its members with lines of `%%` between them.
enum ArchiveInput {
  static func run(_ input: [UInt8]) throws {
    guard let choice = input.first else { return }
    let isGzip = choice & 1 == 0
    let plain = "\(FuzzTarget.scratch)/data.csv"
    let path = plain + (isGzip ? ".gz" : ".zst")
    if choice & 2 != 0 {
      try FuzzTarget.write(input.dropFirst(), to: path)
      _ = try FuzzTarget.lines(of: path)
      return
    }
    let members = FuzzTarget.parts(of: input.dropFirst())
    var packed = members.flatMap { isGzip ? Sealing.gzip($0) : Sealing.zstd($0) }
    let isCut = choice & 4 != 0
    let isWrong = isGzip && !isCut && choice & 8 != 0
    // No more than what follows the contents of the last member, or its head.
    if isCut { packed.removeLast(Int(choice >> 5) + 1) }
    if isWrong {
      let last = members.last ?? []
      packed.removeLast(Sealing.gzip(last).count)
      packed += Sealing.gzip(last, checksum: Sealing.checksum(last) ^ 1 << UInt32(choice >> 4))
    }
    try FuzzTarget.write(packed, to: path)
    let found = Result { try FuzzTarget.lines(of: path) }
    if isCut || isWrong {
      guard (try? found.get()) == nil else { bug("a damaged file was read") }
    } else {
      try FuzzTarget.write(members.flatMap { $0 }, to: plain)
      let expected = Result { try FuzzTarget.lines(of: plain) }
      guard (try? found.get()) == (try? expected.get()) else {
        bug("the packed file differs: \(found), \(expected)")
      }
    }
    _ = try found.get()
  }
}

/// A Parquet file, or its pages and its footer with a line of `%%` between them.
enum ParquetInput {
  static func run(_ input: [UInt8]) throws {
    let parts = FuzzTarget.parts(of: input)
    let path = "\(FuzzTarget.scratch)/data.parquet"
    try FuzzTarget.write(
      parts.count == 2 ? Sealing.parquet(parts[0], parts[1]) : input, to: path)
    _ = try FuzzTarget.lines(of: path)
  }
}
