/// Where we leave Spark on purpose: docs/parity.md gives the reasons in full.
enum GoldenDepartures {
  private static let infinite =
    "an infinite number has no place on a scale: it is refused and named"
  private static let zeros = "0 and -0 are one number; Spark puts -0 below 0"
  private static let withoutNaN = "NaN is left out of means and variances, and stays NaN"

  private static let reasons: [String: [String: String]] = [
    "binarizer": [
      "a missing number": "what is missing stays missing; Spark makes a 0 of it",
      "whole numbers": "Spark takes doubles alone",
    ],
    "bucketizer": ["right-open, last closed": zeros],
    "elementwise-product": ["NaN and infinity": "settings are finite numbers"],
    "imputer": ["mean: infinity": infinite],
    "max-abs-scaler": ["defaults: infinity": infinite],
    "min-max-scaler": [
      "defaults: infinity": infinite, "min -1.0, max 3.0: infinity": infinite,
    ],
    "normalizer": [
      "p of 2.0": "squares beyond the doubles do no harm; Spark gives zeros, or does nothing",
      "p of 3.0": "powers beyond the doubles do no harm; Spark gives zeros, or does nothing",
    ],
    "quantile-discretizer": ["zeros of both signs": zeros],
    "robust-scaler": [
      "defaults: infinity": "a scale of infinite length is refused",
      "withCentering True: infinity": "a scale of infinite length is refused",
      "withScaling False: missing when applied": "a vector must be there",
    ],
    "standard-scaler": [
      "defaults: NaN": withoutNaN, "withMean True: NaN": withoutNaN,
      "withMean True, withStd False: NaN": withoutNaN, "defaults: infinity": infinite,
      "withMean True: infinity": infinite, "withStd False: infinity": infinite,
      "withMean True, withStd False: infinity": infinite,
      "withStd False: missing when applied": "a vector must be there",
      "far from 0": "sums are exact; Spark's deviation is off in the eighth digit",
      "tiny and huge": "squares beyond the doubles do no harm; Spark gives 0 and NaN",
    ],
    "variance-threshold-selector": ["NaN": withoutNaN],
    "index-to-string": ["a fraction": "a fraction is no code; Spark cuts it off"],
    "interaction": ["vector without names": "vectors need no names"],
    "one-hot-encoder": [
      "error, dropLast True: missing": "a missing code is unseen, no missing vector",
      "error, dropLast False: missing": "a missing code is unseen, no missing vector",
      "keep, dropLast True: missing": "a missing code is unseen, no missing vector",
      "keep, dropLast False: missing": "a missing code is unseen, no missing vector",
    ],
    "r-formula": [
      "y ~ a:b": "true and false may be factors",
      "one level": "a text of one level gives no feature",
    ],
    "string-indexer": ["truths as text": "true and false have codes too"],
    "vector-assembler": [
      "error: NaN within a vector": "a NaN is one within a vector too",
      "skip: NaN within a vector": "a NaN is one within a vector too",
      "skip: v missing, width known": "a missing vector stops wherever it is read",
      "skip: vector missing, width unknown": "a missing vector stops wherever it is read",
      "keep: v missing, width known": "a missing vector stops wherever it is read",
      "keep: numbers, truths, vectors": "the width of a column of vectors is always known",
      "keep: NaN": "the width of a column of vectors is always known",
      "several widths": "the vectors of a column have one width",
    ],
    "vector-indexer": [
      "zeros of both signs": "0 and -0 are one value",
      "no rows": "no rows have no categories",
    ],
    "vector-size-hint": [
      "skip: right and wrong widths": "the vectors of a column have one width",
      "optimistic: right and wrong widths": "the vectors of a column have one width",
    ],
    "univariate-feature-selector": [
      "anova: NaN": "a missing number is an error that names the row",
      "anova: sparse": "a feature that tells the label exactly has p 0; Spark has NaN, last",
      "regression: NaN": "a missing number is an error that names the row",
      "regression: sparse": "a feature that tells the label exactly has p 0; Spark has NaN, last",
    ],
    "bucketed-random-projection-lsh": [
      "bucketLength 0.5": "random numbers of our own: GoldenLSHTests has the formulas",
      "bucketLength 2.0": "random numbers of our own: GoldenLSHTests has the formulas",
      "bucketLength 1000.0": "random numbers of our own: GoldenLSHTests has the formulas",
      "NaN": "NaN and infinity are refused",
      "neighbours, 1 tables": "random numbers of our own: GoldenLSHTests has the formulas",
      "neighbours, 3 tables": "random numbers of our own: GoldenLSHTests has the formulas",
    ],
    "hashing-tf": [
      "a missing list": "a missing list counts as one of no words",
      "a missing token": "lists hold no missing texts",
      "whole numbers": "lists hold texts only",
      "doubles": "lists hold texts only",
    ],
    "min-hash-lsh": [
      "one table": "random numbers of our own: GoldenLSHTests has the formulas",
      "three tables": "random numbers of our own: GoldenLSHTests has the formulas",
      "a stored zero counts": "random numbers of our own: GoldenLSHTests has the formulas",
      "neighbours, 1 tables": "random numbers of our own: GoldenLSHTests has the formulas",
      "neighbours, 3 tables": "random numbers of our own: GoldenLSHTests has the formulas",
    ],
    "ngram": [
      "a missing list": "a missing list stays missing",
      "a missing token": "lists hold no missing texts",
    ],
    "regex-tokenizer": [
      "a missing text": "a missing text gives a missing list"
    ],
    "stop-words-remover": [
      "a missing list": "a missing list stays missing",
      "Turkish cases": "small letters are those of no language",
    ],
    "tokenizer": [
      "a missing text": "a missing text gives a missing list"
    ],
  ]

  static func reason(_ golden: GoldenCase) -> String? { reasons[golden.stage]?[golden.name] }

  static var names: [(stage: String, name: String)] {
    reasons.sorted { $0.key < $1.key }.flatMap { stage, cases in
      cases.keys.sorted().map { (stage, $0) }
    }
  }
}
