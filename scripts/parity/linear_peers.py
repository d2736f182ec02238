"""What scikit-learn and MLlib answer to the cases of scripts/parity/golden_linear.py."""

import warnings

import numpy as np


def sklearn_name():
    import sklearn

    return f"scikit-learn {sklearn.__version__}"


def sklearn_logistic(case):
    """Their objective is C sum of losses + penalty, so C = 1 / (lambda sum of weights)."""
    from sklearn.linear_model import LogisticRegression

    s, weights = case.settings, case.weights
    penalty, alpha = s["lambda"], s.get("alpha", 0)
    c = 1 / (penalty * weights.sum()) if penalty else np.inf
    solver = "saga" if alpha else "newton-cholesky"
    model = LogisticRegression(
        C=c, l1_ratio=alpha, solver=solver, tol=1e-12, max_iter=100_000 if alpha else 1000,
        fit_intercept=s["fitIntercept"], class_weight=s.get("classWeight"), random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(case.x, case.codes, sample_weight=case.rows_weights)
    call = f"LogisticRegression(C={c:.6g}, l1_ratio={alpha}, solver='{solver}', tol=1e-12)"
    return call, model.coef_, np.atleast_1d(model.intercept_), {}


def sklearn_linear(case):
    from sklearn import linear_model as lm

    s, w = case.settings, case.rows_weights
    penalty, alpha, fit = s["lambda"], s.get("alpha", 0), s["fitIntercept"]
    total, more = case.weights.sum(), {}
    if s.get("loss") == "huber":
        call = f"HuberRegressor(epsilon={s['epsilon']}, alpha={penalty * total:.6g}, tol=1e-12)"
        model = lm.HuberRegressor(
            epsilon=s["epsilon"], alpha=penalty * total, tol=1e-12, max_iter=100_000, fit_intercept=fit)
    elif not penalty:
        call, model = "LinearRegression()", lm.LinearRegression(fit_intercept=fit)
    elif not alpha:
        call = f"Ridge(alpha={penalty * total:.6g}, solver='cholesky')"
        model = lm.Ridge(alpha=penalty * total, solver="cholesky", fit_intercept=fit)
    else:
        call = f"ElasticNet(alpha={penalty}, l1_ratio={alpha}, tol=1e-14)"
        model = lm.ElasticNet(alpha=penalty, l1_ratio=alpha, tol=1e-14, max_iter=1_000_000, fit_intercept=fit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(case.x, case.target, sample_weight=w)
    if s.get("loss") == "huber":
        more["scale"] = float(model.scale_)
    return call, np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_), more


class Spark:
    """MLlib, started when it is first asked."""

    def __init__(self):
        from parity import spark

        self.session = spark.session()
        self.name = f"MLlib of PySpark {self.session.version}"

    def frame(self, case, label):
        from pyspark.ml.linalg import Vectors

        rows = [
            (Vectors.dense(row.tolist()), float(y), float(w))
            for row, y, w in zip(case.x, label, case.weights)
        ]
        return self.session.createDataFrame(rows, ["features", "label", "w"]).coalesce(1)

    def logistic(self, case, asked):
        from pyspark.ml.classification import LogisticRegression

        from pyspark.ml.linalg import DenseMatrix, Vectors

        asked = {"maxIter": 1000, "tol": 1e-14, "weightCol": "w", **asked}
        settings = dict(asked)
        for name, bounds in asked.items():
            if "BoundsOnCoefficients" in name:
                table = np.array(bounds, float)
                settings[name] = DenseMatrix(*table.shape, table.reshape(-1).tolist(), True)
            elif "BoundsOnIntercepts" in name:
                settings[name] = Vectors.dense(bounds)
        model = LogisticRegression(**settings).fit(self.frame(case, case.codes))
        more = {}
        if hasattr(model, "summary"):
            more["reportedObjective"] = model.summary.objectiveHistory[-1]
            more["iterations"] = model.summary.totalIterations
        return (
            call("LogisticRegression", asked), model.coefficientMatrix.toArray(),
            model.interceptVector.toArray(), more)

    def linear(self, case, asked):
        from pyspark.ml.regression import LinearRegression

        asked = {"maxIter": 1000, "tol": 1e-14, "weightCol": "w", **asked}
        model = LinearRegression(**asked).fit(self.frame(case, case.target))
        more = {}
        if asked.get("loss") == "huber":
            more["scale"] = model.scale
        if case.wants_errors and asked.get("solver") == "normal":
            more["standardErrors"] = list(model.summary.coefficientStandardErrors)
            more["pValues"] = list(model.summary.pValues)
        return (
            call("LinearRegression", asked), model.coefficients.toArray()[None, :],
            np.array([model.intercept]), more)

    def generalized(self, case):
        """Standard errors of logistic regression, which MLlib gives for its general linear model alone."""
        from pyspark.ml.regression import GeneralizedLinearRegression

        asked = {"family": "binomial", "maxIter": 200, "tol": 1e-14, "weightCol": "w"}
        model = GeneralizedLinearRegression(**asked).fit(self.frame(case, case.codes))
        more = {"standardErrors": list(model.summary.coefficientStandardErrors), "pValues": list(model.summary.pValues)}
        return (
            call("GeneralizedLinearRegression", asked), model.coefficients.toArray()[None, :],
            np.array([model.intercept]), more)


def call(name, asked):
    return f"{name}({', '.join(f'{k}={v!r}' for k, v in asked.items())})"
