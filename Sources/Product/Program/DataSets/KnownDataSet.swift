import Martlet

/// Real data that others publish within a package of theirs.
///
/// It is fetched when it is asked for, never shipped; the licence is said each time.
struct KnownDataSet: Sendable {
  let name: String
  let summary: String
  let rowCount: Int
  let licence: String
  /// The Python package that carries it, and where it lies in there.
  let package: String
  let member: String
  /// The SHA-256 of what lies there, unpacked.
  let digest: String
  /// The lines as published, as lines of CSV with names on top.
  let tidied: @Sendable (_ lines: [Substring]) throws -> [String]

  static let all = [iris, digits, wine, breastCancer, movieLens, shuttle]

  private static let sklearnLicence =
    "CC BY 4.0 (UCI Machine Learning Repository), carried by scikit-learn (BSD-3-Clause)"

  static let iris = KnownDataSet(
    name: "iris", summary: "four measurements of three species of iris", rowCount: 150,
    licence: sklearnLicence, package: "scikit-learn", member: "sklearn/datasets/data/iris.csv",
    digest: "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
    tidied: {
      try classified(
        $0, names: ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"])
    })

  static let wine = KnownDataSet(
    name: "wine", summary: "thirteen chemical measurements of three cultivars", rowCount: 178,
    licence: sklearnLicence, package: "scikit-learn",
    member: "sklearn/datasets/data/wine_data.csv",
    digest: "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
    tidied: {
      try classified(
        $0,
        names: [
          "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols",
          "flavanoids", "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue",
          "od280_od315", "proline", "cultivar",
        ])
    })

  static let breastCancer = KnownDataSet(
    name: "breast-cancer", summary: "thirty measurements of cell nuclei, malignant or benign",
    rowCount: 569, licence: sklearnLicence, package: "scikit-learn",
    member: "sklearn/datasets/data/breast_cancer.csv",
    digest: "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    tidied: { lines in
      let measures = [
        "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity",
        "concave_points", "symmetry", "fractal_dimension",
      ]
      let names = ["mean", "error", "worst"].flatMap { kind in measures.map { "\(kind)_\($0)" } }
      return try classified(lines, names: names + ["diagnosis"])
    })

  static let digits = KnownDataSet(
    name: "digits", summary: "handwritten digits, eight by eight pixels", rowCount: 1797,
    licence: sklearnLicence, package: "scikit-learn",
    member: "sklearn/datasets/data/digits.csv.gz",
    digest: "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
    tidied: { lines in
      [((0..<64).map { "pixel\($0)" } + ["digit"]).joined(separator: ",")] + lines.map(String.init)
    })

  static let movieLens = KnownDataSet(
    name: "movielens-100k", summary: "100,000 ratings of films by 943 people", rowCount: 100_000,
    licence: "GroupLens: research only, no redistribution, no commercial use without permission",
    package: "recbole", member: "recbole/dataset_example/ml-100k/ml-100k.inter",
    digest: "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    tidied: { lines in
      try ["user,item,rating,time"]
        + lines.dropFirst().map { line in
          let fields = line.split(separator: "\t")
          guard fields.count == 4, let second = Int64(fields[3]) else { throw changed(line) }
          return "\(fields[0]),\(fields[1]),\(fields[2]),\(timestampText(second * 1_000_000))"
        }
    })

  static let shuttle = KnownDataSet(
    name: "shuttle", summary: "nine readings of a space shuttle, 7 % of them anomalies",
    rowCount: 49_097, licence: "CC BY 4.0 (UCI Statlog), carried by river (BSD-3-Clause)",
    package: "river", member: "river/datasets/shuttle.csv.gz",
    digest: "8bee3239f80b6549cbf0bc69c07bdcad8bb33fb968329c0678328a8ca971784b",
    tidied: { $0.map(String.init) })

  /// scikit-learn's files: a first line with counts and the names of the classes, and rows that end
  /// in the number of the class.
  private static func classified(_ lines: [Substring], names: [String]) throws -> [String] {
    guard let first = lines.first else { throw changed("") }
    let classes = first.split(separator: ",").dropFirst(2).map(String.init)
    return try [names.joined(separator: ",")]
      + lines.dropFirst().map { line in
        var fields = line.split(separator: ",")
        guard fields.count == names.count, let label = fields.popLast().flatMap({ Int($0) }),
          classes.indices.contains(label)
        else { throw changed(line) }
        return fields.joined(separator: ",") + "," + classes[label]
      }
  }

  private static func changed(_ line: Substring) -> Failure {
    Failure(
      .data, "the published file has changed", causes: ["this line is not as expected: \(line)"])
  }
}
