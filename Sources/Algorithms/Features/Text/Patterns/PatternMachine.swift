/// Finds the matches of a program in texts: all ways through the pattern at once, so that the time
/// is at most the length of the text times the length of the pattern, whatever both are.
///
/// One thread's; its memory is used again for each text.
final class PatternMachine {
  private let program: PatternProgram
  private var current: Threads
  private var upcoming: Threads
  private var pending: [Int] = []

  /// The instructions at which threads stand, those that count more first, and where the match of
  /// each began.
  private struct Threads {
    var places: [Int] = []
    var starts: [Int] = []
    /// For each instruction the last step at which it was added.
    var marks: [Int]

    init(_ count: Int) { marks = [Int](repeating: -1, count: count) }

    mutating func removeAll() {
      places.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
    }
  }

  /// Counts steps over all texts, so that marks need no clearing.
  private var step = 0

  init(_ program: PatternProgram) {
    self.program = program
    current = Threads(program.instructions.count)
    upcoming = Threads(program.instructions.count)
  }

  /// The first match that begins at a place or behind, in bytes.
  func find(in text: UnsafeRawBufferPointer, from first: Int) -> Range<Int>? {
    var found: Range<Int>?
    var place = first
    current.removeAll()
    step += 1
    while true {
      if found == nil {
        if current.places.isEmpty, let firsts = program.firsts {
          while place < text.count {
            let scalar = unsafe UTF8Scalar(text, at: place)
            if firsts.contains(scalar.value) { break }
            place += scalar.length
          }
          if place == text.count { return nil }
        }
        unsafe add(0, from: place, to: &current, text, place)
      }
      if current.places.isEmpty {
        if found != nil || place == text.count { return found }
        place += unsafe UTF8Scalar(text, at: place).length
        step += 1
        continue
      }
      let scalar = place < text.count ? unsafe UTF8Scalar(text, at: place) : nil
      let end = place + (scalar?.length ?? 1)
      step += 1
      upcoming.removeAll()
      threads: for index in current.places.indices {
        switch program.instructions[current.places[index]] {
        case .take(let set):
          if let scalar, set.contains(scalar.value) {
            unsafe add(
              current.places[index] + 1, from: current.starts[index], to: &upcoming, text, end)
          }
        case .match:
          // What counts less than a match is given up.
          found = current.starts[index]..<place
          break threads
        case .split, .jump, .check: break
        }
      }
      if scalar == nil { return found }
      swap(&current, &upcoming)
      place = end
    }
  }

  /// Adds a thread, and those that it splits into before it takes a scalar.
  private func add(
    _ first: Int, from start: Int, to threads: inout Threads, _ text: UnsafeRawBufferPointer,
    _ place: Int
  ) {
    pending.removeAll(keepingCapacity: true)
    pending.append(first)
    while let instruction = pending.popLast() {
      if threads.marks[instruction] == step { continue }
      threads.marks[instruction] = step
      switch program.instructions[instruction] {
      case .split(let preferred, let other):
        pending.append(other)
        pending.append(preferred)
      case .jump(let target): pending.append(target)
      case .check(let assertion):
        if unsafe holds(assertion, text, place) { pending.append(instruction + 1) }
      case .take, .match:
        threads.places.append(instruction)
        threads.starts.append(start)
      }
    }
  }

  private func holds(
    _ assertion: PatternTree.Assertion, _ text: UnsafeRawBufferPointer, _ place: Int
  ) -> Bool {
    switch assertion {
    case .textStart: return place == 0
    case .textEnd: return place == text.count
    case .lastLineEnd: return unsafe isLastLineEnd(text, place)
    case .wordEdge: return unsafe isWordEdge(text, place)
    case .noWordEdge: return unsafe !isWordEdge(text, place)
    }
  }

  private func isWordEdge(_ text: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    func isWord(_ place: Int) -> Bool {
      place >= 0 && place < text.count
        && CharacterClass.word.contains(unsafe UInt32(text[place]))
    }
    return isWord(place - 1) != isWord(place)
  }

  private func isLastLineEnd(_ text: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    if place == text.count { return true }
    let scalar = unsafe UTF8Scalar(text, at: place)
    guard CharacterClass.lineEnd.contains(scalar.value) else { return false }
    // Between the two halves of a line end there is no end of a line.
    if scalar.value == 0x0A, place > 0, unsafe text[place - 1] == 0x0D { return false }
    let end = place + scalar.length
    return unsafe end == text.count
      || (scalar.value == 0x0D && end + 1 == text.count && text[end] == 0x0A)
  }
}
