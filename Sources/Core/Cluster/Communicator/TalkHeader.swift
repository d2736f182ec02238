/// The first 128 bytes of every message of a talk: who calls what, and how it goes.
///
/// All ranks of a group see all headers of a talk, so all come to the same verdict about it.
struct TalkHeader: BitwiseCopyable {
  /// Tells a message of another version of this program.
  static let currentMark: UInt32 = 0x4d54_0001
  static let byteCount = 128

  enum Status: UInt32 { case fine, failed }

  var mark = TalkHeader.currentMark
  var operation: UInt32
  var sequence: UInt64
  var status = Status.fine.rawValue
  /// What the rank's interrupt flag said.
  var interrupt: UInt32 = 0
  /// Bytes meant for the receiver.
  var payloadCount: Int64 = 0
  /// Whether the payload follows in messages of its own.
  var isDeferred: UInt32 = 0
  private var padding: UInt32 = 0
  /// What else must be equal on all ranks: the root, the width of an element, the count.
  var detail: Int64
  var furtherDetail: UInt64
  /// What the program declared to be equal on all ranks.
  var fingerprint: UInt64
  private var nameBytes: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
    (0, 0, 0, 0, 0, 0, 0, 0)

  init(
    operation: Operation, name: String, sequence: Int, detail: Int, furtherDetail: UInt64,
    fingerprint: UInt64
  ) {
    self.operation = operation.rawValue
    self.sequence = UInt64(sequence)
    self.detail = Int64(detail)
    self.furtherDetail = furtherDetail
    self.fingerprint = fingerprint
    setName(name)
  }

  /// The header at the start of a message.
  init(at start: UnsafeRawPointer) {
    self = unsafe start.loadUnaligned(as: TalkHeader.self)
  }

  func store(at start: UnsafeMutableRawPointer) {
    unsafe start.storeBytes(of: self, as: TalkHeader.self)
  }

  /// The first 64 bytes of the name under which the collective was called.
  private mutating func setName(_ name: String) {
    var name = name
    unsafe withUnsafeMutableBytes(of: &nameBytes) { room in
      name.withUTF8 { bytes in unsafe room.copyBytes(from: bytes.prefix(room.count)) }
    }
  }

  var name: String {
    unsafe withUnsafeBytes(of: nameBytes) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The collective as an error names it.
  var title: String {
    guard let known = Operation(rawValue: operation) else { return "operation \(operation)" }
    return name == known.name || name.isEmpty ? known.name : "\(known.name) '\(name)'"
  }
}
