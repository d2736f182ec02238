/// One Unicode scalar among UTF-8 bytes.
struct UTF8Scalar {
  /// Its number; `invalid` for a byte that is no part of well-formed UTF-8.
  let value: UInt32
  /// How many bytes it takes.
  let length: Int

  static let invalid: UInt32 = 0xFFFF_FFFF

  @inline(__always)
  private init(_ value: UInt32, _ length: Int) {
    self.value = value
    self.length = length
  }

  /// The scalar that begins at a byte.
  @inline(__always)
  init(_ text: UnsafeRawBufferPointer, at place: Int) {
    let lead = unsafe text[place]
    if lead < 0x80 {
      self.init(UInt32(lead), 1)
    } else {
      unsafe self.init(long: text, at: place)
    }
  }

  private init(long text: UnsafeRawBufferPointer, at place: Int) {
    let lead = unsafe UInt32(text[place])
    func next(_ offset: Int) -> UInt32? {
      guard place + offset < text.count else { return nil }
      let byte = unsafe UInt32(text[place + offset])
      return byte & 0xC0 == 0x80 ? byte & 0x3F : nil
    }
    self.init(Self.invalid, 1)
    guard lead >= 0xC2, lead < 0xF5, let second = next(1) else { return }
    if lead < 0xE0 {
      self.init((lead & 0x1F) << 6 | second, 2)
      return
    }
    guard let third = next(2) else { return }
    if lead < 0xF0 {
      let value = (lead & 0x0F) << 12 | second << 6 | third
      if value >= 0x800, value & 0xF800 != 0xD800 { self.init(value, 3) }
      return
    }
    guard let fourth = next(3) else { return }
    let value = (lead & 0x07) << 18 | second << 12 | third << 6 | fourth
    if value >= 0x1_0000, value < 0x11_0000 { self.init(value, 4) }
  }

  /// The scalar that ends before a byte.
  init(_ text: UnsafeRawBufferPointer, before place: Int) {
    var start = place - 1
    while start > 0, place - start < 4, unsafe text[start] & 0xC0 == 0x80 { start -= 1 }
    let scalar = unsafe UTF8Scalar(text, at: start)
    if start + scalar.length == place { self = scalar } else { self.init(Self.invalid, 1) }
  }

  /// What Unicode knows of it; nil for a byte that is none.
  var properties: Unicode.Scalar.Properties? { Unicode.Scalar(value)?.properties }
}

/// How many UTF-16 units a text has: what Java calls its length.
func utf16Count(_ text: UnsafeRawBufferPointer) -> Int {
  var count = 0
  for place in 0..<text.count {
    let byte = unsafe text[place]
    if byte & 0xC0 != 0x80 { count += 1 }
    if byte >= 0xF0 { count += 1 }
  }
  return count
}
