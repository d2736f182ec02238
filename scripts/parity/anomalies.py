"""Holds detectors of anomalies against scikit-learn, and the isolation forest against a published table.

    anomalies.py MARTLET FOLDER [--seeds N] [--sets TEXT] [forest ...]

Prints for each labelled set the area under the ROC curve and the average precision of both sides: the mean
over the seeds, its standard error, and how far the means of the areas lie apart. A set is made of rows of
usual classes, and of a strange one, of which few are kept; nobody is told which is which. Needs scikit-learn
and pandas; shuttle is fetched by the program and stays in FOLDER.
"""

import pathlib
import subprocess
import sys

import numpy
import pandas
from sklearn import datasets
from sklearn.metrics import average_precision_score, roc_auc_score

words = sys.argv[1:]


def option(name, standard):
    if name not in words:
        return standard
    at = words.index(name)
    value = words[at + 1]
    del words[at : at + 2]
    return value


seeds = int(option("--seeds", 10))
# Sets whose names hold this text.
chosen = option("--sets", "")
martlet, folder = words[0], pathlib.Path(words[1])
wanted = words[2:] or ["forest"]
folder.mkdir(parents=True, exist_ok=True)


def run(*words):
    done = subprocess.run([martlet, *map(str, words), "--quiet"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def shuttle():
    path = folder / "shuttle.csv"
    if not path.exists():
        run("datasets", "fetch", "shuttle", "--out", path)
    frame = pandas.read_csv(path)
    label = frame.pop(frame.columns[-1])
    return frame.to_numpy(float), label.to_numpy(int)


def rare(data, strange, share, seed=0):
    """The rows of one class are strange; of those a share of the others' number is kept."""
    X, y = data.data, data.target == strange
    others = numpy.flatnonzero(~y)
    few = numpy.random.default_rng(seed).permutation(numpy.flatnonzero(y))
    kept = numpy.sort(numpy.concatenate([others, few[: max(10, int(share * len(others)))]]))
    return X[kept], y[kept].astype(int)


def sets():
    yield "shuttle", shuttle()
    # In breast_cancer class 0 is malignant.
    yield "breast_cancer, malignant rare", rare(datasets.load_breast_cancer(), 0, 0.1)
    for kind in range(3):
        yield f"wine, class {kind} rare", rare(datasets.load_wine(), kind, 0.08)
    for digit in range(10):
        yield f"digits, {digit} rare", rare(datasets.load_digits(), digit, 0.03)


def ours(X, name, *settings):
    path = folder / "rows.csv"
    pandas.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])]).to_csv(path, index=False)
    for seed in range(seeds):
        run(
            "train", name, "--data", path, "--out", folder / "m", "--overwrite", "--contamination", 0,
            "--seed", seed, *settings,
        )
        run("score", folder / "m", "--data", path, "--out", folder / "scored.csv", "--overwrite")
        yield pandas.read_csv(folder / "scored.csv").anomaly_score.to_numpy()


def theirs(X):
    from sklearn.ensemble import IsolationForest

    for seed in range(seeds):
        yield -IsolationForest(random_state=seed, n_jobs=2).fit(X).score_samples(X)


def measure(y, scores):
    found = [(roc_auc_score(y, one), average_precision_score(y, one)) for one in scores]
    return numpy.array(found)


def text(values):
    error = values.std(ddof=1) / numpy.sqrt(len(values)) if len(values) > 1 else 0
    return f"{values.mean():.4f} ± {error:.4f}"


def forest():
    print(f"isolation forests, 100 trees of 256, {seeds} seeds: area, average precision")
    for name, (X, y) in sets():
        if chosen not in name:
            continue
        own = measure(y, ours(X, "isolation-forest"))
        peer = measure(y, theirs(X))
        print(
            f"{name} ({len(y)} rows, {y.sum()} strange): ours {text(own[:, 0])}, {text(own[:, 1])};"
            f" scikit-learn {text(peer[:, 0])}, {text(peer[:, 1])};"
            f" apart {own[:, 0].mean() - peer[:, 0].mean():+.4f}",
            flush=True,
        )


for name in wanted:
    {"forest": forest}[name]()
