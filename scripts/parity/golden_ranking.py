#!/usr/bin/env python3
"""Writes Tests/EvaluationTests/Golden/ranking.json: ranked lists, and what Spark, implicit and scikit-learn say.

    python scripts/parity/golden_ranking.py       PySpark, implicit and scikit-learn must be installed

Form: {"spark", "implicit", "sklearn": versions, "lists": [case...], "scores": [case...]};
  a case of lists is {"name", "ranked": [[item...]...], "relevant": [[item...]...], "itemCount",
    "spark": {metric: value}}, users without a relevant item counting 0;
  a case of scores is {"name", "scores": [[number...]...], "seen": [[item...]...],
    "relevant": [[item...]...], "gains": [[number...]...], "implicit": {...}, "sklearn": {...}},
where the metrics are called by Martlet's names.
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../../Tests/EvaluationTests/Golden/ranking.json")
CUTOFFS = [1, 2, 3, 5, 10, 15]
# The lists of Spark's documentation of RankingMetrics.
DOCUMENTED = ([[1, 6, 2, 7, 8, 3, 9, 10, 4, 5], [4, 1, 5, 6, 2, 7, 3, 8, 9, 10], [1, 2, 3, 4, 5]],
              [[1, 2, 3, 4, 5], [1, 2, 3], []])


def lists():
    yield dict(name="documentation", itemCount=11, ranked=DOCUMENTED[0], relevant=DOCUMENTED[1])
    rng = np.random.default_rng(61)
    for users, items, empty in [(40, 12, False), (60, 50, True), (25, 7, True)]:
        ranked = [rng.permutation(items)[: rng.integers(0, items + 1)].tolist() for _ in range(users)]
        relevant = [sorted(rng.permutation(items)[: rng.integers(0 if empty else 1, items // 2)].tolist())
                    for _ in range(users)]
        yield dict(name=f"{users} users, {items} items" + (", some without a choice" if empty else ""),
                   itemCount=items, ranked=ranked, relevant=relevant)


def ask_spark(cases):
    from pyspark.ml.evaluation import RankingEvaluator
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for case in cases:
        rows = [([float(i) for i in a], [float(i) for i in b]) for a, b in zip(case["ranked"], case["relevant"])]
        frame = spark.createDataFrame(rows, "prediction array<double>, label array<double>").coalesce(1).cache()
        said = {"map": RankingEvaluator(metricName="meanAveragePrecision").evaluate(frame)}
        for k in CUTOFFS:
            for ours, theirs in [("precision", "precisionAtK"), ("recall", "recallAtK"), ("ndcg", "ndcgAtK"),
                                 ("map", "meanAveragePrecisionAtK")]:
                said[f"{ours}@{k}"] = RankingEvaluator(metricName=theirs, k=k).evaluate(frame)
        case["spark"] = said
    version = spark.version
    spark.stop()
    return version


class Scores:
    """Scores as implicit's evaluation asks a model for them."""

    def __init__(self, scores):
        self.scores = scores

    def recommend(self, users, seen, N):
        scores = self.scores[users].copy()
        scores[seen.toarray() > 0] = -np.inf
        order = np.argsort(-scores, axis=1, kind="stable")[:, :N]
        return order.astype(np.int32), np.take_along_axis(scores, order, 1)


def scores():
    from implicit.evaluation import ranking_metrics_at_k
    from scipy.sparse import csr_matrix
    from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score
    rng = np.random.default_rng(62)
    for users, items, levels in [(30, 25, 1000000), (50, 40, 6)]:
        score = (rng.integers(0, levels, (users, items)) / levels).astype(np.float32)
        picks = [rng.permutation(items) for _ in range(users)]
        seen = [sorted(p[: rng.integers(0, items // 2)].tolist()) for p in picks]
        relevant = [sorted(p[items // 2: items // 2 + rng.integers(1, 9)].tolist()) for p in picks]
        gains = [(rng.integers(1, 11, len(r)) / 2).tolist() for r in relevant]

        def table(rows, values=None):
            out = np.zeros((users, items))
            for u, row in enumerate(rows):
                out[u, row] = 1 if values is None else values[u]
            return out
        case = dict(name=f"{users} users, {items} items, {levels} scores", scores=score.astype(float).tolist(),
                    seen=seen, relevant=relevant, gains=gains, implicit={}, sklearn={})
        truth = table(relevant)
        for k in (1, 5, 10):
            got = ranking_metrics_at_k(Scores(score), csr_matrix(table(seen)), csr_matrix(truth), K=k,
                                       show_progress=False, num_threads=1)
            case["implicit"] |= {f"precision_capped@{k}": got["precision"], f"map@{k}": got["map"],
                                 f"ndcg@{k}": got["ndcg"]}
        areas, averages, graded = [], [], {1: [], 5: [], 10: []}
        values = table(relevant, gains)
        for u in range(users):
            unseen = np.setdiff1d(np.arange(items), seen[u])
            areas.append(roc_auc_score(truth[u, unseen], score[u, unseen]))
            averages.append(average_precision_score(truth[u, unseen], score[u, unseen]))
            for k in graded:
                graded[k].append(ndcg_score([values[u, unseen]], [score[u, unseen]], k=k))
        case["sklearn"]["auc"] = float(np.mean(areas))
        if levels > 1000:  # scikit-learn takes equal scores together
            case["sklearn"]["map"] = float(np.mean(averages))
            case["sklearn"] |= {f"ndcg_graded@{k}": float(np.mean(v)) for k, v in graded.items()}
        yield case


def main():
    import implicit
    import sklearn
    cases, scored = list(lists()), list(scores())
    spark = ask_spark(cases)
    with open(TARGET, "w") as file:
        json.dump(dict(spark=spark, implicit=implicit.__version__, sklearn=sklearn.__version__, lists=cases,
                       scores=scored), file, separators=(",", ":"))
        file.write("\n")


main()
