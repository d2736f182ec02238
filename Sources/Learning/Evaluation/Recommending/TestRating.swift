/// A rating of the test data by a user whom the model knows.
struct TestRating: BitwiseCopyable, Sendable {
  var user: Int32
  /// The item's place in the model, or below 0 a number that stands for one it does not know.
  var item: Int64
  var value: Double

  /// By user, then by item, the greater value first: no order of arrival shows.
  static func < (a: Self, b: Self) -> Bool {
    if a.user != b.user { return a.user < b.user }
    return a.item != b.item ? a.item < b.item : a.value > b.value
  }
}
