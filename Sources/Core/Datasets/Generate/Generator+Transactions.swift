internal import Frames
internal import LinearAlgebra

extension Generator {
  /// Card payments, of which one in two hundred is fraud.
  ///
  /// Fraud comes in two kinds: a large amount far from home at night, and a small test payment in a
  /// shop abroad from a device never seen. Amounts, categories, distances and hours of honest
  /// payments follow the customer. Distances and devices are missing now and then; notes hold
  /// commas, quotes and letters beyond ASCII.
  static let transactions = Generator(
    "transactions", "card payments with text, dates, gaps and 0.5 % planted fraud",
    rowCount: 100_000
  ) { rowCount, seed in
    let payments = Payments(seed: seed)
    return GeneratedSource(
      "transactions", rowCount: rowCount, recipe: "seed \(seed), version 1",
      [
        ("id", .text), ("time", .timestamp), ("customer", .text), ("member_since", .date),
        ("category", .text), ("amount", .float64), ("distance_km", .float64), ("device", .text),
        ("online", .bool), ("earlier_payments", .int32), ("note", .text), ("fraud", .int64),
      ]
    ) { rows in
      let all = rows.map { payments.payment($0) }
      return [
        Column(rows.map { identifier("t", $0 + 1) as String? }),
        Column(timestamps: all.map { Optional($0.time) }),
        Column(all.map { identifier("c", $0.customer) as String? }),
        Column(dates: all.map { Optional($0.memberSince) }),
        Column(all.map { $0.category as String? }), Column(all.map { Optional($0.amount) }),
        Column(all.map(\.distance)), Column(all.map(\.device)),
        Column(all.map { Optional($0.isOnline) }), Column(all.map { Optional($0.earlier) }),
        Column(all.map(\.note)), Column(all.map { Optional($0.isFraud ? 1 : 0) as Int64? }),
      ]
    }
  }
}

private struct Payment {
  var time: Int64
  var customer: Int
  var memberSince: Int32
  var category: String
  var amount: Double
  var distance: Double?
  var device: String?
  var isOnline: Bool
  var earlier: Int32
  var note: String?
  var isFraud: Bool
}

private struct Payments {
  let random: RandomSource

  private static let customerCount = 5000
  private static let categories: [(name: String, mean: Double)] = [
    ("grocery", 38), ("fuel", 55), ("restaurant", 32), ("transport", 9), ("clothing", 64),
    ("electronics", 180), ("pharmacy", 21), ("travel", 320),
  ]
  private static let notes = [
    "thanks, see you soon", "gift for \"M\"", "café", "réf. 12, rue Haute", "ok", "order; pick-up",
  ]
  private enum Round { static let customer = 0, payment = 1 }

  init(seed: UInt64) { random = RandomSource(seed: seed, purpose: "generate.transactions") }

  func payment(_ row: Int) -> Payment {
    var draw = random.stream(round: Round.payment, row: row)
    let customer = draw.integer(below: Self.customerCount) + 1
    var habits = random.stream(round: Round.customer, row: customer)
    let memberSince = Int32(12_000 + habits.integer(below: 7000))
    let wealth = 0.5 + habits.uniform()
    let reach = 2 + 10 * habits.uniform()
    let phone = identifier("d", customer * 2 + habits.integer(below: 2))
    let usual = habits.integer(below: Self.categories.count)
    let fraud = draw.integer(below: 200) == 0
    let isTest = fraud && draw.integer(below: 2) == 0
    let place = draw.integer(below: 2) == 0 ? usual : draw.integer(below: Self.categories.count)
    let category = Self.categories[fraud && !isTest ? 5 : place]
    // A sum of exponential draws has one hump and a long tail.
    var amount = category.mean * wealth * (draw.exponential() + draw.exponential()) / 2
    var distance = reach * draw.exponential()
    var hour = 7 + draw.integer(below: 8) + draw.integer(below: 8)
    var device: String? = phone
    if fraud {
      amount = isTest ? 0.5 + 3 * draw.uniform() : amount * 4 + 400
      distance = 300 + 900 * draw.exponential()
      device = identifier("x", draw.integer(below: 1_000_000))
      if !isTest { hour = draw.integer(below: 6) }
    }
    let noteDraw = draw.integer(below: 20)
    // From 2025-01-01 on, about 500 payments a day.
    let day = 20_089 + Int64(row / 500)
    let second = Int64(hour * 3600 + draw.integer(below: 3600))
    return Payment(
      time: (day * 86_400 + second) * 1_000_000 + Int64(draw.integer(below: 1000)) * 1000,
      customer: customer, memberSince: memberSince, category: category.name,
      amount: (amount * 100).rounded() / 100,
      distance: draw.integer(below: 25) == 0 ? nil : (distance * 10).rounded() / 10,
      device: draw.integer(below: 40) == 0 ? nil : device,
      isOnline: fraud || draw.integer(below: 3) == 0, earlier: Int32(draw.integer(below: 400)),
      note: noteDraw < Self.notes.count ? Self.notes[noteDraw] : nil, isFraud: fraud)
  }
}
