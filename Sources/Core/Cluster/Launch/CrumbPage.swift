internal import Glibc
internal import Platform

/// A page of words and short texts that outlives the process that wrote it.
///
/// It is a file mapped by the worker that writes and by those that look on: after `kill -9` the
/// last words are still there. Words are atomic; a text is written under a taken word, so a reader
/// in the middle of a write may see a torn text, which is made valid and is only ever printed.
@safe final class CrumbPage: @unchecked Sendable {
  // Proof of Sendable: the address is constant, and all access goes through atomic words or the
  // text lock below.

  /// The words of the page, in order.
  enum Word: Int {
    case magic, process, heartbeat, moves, step, collective, entries, isFinished, engineJob
    case textLock
    /// Where the text of the stage lies in the process that wrote it: the same place, the same text.
    case stageAddress
  }

  /// The texts of the page: 64 bytes each.
  enum Text: Int {
    case host, activity, stage, operation
  }

  static let byteCount = 4096
  static let magic: UInt64 = 0x0001_424d_5543_524d
  private static let textOffset = 256
  private static let textByteCount = 64
  private let start: UnsafeMutableRawPointer

  /// A page in a file that is made for it, or in memory where that cannot be.
  ///
  /// A breadcrumb must never be the reason why a fit fails.
  init(path: String?) {
    var descriptor: Int32 = -1
    if let path {
      descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      // Written, not just sized: a full disk must be seen here, not as a signal later.
      let zeros = [UInt8](repeating: 0, count: CrumbPage.byteCount)
      if descriptor >= 0, unsafe pwrite(descriptor, zeros, zeros.count, 0) != zeros.count {
        close(descriptor)
        descriptor = -1
      }
    }
    defer { if descriptor >= 0 { close(descriptor) } }
    let shared = descriptor >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS
    let mapping = unsafe mmap(
      nil, CrumbPage.byteCount, PROT_READ | PROT_WRITE, shared, descriptor, 0)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      bug("the system gave no page of memory: \(systemMessage(errno))")
    }
    unsafe start = mapping
  }

  /// The page of another process, to look at; nil where there is none yet.
  init?(reading path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_size >= CrumbPage.byteCount,
      let mapping = unsafe mmap(nil, CrumbPage.byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
      unsafe mapping != MAP_FAILED
    else { return nil }
    unsafe start = mapping
    guard self[.magic] == CrumbPage.magic else { return nil }
  }

  deinit { unsafe munmap(start, CrumbPage.byteCount) }

  subscript(word: Word) -> UInt64 {
    get { shared(word).value }
    set { shared(word).value = newValue }
  }

  /// Adds one to a word.
  func increase(_ word: Word) { shared(word).increase() }

  /// Writes a text, cut to its place; gives way where another thread is writing one.
  func write(_ text: some StringProtocol, as place: Text) {
    guard shared(.textLock).take() else { return }
    store(text, as: place)
    if place == .stage { self[.stageAddress] = 0 }
    self[.textLock] = 0
  }

  /// Writes the name of a stage, unless it is there already.
  func setStage(_ stage: StaticString) {
    guard stage.hasPointerRepresentation else { return }
    let address = unsafe UInt64(UInt(bitPattern: stage.utf8Start))
    guard self[.stageAddress] != address, shared(.textLock).take() else { return }
    store(stage.description, as: .stage)
    self[.stageAddress] = address
    self[.textLock] = 0
  }

  private func store(_ text: some StringProtocol, as place: Text) {
    let field = unsafe start + CrumbPage.textOffset + place.rawValue * CrumbPage.textByteCount
    var offset = 0
    for byte in text.utf8.prefix(CrumbPage.textByteCount - 1) {
      unsafe field.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      offset += 1
    }
    unsafe field.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
  }

  /// A text of the page.
  func text(_ place: Text) -> String {
    let field = unsafe start + CrumbPage.textOffset + place.rawValue * CrumbPage.textByteCount
    let bytes = unsafe UnsafeRawBufferPointer(start: field, count: CrumbPage.textByteCount)
    return unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func shared(_ word: Word) -> SharedWord {
    unsafe SharedWord(at: start.assumingMemoryBound(to: UInt64.self) + word.rawValue)
  }
}
