#!/usr/bin/env python3
"""Makes the golden values of linear models, Tests/LinearModelsTests/Golden/linear.json.

    scripts/differential linear                        with PySpark and scikit-learn where it fetched them
    python3 scripts/parity/golden_linear.py [WORD]     only shows the cases whose name holds WORD

scripts/parity/linear_tables.py has the tables, scripts/parity/linear_cases.py what is asked of them,
scripts/parity/linear_solver.py the answers; scripts/parity/linear_peers.py asks scikit-learn and MLlib.

The file: {"about", "tables", "cases"}.

A table is {"file": a path from the root} (CSV with a header), {"csv": its text}, or {"libsvm": its text,
"width": columns}; with "label" (libsvm: the first field) and "about". Every column is a feature but for the
label, those in "aside" and, in a libsvm file, none: its columns are x1, x2, ...

A case is
  name, model     "logistic-regression" or "linear-regression"
  table           the name of a table
  label           the column to learn; the case's own, not always the table's
  weight          the column of row weights; absent where each row counts 1
  prepared        "standardized": each column less its mean and over its deviation (with n) before all else
  settings        lambda, alpha, fitIntercept, standardization; family, classWeight; loss, epsilon;
                  lowerBoundsOnCoefficients, upperBoundsOnCoefficients (a row per class),
                  lowerBoundsOnIntercepts, upperBoundsOnIntercepts
  C               scikit-learn's for this lambda: 1 / (lambda sum of weights)
  penalty         {"l1": [...], "l2": [...]}: what each column's coefficient is charged at last, standardization
                  included; absent where lambda is 0
  unique          whether the coefficients are; where not, only objective and predictions are to be compared
  classes         the labels as texts, in the order of rows below; of two, the second is the positive one
  expected        the answer, see below
  accuracy        lastStep: the last step of the polish over the largest parameter (both of scaled columns);
                  slackOfZeros: how far from the edge the closest zero of L1 is (0 to 1)
  peers           who else was asked: call, coefficientGap (largest difference over the largest coefficient, both
                  times the columns' deviations), objectiveGap (theirs at our objective less ours, over ours),
                  sameSupport, strayCoefficient (their largest where ours is 0, likewise), and what only they say.
                  A gap of more than 1e-9 of the objective is a peer that ended early: ours is the lower one

Settings mean: sum w_i loss_i / sum w_i + lambda (alpha |b|_1 + (1 - alpha)/2 |b|^2), the intercept free, where
b is the coefficient times the column's deviation if standardization is true. That deviation is MLlib's, with
n - 1 (weighted: over W - sum w_i^2 / W, W the sum of weights). The loss is the log-loss, or half of the squared
error, or half of Huber's with its scale s: (s + H(r/s) s) / 2, H(z) = z^2, beyond epsilon 2 epsilon |z| - epsilon^2.
MLlib divides lambda by the label's deviation (L2 part) and takes a deviation with n in its solver "normal", so
the cases that are MLlib's have its own settings in the peer's call, and ours, translated, in settings.

expected is
  coefficients    a row per class (one row for two classes and for regression), of the columns as they are
  intercepts      one per row; those of many classes have mean 0, as have the coefficients of a column without
                  penalty
  objective       as above, the penalty included
  scale           of Huber's loss
  probabilities   of the first rows, a number per class; predictions of regression
  standardErrors, pValues, r2   where lambda is 0: coefficients then intercept; for logistic regression from the
                  inverse Hessian (rows count by weight) and the normal law, for linear regression with n - columns
                  - 1 degrees of freedom, n the number of rows, and Student's law
"""

import json
import os
import sys

sys.dont_write_bytecode = True
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy: on busy cores its threads wait for each other
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import numpy as np  # noqa: E402

from parity import linear_cases, linear_peers, linear_solver, linear_tables  # noqa: E402

OUT = os.path.join(linear_tables.ROOT, "Tests/LinearModelsTests/Golden/linear.json")
SHOWN = 5


class Case:
    def __init__(self, source, name, table, label, weight, prepared, settings, classify, unique):
        self.name, self.table, self.settings = name, table, settings
        self.label, self.weight, self.prepared, self.unique = label or source.label, weight, prepared, unique
        self.x = source.numbers([n for n in source.features() if n != self.label])
        if prepared:
            self.x = (self.x - self.x.mean(axis=0)) / self.x.std(axis=0)
        self.rows_weights = source.numbers([weight])[:, 0] if weight else None
        self.weights = self.rows_weights if weight else np.ones(len(self.x))
        self.wants_errors = unique and not settings["lambda"] and settings["fitIntercept"]
        if "loss" in settings or any("Bounds" in name for name in settings):
            self.wants_errors = False
        self.classes = None
        if classify:
            labels = source.columns[self.label]
            numeric = all(x.lstrip("-").replace(".", "", 1).isdigit() for x in labels)
            self.classes = sorted(set(labels), key=float if numeric else str.encode)
            self.codes = np.array([self.classes.index(x) for x in labels])
            self.loss_weights = self.weights.copy()
            if settings.get("classWeight") == "balanced":
                for k in range(len(self.classes)):
                    own = self.codes == k
                    share = self.weights.sum() / (len(self.classes) * self.weights[own].sum())
                    self.loss_weights[own] *= share
            many = len(self.classes) > 2 or settings.get("family") == "multinomial"
            self.loss = linear_solver.Logistic(self.codes, len(self.classes), len(self.classes) if many else 1)
        else:
            self.target = source.numbers([self.label])[:, 0]
            self.loss_weights = self.weights
            huber = settings.get("loss") == "huber"
            self.loss = (
                linear_solver.Huber(self.target, settings["epsilon"]) if huber else linear_solver.Squared(self.target))

    def deviations(self):
        w = self.weights
        total = w.sum()
        square = w @ (self.x - w @ self.x / total) ** 2
        found = np.sqrt(square / (total - w @ w / total))
        found[np.ptp(self.x, axis=0) == 0] = 0
        return found

    def solve(self):
        s = self.settings
        size = self.deviations() if s["standardization"] else np.ones(self.x.shape[1])
        alpha = s.get("alpha", 0)
        self.l1, self.l2 = s["lambda"] * alpha * size, s["lambda"] * (1 - alpha) * size**2
        self.problem = linear_solver.Problem(
            self.loss, self.x, self.loss_weights, self.l1, self.l2, s["fitIntercept"], self.bounds())
        self.found = self.problem.answer()
        return self.found

    def bounds(self):
        """Lower and upper bounds, a row per class, the intercept's last."""
        asked = [name for name in self.settings if name.startswith(("lowerBounds", "upperBounds"))]
        if not asked:
            return None
        sides = []
        for side, far in [("lower", -np.inf), ("upper", np.inf)]:
            coefficients = self.settings.get(f"{side}BoundsOnCoefficients")
            intercepts = self.settings.get(f"{side}BoundsOnIntercepts")
            table = np.full((self.loss.blocks, self.x.shape[1] + 1), far)
            if coefficients:
                table[:, :-1] = coefficients
            if intercepts:
                table[:, -1] = intercepts
            sides.append(table)
        return sides

    def shifts_freely(self):
        """Whether L1 alone leaves open what is added to the coefficients of all classes: any number between the
        two in the middle does."""
        middle = self.loss.blocks // 2
        if self.loss.blocks < 2 or self.loss.blocks % 2 or not self.l1.any() or self.l2.any():
            return False
        rising = np.sort(self.found["coefficients"], axis=0)
        return bool((rising[middle - 1] != rising[middle]).any())

    def document(self):
        found, s = self.solve(), self.settings
        made = {
            "name": self.name, "model": "logistic-regression" if self.classes else "linear-regression",
            "table": self.table, "label": self.label,
        }
        if self.weight:
            made["weight"] = self.weight
        if self.prepared:
            made["prepared"] = self.prepared
        made["settings"] = s
        if s["lambda"]:
            if self.classes:
                made["C"] = 1 / (s["lambda"] * float(self.weights.sum()))
            made["penalty"] = {"l1": self.l1.tolist(), "l2": self.l2.tolist()}
        made["unique"] = self.unique
        if self.classes:
            made["classes"] = self.classes
        theta, head = self.problem.theta, self.problem.wide[:SHOWN]
        if self.shifts_freely():
            made["unique"] = self.unique = False
        expected = {
            "coefficients": plain(found["coefficients"]), "intercepts": plain(found["intercepts"]),
            "objective": float(found["objective"]),
        }
        if "scale" in found:
            expected["scale"] = float(found["scale"])
        if self.classes:
            expected["probabilities"] = plain(self.loss.probabilities(head, theta))
        else:
            expected["predictions"] = plain(head @ (theta[:-1] if self.loss.extra else theta))
        if self.wants_errors and self.loss.blocks == 1:
            expected |= self.errors()
        made["expected"] = self.expected = expected
        made["accuracy"] = {"lastStep": found["lastStep"], "slackOfZeros": found["slackOfZeros"]}
        return made

    def errors(self):
        from scipy import stats

        total = float(self.weights.sum())
        covariance = self.problem.covariance() / total
        values = np.append(self.found["coefficients"][0], self.found["intercepts"]).astype(float)
        if self.classes:
            errors = np.sqrt(np.diag(covariance))
            return {"standardErrors": plain(errors), "pValues": plain(2 * stats.norm.sf(abs(values / errors)))}
        rest = 2 * float(self.found["objective"]) * total
        freedom = len(self.x) - len(values)
        errors = np.sqrt(np.diag(covariance) * rest / freedom)
        mean = self.weights @ self.target / total
        return {
            "standardErrors": plain(errors), "pValues": plain(2 * stats.t.sf(abs(values / errors), freedom)),
            "r2": 1 - rest / float(self.weights @ (self.target - mean) ** 2),
        }

    def compare(self, peer, call, coefficients, intercepts, more):
        """How far a peer is, at our objective and in our columns' sizes."""
        ours, spread = self.found["coefficients"].astype(float), self.problem.spread.astype(float)
        if self.loss.blocks > 1:
            intercepts = intercepts - intercepts.mean()
            free = self.l1 + self.l2 == 0
            coefficients = coefficients - np.where(free, coefficients.mean(axis=0), 0)
        theta = coefficients * spread
        if self.settings["fitIntercept"]:
            shift = intercepts + coefficients @ self.problem.centre.astype(float)
            theta = np.append(theta, shift[:, None], axis=1)
        theta = theta.reshape(-1)
        if self.loss.extra:
            theta = np.append(theta, more["scale"])
        theta = theta.astype(linear_solver.Long)
        problem = self.problem
        value = problem.loss.value(problem.wide, problem.weights, theta)
        value += problem.exact_l1 @ abs(theta) + problem.exact_l2 @ theta**2 / 2
        best = self.found["objective"]
        row = {
            "peer": peer, "call": call,
            "coefficientGap": float(abs((coefficients - ours) * spread).max() / max(abs(ours * spread).max(), 1e-300)),
            "objectiveGap": float((value - best) / abs(best)),
        }
        if self.l1.any():
            row["sameSupport"] = bool(((coefficients != 0) == (ours != 0)).all())
            row["strayCoefficient"] = float(
                abs((coefficients * spread)[ours == 0]).max(initial=0) / max(abs(ours * spread).max(), 1e-300))
        return row | more


def plain(array):
    return np.asarray(array).astype(float).tolist()


def main():
    word = sys.argv[1] if len(sys.argv) > 1 else None
    tables = linear_tables.all_tables()
    spark, documents = None, []
    for asked, sklearn, mllib in linear_cases.cases(tables):
        if word is not None and word not in asked["name"]:
            continue
        case = Case(tables[asked["table"]], **asked)
        made = case.document()
        peers = []
        if sklearn:
            ask = linear_peers.sklearn_logistic if case.classes else linear_peers.sklearn_linear
            peers.append(case.compare(linear_peers.sklearn_name(), *ask(case)))
        if mllib is not None:
            spark = spark or linear_peers.Spark()
            ask = spark.logistic if case.classes else spark.linear
            peers.append(case.compare(spark.name, *ask(case, mllib)))
            if case.classes and case.unique and case.wants_errors and case.loss.blocks == 1:
                peers.append(case.compare(spark.name, *spark.generalized(case)))
        made["peers"] = peers
        documents.append(made)
        accuracy = made["accuracy"]
        shown = [f"{accuracy['lastStep']:.0e}", f"{accuracy['slackOfZeros']:.0e}"]
        for peer in peers:
            assert peer["objectiveGap"] > -1e-16, f"{case.name}: {peer['call']} is better"
            stray = "" if peer.get("sameSupport", True) else f" stray {peer['strayCoefficient']:.0e}"
            shown.append(f"{peer['coefficientGap']:.0e}/{peer['objectiveGap']:.0e}{stray}")
        print(*shown, case.name + ("" if case.unique else " (not unique)"), sep="  ", flush=True)
    if word is None:
        write(tables, documents)


def write(tables, documents):
    about = (
        "Made by scripts/differential linear; scripts/parity/golden_linear.py says what each part means. The answers are "
        "those of scripts/parity/linear_solver.py, polished in long double; peers says how far others were."
    )
    used = {d["table"] for d in documents}
    parts = [f'"about":{dumped(about)}']
    rows = ",\n".join(f"{dumped(n)}:{dumped(t.document)}" for n, t in tables.items() if n in used)
    parts.append('"tables":{\n' + rows + "\n}")
    parts.append('"cases":[\n' + ",\n".join(dumped(d) for d in documents) + "\n]")
    os.makedirs(os.path.dirname(OUT), exist_ok=True)
    with open(OUT, "w") as file:
        file.write("{" + ",\n".join(parts) + "}\n")
    print(f"{len(documents)} cases, {os.path.getsize(OUT)} bytes: {os.path.relpath(OUT, linear_tables.ROOT)}")


def dumped(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    main()
