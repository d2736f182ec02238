internal import Glibc

/// What talk on standard error may look like: redrawn lines, colour, how wide.
///
/// A worker cannot find out by itself: the engine gives it a terminal even when the user wrote into
/// a file. So the launcher looks, and hands its answer down in the environment.
public struct TerminalTraits: Sendable, Equatable {
  /// Whether a progress line may be drawn over itself.
  public var redraws: Bool
  public var hasColor: Bool
  public var width: Int

  public init(redraws: Bool, hasColor: Bool, width: Int) {
    self.redraws = redraws
    self.hasColor = hasColor
    self.width = width
  }

  /// The variable in which a launcher hands them to its workers.
  public static let variable = "MARTLET_TERMINAL"

  /// Those that the launcher found, or those of this process where it has no launcher.
  public static var current: TerminalTraits {
    environmentVariable(variable).flatMap { TerminalTraits(text: $0) } ?? found
  }

  /// Those of this process's own streams.
  public static var found: TerminalTraits {
    let isTerminal = isatty(1) == 1 && isatty(2) == 1
    let isDumb = environmentVariable("TERM") == "dumb"
    var size = winsize()
    let width = unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    return TerminalTraits(
      redraws: isTerminal && !isDumb,
      hasColor: isatty(2) == 1 && !isDumb && environmentVariable("NO_COLOR") == nil,
      width: width > 0 ? width : 80)
  }

  /// One word, as it stands in the environment.
  public var text: String {
    "\(redraws ? "redraw" : "plain"),\(hasColor ? "color" : "mono"),\(width)"
  }

  /// Reads what `text` wrote; nil for anything else.
  public init?(text: String) {
    let words = text.split(separator: ",")
    guard words.count == 3, let width = Int(words[2]), width > 0 else { return nil }
    self.init(redraws: words[0] == "redraw", hasColor: words[1] == "color", width: width)
  }
}
