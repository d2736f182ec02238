internal import Learning

extension Catalog {
  /// The whole reference as a page of Markdown: `docs/reference.md` of this release.
  ///
  /// It is made of the declarations alone, so it cannot say what the code does not do.
  public static var reference: String {
    """
    # Reference

    Every algorithm and every stage of this release: what it does, its settings, what Spark's MLlib and
    scikit-learn call them, and how it is asked for. This page is what `martlet algorithms --markdown`
    prints; `martlet algorithms NAME` shows one of them.

    A setting such as `maxIterations` has that name in Swift, in a pipeline's file and in a file of options;
    on the command line it is `--max-iterations`. Where the default is "none", nothing is set.

    ## Algorithms

    `martlet train NAME` learns a model; the last stage of a pipeline may be one, too.

    \(CatalogEntry.table(of: CatalogEntry.estimators + CatalogEntry.recommenders))

    \((CatalogEntry.estimators + CatalogEntry.recommenders).map(\.markdown).joined(separator: "\n"))
    ## Stages

    [Pipelines](pipelines.md) are made of these. The lines of JSON are stages as a pipeline's file has them,
    over columns such as `age`, `city` and `point`.

    \(CatalogEntry.table(of: CatalogEntry.featurizers))

    \(CatalogEntry.featurizers.map(\.markdown).joined(separator: "\n"))
    """
  }
}

extension CatalogEntry {
  /// The section of the reference: what it does, a table of settings, inputs, an example.
  public var markdown: String {
    var text = "### \(name)\n\n\(Self.sentence(summary))\n\n"
    if !settings.isEmpty {
      text += "| setting | meaning | must be | default | Spark | scikit-learn |\n"
      text += "|---|---|---|---|---|---|\n"
      for setting in settings {
        let cells = [
          Self.code(setting.name), Self.cell(setting.meaning), Self.cell(setting.requirement),
          setting.standard.isEmpty ? "none" : Self.code(setting.standard),
          setting.spark.map(Self.code) ?? "", setting.sklearn.map(Self.code) ?? "",
        ]
        text += "| \(cells.joined(separator: " | ")) |\n"
      }
      text += "\n"
    }
    if !inputs.isEmpty {
      text += "| beside the rows | meaning |\n|---|---|\n"
      for input in inputs {
        text += "| `--\(kebabCase(input.name)) SOURCE` | \(Self.cell(input.meaning)) |\n"
      }
      text += "\n"
    }
    if let example { return text + "```json\n\(example.printed(.line))\n```\n" }
    return text + "```\n$ \(trainingLine)\n```\n"
  }

  /// How the program is asked to train it.
  private var trainingLine: String {
    if isRecommender {
      return "martlet train \(name) --data ratings.csv --user USER --item ITEM --out model"
    }
    return switch target {
    case .none: "martlet train \(name) --data rows.csv --out model"
    case .number, .classes: "martlet train \(name) --data rows.csv --label LABEL --out model"
    }
  }

  /// Names that lead to the sections, and what each is for.
  static func table(of entries: [CatalogEntry]) -> String {
    let rows = entries.map { "| [\($0.name)](#\($0.name)) | \(cell($0.summary)) |" }
    return (["| name | what it does |", "|---|---|"] + rows).joined(separator: "\n")
  }

  /// A summary begins small, since it follows a name elsewhere.
  private static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + "."
  }

  /// Words within a table, with nothing in them that Markdown would read.
  private static func cell(_ words: String) -> String {
    var text = ""
    for character in words {
      if "|\\*_<>`[]".contains(character) { text += "\\" }
      text.append(character)
    }
    return text
  }

  /// A name or a value within a table, letter by letter.
  private static func code(_ words: String) -> String {
    let fence = words.contains("`") ? "``" : "`"
    return fence + words.replacing("|", with: "\\|") + fence
  }
}
