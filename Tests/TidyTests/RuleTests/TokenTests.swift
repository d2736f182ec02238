import Testing

@Suite struct `Cutting source text` {
  private func words(_ text: String, as language: Language = .swift) -> [String] {
    tokenize(text, as: language).map(\.text)
  }

  @Test func `leaves comments out, nested ones too`() {
    #expect(words("a // b\nc /* d /* e */ f */ g") == ["a", "c", "g"])
    #expect(words("a /* b /* c */ d", as: .c) == ["a", "d"])
  }

  @Test func `keeps only the quotes of a string`() {
    #expect(words(#"x = "unsafe // not" + y"#) == ["x", "=", "\"", "\"", "+", "y"])
    #expect(words(#"("a\"b", c)"#) == ["(", "\"", "\"", ",", "c", ")"])
    #expect(words("\"\"\"\n  a \"b\" \\n\n\"\"\" z") == ["\"\"\"", "\"\"\"", "z"])
    #expect(words(##"#"a "b" \n"# z"##) == ["#\"", "\"#", "z"])
  }

  @Test func `reads the code of an interpolation`() {
    #expect(
      words(#""a \(f(x, "b")) c" d"#).filter { $0.first?.isLetter == true } == ["f", "x", "d"])
  }

  @Test func `takes a quoted name for one word`() {
    #expect(words("func `a import b`() {}") == ["func", "`a import b`", "(", ")", "{", "}"])
  }

  @Test func `reads on after an unfinished string`() {
    #expect(words("a \"b c\nd") == ["a", "\"", "d"])
  }

  @Test func `skips the character constants of C`() {
    #expect(words(#"a = '"'; b = '\''; c"#, as: .c) == ["a", "=", ";", "b", "=", ";", "c"])
  }

  @Test func `counts lines through comments and strings`() {
    let tokens = tokenize("/* 1\n2 */ a \"\"\"\n4\n\"\"\"\nb", as: .swift)
    #expect(tokens.map(\.line) == [2, 2, 4, 5])
  }

  @Test func `knows what stands right after what`() {
    #expect(tokenize("try! a", as: .swift).map(\.touches) == [false, true, false])
    #expect(tokenize("try !a", as: .swift).map(\.touches) == [false, false, true])
  }
}
