"""What PyOD and scikit-learn give for small tables: makes Tests/AnomalyTests/Golden/additive.json.

Run by hand, in a Python with pyod 3.6.7, scikit-learn 1.9.1 and numpy:
    python scripts/parity/golden_anomalies.py Tests/AnomalyTests/Golden/additive.json
Scores are of the training rows, then of new rows where the peer scores them one by one.
"""

import json
import sys

import numpy as np
import pyod
import sklearn
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from sklearn.covariance import EmpiricalCovariance, LedoitWolf, ShrunkCovariance
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

draw = np.random.default_rng(7)
mixed = draw.normal(size=(40, 4)) @ draw.normal(size=(4, 4)) + [0, 1000, -3, 1e-3]
skewed = np.column_stack(
    [draw.exponential(size=60), draw.lognormal(size=60), draw.uniform(-1, 1, 60), -draw.exponential(size=60)]
)
# Ties, a column that is symmetric to the bit, one of few values, one row twice.
tied = np.column_stack([np.arange(21) - 10, draw.integers(0, 4, 21), draw.integers(0, 2, 21), draw.poisson(3, 21)])
tied[20, 1:] = tied[0, 1:]
constant = np.column_stack([draw.normal(size=15), np.full(15, 7.0), draw.normal(size=15)])
tables = {"mixed": mixed, "skewed": skewed, "tied": tied.astype(float), "constant": constant}
new = {
    # Inside, a little outside, far outside.
    name: np.vstack([rows.mean(0), rows.min(0) - 1e-3, rows.max(0) + 1e-3, rows.min(0) - 50, rows.max(0) + 1e6])
    for name, rows in tables.items()
}
cases = []


def add(detector, table, settings, scores, fresh=None):
    case = {"detector": detector, "table": table, "settings": settings, "scores": list(map(float, scores))}
    if fresh is not None:
        case["fresh"] = list(map(float, fresh))
    cases.append(case)


for name in ("mixed", "skewed"):
    for bins, alpha, tolerance in ((10, 0.1, 0.5), (5, 0.1, 0.5), (23, 0.01, 0.001), (3, 0.9, 0.999)):
        model = HBOS(n_bins=bins, alpha=alpha, tol=tolerance).fit(tables[name])
        add("hbos", name, {"bins": bins, "alpha": alpha, "tolerance": tolerance},
            model.decision_scores_, model.decision_function(new[name]))
for name, rows in tables.items():
    add("ecod", name, {}, ECOD().fit(rows).decision_scores_)
    add("copod", name, {}, COPOD().fit(rows).decision_scores_)
for name in ("mixed", "skewed", "tied", "constant"):
    for shrinkage, estimator in (
        ("none", EmpiricalCovariance()), ("ledoit-wolf", LedoitWolf()),
        (0.1, ShrunkCovariance(shrinkage=0.1)), (1.0, ShrunkCovariance(shrinkage=1.0)),
    ):
        model = estimator.fit(tables[name])
        add("mahalanobis", name, {"shrinkage": shrinkage},
            model.mahalanobis(tables[name]), model.mahalanobis(new[name]))
for name in ("mixed", "skewed", "tied"):
    for standardize in (True, False):
        scaler = StandardScaler(with_std=standardize).fit(tables[name])
        rows, fresh = scaler.transform(tables[name]), scaler.transform(new[name])
        for kept in (1, 2, 3, 0.7, 0.5):
            model = PCA(n_components=kept, svd_solver="full").fit(rows)
            def errors(given):
                return ((given - model.inverse_transform(model.transform(given))) ** 2).sum(1)
            settings = {"components" if isinstance(kept, int) else "variance": kept, "standardize": standardize}
            add("pca-anomaly", name, settings, errors(rows), errors(fresh))

with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "source": f"pyod {pyod.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}; "
            "scripts/parity/golden_anomalies.py",
            "tables": {name: rows.tolist() for name, rows in tables.items()},
            "fresh": {name: rows.tolist() for name, rows in new.items()},
            "cases": cases,
        },
        file, indent=0)
    file.write("\n")
