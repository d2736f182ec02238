internal import Frames
internal import LinearAlgebra

extension Generator {
  /// Orders of a web shop whose customers fall into six groups with tastes of their own.
  static let shopOrders = Generator(
    "shop-orders", "order lines of a web shop: who bought what, when, for how much",
    rowCount: 100_000
  ) { rowCount, seed in
    let shop = Shop(seed: seed)
    return GeneratedSource(
      "shop-orders", rowCount: rowCount, recipe: "seed \(seed), version 1",
      [
        ("order", .text), ("time", .datetime), ("customer", .text), ("city", .text),
        ("product", .text), ("department", .text), ("quantity", .int32), ("price", .float64),
        ("delivered", .date),
      ]
    ) { rows in
      let all = rows.map { shop.visit($0, purpose: .order) }
      return [
        Column(rows.map { identifier("o", $0 / 3 + 1) as String? }),
        Column(datetimes: all.map { Optional($0.time) }),
        Column(all.map { identifier("c", $0.customer) as String? }),
        Column(all.map { $0.city as String? }),
        Column(all.map { identifier("p", $0.product) as String? }),
        Column(all.map { $0.department as String? }), Column(all.map { Optional($0.quantity) }),
        Column(all.map { Optional($0.price) }), Column(dates: all.map(\.delivered)),
      ]
    }
  }

  /// What the same customers looked at, a line a click.
  static let shopClicks = Generator(
    "shop-clicks", "clicks of the customers of shop-orders: view, cart or purchase",
    rowCount: 1_000_000
  ) { rowCount, seed in
    let shop = Shop(seed: seed)
    return GeneratedSource(
      "shop-clicks", rowCount: rowCount, recipe: "seed \(seed), version 1",
      [
        ("session", .text), ("time", .datetime), ("customer", .text), ("product", .text),
        ("action", .text), ("seconds", .float64),
      ]
    ) { rows in
      let all = rows.map { shop.visit($0, purpose: .click) }
      return [
        Column(rows.map { identifier("s", $0 / 8 + 1) as String? }),
        Column(datetimes: all.map { Optional($0.time) }),
        // Nobody is known before signing in.
        Column(all.map { $0.isKnown ? identifier("c", $0.customer) : nil }),
        Column(all.map { identifier("p", $0.product) as String? }),
        Column(all.map { $0.action as String? }), Column(all.map { Optional($0.seconds) }),
      ]
    }
  }
}

private struct Visit {
  var time: Int64
  var customer: Int
  var city: String
  var product: Int
  var department: String
  var quantity: Int32
  var price: Double
  var delivered: Int32?
  var isKnown: Bool
  var action: String
  var seconds: Double
}

private struct Shop {
  /// What a row is of; the lines of one order, or the clicks of one session, share a customer.
  enum Purpose: Int {
    case order = 1, click = 2
    var rowsPerGroup: Int { self == .order ? 3 : 8 }
  }

  let random: RandomSource

  private static let customerCount = 8000
  private static let productsPerDepartment = 500
  private static let departments = ["books", "garden", "kitchen", "music", "sport", "toys"]
  private static let cities = [
    "Lviv", "Gdańsk", "Porto", "Zürich", "Malmö", "Brno", "Graz", "Tartu", "Split", "Łódź",
  ]

  init(seed: UInt64) { random = RandomSource(seed: seed, purpose: "generate.shop") }

  func visit(_ row: Int, purpose: Purpose) -> Visit {
    let group = row / purpose.rowsPerGroup
    var shared = random.stream(round: purpose.rawValue * 10, row: group)
    var draw = random.stream(round: purpose.rawValue * 10 + 1, row: row)
    let customer = shared.integer(below: Self.customerCount) + 1
    var habits = random.stream(round: 0, row: customer)
    let favourite = habits.integer(below: Self.departments.count)
    let city = Self.cities[habits.integer(below: Self.cities.count)]
    // Seven of ten times in the favourite department, where a few products sell most.
    let isUsual = draw.integer(below: 10) < 7
    let department = isUsual ? favourite : draw.integer(below: Self.departments.count)
    let pull = draw.uniform() * draw.uniform()
    let rank = min(
      Self.productsPerDepartment - 1, Int(pull * Double(Self.productsPerDepartment)))
    let product = department * Self.productsPerDepartment + rank + 1
    var tag = random.stream(round: 1, row: product)
    let price = (500 + 4500 * tag.uniform() * tag.uniform() * 4).rounded() / 100
    // From 2025-01-01 on; groups two minutes apart, rows some seconds.
    let second =
      Int64(group) * 120 + Int64(row % purpose.rowsPerGroup) * 10 + Int64(draw.integer(below: 10))
    let time = (20_089 * 86_400 + second) * 1_000_000
    let day = Int32(20_089 + second / 86_400)
    let isDelivered = shared.integer(below: 12) > 0
    let delay = Int32(1 + shared.integer(below: 6))
    let action = draw.integer(below: 20)
    return Visit(
      time: time, customer: customer, city: city, product: product,
      department: Self.departments[department], quantity: Int32(1 + draw.integer(below: 3)),
      price: price, delivered: isDelivered ? day + delay : nil,
      isKnown: shared.integer(below: 4) > 0,
      action: action == 0 ? "purchase" : action < 3 ? "cart" : "view",
      seconds: (draw.exponential() * 200).rounded() / 10)
  }
}
