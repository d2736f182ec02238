"""Golden cases with labels, formulas and hashes of likeness."""

from .golden import INF, NAN, add, cases, one, sparse

SEEN = [(0.0, 1.0), (0.0, 0.0), (1.0, 1.0), (1.0, 1.0), (2.0, 0.0), (0.0, 1.0)]


def target(case, rows, apply=None, columns="x:double label:double", inputs=("x",), outputs=("y",), **settings):
    add("target-encoder", case, columns, rows, apply, inputs=list(inputs), outputs=list(outputs), label="label", **settings)


for smoothing in (0.0, 1.0, 2.5, 100.0):
    target(f"binary, smoothing {smoothing}", SEEN, smoothing=smoothing)
    target(f"continuous, smoothing {smoothing}", [(x, 10.0 * y + x) for x, y in SEEN], targetType="continuous", smoothing=smoothing)
for word in ("error", "keep"):
    target(f"{word}: unseen", SEEN, [(5.0, 0.0), (1.0, 0.0)], handleInvalid=word)
    target(f"{word}: missing when applied, not when fitted", SEEN, [(None, 0.0)], handleInvalid=word)
    target(f"{word}: missing is a category", [*SEEN, (None, 1.0), (None, 0.0), (None, 1.0)], handleInvalid=word)
    target(f"{word}: NaN", SEEN, [(NAN, 0.0)], handleInvalid=word)
    target(f"{word}: below 0 when applied", SEEN, [(-1.0, 0.0)], handleInvalid=word)
target("missing labels", [(0.0, 1.0), (0.0, None), (1.0, 0.0)])
target("labels of NaN", [(0.0, 1.0), (0.0, NAN), (1.0, 0.0)])
target("labels not of two classes", [(0.0, 2.0), (1.0, 0.0)])
target("a fraction", [(0.5, 1.0), (1.0, 0.0)])
target("below 0 when fitted", [(-1.0, 1.0), (1.0, 0.0)])
target("whole numbers", [(0, 1), (1, 0), (0, 0)], columns="x:int label:int")
target("one class", [(0.0, 1.0), (1.0, 1.0)])
target("no rows", [])
target("several columns", [(0.0, 1.0, 3.0), (1.0, 1.0, 4.5), (0.0, 0.0, 5.0)], columns="a:double b:double label:double",
       inputs=("a", "b"), outputs=("c", "d"), targetType="continuous")
SIGNED = [[-1.0, 0.0], [0.0, 1.0], [4.0, 2.5], [0.0, 1.0]]
one("vector-indexer", "SEMANTICS 1.2", "vector", SIGNED, maxCategories=3)
one("vector-indexer", "too many categories stay numbers", "vector", [[float(i), float(i % 2)] for i in range(5)], maxCategories=3)
one("vector-indexer", "dense and sparse", "vector", [sparse(3, i1=2), [1.0, -5.0, 0.0], sparse(3, i0=3, i2=1)], maxCategories=4)
one("vector-indexer", "zeros of both signs", "vector", [[-0.0], [0.0], [1.0]])
one("vector-indexer", "no zero among the values", "vector", [[3.0], [1.0], [2.0], [3.0]])
for word in ("error", "skip", "keep"):
    one("vector-indexer", f"{word}: unseen", "vector", SIGNED, [[0.0, 1.0], [7.0, 1.0], [4.0, 9.0]], maxCategories=3, handleInvalid=word)
    one("vector-indexer", f"{word}: NaN when applied", "vector", SIGNED, [[NAN, 1.0]], maxCategories=3, handleInvalid=word)
    one("vector-indexer", f"{word}: sparse", "vector", SIGNED, [sparse(2, i0=4), sparse(2, i1=7)], maxCategories=3, handleInvalid=word)
one("vector-indexer", "NaN when fitted", "vector", [[NAN], [1.0], [0.0]])
one("vector-indexer", "no rows", "vector", [])

# Choosing features -----------------------------------------------------------------------------
CODES = [([0.0, 1.0, 2.0, 0.0], 0.0), ([0.0, 0.0, 1.0, 1.0], 0.0), ([1.0, 1.0, 0.0, 2.0], 1.0), ([1.0, 0.0, 1.0, 2.0], 1.0),
         ([0.0, 1.0, 2.0, 1.0], 0.0), ([1.0, 0.0, 0.0, 2.0], 1.0), ([1.0, 1.0, 2.0, 0.0], 1.0), ([0.0, 0.0, 0.0, 1.0], 0.0)]
REALS = [([1.7, 4.4, 7.6, 5.8, 9.6, 2.3], 3.0), ([8.8, 7.3, 5.7, 7.3, 2.2, 4.1], 2.0), ([1.2, 9.5, 2.5, 3.1, 8.7, 2.5], 3.0),
         ([3.7, 9.2, 6.1, 4.1, 7.5, 3.8], 2.0), ([8.9, 5.2, 7.8, 8.3, 5.2, 3.0], 4.0), ([7.9, 8.5, 9.2, 4.0, 9.4, 2.1], 4.0)]
KINDS = {"chi-squared": (CODES, "categorical", "categorical"), "anova": (REALS, "continuous", "categorical"),
         "regression": (REALS, "continuous", "continuous")}
MODES = {"numTopFeatures": (1, 2, 50), "percentile": (0.1, 0.5, 1.0), "fpr": (0.05, 0.2, 0.9), "fdr": (0.05, 0.3, 0.9), "fwe": (0.05, 0.3, 0.9)}
for name, (rows, feature_type, label_type) in KINDS.items():
    for mode, thresholds in MODES.items():
        for threshold in thresholds:
            add("univariate-feature-selector", f"{name}, {mode} {threshold}", "x:vector label:double", rows, inputs=["x"], outputs=["y"],
                label="label", featureType=feature_type, labelType=label_type, selectionMode=mode, selectionThreshold=threshold)


def select(case, rows, kinds, mode="numTopFeatures", threshold=1, apply=None):
    add("univariate-feature-selector", case, "x:vector label:double", rows, apply, inputs=["x"], outputs=["y"], label="label",
        featureType=kinds[0], labelType=kinds[1], selectionMode=mode, selectionThreshold=threshold)


CHI, ANOVA, LINEAR = ("categorical", "categorical"), ("continuous", "categorical"), ("continuous", "continuous")
TIED = [([x, x, 1.0 - x, 1.0], x) for x in (0.0, 1.0, 1.0, 0.0)]
for title, kinds in (("chi-squared", CHI), ("anova", ANOVA), ("regression", LINEAR)):
    select(f"{title}: ties go to the first", TIED, kinds, threshold=2)
    select(f"{title}: a constant", [([5.0, x], y) for x, y in ((1.0, 0.0), (2.0, 1.0), (2.0, 1.0), (1.0, 1.0))], kinds, "fpr", 0.9)
    select(f"{title}: one class", [([0.0, 1.0], 1.0), ([1.0, 1.0], 1.0), ([2.0, 0.0], 1.0)], kinds)
    select(f"{title}: sparse", [(sparse(3, i0=1), 0.0), (sparse(3, i0=1, i2=2), 1.0), (sparse(3, i2=2), 1.0), (sparse(3, i1=1), 0.0)], kinds,
           threshold=2, apply=[(sparse(3, i0=1, i2=2), 0.0), ([1.0, 2.0, 3.0], 0.0)])
    select(f"{title}: NaN", [([0.0, NAN], 0.0), ([1.0, 1.0], 1.0), ([1.0, 2.0], 1.0), ([0.0, 0.0], 0.0)], kinds)
    select(f"{title}: one row", [([0.0, 1.0], 0.0)], kinds)
    select(f"{title}: missing labels", [([0.0, 1.0], 0.0), ([1.0, 1.0], None), ([1.0, 0.0], 1.0)], kinds)
select("categorical features and a continuous label", CODES, ("categorical", "continuous"))
for mode, threshold in (("numTopFeatures", 2), ("percentile", 0.5), ("fpr", 0.3), ("fdr", 0.3), ("fwe", 0.3)):
    given = {"selectorType": mode, mode: threshold}
    add("chi-sq-selector", f"{mode} {threshold}", "x:vector label:double", CODES, inputs=["x"], outputs=["y"], label="label", **given)

# Formulas --------------------------------------------------------------------------------------
TABLE = "y:double a:double s:text t:text b:bool"
PEOPLE = [(1.0, 2.0, "x", "p", True), (0.0, 3.0, "y", "q", False), (1.0, -1.0, "x", "p", True), (2.0, 0.5, "z", "q", True),
          (0.0, 4.0, "y", "p", False), (3.0, 1.0, "x", "q", False)]
FORMULAS = ["y ~ a", "y ~ s", "y ~ a + s", "y ~ a + s + a:s", "y ~ a * s", "y ~ .", "y ~ . - s", "y ~ a - 1", "y ~ s - 1", "y ~ s + t - 1",
            "y ~ s:t", "y ~ s + t + s:t", "y ~ (a + s)^2", "y ~ (a + s + t)^2", "y ~ a:a", "y ~ a^2", "y ~ b", "y ~ b + a", "y ~ a:b", "y ~ a + s - a",
            "y ~ a + 1", "y ~ a + 0", "y ~ 1", "s ~ a", "s ~ a + t", "b ~ a", "y ~ (a + s) * t", "~ a + s", "y ~ a:s:t", "y ~ s:a", "y ~ a + a",
            "y ~ . + a:s", "y ~ missing", "y ~", "y + a", "y ~ a +"]
for formula in FORMULAS:
    add("r-formula", formula, TABLE, PEOPLE, formula=formula, outputs=["features"], label="label")
for order in ("frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"):
    add("r-formula", f"levels by {order}", TABLE, PEOPLE, formula="y ~ s + t", stringIndexerOrderType=order, outputs=["features"], label="label")
add("r-formula", "the order is that of features", TABLE, PEOPLE, formula="s ~ t", stringIndexerOrderType="frequencyAsc", outputs=["features"],
    label="label")
for word in ("error", "skip", "keep"):
    settings = {"formula": "y ~ a + s", "handleInvalid": word, "outputs": ["features"], "label": "label"}
    add("r-formula", f"{word}: unseen level", TABLE, PEOPLE, [(1.0, 2.0, "new", "p", True), (1.0, 2.0, "y", "p", True)], **settings)
    add("r-formula", f"{word}: missing level", TABLE, PEOPLE, [(1.0, 2.0, None, "p", True)], **settings)
    add("r-formula", f"{word}: missing number", TABLE, PEOPLE, [(1.0, None, "x", "p", True)], **settings)
    add("r-formula", f"{word}: NaN", TABLE, PEOPLE, [(1.0, NAN, "x", "p", True)], **settings)
    add("r-formula", f"{word}: missing label", TABLE, PEOPLE, [(None, 1.0, "x", "p", True)], **settings)
    add("r-formula", f"{word}: missing level when fitted", TABLE, [*PEOPLE, (1.0, 2.0, None, "p", True)], **settings)
    add("r-formula", f"{word}: text label unseen", TABLE, PEOPLE, [(1.0, 2.0, "new", "p", True)], formula="s ~ a", handleInvalid=word,
        outputs=["features"], label="label")
add("r-formula", "the label made an index", TABLE, PEOPLE, formula="y ~ a", forceIndexLabel=True, outputs=["features"], label="label")
add("r-formula", "one level", TABLE, [row[:2] + ("x",) + row[3:] for row in PEOPLE], formula="y ~ a + s", outputs=["features"], label="label")
add("r-formula", "vectors", "y:double v:vector", [(1.0, [1.0, 2.0]), (0.0, [3.0, 4.0])], formula="y ~ v", outputs=["features"], label="label")
add("r-formula", "no label when applied", "y:double a:double s:text", [(1.0, 2.0, "x"), (0.0, 1.0, "y")], formula="y ~ a:s", outputs=["features"], label="label")

# Hashes ----------------------------------------------------------------------------------------
SETS = [sparse(10, i0=1, i3=1, i7=1), sparse(10, i0=1, i3=1, i8=1), sparse(10, i9=1), [0.0, 2.0, -1.0] + [0.0] * 7]
one("min-hash-lsh", "one table", "vector", SETS, seed=7)
one("min-hash-lsh", "three tables", "vector", SETS, numHashTables=3, seed=1)
one("min-hash-lsh", "a vector of zeros", "vector", SETS, [sparse(10)], seed=7)
one("min-hash-lsh", "a stored zero counts", "vector", SETS, [sparse(10, i0=0, i4=1)], seed=7)
SPOTS = [[1.0, 1.0, 0.0], [1.0, -1.0, 2.0], [-1.0, -1.0, 0.5], sparse(3, i1=1), sparse(3), [1e6, -1e6, 3.0]]
for length in (0.5, 2.0, 1000.0):
    one("bucketed-random-projection-lsh", f"bucketLength {length}", "vector", SPOTS, bucketLength=length, numHashTables=3, seed=12)
one("bucketed-random-projection-lsh", "NaN", "vector", SPOTS, [[NAN, 0.0, 0.0], [INF, 0.0, 0.0]], bucketLength=2.0, seed=12)
for tables in (1, 3):
    one("min-hash-lsh", f"neighbours, {tables} tables", "vector", SETS, numHashTables=tables, seed=3)
    cases[-1] |= {"near": {"key": sparse(10, i0=1, i3=1), "count": 2}, "within": 0.9}
    one("bucketed-random-projection-lsh", f"neighbours, {tables} tables", "vector", SPOTS, numHashTables=tables, seed=3, bucketLength=2.0)
    cases[-1] |= {"near": {"key": [1.0, 0.0, 0.0], "count": 3}, "within": 3.0}
