import ModelStore
import Testing

/// Golden values: the examples of FIPS 180-4 (NIST, "SHA-256 Example" and its test vectors).
@Suite struct SHA256Tests {
  private static let twoBlocks =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
    + "lmnopqrsmnopqrstnopqrstu"

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (twoBlocks, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
  ])
  func `the standard's examples have the standard's checksums`(text: String, golden: String) {
    #expect(SHA256.hexadecimal(of: Array(text.utf8)) == golden)
  }

  @Test func `a million times the letter a has the standard's checksum`() {
    var hash = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { hash.update(piece) }
    #expect(
      hash.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `wherever the bytes are cut, the checksum is the same`() {
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 37) }
    for length in 0...bytes.count {
      let whole = SHA256.hexadecimal(of: Array(bytes[..<length]))
      for cut in [0, 1, 55, 56, 63, 64, 65, 127] where cut <= length {
        var hash = SHA256()
        hash.update(Array(bytes[..<cut]))
        hash.update(Array(bytes[cut..<length]))
        #expect(hash.hexadecimal == whole)
      }
    }
  }
}
