/// The name among `names` that somebody who typed `word` most likely meant, or nil.
///
/// Distance is the number of letters to insert, delete, replace or swap; a name counts as meant
/// when no more than a third of its letters differ.
public func nearestName(to word: String, in names: [String]) -> String? {
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(Array(word.lowercased()), Array(name.lowercased()))
    if distance < best?.distance ?? Int.max { best = (name, distance) }
  }
  guard let best, best.distance <= max(1, best.name.count / 3) else { return nil }
  return best.name
}

/// `did you mean 'x'?`, or the whole list where nothing is near and the list is short.
public func nameHint(for word: String, in names: [String]) -> String? {
  if let name = nearestName(to: word, in: names) { return "did you mean '\(name)'?" }
  return names.isEmpty || names.count > 20 ? nil : "there are: \(names.joined(separator: ", "))"
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var least = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        least = min(least, beforeLast[j - 1] + 1)
      }
      row.append(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
