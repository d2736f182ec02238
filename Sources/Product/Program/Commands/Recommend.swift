import Martlet

let recommendCommand = Command(
  name: "recommend", operands: "MODEL",
  summary: "lists the items that would please users, and what is alike",
  examples: [
    .init("martlet recommend m --top 10 --out lists.csv", "ten items for every user of the model"),
    .init(
      "martlet recommend m --users some.csv --explain 3 --out lists.csv",
      "for some users, each item with three reasons"),
    .init(
      "martlet recommend m --history new.csv --out lists.csv",
      "for users who were not there, from what they did"),
    .init("martlet recommend m --similar-items some.csv --out alike.csv", "items like some items"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Lists",
        options: [
          .value("top", "N", "how long a list is at most", standard: "10"),
          .value("users", "FILE", "the users to list items for", standard: "all of the model"),
          .value("history", "FILE", "ratings of users who were not there, or newer ones"),
          .value("similar-items", "FILE", "items to list items like them for"),
          .value("similar-users", "FILE", "users to list users like them for"),
          .value("users-for", "FILE", "items to list the users for whom they would please most"),
          .flag("include-seen", "list also what a user has already"),
          .value("only", "FILE", "the items that may be listed", standard: "all"),
          .value("exclude", "FILE", "items that may not be listed"),
          .value("explain", "N", "name as many of the user's own items as reasons", standard: "0"),
          .value(
            "cold-start", "WHAT",
            "popularity, missing or drop: for whom the model does not know",
            standard: "popularity; drop, where lists are not of items for users"),
          .value("out", "DESTINATION", "a file, or a folder of parts, for the lists"),
        ]), .writing, .names, .run, .talk,
    ]
  },
  run: { invocation in try RecommendRun(invocation).run() })

extension OptionGroup {
  /// How files of users, items and ratings are read.
  fileprivate static let names = OptionGroup(
    title: "Data",
    options: reading.options.filter { !["where", "width", "zero-based"].contains($0.name) })
}
