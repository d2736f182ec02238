#!/usr/bin/env python3
"""Writes Tests/EvaluationTests/Golden/evaluation.json: tables, and what scikit-learn and Spark say of them.

    python scripts/parity/golden_evaluation.py            scikit-learn and PySpark must be installed

Form: {"sklearn": version, "spark": version, "cases": [case...]}; a case is
  {"name", "kind": "binary" | "multiclass" | "regression",
   "labels": [...], "predictions": [...], "probabilities": [[...]...] or null, "classes": [...],
   "weights": [...] or null, "sklearn": {metric: value}, "spark": {metric: value}}
where the metrics are called by Martlet's names. NaN stands as null.
"""
import json
import math
import os
import sys
import warnings

import numpy as np
import sklearn
import sklearn.metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
EPSILON = 1e-15
HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../../Tests/EvaluationTests/Golden/evaluation.json")


def decisions(y, p, w, labels, binary, beta):
    out = {
        "accuracy": m.accuracy_score(y, p, sample_weight=w),
        "balancedAccuracy": m.balanced_accuracy_score(y, p, sample_weight=w),
        "hammingLoss": m.hamming_loss(y, p, sample_weight=w),
        "mcc": m.matthews_corrcoef(y, p, sample_weight=w),
        "kappa": m.cohen_kappa_score(y, p, sample_weight=w),
    }
    f = "f" + (str(int(beta)) if beta == int(beta) else str(beta))
    for average in ("macro", "micro", "weighted"):
        name = average.capitalize()
        how = dict(average=average, sample_weight=w, zero_division=0)
        out["precision" + name] = m.precision_score(y, p, **how)
        out["recall" + name] = m.recall_score(y, p, **how)
        out[f + name] = m.fbeta_score(y, p, beta=beta, **how)
    if binary:
        how = dict(pos_label=labels[1], sample_weight=w, zero_division=0)
        out["precision"] = m.precision_score(y, p, **how)
        out["recall"] = m.recall_score(y, p, **how)
        out[f] = m.fbeta_score(y, p, beta=beta, **how)
    per = m.precision_recall_fscore_support(y, p, beta=beta, labels=labels, sample_weight=w, zero_division=0)
    for i, label in enumerate(labels):
        out[f"precision[{label}]"], out[f"recall[{label}]"], out[f"{f}[{label}]"] = (per[k][i] for k in range(3))
    return out


def calibration_error(hit, confidence, w, bins):
    """The bins of sklearn.calibration.calibration_curve, summed up with weights by hand."""
    w = np.ones(len(hit)) if w is None else w
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    gaps = [abs((w * (hit - confidence))[place == b].sum()) for b in range(bins)]
    return sum(gaps) / w.sum()


def binary(name, y, score, w=None, beta=1.0, threshold=0.5):
    y, score = np.asarray(y), np.asarray(score, float)
    p = (score > threshold).astype(int)
    out = decisions(y, p, w, [0, 1], True, beta)
    out["auc"] = m.roc_auc_score(y, score, sample_weight=w)
    out["averagePrecision"] = m.average_precision_score(y, score, sample_weight=w)
    if score.min() >= 0 and score.max() <= 1:
        both = np.clip(np.stack([1 - score, score], 1), EPSILON, 1 - EPSILON)
        out["logLoss"] = m.log_loss(y, both, sample_weight=w)
        out["brier"] = m.brier_score_loss(y, score, sample_weight=w)
        out["expectedCalibrationError"] = calibration_error(y, score, w, 10)
        if w is None:
            share, mean = calibration_curve(y, score, n_bins=10)
            out["_calibration"] = [list(map(float, mean)), list(map(float, share))]
    return dict(name=name, kind="binary", beta=beta, threshold=threshold, labels=y.tolist(),
                predictions=p.tolist(), probabilities=[[s] for s in score.tolist()], classes=[0, 1],
                weights=None if w is None else w.tolist(), sklearn=out,
                confusion=m.confusion_matrix(y, p, sample_weight=w).tolist())


def multiclass(name, y, prob, w=None, beta=1.0):
    labels = list(range(prob.shape[1]))
    y, p = np.asarray(y), prob.argmax(1)
    out = decisions(y, p, w, labels, False, beta)
    onehot = np.eye(len(labels))[y]
    for average in ("macro", "weighted"):
        name_ = average.capitalize()
        aucs = m.roc_auc_score(onehot, prob, average=average, sample_weight=w)
        aps = m.average_precision_score(onehot, prob, average=average, sample_weight=w)
        out["auc" + name_], out["averagePrecision" + name_] = aucs, aps
    out["logLoss"] = m.log_loss(y, np.clip(prob, EPSILON, 1 - EPSILON), sample_weight=w, labels=labels)
    out["brierMulticlass"] = m.brier_score_loss(y, prob, sample_weight=w, scale_by_half=False, labels=labels)
    out["expectedCalibrationError"] = calibration_error((y == p).astype(float), prob.max(1), w, 10)
    return dict(name=name, kind="multiclass", beta=beta, labels=y.tolist(), predictions=p.tolist(),
                probabilities=prob.tolist(), classes=labels, weights=None if w is None else w.tolist(),
                sklearn=out, confusion=m.confusion_matrix(y, p, sample_weight=w, labels=labels).tolist())


def regression(name, y, p, w=None):
    y, p = np.asarray(y, float), np.asarray(p, float)
    out = {
        "rmse": m.root_mean_squared_error(y, p, sample_weight=w),
        "mse": m.mean_squared_error(y, p, sample_weight=w),
        "mae": m.mean_absolute_error(y, p, sample_weight=w),
        "medianAbsoluteError": m.median_absolute_error(y, p, sample_weight=w),
        "maxError": m.max_error(y, p),
        "r2": m.r2_score(y, p, sample_weight=w),
        "explainedVariance": m.explained_variance_score(y, p, sample_weight=w),
    }
    return dict(name=name, kind="regression", labels=y.tolist(), predictions=p.tolist(),
                weights=None if w is None else w.tolist(), sklearn=out)


def tables():
    rng = np.random.default_rng(20)
    for n, levels, weighted, beta in [(300, 7, False, 1.0), (300, 7, True, 2.0), (400, 1000, True, 0.5),
                                      (2500, 10 ** 9, False, 1.0), (60, 2, True, 1.0)]:
        y = (rng.random(n) < 0.4).astype(int)
        score = np.clip(0.35 * y + 0.65 * rng.random(n), 0, 1)
        score = np.round(score * levels) / levels
        w = rng.integers(0, 5, n) * rng.random(n) if weighted else None
        yield binary(f"{n} scores of {levels} values{', weighted' if weighted else ''}", y, score, w, beta)
    y = (rng.random(150) < 0.1).astype(int)
    yield binary("margins, no probabilities", y, rng.normal(size=150) + y, None, 1.0, 0.0)
    yield binary("probabilities of 0 and 1", [0, 0, 1, 1, 1, 0], [0.0, 1.0, 1.0, 0.0, 0.5, 1e-20])
    yield binary("the edges of the bins", [0, 1] * 11, np.repeat(np.linspace(0, 1, 11), 2))
    for n, k, weighted, beta in [(300, 3, False, 1.0), (500, 5, True, 2.0)]:
        y = rng.integers(0, k, n)
        prob = rng.dirichlet(np.ones(k), n) + 0.7 * np.eye(k)[y] * rng.random((n, 1))
        prob /= prob.sum(1, keepdims=True)
        w = rng.random(n) if weighted else None
        yield multiclass(f"{n} rows of {k} labels{', weighted' if weighted else ''}", y, prob, w, beta)
    for n, offset, weighted in [(201, 0, False), (200, 0, False), (200, 0, True), (300, 1e9, True)]:
        y = rng.normal(size=n) * 3 + offset
        p = y + rng.normal(size=n)
        w = rng.random(n) if weighted else None
        yield regression(f"{n} numbers around {offset:g}{', weighted' if weighted else ''}", y, p, w)
    yield regression("ties of weights", [1, 2, 3, 4], [0, 0, 0, 0], np.array([1.0, 1.0, 1.0, 1.0]))


def ask_spark(cases):
    """Adds what MLlib's evaluators say, under Martlet's names."""
    import pyspark
    from pyspark.ml.evaluation import (BinaryClassificationEvaluator, MulticlassClassificationEvaluator,
                                       RegressionEvaluator)
    from pyspark.ml.linalg import Vectors
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for case in cases:
        w = case["weights"] or [1.0] * len(case["labels"])
        if case["kind"] == "regression":
            rows = [(float(y), float(p), v) for y, p, v in zip(case["labels"], case["predictions"], w)]
            data = spark.createDataFrame(rows, ["label", "prediction", "w"])
            ask = lambda name, **how: RegressionEvaluator(metricName=name, weightCol="w", **how).evaluate(data)
            out = {name: ask(name) for name in ("rmse", "mse", "mae", "var")}
            out["r2ThroughOrigin"] = ask("r2", throughOrigin=True)
            # With weights Spark divides by other degrees of freedom: see docs/evaluation.md.
            if case["weights"] is None:
                out["r2"] = ask("r2")
            case["spark"] = out
            continue
        prob = case["probabilities"]
        rows = []
        for y, p, s, v in zip(case["labels"], case["predictions"], prob, w):
            vector = Vectors.dense([1 - s[0], s[0]] if len(s) == 1 else s)
            rows.append((float(y), float(p), vector, v))
        data = spark.createDataFrame(rows, ["label", "prediction", "probability", "w"])
        beta = case["beta"]

        def ask(name, **how):
            return MulticlassClassificationEvaluator(metricName=name, weightCol="w", beta=beta, **how).evaluate(data)

        out = {name: ask(name) for name in ("accuracy", "weightedPrecision", "weightedRecall",
                                            "weightedFalsePositiveRate", "weightedFMeasure", "hammingLoss")}
        if "logLoss" in case["sklearn"]:
            out["logLoss"] = ask("logLoss")
        for label in sorted(set(case["labels"])):
            for name in ("precisionByLabel", "recallByLabel", "fMeasureByLabel", "falsePositiveRateByLabel"):
                out[f"{name}[{label}]"] = ask(name, metricLabel=float(label))
        if case["kind"] == "binary":
            scores = data.rdd.map(lambda r: (r[0], Vectors.dense([-r[2][1], r[2][1]]), r[3])) \
                .toDF(["label", "rawPrediction", "w"])
            for name in ("areaUnderROC", "areaUnderPR"):
                out[name] = BinaryClassificationEvaluator(
                    metricName=name, weightCol="w", numBins=0).evaluate(scores)
        case["spark"] = out
    version = spark.version
    spark.stop()
    return version


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


def main():
    cases = list(tables())
    spark = ask_spark(cases)
    document = {"sklearn": sklearn.__version__, "spark": spark, "cases": plain(cases)}
    os.makedirs(os.path.dirname(TARGET), exist_ok=True)
    with open(TARGET, "w") as file:
        file.write(json.dumps(document) + "\n")
    print(f"{len(cases)} cases, {os.path.getsize(TARGET)} bytes")


if __name__ == "__main__":
    sys.exit(main())
