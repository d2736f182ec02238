import Martlet

/// A model folder: model.json, tensors and report.json with a line of `%%` between them.
///
/// Three parts get a manifest that fits them, so that what is behind the checksums is reached; a
/// fourth is taken as the manifest itself.
enum ModelInput {
  private static let names = ["model.json", "tensors.safetensors", "report.json"]

  static func run(_ input: [UInt8]) throws {
    let parts = FuzzTarget.parts(of: input)
    guard parts.count == 3 || parts.count == 4 else { return }
    let folder = "\(FuzzTarget.scratch)/model"
    if !pathExists(folder) { try makeFolder(folder) }
    for (name, part) in zip(names, parts) { try FuzzTarget.write(part, to: "\(folder)/\(name)") }
    try FuzzTarget.write(
      parts.count == 4 ? parts[3] : Array(manifest(of: parts).utf8), to: "\(folder)/manifest.json")
    let stored = try StoredModel(reading: folder, registry: Catalog.models)
    let numbers = Column([1, -2.5, nil, 1e300] as [Double?])
    let names = ["a", "b", "c", "d", "sepal_length", "sepal_width", "petal_length", "petal_width"]
    let frame = Frame(names.map { ($0, numbers) })
    _ = try Scorer(stored.model, for: frame.schema, prefix: "p_").score(frame)
  }

  private static func manifest(of parts: [[UInt8]]) -> String {
    let sums = parts.map { checksum($0) }
    let lines = "\(sums[0])  \(names[0])\n\(sums[1])  \(names[1])\n"
    let files = zip(names, zip(parts, sums)).map { name, part in
      "{\"name\":\"\(name)\",\"size\":\(part.0.count),\"sha256\":\"\(part.1)\"}"
    }
    return
      "{\"format\":\"martlet-model\",\"version\":1,\"digest\":\"\(checksum(Array(lines.utf8)))\","
      + "\"files\":[\(files.joined(separator: ","))]}"
  }

  // MARK: SHA-256 (FIPS 180-4), as the library keeps its own to itself

  private static let primes: [Int] = {
    var primes: [Int] = []
    var number = 2
    while primes.count < 64 {
      if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
      number += 1
    }
    return primes
  }()

  /// The first 32 bits of the fraction of a root, found among the integers.
  private static func rootBits(_ prime: Int, power: Int) -> UInt32 {
    // The largest r with r^power <= prime * 2^(32 * power).
    var (low, high) = (UInt64(0), UInt64(1) << 40)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isBelow(middle, prime, power) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  private static func isBelow(_ root: UInt64, _ prime: Int, _ power: Int) -> Bool {
    var product = UInt128(root)
    for _ in 1..<power { product *= UInt128(root) }
    return product <= UInt128(prime) << UInt128(32 * power)
  }

  private static let constants = primes.map { rootBits($0, power: 3) }
  private static let start = primes.prefix(8).map { rootBits($0, power: 2) }

  private static func checksum(_ bytes: [UInt8]) -> String {
    var message = bytes + [0x80]
    while message.count % 64 != 56 { message.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      message.append(UInt8(truncatingIfNeeded: (bytes.count * 8) >> shift))
    }
    var state = start
    for block in stride(from: 0, to: message.count, by: 64) {
      var words = (0..<16).map { word in
        (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[block + 4 * word + $1]) }
      }
      for index in 16..<64 {
        let (a, b) = (words[index - 15], words[index - 2])
        words.append(
          words[index - 16] &+ (turn(a, 7) ^ turn(a, 18) ^ a >> 3) &+ words[index - 7]
            &+ (turn(b, 17) ^ turn(b, 19) ^ b >> 10))
      }
      var s = state
      for index in 0..<64 {
        let one = s[7] &+ (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25))
        let two = one &+ (s[4] & s[5] ^ ~s[4] & s[6]) &+ constants[index] &+ words[index]
        let three = turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)
        let sum = three &+ (s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2])
        s = [two &+ sum, s[0], s[1], s[2], s[3] &+ two, s[4], s[5], s[6]]
      }
      state = zip(state, s).map { $0 &+ $1 }
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func turn(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }
}
