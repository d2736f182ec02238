/// Where we leave Spark on purpose: docs/parity.md gives the reasons in full.
enum GoldenDepartures {
  private static let reasons: [String: [String: String]] = [
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
