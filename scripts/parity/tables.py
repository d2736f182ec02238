"""Random cases: a table, a stage and its settings, from a seed."""

import math
import random

WORDS = ["the", "a", "Red", "red", "RED", "кіт", "Kyiv", "Łódź", "日本", "café", "CAFÉ", "x", "don't", "über", "naïve", "I",
         "spark", "42", "3.14", "e-mail", "😀", "ΟΔΟΣ", "not", "snow", "Straße", "ﬁn", "O'Neil", "ñ", "i", "zz"]
BLANKS = [" ", " ", " ", "  ", "\t", "\n", ", ", ". "]
LABELS = ["Lviv", "Kyiv", "Odesa", "", "lviv", "Łódź", "日本", "10", "9", "2.0", "-", "b c", "é", "😀", "a", "Z"]
ROWS = [1, 2, 3, 7, 20, 60, 150, 300]


class Dice(random.Random):
    """The random choices of one case."""

    def maybe(self, share):
        return self.random() < share

    def settings(self, **choices):
        """Each setting is left out, or one of its choices."""
        return {name: self.choice(values) for name, values in choices.items() if self.maybe(0.6)}

    def number(self, kind):
        if kind == "ties":
            return float(self.randrange(-2, 3))
        if kind == "wide":
            return self.choice([-1, 1]) * 10.0 ** self.uniform(-8, 8)
        if kind == "offset":
            return 1000.0 + self.gauss(0, 1)
        if kind == "zeros":
            return 0.0 if self.maybe(0.7) else self.gauss(0, 3)
        return self.gauss(0, 2)

    def numbers(self, rows, kind=None, missing=0.0, nan=0.0, infinite=0.0):
        kind = kind or self.choice(["gauss", "gauss", "ties", "wide", "offset", "zeros", "constant"])
        constant = self.gauss(0, 5)
        found = []
        for _ in range(rows):
            value = constant if kind == "constant" else self.number(kind)
            if self.maybe(missing):
                value = None
            elif self.maybe(nan):
                value = "NaN"
            elif self.maybe(infinite):
                value = self.choice(["Infinity", "-Infinity"])
            found.append(value)
        return found

    def vectors(self, rows, width=None, **holes):
        """Dense and sparse rows of columns of several kinds."""
        width = width or self.choice([1, 2, 3, 5, 8, 20])
        columns = [self.numbers(rows, **holes) for _ in range(width)]
        sparse = self.choice([0, 0, 0.5, 1])
        return [as_vector(list(row), self.maybe(sparse)) for row in zip(*columns)] if rows else []

    def codes(self, rows, count, missing=0.0, beyond=0.0):
        found = [float(self.randrange(count)) for _ in range(rows)]
        return [None if self.maybe(missing) else float(count + 3) if self.maybe(beyond) else x for x in found]

    def labels(self, rows, missing=0.0, pool=None):
        pool = pool or self.sample(LABELS, self.randrange(1, len(LABELS)))
        return [None if self.maybe(missing) else self.choice(pool) for _ in range(rows)]

    def tokens(self, rows):
        pool = self.sample(WORDS, self.randrange(1, len(WORDS)))
        return [[self.choice(pool) for _ in range(self.choice([0, 1, 2, 3, 6, 15]))] for _ in range(rows)]

    def text(self, rows):
        return ["".join(self.choice(WORDS) + self.choice(BLANKS) for _ in range(self.choice([0, 1, 2, 5, 12]))) for _ in range(rows)]


def as_vector(values, sparse):
    if not sparse:
        return values
    kept = [(place, value) for place, value in enumerate(values) if value != 0.0]
    return {"width": len(values), "indices": [p for p, _ in kept], "values": [v for _, v in kept]}


MAKERS = {}


def maker(*stages):
    def register(make):
        for stage in stages:
            MAKERS[stage] = make
        return make

    return register


def made(stage, kind, rows, apply=None, **settings):
    return {"stages": [{"stage": stage, "inputs": ["x"], "outputs": ["y"], **settings}], "columns": [["x", kind]],
            "rows": [[x] for x in rows], **({} if apply is None else {"apply": [[x] for x in apply]})}


@maker("tokenizer", "regex-tokenizer")
def tokenizing(d, stage, rows):
    patterns = [(True, "\\s+"), (True, "[ ,.]"), (False, "\\w+"), (False, "[a-z]+"), (True, "\\W"), (False, "\\S{2,}")]
    gaps, pattern = d.choice(patterns)
    more = {} if stage == "tokenizer" else {"gaps": gaps, "pattern": pattern, **d.settings(minTokenLength=[0, 1, 2, 4], toLowercase=[True, False])}
    return made(stage, "text", d.text(rows), **more)


@maker("ngram", "stop-words-remover", "hashing-tf", "count-vectorizer")
def counting(d, stage, rows):
    more = {
        "ngram": lambda: {"n": d.choice([1, 2, 3, 5])},
        "stop-words-remover": lambda: d.settings(caseSensitive=[True, False], stopWords=[["red", "I", "CAFÉ"], ["кіт"], []]),
        "hashing-tf": lambda: d.settings(numFeatures=[1, 7, 16, 1000, 1 << 18], binary=[True, False]),
        "count-vectorizer": lambda: d.settings(minDF=[1.0, 2.0, 0.1, 0.5], maxDF=[1000.0, 0.9], minTF=[1.0, 2.0, 0.2], binary=[True, False]),
    }[stage]()
    return made(stage, "texts", d.tokens(rows), d.tokens(d.choice(ROWS)) if d.maybe(0.5) else None, **more)


@maker("idf")
def inverse(d, stage, rows):
    width = d.choice([1, 4, 12])
    counts = [as_vector([float(d.choice([0, 0, 0, 1, 2, 5])) for _ in range(width)], d.maybe(0.6)) for _ in range(rows)]
    return made(stage, "vector", counts, **d.settings(minDocFreq=[0, 1, 2, 5]))


@maker("feature-hasher")
def hashing(d, stage, rows):
    columns = [["a", "double"], ["b", "bool"], ["s", "text"], ["n", "long"]]
    lists = [d.numbers(rows, missing=0.1), [d.choice([True, False, None]) for _ in range(rows)], d.labels(rows, 0.1),
             [d.randrange(-5, 99) for _ in range(rows)]]
    inputs = d.sample("absn", d.randrange(1, 5))
    more = d.settings(numFeatures=[3, 16, 1024, 1 << 18], categoricalCols=[[c for c in "an" if c in inputs]])
    return {"stages": [{"stage": stage, "inputs": inputs, "outputs": ["y"], **more}], "columns": columns, "rows": [list(r) for r in zip(*lists)]}


@maker("binarizer")
def binary(d, stage, rows):
    if d.maybe(0.5):
        return made(stage, "vector", d.vectors(rows), threshold=d.choice([0.0, 0.5, 1.0, 3.0]))
    return made(stage, "double", d.numbers(rows, nan=0.1, infinite=0.05), **d.settings(threshold=[0.0, -1.0, 1.0]))


@maker("bucketizer")
def bucketing(d, stage, rows):
    inner = sorted({round(d.gauss(0, 3), 1) for _ in range(d.randrange(1, 9))})
    ends = d.maybe(0.8) or len(inner) < 3
    splits = ["-Infinity", *inner, "Infinity"] if ends else inner
    return made(stage, "double", d.numbers(rows, missing=d.choice([0, 0.1]), nan=d.choice([0, 0.1])), splits=splits,
                **d.settings(handleInvalid=["error", "skip", "keep"]))


@maker("quantile-discretizer")
def quantiles(d, stage, rows):
    kind = d.choice(["double", "double", "int"])
    x = [d.randrange(-9, 9) for _ in range(rows)] if kind == "int" else d.numbers(rows, missing=d.choice([0, 0.1]), nan=d.choice([0, 0.1]))
    return made(stage, kind, x, numBuckets=d.choice([2, 3, 5, 10]), handleInvalid=d.choice(["error", "skip", "keep", "keep"]),
                relativeError=0.0)


@maker("string-indexer")
def indexing(d, stage, rows):
    pool = d.sample(LABELS, d.randrange(1, len(LABELS)))
    more = {"handleInvalid": d.choice(["error", "skip", "keep", "keep"]),
            **d.settings(stringOrderType=["frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"])}
    if d.maybe(0.3):
        return made(stage, "double", d.numbers(rows, d.choice(["ties", "wide", "zeros"]), missing=0.1), **more)
    gaps = d.choice([0, 0.1])
    return made(stage, "text", d.labels(rows, gaps, pool), d.labels(d.choice(ROWS), gaps) if d.maybe(0.5) else None, **more)


@maker("index-to-string")
def naming(d, stage, rows):
    return made(stage, "double", d.codes(rows, 4), labels=d.sample(LABELS, 4))


@maker("one-hot-encoder")
def one_hot(d, stage, rows):
    count = d.choice([1, 2, 3, 9])
    return made(stage, "double", d.codes(rows, count), d.codes(rows, count, 0.05, d.choice([0, 0.1])) if d.maybe(0.5) else None,
                **d.settings(dropLast=[True, False], handleInvalid=["error", "keep"]))


@maker("target-encoder")
def targets(d, stage, rows):
    kind = d.choice(["binary", "continuous"])
    count = d.choice([1, 2, 5, 30])
    x = d.codes(rows, count, d.choice([0, 0.1]))
    y = [float(d.randrange(2)) for _ in x] if kind == "binary" else d.numbers(rows, "gauss")
    case = made(stage, "double", x, label="t", targetType=kind, **d.settings(smoothing=[0.0, 0.5, 10.0], handleInvalid=["error", "keep"]))
    case["columns"].append(["t", "double"])
    case["rows"] = [list(pair) for pair in zip(x, y)]
    if d.maybe(0.5):
        case["apply"] = [[code, 0.0] for code in d.codes(rows, count, 0.0, 0.1)]
    return case


@maker("vector-indexer")
def vector_indexing(d, stage, rows):
    width = d.choice([1, 3, 6])
    values = [[float(d.randrange(-2, 4)) if place % 2 else d.choice([0.0, 2.5, 7.0, d.gauss(0, 1)]) for place in range(width)] for _ in range(rows)]
    sparse = d.choice([0, 0.5])
    return made(stage, "vector", [as_vector(row, d.maybe(sparse)) for row in values], **d.settings(maxCategories=[2, 4, 6, 20], handleInvalid=["error", "skip", "keep"]))


@maker("vector-assembler", "interaction")
def assembling(d, stage, rows):
    invalid = stage == "vector-assembler" and d.maybe(0.5)
    gaps = {"missing": 0.1, "nan": 0.05} if invalid else {}
    lists = [d.numbers(rows, **gaps), d.numbers(rows, **gaps), [d.maybe(0.5) for _ in range(rows)], [d.randrange(9) for _ in range(rows)], d.vectors(rows, 3)]
    columns = [["a", "double"], ["b", "double"], ["t", "bool"], ["n", "int"], ["v", "vector"]]
    inputs = d.sample("abtnv" if stage == "vector-assembler" else "abn", d.randrange(1 if stage == "vector-assembler" else 2, 4))
    more = {"handleInvalid": d.choice(["error", "skip"] + (["keep"] if "v" not in inputs else []))} if invalid else {}
    return {"stages": [{"stage": stage, "inputs": inputs, "outputs": ["y"], **more}], "columns": columns, "rows": [list(r) for r in zip(*lists)]}


@maker("vector-slicer")
def slicing(d, stage, rows):
    width = d.choice([1, 3, 8])
    return made(stage, "vector", d.vectors(rows, width), indices=d.sample(range(width), d.randrange(1, width + 1)))


@maker("standard-scaler", "min-max-scaler", "max-abs-scaler", "robust-scaler", "normalizer", "polynomial-expansion", "elementwise-product",
       "dct", "variance-threshold-selector", "pca")
def vectors(d, stage, rows):
    more = {
        "standard-scaler": lambda: d.settings(withMean=[True, False], withStd=[True, False]),
        "min-max-scaler": lambda: d.settings(min=[-1.0, -5.0], max=[2.0, 100.0]),
        "max-abs-scaler": dict,
        "robust-scaler": lambda: {"relativeError": 0.0, **d.settings(withCentering=[True, False], withScaling=[True, False], lower=[0.1, 0.3], upper=[0.6, 0.9])},
        "normalizer": lambda: d.settings(p=[1.0, 2.0, 3.0, 1.5, "Infinity"]),
        "polynomial-expansion": lambda: d.settings(degree=[1, 2, 3]),
        "elementwise-product": dict, "pca": dict,
        "dct": lambda: d.settings(inverse=[True, False]),
        "variance-threshold-selector": lambda: d.settings(varianceThreshold=[0.0, 0.5, 4.0]),
    }[stage]()
    width = d.choice([1, 2, 3, 5] if stage == "polynomial-expansion" else [2, 3, 5, 8, 20])
    nan = d.choice([0, 0, 0.05]) if stage in ("standard-scaler", "min-max-scaler", "max-abs-scaler", "robust-scaler") else 0
    if stage == "elementwise-product":
        more["scalingVec"] = [d.gauss(0, 2) for _ in range(width)]
    if stage == "pca":
        more["k"] = d.randrange(1, width + 1)
        rows = max(rows, width + 3)
        # Directions that are told apart: ties have no order.
        return made(stage, "vector", [[d.gauss(place, 1.0 + place) for place in range(width)] for _ in range(rows)], **more)
    apply = d.vectors(d.choice(ROWS), width) if d.maybe(0.4) else None
    return made(stage, "vector", d.vectors(rows, width, nan=nan), apply, **more)


@maker("imputer")
def imputing(d, stage, rows):
    kind = d.choice(["double", "double", "int", "long"])
    x = d.numbers(rows, missing=0.2, nan=0.1) if kind == "double" else [None if d.maybe(0.2) else d.randrange(-9, 9) for _ in range(rows)]
    return made(stage, kind, x, strategy=d.choice(["mean", "median", "mode"]), relativeError=0.0)


@maker("univariate-feature-selector")
def selecting(d, stage, rows):
    rows = max(rows, 7)
    width = d.choice([1, 4, 10])
    features, label = d.choice([("categorical", "categorical"), ("continuous", "categorical"), ("continuous", "continuous")])
    y = [float(d.randrange(3)) for _ in range(rows)] if label == "categorical" else d.numbers(rows, "gauss")
    pull = [d.choice([0, 0, 0.5, 2]) for _ in range(width)]
    if features == "categorical":
        x = [[t if d.maybe(pull[i] / 3) else float(d.randrange(4)) for i in range(width)] for t in y]
    else:
        x = [[d.gauss(0, 1) + pull[i] * t for i in range(width)] for t in y]
    mode = d.choice(["numTopFeatures", "percentile", "fpr", "fdr", "fwe"])
    threshold = d.choice([1, 2, 5]) if mode == "numTopFeatures" else d.choice([0.05, 0.2, 0.5])
    case = made(stage, "vector", x, label="t", featureType=features, labelType=label, selectionMode=mode, selectionThreshold=threshold)
    case["columns"].append(["t", "double"])
    case["rows"] = [[row, t] for row, t in zip(x, y)]
    return case


@maker("r-formula")
def formulas(d, stage, rows):
    formula = d.choice(["t ~ a", "t ~ s", "t ~ a + s", "t ~ a + s + a:s", "t ~ a * s", "t ~ .", "t ~ . - b", "t ~ (a + s)^2", "t ~ s:u",
                        "t ~ s + u + s:u", "t ~ a:b", "t ~ a + b - 1", "s ~ a + b"])
    lists = [d.numbers(rows, "gauss"), d.numbers(rows), d.numbers(rows, "gauss"), d.labels(rows, pool=LABELS[:3]), d.labels(rows, pool=LABELS[4:9])]
    return {"stages": [{"stage": stage, "formula": formula, "outputs": ["features"], "label": "label",
                        **d.settings(stringIndexerOrderType=["frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"], handleInvalid=["skip", "keep"])}],
            "columns": [["t", "double"], ["a", "double"], ["b", "double"], ["s", "text"], ["u", "text"]], "rows": [list(r) for r in zip(*lists)]}


@maker("pipeline of text")
def text_pipeline(d, stage, rows):
    stages = [{"stage": "tokenizer", "inputs": ["x"], "outputs": ["tokens"]},
              {"stage": "stop-words-remover", "inputs": ["tokens"], "outputs": ["words"]}]
    last = "words"
    if d.maybe(0.5):
        stages.append({"stage": "ngram", "inputs": [last], "outputs": ["pairs"], "n": 2})
        last = "pairs"
    stages += [{"stage": "hashing-tf", "inputs": [last], "outputs": ["counts"], "numFeatures": d.choice([16, 4096])},
               {"stage": "idf", "inputs": ["counts"], "outputs": ["weights"]}, {"stage": "normalizer", "inputs": ["weights"], "outputs": ["y"]}]
    return {"stages": stages, "columns": [["x", "text"]], "rows": [[x] for x in d.text(rows)]}


@maker("pipeline of columns")
def column_pipeline(d, stage, rows):
    stages = [{"stage": "imputer", "inputs": ["a", "b"], "outputs": ["a full", "b full"], "strategy": d.choice(["mean", "median"])},
              {"stage": "string-indexer", "inputs": ["s", "u"], "outputs": ["s code", "u code"], "handleInvalid": "keep"},
              {"stage": "one-hot-encoder", "inputs": ["s code", "u code"], "outputs": ["s hot", "u hot"], **d.settings(dropLast=[True, False])},
              {"stage": "vector-assembler", "inputs": ["a full", "s hot", "b full", "u hot"], "outputs": ["all"]},
              {"stage": d.choice(["standard-scaler", "min-max-scaler", "max-abs-scaler", "variance-threshold-selector"]), "inputs": ["all"], "outputs": ["y"]}]
    pool = [label for label in LABELS if label]  # Spark's one-hot encoder refuses an empty name
    lists = [d.numbers(rows, missing=0.1), d.numbers(rows, missing=0.1, nan=0.05), d.labels(rows, 0.05, pool[:9]), d.labels(rows, 0.05, pool[9:])]
    return {"stages": stages, "columns": [["a", "double"], ["b", "double"], ["s", "text"], ["u", "text"]], "rows": [list(r) for r in zip(*lists)]}


def random_case(stage, seed):
    """The case of a stage and a seed, always the same."""
    dice = Dice(f"{stage} {seed}")
    rows = dice.choice(ROWS)
    case = MAKERS[stage](dice, stage, rows)
    return {"stage": stage, "case": f"seed {seed}", **case}


def finite(value):
    return isinstance(value, (int, float)) and math.isfinite(value)
