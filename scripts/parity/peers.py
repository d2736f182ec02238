"""The same cases through scikit-learn, SciPy and NumPy, their conventions turned into Spark's.

Each function takes what was learned from and what is applied to, and gives the outputs' rows, or
nothing where the peer has no such rule (each such place says why).
"""

import math
import warnings

import numpy as np
from scipy import fft, stats
from sklearn import feature_selection, impute, preprocessing
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfTransformer

from .spark import neutral
from .values import entries, number

PEERS = {}


def peer(*stages):
    def register(function):
        for stage in stages:
            PEERS[stage] = function
        return function

    return register


def dense(rows):
    width = entries(rows[0])[0]
    found = np.zeros((len(rows), width))
    for place, row in enumerate(rows):
        for column, value in entries(row)[1].items():
            found[place, column] = value
    return found


def column(rows):
    return np.array([[math.nan if x is None else float(number(x))] for x in rows])


@peer("standard-scaler")
def standard(train, apply, s):
    # scikit-learn leaves NaN out; Spark's mean and deviation become NaN.
    scaler = preprocessing.StandardScaler(with_mean=s.get("withMean", False), with_std=False).fit(train)
    moved = scaler.transform(apply)
    if not s.get("withStd", True):
        return moved
    # n - 1 where scikit-learn divides by n; a constant becomes 0 where it stays.
    constant = np.nanmin(train, axis=0) == np.nanmax(train, axis=0)
    deviation = np.where(constant, 1.0, np.nanstd(train, axis=0, ddof=1))
    return np.where(constant & ~np.isnan(apply), 0.0, moved / deviation)


@peer("min-max-scaler")
def min_max(train, apply, s):
    low, high = s.get("min", 0.0), s.get("max", 1.0)
    found = preprocessing.MinMaxScaler((low, high)).fit(train).transform(apply)
    constant = np.nanmin(train, axis=0) == np.nanmax(train, axis=0)
    # scikit-learn gives a constant the lower end. Spark gives the middle, but for NaN.
    return np.where(constant & ~np.isnan(apply), (low + high) / 2, found)


@peer("max-abs-scaler")
def max_abs(train, apply, s):
    return preprocessing.MaxAbsScaler().fit(train).transform(apply)


@peer("robust-scaler")
def robust(train, apply, s):
    # scikit-learn's quantiles lie between two rows; Spark's are rows.
    low, middle, high = np.nanquantile(train, [s.get("lower", 0.25), 0.5, s.get("upper", 0.75)], axis=0, method="inverted_cdf")
    moved = apply - middle if s.get("withCentering", False) else apply
    if not s.get("withScaling", True):
        return moved
    span = high - low
    return moved * np.where(span == 0, 0.0, 1 / np.where(span == 0, 1.0, span))


@peer("normalizer")
def normal(train, apply, s):
    name = {1.0: "l1", 2.0: "l2", math.inf: "max"}.get(number(s.get("p", 2.0)))
    return preprocessing.normalize(apply, norm=name) if name else None


@peer("binarizer")
def binary(train, apply, s):
    return (apply > s.get("threshold", 0.0)).astype(float)


@peer("imputer")
def imputing(train, apply, s):
    strategy = s["strategy"]
    if strategy == "median":
        middle = np.nanquantile(train, 0.5, axis=0, method="inverted_cdf")
        return np.where(np.isnan(apply), middle, apply)
    return impute.SimpleImputer(strategy={"mean": "mean", "mode": "most_frequent"}[strategy]).fit(train).transform(apply)


@peer("quantile-discretizer")
def buckets(train, apply, s):
    count = s["numBuckets"]
    inner = np.nanquantile(train[:, 0], [i / count for i in range(1, count)], method="inverted_cdf")
    found = np.searchsorted(np.unique(inner), apply, side="right").astype(float)
    return np.where(np.isnan(apply), len(np.unique(inner)) + 1.0, found)


@peer("polynomial-expansion")
def polynomial(train, apply, s):
    made = preprocessing.PolynomialFeatures(s.get("degree", 2), include_bias=False).fit(apply)
    order = sorted(range(made.n_output_features_), key=lambda i: tuple(reversed(made.powers_[i])))
    return made.transform(apply)[:, order]


@peer("dct")
def cosines(train, apply, s):
    return (fft.idct if s.get("inverse", False) else fft.dct)(apply, norm="ortho")


@peer("pca")
def components(train, apply, s):
    # Spark does not centre what it is applied to.
    return apply @ PCA(s["k"], svd_solver="full").fit(train).components_.T


@peer("idf")
def weights(train, apply, s):
    if s.get("minDocFreq", 0):
        return None  # scikit-learn has it in CountVectorizer
    made = TfidfTransformer(norm=None, smooth_idf=True).fit((train > 0).astype(float))
    return apply * (made.idf_ - 1)


@peer("variance-threshold-selector")
def spread(train, apply, s):
    if len(train) < 2:
        return None
    # n - 1 again.
    kept = feature_selection.VarianceThreshold(s.get("varianceThreshold", 0.0) * (len(train) - 1) / len(train))
    try:
        return apply[:, kept.fit(train).get_support()]
    except ValueError:
        return apply[:, :0]


@peer("one-hot-encoder")
def one_hot(train, apply, s):
    if np.isnan(apply).any() or np.isnan(train).any():
        return None
    count = int(train.max()) + 1
    found = preprocessing.OneHotEncoder(categories=[np.arange(count)], handle_unknown="ignore", sparse_output=False).fit(train).transform(apply)
    keep, drop = s.get("handleInvalid", "error") == "keep", s.get("dropLast", True)
    if keep:
        found = np.hstack([found, 1 - found.sum(axis=1, keepdims=True)])
    return found[:, :-1] if drop else found


@peer("target-encoder")
def targets(train, apply, s, labels):
    smooth = s.get("smoothing", 0.0)
    return preprocessing.TargetEncoder(smooth=smooth, target_type="continuous").fit(train, labels).transform(apply)


@peer("univariate-feature-selector")
def selected(train, apply, s, labels):
    kinds = (s["featureType"], s["labelType"])
    if kinds == ("categorical", "categorical"):
        def score(x, y):
            tables = [np.array([[np.sum((c == a) & (y == b)) for b in np.unique(y)] for a in np.unique(c)]) for c in x.T]
            found = [stats.chi2_contingency(t, correction=False) for t in tables]
            return np.array([f[0] for f in found]), np.array([f[1] for f in found])
    else:
        score = feature_selection.f_classif if kinds[1] == "categorical" else feature_selection.f_regression
    mode, threshold = s["selectionMode"], s["selectionThreshold"]
    _, p = score(train, labels)
    if np.isnan(p).any():
        return None
    if mode in ("numTopFeatures", "percentile"):
        count = threshold if mode == "numTopFeatures" else int(len(p) * threshold)
        kept = sorted(sorted(range(len(p)), key=lambda i: (p[i], i))[:count])
    else:
        family = {"fpr": feature_selection.SelectFpr, "fdr": feature_selection.SelectFdr, "fwe": feature_selection.SelectFwe}[mode]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kept = np.flatnonzero(family(lambda x, y: (np.zeros(len(p)), p), alpha=threshold).fit(train, labels).get_support())
    return apply[:, kept]


def ask(case):
    """The rows of the outputs by a peer in the neutral form, or None."""
    settings = case["stages"][-1]
    function = PEERS.get(settings["stage"])
    if function is None or len(case["stages"]) > 1 or not case["rows"]:
        return None
    vector = case["columns"][0][1] == "vector"
    turn = dense if vector else column
    train = turn([row[0] for row in case["rows"]])
    apply = turn([row[0] for row in case.get("apply", case["rows"])])
    extra = {"labels": np.array([number(row[1]) for row in case["rows"]])} if len(case["columns"]) > 1 else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = function(train, apply, settings, **extra)
    if found is None:
        return None
    if case["columns"][0][1] in ("int", "long") and settings["stage"] == "imputer":
        found = np.trunc(found)  # a whole number stays one
    if settings["stage"] == "quantile-discretizer":
        gaps = [row[0] is None for row in case.get("apply", case["rows"])]
        return [[None if gap else float(row[0])] for gap, row in zip(gaps, found)]
    as_output = (lambda row: [neutral(row.tolist())]) if vector or settings["stage"] == "one-hot-encoder" else (lambda row: [neutral(float(row[0]))])
    return [as_output(row) for row in np.asarray(found)]
