/// The word that a mistyped one was probably meant to be, for "did you mean".
///
/// The fewest letters inserted, left out, changed or swapped with their neighbour, at most a third
/// of the longer word; or the first that begins with what was typed, from three letters on.
public func nearest(to word: String, in words: some Sequence<String>) -> String? {
  let typed = letters(word)
  guard !typed.isEmpty, typed.count <= 64 else { return nil }
  var best: (word: String, distance: Int)?
  var beginning: String?
  for candidate in words {
    let letters = letters(candidate)
    guard letters.count <= 64 else { continue }
    let distance = editDistance(typed, letters)
    if distance <= max(1, max(typed.count, letters.count) / 3),
      distance < max(typed.count, letters.count),
      distance < best?.distance ?? .max
    {
      best = (candidate, distance)
    }
    if beginning == nil, typed.count >= 3, letters.starts(with: typed) { beginning = candidate }
  }
  return best?.word ?? beginning
}

/// Bytes in lower case: option names and settings are ASCII.
private func letters(_ word: String) -> [UInt8] {
  word.utf8.map { byte in byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }
}

/// Insertions, deletions, changes and swaps of neighbours that lead from one word to the other
/// (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
