internal import CParse

/// How a file is compressed, by the ending of its name.
enum Compression: CaseIterable {
  case gzip, zstd

  /// The ending, with its dot.
  var ending: String {
    switch self {
    case .gzip: ".gz"
    case .zstd: ".zst"
    }
  }

  var kind: UnpackedStream.Kind {
    switch self {
    case .gzip: .gzip
    case .zstd: .zstd
    }
  }

  /// What a name ends in; nil for what is read as it stands.
  init?(ending name: String) {
    let name = name.lowercased()
    guard let found = Self.allCases.first(where: { name.hasSuffix($0.ending) }) else { return nil }
    self = found
  }
}
