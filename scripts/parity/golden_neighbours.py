#!/usr/bin/env python3
"""Writes Tests/AnomalyTests/Golden/neighbours.json: small tables, and what scikit-learn and PyOD score them.

    python scripts/parity/golden_neighbours.py       scikit-learn and PyOD must be installed

Form: {"sklearn", "pyod": versions, "cases": [case...]}; a case is {"name", "rows": [[number...]...],
"others": [[number...]...], "neighbors", "plain": said, "standardized": said (after scikit-learn's
StandardScaler)}; said is {"lof": scikit-learn's -negative_outlier_factor_ of the rows, "lofOthers": its
-score_samples of the others (novelty=True), "distance": {"largest", "mean", "median"}: PyOD's
decision_scores_ of the rows, "distanceOthers": the same of its decision_function of the others}.

Both search with a k-d tree, whose distances are sums of squares of differences; those of "brute" are
differences of products, and near 0 right to a few digits only.
"""
import json
import os
import warnings

import numpy as np
import pyod
import sklearn
from pyod.models.knn import KNN
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../../Tests/AnomalyTests/Golden/neighbours.json")
METHODS = ["largest", "mean", "median"]


def tables():
    rng = np.random.default_rng(71)
    clumps = np.vstack([rng.normal(0, 1, (60, 3)), rng.normal([6, 0, 3], 0.2, (40, 3)), [[20, 20, -20]]])
    others = np.vstack([rng.normal(0, 2, (15, 3)), clumps[:3], [[1e3, 0, 0]]])
    yield "clumps", clumps, others, 20
    yield "clumps, few neighbours", clumps, others, 5
    yield "clumps, even neighbours", clumps, others, 4
    yield "one neighbour", clumps, others, 1
    yield "one column", rng.exponential(1, (50, 1)), rng.exponential(2, (10, 1)), 7
    wide = rng.normal(0, 1, (80, 19)) * rng.exponential(1, 19) + 1000
    yield "wide, far from 0", wide, wide[:5] + rng.normal(0, 1, (5, 19)), 10
    flat = clumps.copy()
    flat[:, 1] = 7
    yield "a constant column", flat, others, 6
    # Each row twice: its neighbours are sets of equal rows, so that ties do not decide.
    yield "rows twice", np.repeat(clumps[:50], 2, axis=0), others, 9
    yield "more neighbours than rows", clumps[:8], others[:6], 30


def ask(rows, others, neighbors):
    # PyOD refuses more neighbours than rows, scikit-learn's factor takes what there are.
    distance = {}
    distance_others = {}
    for method in METHODS:
        model = KNN(n_neighbors=min(neighbors, len(rows) - 1), method=method, algorithm="kd_tree").fit(rows)
        distance[method] = model.decision_scores_.tolist()
        distance_others[method] = model.decision_function(others).tolist()
    lof = LocalOutlierFactor(n_neighbors=neighbors, algorithm="kd_tree").fit(rows)
    novelty = LocalOutlierFactor(n_neighbors=neighbors, algorithm="kd_tree", novelty=True).fit(rows)
    return dict(lof=(-lof.negative_outlier_factor_).tolist(), lofOthers=(-novelty.score_samples(others)).tolist(),
                distance=distance, distanceOthers=distance_others)


def main():
    warnings.simplefilter("ignore")
    cases = []
    for name, rows, others, neighbors in tables():
        rows, others = rows.round(6), others.round(6)
        scaler = StandardScaler().fit(rows)
        cases.append(dict(name=name, rows=rows.tolist(), others=others.tolist(), neighbors=neighbors,
                          plain=ask(rows, others, neighbors),
                          standardized=ask(scaler.transform(rows), scaler.transform(others), neighbors)))
    with open(TARGET, "w") as file:
        json.dump(dict(sklearn=sklearn.__version__, pyod=pyod.__version__, cases=cases), file)
        file.write("\n")


if __name__ == "__main__":
    main()
