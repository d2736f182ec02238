"""Golden cases of numbers and vectors: scalers, imputation, projections."""

from .golden import INF, LOW, NAN, add, one, sparse

WIDE = [[1.0, -2.0, 7.0, 0.0], [2.0, 0.5, 7.0, 0.0], [4.0, 3.25, 7.0, 1e9], [-8.5, 0.0, 7.0, -3.0]]
THIN = [sparse(3, i0=1, i2=-2), sparse(3), [0.0, 4.0, 1.0], sparse(3, i1=-1.5)]
SCALERS = {
    "standard-scaler": [{}, {"withMean": True}, {"withStd": False}, {"withMean": True, "withStd": False}],
    "min-max-scaler": [{}, {"min": -1.0, "max": 3.0}],
    "max-abs-scaler": [{}],
    "robust-scaler": [{}, {"withCentering": True}, {"withScaling": False}, {"lower": 0.1, "upper": 0.6, "withCentering": True}],
}
for stage, all_settings in SCALERS.items():
    for settings in all_settings:
        told = ", ".join(f"{k} {v}" for k, v in settings.items()) or "defaults"
        one(stage, f"{told}: a constant among columns", "vector", WIDE, **settings)
        one(stage, f"{told}: dense and sparse", "vector", THIN, **settings)
        one(stage, f"{told}: beyond what was seen", "vector", WIDE, [[100.0, -100.0, 8.0, 0.5]], **settings)
        one(stage, f"{told}: one row", "vector", [[3.0, 0.0, -2.0]], [[3.0, 1.0, 4.0]], **settings)
        one(stage, f"{told}: NaN", "vector", [[1.0, 2.0], [NAN, 4.0], [5.0, 9.0]], **settings)
        one(stage, f"{told}: infinity", "vector", [[1.0, 2.0], [INF, 4.0], [5.0, 9.0]], **settings)
        one(stage, f"{told}: missing when applied", "vector", [[1.0, 2.0], [3.0, 4.0]], [None], **settings)
        one(stage, f"{told}: missing when fitted", "vector", [[1.0, 2.0], None, [3.0, 4.0]], **settings)
    one(stage, "no rows", "vector", [])
    one(stage, "widths differ", "vector", [[1.0, 2.0], [1.0, 2.0, 3.0]])
    one(stage, "far from 0", "vector", [[1e9 + 1], [1e9 + 2], [1e9 + 4]])
    one(stage, "tiny and huge", "vector", [[1e-300, 1e300], [3e-300, -1e300], [2e-300, 5e299]])
one("min-max-scaler", "min above max", "vector", [[1.0]], min=2.0, max=1.0)
one("min-max-scaler", "a constant in a range", "vector", [[5.0], [5.0]], [[5.0], [6.0]], min=-2.0, max=4.0)
one("robust-scaler", "SEMANTICS 1.2", "vector", [[10.0], [20.0], [60.0]], withCentering=True)
for rows in (2, 4, 5, 8, 11):
    one("robust-scaler", f"{rows} rows", "vector", [[float(i * i)] for i in range(rows)], withCentering=True)
one("robust-scaler", "lower above upper", "vector", [[1.0], [2.0]], lower=0.9, upper=0.1)
LENGTHS = [[3.0, -4.0], [0.0, 0.0], sparse(2, i1=2), [1e-200, 1e-200], [1e200, 1e200], [NAN, 1.0], [INF, 1.0]]
for p in (1.0, 2.0, 3.0, 1.5, INF):
    one("normalizer", f"p of {p}", "vector", LENGTHS, p=p)
one("normalizer", "p below 1", "vector", [[1.0, 2.0]], p=0.5)
one("normalizer", "missing", "vector", [None])
for strategy in ("mean", "median", "mode"):
    one("imputer", f"{strategy}: SEMANTICS 1.2", "double", [1.0, 2.0, NAN, 4.0, 4.0], strategy=strategy)
    one("imputer", f"{strategy}: missing and NaN", "double", [None, 3.0, NAN, 1.0, 1.0, 3.0], strategy=strategy)
    one("imputer", f"{strategy}: whole numbers are truncated", "int", [1, 2, None, 4, 4], strategy=strategy)
    one("imputer", f"{strategy}: negative whole numbers", "int", [-1, -2, None, -4, -4], strategy=strategy)
    one("imputer", f"{strategy}: long", "long", [7, None, 8, 8, 2**40], strategy=strategy)
    one("imputer", f"{strategy}: single", "float", [0.1, None, 0.2, 0.2, 0.4], strategy=strategy)
    one("imputer", f"{strategy}: missingValue", "double", [-1.0, 2.0, 5.0, None, NAN], strategy=strategy, missingValue=-1.0)
    one("imputer", f"{strategy}: all missing", "double", [None, NAN], strategy=strategy)
    one("imputer", f"{strategy}: none missing, missing later", "double", [1.0, 2.0, 6.0], [None, NAN, 5.0], strategy=strategy)
    one("imputer", f"{strategy}: infinity", "double", [1.0, INF, None, 2.0], strategy=strategy)
    one("imputer", f"{strategy}: zeros of both signs", "double", [-0.0, 0.0, None, 0.0], strategy=strategy)
    one("imputer", f"{strategy}: no rows", "double", [], [None], strategy=strategy)
    add("imputer", f"{strategy}: several columns", "a:double b:int", [(1.0, None), (None, 3), (2.0, 4), (9.0, 4)], inputs=["a", "b"],
        outputs=["c", "d"], strategy=strategy)
LINE = [[1.0, 2.0, 0.5], [2.0, 3.9, 1.5], [3.0, 6.1, -0.5], [4.0, 8.2, 2.5], [5.0, 9.8, 0.0]]
for k in (1, 2, 3):
    one("pca", f"k of {k}: not centred when applied", "vector", LINE, [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], sparse(3, i1=2)], k=k)
one("pca", "the doc's own example", "vector", [sparse(5, i1=1, i3=7), [2.0, 0.0, 3.0, 4.0, 5.0], [4.0, 0.0, 0.0, 6.0, 7.0]], k=2)
one("pca", "a constant column", "vector", [[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]], k=1)
one("pca", "k above the width", "vector", LINE, k=4)
one("pca", "one row", "vector", LINE[:1], k=1)
one("pca", "all rows the same", "vector", [[1.0, 2.0], [1.0, 2.0]], k=1)
one("pca", "NaN", "vector", [[1.0, NAN], [2.0, 1.0], [3.0, 5.0]], k=1)
one("pca", "no rows", "vector", [], k=1)
for degree in (1, 2, 3, 4):
    one("polynomial-expansion", f"degree {degree}", "vector", [[2.0, 3.0], [0.0, -1.0], sparse(2, i1=5), sparse(2)], degree=degree)
    one("polynomial-expansion", f"degree {degree}: three values", "vector", [[2.0, 3.0, 5.0], sparse(3, i0=2, i2=5)], degree=degree)
one("polynomial-expansion", "one value", "vector", [[2.0]], degree=5)
one("polynomial-expansion", "NaN and infinity", "vector", [[NAN, 2.0], [INF, 0.0]], degree=2)
one("elementwise-product", "dense and sparse", "vector", [[1.0, 2.0, 3.0], sparse(3, i1=2)], scalingVec=[0.0, 1.5, -2.0])
one("elementwise-product", "widths differ", "vector", [[1.0, 2.0]], scalingVec=[0.0, 1.5, -2.0])
one("elementwise-product", "NaN and infinity", "vector", [[NAN, INF, 0.0]], scalingVec=[0.0, 0.0, INF])
one("elementwise-product", "missing", "vector", [None], scalingVec=[1.0])
for inverse in (False, True):
    one("dct", f"SEMANTICS 1.2, inverse {inverse}", "vector", [[0.0, 1.0, -2.0, 3.0]], inverse=inverse)
    for width in (1, 2, 3, 5, 7, 8, 12):
        one("dct", f"{width} values, inverse {inverse}", "vector", [[float((i * 7) % 5 - 2) + 0.25 * i for i in range(width)]], inverse=inverse)
    one("dct", f"sparse, inverse {inverse}", "vector", [sparse(4, i1=1, i3=3), sparse(4)], inverse=inverse)
one("variance-threshold-selector", "constants go", "vector", [[1.0, 5.0, 0.0], [2.0, 5.0, 0.0], [4.0, 5.0, 0.1]])
one("variance-threshold-selector", "strictly above", "vector", [[1.0, 0.0], [3.0, 4.0]], varianceThreshold=2.0)
one("variance-threshold-selector", "none left", "vector", [[1.0, 0.0], [1.0, 0.0]])
one("variance-threshold-selector", "sparse", "vector", THIN, [sparse(3, i0=1, i2=-2), [1.0, 2.0, 3.0]], varianceThreshold=3.0)
one("variance-threshold-selector", "one row", "vector", [[1.0, 2.0]])
one("variance-threshold-selector", "NaN", "vector", [[1.0, NAN], [2.0, 1.0], [3.0, 5.0]])

# Assembly --------------------------------------------------------------------------------------
PARTS = "a:double b:bool c:int v:vector"
GOOD = [(1.5, True, 3, [4.0, 5.0]), (0.0, False, 0, sparse(2)), (0.0, False, 0, sparse(2, i1=1)), (NAN, True, 3, [1.0, 2.0])]
HINT = {"stage": "vector-size-hint", "inputs": ["v"], "size": 2, "handleInvalid": "optimistic"}
ALL = ["a", "b", "c", "v"]
for word in ("error", "skip", "keep"):
    add("vector-assembler", f"{word}: numbers, truths, vectors", PARTS, GOOD[:3], inputs=ALL, outputs=["y"], handleInvalid=word)
    add("vector-assembler", f"{word}: NaN", PARTS, GOOD, inputs=ALL, outputs=["y"], handleInvalid=word)
    add("vector-assembler", f"{word}: NaN, width known", PARTS, GOOD, before=[HINT], inputs=ALL, outputs=["y"], handleInvalid=word)
    for place, name in enumerate(ALL):
        row = tuple(None if i == place else x for i, x in enumerate(GOOD[0]))
        add("vector-assembler", f"{word}: {name} missing, width known", PARTS, [row, GOOD[1]], before=[HINT], inputs=ALL, outputs=["y"], handleInvalid=word)
    add("vector-assembler", f"{word}: vector missing, width unknown", PARTS, [(1.0, True, 1, None), GOOD[1]], inputs=ALL, outputs=["y"], handleInvalid=word)
    add("vector-assembler", f"{word}: NaN within a vector", PARTS, [(1.0, True, 1, [NAN, 2.0])], before=[HINT], inputs=ALL, outputs=["y"], handleInvalid=word)
add("vector-assembler", "the order of inputs", "a:double b:double", [(1.0, 2.0)], inputs=["b", "a", "b"], outputs=["y"])
add("vector-assembler", "no rows", "a:double b:double", [], inputs=["a", "b"], outputs=["y"])
add("vector-assembler", "text", "a:text", [("x",)], inputs=["a"], outputs=["y"])
add("vector-assembler", "several widths", "v:vector", [([1.0],), ([1.0, 2.0],)], inputs=["v"], outputs=["y"])
for word in ("error", "skip", "optimistic"):
    add("vector-size-hint", f"{word}: right and wrong widths", "v:vector", [([1.0, 2.0],), ([1.0],), (None,)], inputs=["v"], size=2, handleInvalid=word)
    add("vector-size-hint", f"{word}: right widths", "v:vector", [([1.0, 2.0],), (sparse(2),)], inputs=["v"], size=2, handleInvalid=word)
SLICED = [[0.5, -1.0, 2.0, 3.0], sparse(4, i0=1, i3=3), sparse(4)]
one("vector-slicer", "order as given", "vector", SLICED, indices=[3, 0])
one("vector-slicer", "none", "vector", SLICED, indices=[])
one("vector-slicer", "twice the same", "vector", SLICED, indices=[1, 1])
one("vector-slicer", "beyond the width", "vector", SLICED, indices=[4])
one("vector-slicer", "missing", "vector", [None], indices=[0])
TOGETHER = {"stage": "vector-assembler", "inputs": ["a", "b", "c"], "outputs": ["v"]}
ABC = [(1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (-7.0, 0.0, 0.0)]
add("vector-slicer", "by name", "a:double b:double c:double", ABC, before=[TOGETHER], inputs=["v"], outputs=["y"], names=["c", "a"])
add("vector-slicer", "by place and name", "a:double b:double c:double", ABC, before=[TOGETHER], inputs=["v"], outputs=["y"], indices=[1], names=["c"])
add("vector-slicer", "unknown name", "a:double b:double c:double", ABC, before=[TOGETHER], inputs=["v"], outputs=["y"], names=["z"])
add("interaction", "numbers", "a:double b:double", [(2.0, 3.0), (0.0, 1.0), (NAN, 1.0)], inputs=["a", "b"], outputs=["y"])
add("interaction", "number and named vector", "a:double b:double c:double", ABC, before=[TOGETHER], inputs=["a", "v"], outputs=["y"])
add("interaction", "two named vectors", "a:double b:double c:double", ABC,
    before=[TOGETHER, {"stage": "vector-assembler", "inputs": ["b", "a"], "outputs": ["w"]}], inputs=["v", "w"], outputs=["y"])
add("interaction", "vector without names", "a:double v:vector", [(2.0, [1.0, 3.0])], inputs=["a", "v"], outputs=["y"])
INDEX = {"stage": "string-indexer", "inputs": ["s"], "outputs": ["i"]}
CITIES = [("Lviv", 2.0), ("Kyiv", 3.0), ("Kyiv", -1.0), ("Odesa", 0.0)]
add("interaction", "category and number", "s:text a:double", CITIES, before=[INDEX], inputs=["i", "a"], outputs=["y"])
add("interaction", "one-hot and number", "s:text a:double", CITIES,
    before=[INDEX, {"stage": "one-hot-encoder", "inputs": ["i"], "outputs": ["h"]}], inputs=["h", "a"], outputs=["y"])
add("interaction", "two categories", "s:text t:text", [("x", "p"), ("y", "q"), ("x", "q")],
    before=[{"stage": "string-indexer", "inputs": ["s", "t"], "outputs": ["i", "j"]}], inputs=["i", "j"], outputs=["y"])
add("interaction", "three numbers", "a:double b:double c:double", ABC, inputs=["a", "b", "c"], outputs=["y"])
add("interaction", "missing", "a:double b:double", [(2.0, None)], inputs=["a", "b"], outputs=["y"])
