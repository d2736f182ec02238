internal import Learning
internal import Platform

/// Damages a model folder in many places: each must be refused, naming the file.
enum LawDamage {
  /// - Parameter write: writes the model and gives its digest.
  static func check(
    _ place: LawPlace, _ models: ModelRegistry, write: (String) throws -> String
  ) throws {
    try place.withPath { path in
      let digest = try write(path)
      func expectRefusal(_ file: String, _ damage: String) throws {
        try Self.expectRefusal(models, path, digest, naming: file, damage)
      }
      for file in try namesInFolder(path) {
        let name = "\(path)/\(file)"
        let whole = try InputFile(name).contents()
        let count = whole.count
        for length in [0, 1, count / 3, count / 2, count - 1] {
          try Self.write(Array(whole.prefix(length)), to: name)
          try expectRefusal(file, "cut to \(length) bytes")
        }
        for spot in [0, count / 5, count / 2, count * 4 / 5, count - 1] {
          var damaged = whole
          damaged[spot] ^= 1
          try Self.write(damaged, to: name)
          try expectRefusal(file, "flipped at byte \(spot)")
        }
        removePath(name)
        try expectRefusal(file, "taken away")
        try Self.write(whole, to: name)
      }
      _ = try StoredModel(reading: path, registry: models)
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try OutputFile(path, replacing: true)
    try file.write(bytes)
    try file.commit()
  }

  private static func expectRefusal(
    _ models: ModelRegistry, _ path: String, _ digest: String, naming file: String,
    _ damage: String
  ) throws {
    do {
      let read = try StoredModel(reading: path, registry: models)
      // A manifest without its last line feed says the same of the same files.
      if file == ModelManifest.fileName, read.digest == digest { return }
    } catch {
      let failure = Failure(error)
      let text = failure.description
      // The manifest's sizes are held against the files: a wrong one is told of the file.
      let isNamed = text.contains(file) || (file == ModelManifest.fileName && text.contains(path))
      try EstimatorLaw.expect(
        failure.kind == .data && isNamed, "\(file) \(damage) gives: \(failure.kind) \(text)")
      return
    }
    try EstimatorLaw.expect(false, "a model is read although its \(file) was \(damage)")
  }
}
