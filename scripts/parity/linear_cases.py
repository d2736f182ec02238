"""What scripts/parity/golden_linear.py asks of the tables of scripts/parity/linear_tables.py."""

import numpy as np


def cases(tables):
    """Every case, with how it is asked of scikit-learn (True) and of MLlib (settings)."""
    made = []

    def add(name, table, lam, classify=True, label=None, weight=None, prepared=None, unique=True, sklearn=True,
            mllib=None, family=None, **more):
        settings = {
            "lambda": lam, "alpha": more.pop("alpha", 0), "fitIntercept": more.pop("fit", True),
            "standardization": more.pop("standardization", False), **more,
        }
        if family:
            settings["family"] = family
        case = {
            "name": name, "table": table, "label": label, "weight": weight, "prepared": prepared,
            "settings": settings, "classify": classify, "unique": unique,
        }
        made.append((case, sklearn, mllib))

    def asked(lam, alpha=0, standardization=False, **more):
        return {"regParam": lam, "elasticNetParam": alpha, "standardization": standardization, **more}

    # Real data, scikit-learn's convention; MLlib with standardization off.
    for table in ["iris", "wine", "breast_cancer"]:
        for prepared in [None, "standardized"]:
            for lam in [0.1, 1e-3]:
                name = f"{table}{', standardized' if prepared else ''}, L2 {lam}"
                # MLlib's own line search ends early on raw columns of very different sizes.
                add(name, table, lam, prepared=prepared, mllib=asked(lam))
        add(f"{table}, standardization, L2 0.01", table, 0.01, standardization=True, sklearn=False,
            mllib=asked(0.01, standardization=True))
        add(f"{table}, standardization, L1 0.01", table, 0.01, alpha=1, standardization=True, sklearn=False,
            mllib=asked(0.01, 1, True))
        add(f"{table}, standardized, elastic net", table, 0.02, alpha=0.5, prepared="standardized",
            mllib=asked(0.02, 0.5))
    add("breast_cancer, standardized, L1", "breast_cancer", 0.02, alpha=1, prepared="standardized",
        mllib=asked(0.02, 1))
    add("digits, L2 0.01", "digits", 0.01, mllib=asked(0.01))
    add("digits, L2 1", "digits", 1.0)
    add("digits, standardization, L2 0.05", "digits", 0.05, standardization=True, sklearn=False,
        mllib=asked(0.05, standardization=True))
    add("digits, L1", "digits", 0.05, alpha=1, sklearn=False, mllib=asked(0.05, 1))
    # MLlib's samples.
    for lam, alpha in [(0.3, 0.8), (0.01, 0.0), (0.1, 1.0)]:
        add(f"sample_libsvm, standardization, {lam} and {alpha}", "sample_libsvm", lam, alpha=alpha,
            standardization=True, sklearn=False, mllib=asked(lam, alpha, True))
    add("sample_libsvm, L2", "sample_libsvm", 0.01, mllib=asked(0.01))
    add("sample_libsvm, two rows of coefficients", "sample_libsvm", 0.3, alpha=0.8, standardization=True,
        sklearn=False, family="multinomial", mllib=asked(0.3, 0.8, True, family="multinomial"))
    add("sample_multiclass, standardization, 0.3 and 0.8", "sample_multiclass", 0.3, alpha=0.8,
        standardization=True, sklearn=False, mllib=asked(0.3, 0.8, True))
    add("sample_multiclass, L2", "sample_multiclass", 0.01, mllib=asked(0.01))
    # Random tables.
    add("two classes, no penalty", "binary", 0, mllib=asked(0))
    add("two classes, no penalty, standardization makes no difference", "binary", 0, standardization=True,
        sklearn=False, mllib=asked(0, standardization=True))
    add("two classes, weights, no penalty", "binary", 0, weight="w", mllib=asked(0))
    add("two classes, weights, L2", "binary", 0.05, weight="w", mllib=asked(0.05))
    add("two classes, weights, standardization", "binary", 0.05, weight="w", alpha=0.5, standardization=True,
        sklearn=False, mllib=asked(0.05, 0.5, True))
    add("two classes, counts as weights", "binary", 0.02, weight="count", mllib=asked(0.02))
    add("two classes, no intercept", "binary", 0.01, fit=False, mllib=asked(0.01, fitIntercept=False))
    add("two classes, no intercept, no penalty", "binary", 0, fit=False, mllib=asked(0, fitIntercept=False))
    add("two classes, labels 1 and 2", "binary", 0.02, label="y12")
    add("two classes, labels as texts", "binary", 0.02, label="said")
    add("two classes, L1", "binary", 0.03, alpha=1, mllib=asked(0.03, 1))
    add("two classes, elastic net", "binary", 0.05, alpha=0.7, mllib=asked(0.05, 0.7))
    add("two classes, L1 without intercept", "binary", 0.03, alpha=1, fit=False,
        mllib=asked(0.03, 1, fitIntercept=False))
    add("two classes, L1 above all", "binary", 2.0, alpha=1, mllib=asked(2.0, 1))
    add("two classes, balanced", "binary", 0.02, classWeight="balanced")
    add("two classes, balanced and weights", "binary", 0.02, weight="w", classWeight="balanced")
    add("two classes, two rows of coefficients", "binary", 0.02, family="multinomial", sklearn=False,
        mllib=asked(0.02, family="multinomial"))
    add("four classes, no penalty", "multiple", 0, mllib=asked(0))
    add("four classes, weights, L2", "multiple", 0.02, weight="w", mllib=asked(0.02))
    add("four classes, weights, standardization", "multiple", 0.02, weight="w", standardization=True, sklearn=False,
        mllib=asked(0.02, standardization=True))
    add("four classes, L1", "multiple", 0.03, alpha=1, mllib=asked(0.03, 1))
    add("four classes, elastic net", "multiple", 0.03, alpha=0.4, mllib=asked(0.03, 0.4))
    add("four classes, no intercept", "multiple", 0.02, fit=False, mllib=asked(0.02, fitIntercept=False))
    add("four classes, balanced", "multiple", 0.02, classWeight="balanced")
    def bounded(name, table, lam, **more):
        add(name, table, lam, sklearn=False, mllib=asked(lam, **more), **more)

    bounded("bounds, none below 0", "binary", 0.01, lowerBoundsOnCoefficients=[[0] * 6])
    bounded("bounds, a box and one of the intercept", "binary", 0, lowerBoundsOnCoefficients=[[-0.25] * 6],
            upperBoundsOnCoefficients=[[0.5] * 6], lowerBoundsOnIntercepts=[0.5], upperBoundsOnIntercepts=[1.0])
    bounded("bounds, standardization", "binary", 0.05, standardization=True,
            upperBoundsOnCoefficients=[[0.3, 0.3, 0.3, 0.3, 0.3, -0.1]])
    bounded("bounds, four classes", "multiple", 0.02, lowerBoundsOnCoefficients=[[0] * 5] * 4)
    add("a constant column, L2", "constant", 0.02, mllib=asked(0.02))
    add("a constant column, standardization", "constant", 0.02, standardization=True, sklearn=False,
        mllib=asked(0.02, standardization=True))
    add("a constant column, no penalty", "constant", 0, unique=False, mllib=asked(0))
    add("collinear columns, L2", "collinear", 0.02, mllib=asked(0.02))
    add("collinear columns, no penalty", "collinear", 0, unique=False, mllib=asked(0))
    add("rare classes, no penalty", "rare", 0, mllib=asked(0))
    add("rare classes, L2", "rare", 1e-3, mllib=asked(1e-3))
    add("rare classes, balanced", "rare", 0.01, classWeight="balanced")
    add("more columns than rows, L2", "wide", 0.1, mllib=asked(0.1))
    add("more columns than rows, L1", "wide", 0.05, alpha=1, mllib=asked(0.05, 1))
    add("columns far from 0 and of many sizes, standardization", "offset", 0.01, standardization=True, sklearn=False,
        mllib=asked(0.01, standardization=True))
    add("columns far from 0 and of many sizes, no penalty", "offset", 0, sklearn=False, mllib=asked(0))

    def line(name, table, lam, mllib=None, label="t", **more):
        add(name, table, lam, classify=False, label=label, mllib=mllib, **more)

    def spark_line(name, table, lam, alpha, standardization, solver, weight=None, label="t"):
        """MLlib's penalty as ours: its L2 over the label's deviation, its deviations by solver."""
        t = tables[table]
        y = t.numbers([label])[:, 0]
        w = t.numbers([weight])[:, 0] if weight else np.ones(len(y))
        total = w.sum()
        square = w @ (y - w @ y / total) ** 2
        over = total if solver == "normal" else total - w @ w / total
        ratio = np.sqrt((total - w @ w / total) / over) if standardization and solver == "normal" else 1.0
        l1, l2 = lam * alpha * ratio, lam * (1 - alpha) / np.sqrt(square / over) * ratio**2
        line(name, table, float(l1 + l2), alpha=float(l1 / (l1 + l2)), standardization=standardization, weight=weight,
             sklearn=False, label=label, mllib=asked(lam, alpha, standardization, solver=solver))

    line("least squares", "plain", 0, mllib=asked(0, solver="normal"))
    line("least squares, by L-BFGS", "plain", 0, sklearn=False, mllib=asked(0, solver="l-bfgs"))
    line("least squares, weights", "plain", 0, weight="w", mllib=asked(0, solver="normal"))
    line("least squares, counts as weights", "plain", 0, weight="count", mllib=asked(0, solver="normal"))
    line("least squares, no intercept", "plain", 0, fit=False, mllib=asked(0, solver="normal", fitIntercept=False))
    line("ridge", "plain", 0.1)
    line("ridge, weights", "plain", 0.1, weight="w")
    line("ridge, standardization, weights", "plain", 0.1, weight="w", standardization=True, sklearn=False)
    line("ridge, no intercept", "plain", 0.1, fit=False)
    line("lasso", "plain", 0.1, alpha=1)
    line("lasso, weights", "plain", 0.1, alpha=1, weight="w")
    line("lasso, standardization", "plain", 0.1, alpha=1, standardization=True, sklearn=False)
    line("lasso above all", "plain", 50.0, alpha=1)
    line("elastic net", "plain", 0.2, alpha=0.5)
    line("elastic net, no intercept", "plain", 0.2, alpha=0.5, fit=False)
    for solver in ["normal", "l-bfgs"]:
        for standardization in [True, False]:
            words = f"MLlib {solver}{', standardization' if standardization else ''}"
            for lam, alpha in [(0.3, 0.8), (0.5, 0.0), (0.1, 1.0)]:
                spark_line(f"{words}, {lam} and {alpha}", "plain", lam, alpha, standardization, solver)
            spark_line(f"{words}, weights", "plain", 0.3, 0.5, standardization, solver, "w")
        spark_line(f"sample_linear_regression, MLlib {solver}", "sample_linear_regression", 0.3, 0.8, True, solver,
                   label="label")
    line("sample_linear_regression, least squares", "sample_linear_regression", 0, label="label",
         mllib=asked(0, solver="normal"))
    line("least squares, a constant column", "constant", 0, unique=False, mllib=asked(0, solver="normal"))
    line("ridge, a constant column", "constant", 0.1)
    line("ridge, a constant column, standardization", "constant", 0.1, standardization=True, sklearn=False)
    line("least squares, collinear columns", "collinear", 0, unique=False)
    line("ridge, collinear columns", "collinear", 0.1)
    line("ridge, more columns than rows", "wide", 0.1)
    line("lasso, more columns than rows", "wide", 0.1, alpha=1)
    line("least squares, columns far from 0 and of many sizes", "offset", 0, mllib=asked(0, solver="normal"))
    line("ridge, columns far from 0 and of many sizes, standardization", "offset", 0.1, standardization=True,
         sklearn=False)
    huber = {"loss": "huber", "epsilon": 1.35}
    line("Huber", "outliers", 0, mllib=asked(0, **huber), **huber)
    line("Huber, weights, L2", "outliers", 0.05, weight="w", mllib=asked(0.05, **huber), **huber)
    line("Huber, standardization", "outliers", 0.05, standardization=True, sklearn=False,
         mllib=asked(0.05, standardization=True, **huber), **huber)
    line("Huber, no intercept, epsilon 2", "outliers", 0.01, fit=False, loss="huber", epsilon=2.0,
         mllib=asked(0.01, loss="huber", epsilon=2.0, fitIntercept=False))
    return made
