/// A pattern of `like`: `%` stands for any text, `_` for any one character.
///
/// Method: the pieces between `%` are looked for from left to right; when the rest does not fit, the
/// last `%` takes one character more. No more than (length of text) x (length of pattern) steps.
struct LikePattern: Sendable, Equatable {
  private enum Part: Sendable, Equatable {
    case byte(UInt8)
    case anyCharacter
    case anything
  }

  private let parts: [Part]

  /// - Parameter escape: the character that takes its meaning from the one behind it.
  /// - Returns: nil where the pattern ends in the escape.
  init?(_ pattern: String, escape: Character? = nil) {
    var parts: [Part] = []
    var isEscaped = false
    for character in pattern.unicodeScalars {
      if isEscaped {
        parts += character.utf8.map { .byte($0) }
        isEscaped = false
      } else if let escape, escape.unicodeScalars.elementsEqual([character]) {
        isEscaped = true
      } else if character == "%" {
        if parts.last != .anything { parts.append(.anything) }
      } else if character == "_" {
        parts.append(.anyCharacter)
      } else {
        parts += character.utf8.map { .byte($0) }
      }
    }
    if isEscaped { return nil }
    self.parts = parts
  }

  /// Whether a text in UTF-8 is as the pattern says.
  func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    var (place, part) = (0, 0)
    /// Where to go on when the rest does not fit: behind the last `%`, one character further on.
    var retry: (place: Int, part: Int)?
    while true {
      if part < parts.count {
        switch parts[part] {
        case .anything:
          part += 1
          retry = (place, part)
          continue
        case .byte(let byte):
          if place < text.count, unsafe text[place] == byte {
            place += 1
            part += 1
            continue
          }
        case .anyCharacter:
          if place < text.count {
            place = unsafe Self.next(place, text)
            part += 1
            continue
          }
        }
      } else if place == text.count {
        return true
      }
      guard let last = retry, last.place < text.count else { return false }
      retry = unsafe (Self.next(last.place, text), last.part)
      (place, part) = unsafe (Self.next(last.place, text), last.part)
    }
  }

  /// Where the character behind the one at `place` begins.
  private static func next(_ place: Int, _ text: UnsafeRawBufferPointer) -> Int {
    var next = place + 1
    while next < text.count, unsafe text[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
