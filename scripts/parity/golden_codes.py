"""Golden cases of categories and buckets."""

from .golden import INF, LOW, NAN, add, one, sparse

MIXED = [(2.2, True, "1", "foo"), (3.3, False, "2", "bar"), (4.4, False, "3", "baz"), (5.5, False, "4", "foo")]
NAMES = "real:double bool:bool stringNum:text string:text"
FOUR = ["real", "bool", "stringNum", "string"]
add("feature-hasher", "SEMANTICS 1.2", NAMES, MIXED, inputs=FOUR, outputs=["y"])
add("feature-hasher", "real as a category", NAMES, MIXED, inputs=FOUR, outputs=["y"], categoricalCols=["real"])
add("feature-hasher", "collisions add", NAMES, MIXED, inputs=FOUR, outputs=["y"], numFeatures=2)
add("feature-hasher", "missing, NaN, zero", NAMES, [(None, None, None, None), (NAN, True, "", "é"), (0.0, False, " ", "日本"), (INF, None, "a=b", "=")],
    inputs=FOUR, outputs=["y"], numFeatures=64)
add("feature-hasher", "whole numbers as values and categories", "a:int b:long c:float", [(1, 2, 0.5), (-7, 10**12, 1e10), (0, 0, 0.1)],
    inputs=["a", "b", "c"], outputs=["y"], categoricalCols=["b"])
add("feature-hasher", "doubles as categories", "a:double", [(1.0,), (-0.0,), (1e7,), (0.001,), (1e-4,), (123456789.125,), (NAN,), (INF,)],
    inputs=["a"], outputs=["y"], categoricalCols=["a"])
NUMBERS = [-1.5, -0.0, 0.0, 0.5, 0.50001, 1.0, NAN, INF, LOW]
one("binarizer", "threshold 0", "double", NUMBERS)
one("binarizer", "strictly greater", "double", NUMBERS, threshold=0.5)
one("binarizer", "negative threshold", "double", NUMBERS, threshold=-2.0)
one("binarizer", "vectors", "vector", [[0.5, -1.0, 0.6], sparse(3, i0=2, i2=-1), [0.0, 0.0, 0.0]], threshold=0.5)
one("binarizer", "sparse vector, negative threshold", "vector", [sparse(3, i0=2, i2=-1)], threshold=-0.5)
add("binarizer", "several columns", "a:double b:double", [(0.1, 0.3), (0.3, 0.1)], inputs=["a", "b"], outputs=["c", "d"], thresholds=[0.2, 0.0])
one("binarizer", "a missing number", "double", [1.0, None])
one("binarizer", "whole numbers", "int", [-1, 0, 1])
SPLITS = [-1.0, 0.0, 1.0, 2.0]
IN_RANGE = [-1.0, -0.5, -0.0, 0.0, 0.99, 1.0, 2.0]
one("bucketizer", "right-open, last closed", "double", IN_RANGE, splits=SPLITS)
ENDS = [LOW, 0.0, INF]
for word in ("error", "skip", "keep"):
    one("bucketizer", f"{word}: NaN", "double", [-1.0, NAN, 1.0], splits=SPLITS, handleInvalid=word)
    one("bucketizer", f"{word}: missing", "double", [-1.0, None, 1.0], splits=SPLITS, handleInvalid=word)
    one("bucketizer", f"{word}: above the range", "double", [2.5], splits=SPLITS, handleInvalid=word)
    one("bucketizer", f"{word}: below the range", "double", [-2.5], splits=SPLITS, handleInvalid=word)
one("bucketizer", "infinite ends", "double", [LOW, -3.0, 0.0, 3.0, INF], splits=ENDS)
one("bucketizer", "two splits", "double", [0.0, 1.0], splits=[0.0, 1.0])
one("bucketizer", "splits do not increase", "double", [0.0], splits=[0.0, 0.0, 1.0])
one("bucketizer", "whole numbers", "int", [0, 1, 2], splits=SPLITS)
add("bucketizer", "several columns", "a:double b:double", [(-0.5, 0.3), (0.3, NAN)], inputs=["a", "b"], outputs=["c", "d"],
    splitsArray=[SPLITS, ENDS], handleInvalid="keep")
add("bucketizer", "several columns, skip", "a:double b:double", [(-0.5, 0.3), (0.3, NAN), (1.0, 1.0)], inputs=["a", "b"], outputs=["c", "d"],
    splitsArray=[SPLITS, ENDS], handleInvalid="skip")
TEN = [float(i) for i in range(10)]
one("quantile-discretizer", "SEMANTICS 1.2", "double", TEN, numBuckets=3)
for buckets in (2, 4, 5, 9, 10, 11, 20):
    one("quantile-discretizer", f"0 to 9 in {buckets}", "double", TEN, numBuckets=buckets)
one("quantile-discretizer", "exact", "double", [5.0, 1.0, 9.0, 3.0, 3.0, 7.0, 2.0], numBuckets=4, relativeError=0.0)
one("quantile-discretizer", "ties leave fewer buckets", "double", [1.0, 1.0, 1.0, 1.0, 2.0, 3.0], numBuckets=4)
one("quantile-discretizer", "a constant", "double", [4.0] * 5, numBuckets=3)
one("quantile-discretizer", "zeros of both signs", "double", [-0.0, 0.0, 1.0, -1.0], numBuckets=2)
one("quantile-discretizer", "one row", "double", [4.0], numBuckets=3)
for word in ("error", "skip", "keep"):
    one("quantile-discretizer", f"{word}: NaN", "double", [1.0, 2.0, NAN, 3.0, 4.0], numBuckets=2, handleInvalid=word)
    one("quantile-discretizer", f"{word}: missing", "double", [1.0, 2.0, None, 3.0, 4.0], numBuckets=2, handleInvalid=word)
one("quantile-discretizer", "infinities", "double", [LOW, 1.0, 2.0, INF], numBuckets=2)
one("quantile-discretizer", "all NaN", "double", [NAN, NAN], numBuckets=2)
one("quantile-discretizer", "no rows", "double", [], numBuckets=2)
one("quantile-discretizer", "whole numbers", "int", [5, 1, 9, 3], numBuckets=2)
one("quantile-discretizer", "beyond what was seen", "double", TEN, [-5.0, 50.0], numBuckets=3)
add("quantile-discretizer", "several columns", "a:double b:double", [(x, -x * x) for x in TEN], inputs=["a", "b"], outputs=["c", "d"], numBucketsArray=[2, 5])
LETTERS = ["b", "a", "c", "a", "b", "d", "a"]
ORDERS = ("frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc")
for order in ORDERS:
    one("string-indexer", order, "text", LETTERS, stringOrderType=order)
    one("string-indexer", f"{order}: all tied", "text", ["b", "c", "a"], stringOrderType=order)
    one("string-indexer", f"{order}: order of scripts", "text", ["é", "z", "Z", "日", "😀", "\ufffd", "", " ", "a", "10", "9"], stringOrderType=order)
for word in ("error", "skip", "keep"):
    one("string-indexer", f"{word}: unseen", "text", ["a", "b", "a"], ["b", "z", "a"], handleInvalid=word)
    one("string-indexer", f"{word}: missing when applied", "text", ["a", "b", "a"], ["b", None, "a"], handleInvalid=word)
    one("string-indexer", f"{word}: missing when fitted", "text", ["a", None, None, "b", "a"], handleInvalid=word)
    one("string-indexer", f"{word}: NaN", "double", [1.0, NAN, 2.5, 1.0], handleInvalid=word)
    one("string-indexer", f"{word}: all missing", "text", [None, None], handleInvalid=word)
    one("string-indexer", f"{word}: no rows", "text", [], ["a"], handleInvalid=word)
DOUBLES = [1.0, 1.0, -0.0, 1e7, 0.001, 1e-4, 123456789.125, INF, 1e300, 5e-324, 0.1, 9999999.0]
one("string-indexer", "doubles as text", "double", DOUBLES)
one("string-indexer", "singles as text", "float", [1.0, 0.5, 1e7, 1e10, 0.001, 0.015625], stringOrderType="alphabetAsc")
one("string-indexer", "whole numbers as text", "long", [1, 10, 2, 10, -1], stringOrderType="alphabetAsc")
one("string-indexer", "truths as text", "bool", [True, False, True])
add("string-indexer", "several columns", "a:text b:long", [("x", 1), ("y", 2), ("x", 2)], inputs=["a", "b"], outputs=["c", "d"])
add("string-indexer", "several columns, skip", "a:text b:text", [("x", "p"), ("y", None), (None, "q"), ("x", "q")], inputs=["a", "b"],
    outputs=["c", "d"], handleInvalid="skip")
add("string-indexer", "several columns, keep", "a:text b:text", [("x", "p"), ("y", None), (None, "q"), ("x", "q")], inputs=["a", "b"],
    outputs=["c", "d"], handleInvalid="keep")
one("index-to-string", "labels given", "double", [0.0, 1.0, 2.0, 1.0], labels=["x", "", "日本"])
one("index-to-string", "above the labels", "double", [2.0], labels=["x", "y"])
one("index-to-string", "below 0", "double", [-1.0], labels=["x", "y"])
one("index-to-string", "a fraction", "double", [0.7, 1.2], labels=["x", "y"])
one("index-to-string", "missing", "double", [None], labels=["x", "y"])
one("index-to-string", "NaN", "double", [NAN], labels=["x", "y"])
INDEX = {"stage": "string-indexer", "inputs": ["x"], "outputs": ["i"]}
add("index-to-string", "labels of the indexer", "x:text", LETTERS, before=[INDEX], inputs=["i"], outputs=["y"])
add("index-to-string", "kept unseen has a label", "x:text", ["a", "b"], ["z", None, "a"],
    before=[{**INDEX, "handleInvalid": "keep"}], inputs=["i"], outputs=["y"])
for word in ("error", "keep"):
    for drop in (True, False):
        title = f"{word}, dropLast {drop}"
        one("one-hot-encoder", title, "double", [0.0, 1.0, 2.0], handleInvalid=word, dropLast=drop)
        one("one-hot-encoder", f"{title}: beyond", "double", [0.0, 1.0, 2.0], [3.0, 0.0, 9.0], handleInvalid=word, dropLast=drop)
        one("one-hot-encoder", f"{title}: below 0", "double", [0.0, 1.0], [-1.0], handleInvalid=word, dropLast=drop)
        one("one-hot-encoder", f"{title}: missing", "double", [0.0, 1.0, 2.0], [None, 1.0], handleInvalid=word, dropLast=drop)
        one("one-hot-encoder", f"{title}: NaN", "double", [0.0, 1.0, 2.0], [NAN, 1.0], handleInvalid=word, dropLast=drop)
        add("one-hot-encoder", f"{title}: after an indexer", "x:text", LETTERS, before=[INDEX], inputs=["i"], outputs=["y"],
            handleInvalid=word, dropLast=drop)
one("one-hot-encoder", "a gap in the codes", "double", [0.0, 4.0])
one("one-hot-encoder", "one category", "double", [0.0, 0.0])
one("one-hot-encoder", "one category, none dropped", "double", [0.0, 0.0], dropLast=False)
one("one-hot-encoder", "a fraction", "double", [0.0, 0.5])
one("one-hot-encoder", "below 0 when fitted", "double", [-1.0, 0.0])
one("one-hot-encoder", "whole numbers", "int", [0, 2, 1])
one("one-hot-encoder", "no rows", "double", [])
add("one-hot-encoder", "after an indexer that keeps", "x:text", ["a", "b", "a"], ["z", "b", None],
    before=[{**INDEX, "handleInvalid": "keep"}], inputs=["i"], outputs=["y"], dropLast=False)
add("one-hot-encoder", "several columns", "a:double b:double", [(0.0, 1.0), (1.0, 0.0), (2.0, 0.0)], inputs=["a", "b"], outputs=["c", "d"])
