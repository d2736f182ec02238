"""The tables that linear models are fitted to, for scripts/parity/golden_linear.py."""

import csv
import io
import os

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Table:
    """Columns by name, and how the golden file has them: `document`."""

    def __init__(self, document, names, rows, label, about):
        self.document = {**document, "label": label, "about": about}
        self.names, self.label = names, label
        self.columns = {name: [row[j] for row in rows] for j, name in enumerate(names)}

    def numbers(self, names):
        return np.array([[float(x) for x in self.columns[name]] for name in names]).T.copy()

    def features(self):
        aside = {self.label, *self.document.get("aside", [])}
        return [name for name in self.names if name not in aside]


def from_file(name, label, about):
    path = f"datasets/{name}/{name}.csv"
    with open(os.path.join(ROOT, path)) as file:
        rows = list(csv.reader(file))
    return Table({"file": path}, rows[0], rows[1:], label, about)


def inline(names, rows, label, about, aside=()):
    """A table within the file: CSV text; `aside` are columns that are no features."""
    text = "\n".join(",".join(map(str, row)) for row in [names, *rows]) + "\n"
    document = {"csv": text, **({"aside": list(aside)} if aside else {})}
    return Table(document, names, list(csv.reader(io.StringIO(text)))[1:], label, about)


def digits():
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    names = [f"pixel{i}" for i in range(64)] + ["digit"]
    rows = [[int(v) for v in row] + [int(label)] for row, label in zip(pixels, labels)]
    return inline(names, rows, "digit", "digits of scikit-learn (UCI, CC BY 4.0)")


def libsvm(name):
    """A sample file of MLlib, as PySpark carries it."""
    import pyspark

    with open(os.path.join(os.path.dirname(pyspark.__file__), "data/mllib", name)) as file:
        text = "\n".join(line.strip() for line in file if line.strip()) + "\n"
    lines = [line.split() for line in text.splitlines()]
    width = max(int(e.split(":")[0]) for line in lines for e in line[1:])
    rows = []
    for line in lines:
        row = ["0"] * width
        for entry in line[1:]:
            at, value = entry.split(":")
            row[int(at) - 1] = value
        rows.append([line[0], *row])
    names = ["label", *(f"x{j + 1}" for j in range(width))]
    about = f"{name} of Apache Spark (Apache License 2.0)"
    if name == "sample_libsvm_data.txt":
        about += "; sample_binary_classification_data.txt is the same, byte by byte"
    return Table({"libsvm": text, "width": width}, names, rows, "label", about)


def rounded(matrix, digits=3):
    return [[round(float(v), digits) for v in row] for row in matrix]


def tosses(random, margins):
    return (random.random(len(margins)) < 1 / (1 + np.exp(-margins))).astype(int)


def binary():
    random = np.random.default_rng(51)
    x = random.normal(size=(300, 6)) * [1, 2, 0.5, 1, 3, 1]
    y = tosses(random, x @ [1, -0.5, 0, 0.8, 0, 0] + 0.3)
    weights = np.round(random.uniform(0.2, 3, 300), 2)
    weights[::37] = 0
    counts = random.integers(1, 4, 300)
    rows = [
        [*row, label, label + 1, ["no", "yes"][label], weight, count]
        for row, label, weight, count in zip(rounded(x), y, weights, counts)
    ]
    return inline(
        [*"abcdef", "y", "y12", "said", "w", "count"], rows, "y", "random; y12 and said are y in other words",
        ["y12", "said", "w", "count"])


def multiple():
    random = np.random.default_rng(52)
    x = random.normal(size=(400, 5)) * [1, 1, 2, 0.3, 1]
    scores = x @ random.normal(size=(5, 4)) + random.gumbel(size=(400, 4)) * 1.5
    rows = [
        [*row, label, weight]
        for row, label, weight in zip(
            rounded(x), scores.argmax(axis=1), np.round(random.uniform(0.2, 3, 400), 2))
    ]
    return inline([*"abcde", "y", "w"], rows, "y", "random, four classes", ["w"])


def constant():
    random = np.random.default_rng(53)
    x = random.normal(size=(200, 3))
    y = tosses(random, x @ [1, -1, 0.5])
    t = np.round(x @ [2, -1, 0] + 4 + random.normal(size=200), 3)
    rows = [[*row[:2], 3.5, row[2], label, v] for row, label, v in zip(rounded(x), y, t)]
    return inline([*"ab", "same", "c", "y", "t"], rows, "y", "random; the column same is constant", ["t"])


def collinear():
    random = np.random.default_rng(54)
    # Eighths, so that the sums are exact.
    x = np.round(random.normal(size=(200, 3)) * 8) / 8
    y = tosses(random, x @ [1, -1, 0.5])
    t = np.round(x @ [2, -1, 0.5] + 1 + random.normal(size=200), 3)
    rows = [
        [*row, row[0] + 2 * row[1], row[2], label, v] for row, label, v in zip(x.tolist(), y, t)
    ]
    return inline(
        [*"abc", "sum", "copy", "y", "t"], rows, "y", "random; sum = a + 2 b and copy = c exactly", ["t"])


def rare():
    random = np.random.default_rng(55)
    x = random.normal(size=(2000, 4))
    margins = x @ [1.2, -0.8, 0, 0.4]
    y = np.zeros(2000, int)
    y[np.argsort(-(margins + random.gumbel(size=2000)))[:10]] = 1
    return inline([*"abcd", "y"], [[*r, v] for r, v in zip(rounded(x, 2), y)], "y", "random; 10 of 2,000 are 1")


def wide():
    random = np.random.default_rng(56)
    x = random.normal(size=(60, 120))
    y = tosses(random, x[:, :3] @ [2, -2, 1])
    t = np.round(x[:, :3] @ [2, -2, 1] + random.normal(size=60) / 2, 3)
    names = [f"x{j}" for j in range(120)]
    return inline(
        [*names, "y", "t"], [[*r, a, b] for r, a, b in zip(rounded(x), y, t)], "y",
        "random; more columns than rows", ["t"])


def offset():
    random = np.random.default_rng(57)
    seconds = 1_700_000_000 + random.integers(0, 100_000, 250)
    small, large = random.normal(size=250) * 1e-4, random.normal(size=250) * 1e5
    s = (seconds - 1_700_050_000) / 30_000
    y = tosses(random, s - small * 1e4 + large * 5e-6)
    t = np.round(2 * s + small * 1e4 + 10 + random.normal(size=250), 3)
    rows = [[int(a), round(b, 8), round(c, 1), d, e] for a, b, c, d, e in zip(seconds, small, large, y, t)]
    return inline(
        ["seconds", "small", "large", "y", "t"], rows, "y", "random; columns of 1e9, 1e-4 and 1e5", ["t"])


def plain():
    random = np.random.default_rng(58)
    x = random.normal(size=(200, 6)) * [1, 2, 0.5, 1, 3, 1]
    t = x @ [3, -1, 2, 0, 0, 0.05] + 7 + random.normal(size=200)
    weights = np.round(random.uniform(0.2, 3, 200), 2)
    counts = random.integers(1, 4, 200)
    rows = [
        [*row, round(v, 3), weight, count]
        for row, v, weight, count in zip(rounded(x), t.tolist(), weights, counts)
    ]
    return inline([*"abcdef", "t", "w", "count"], rows, "t", "random", ["w", "count"])


def outliers():
    random = np.random.default_rng(59)
    x = random.normal(size=(150, 4))
    t = x @ [2, -1, 0.5, 0] + 3 + random.normal(size=150) / 2
    t[::10] += random.normal(size=15) * 40
    weights = np.round(random.uniform(0.2, 3, 150), 2)
    rows = [[*row, round(v, 3), weight] for row, v, weight in zip(rounded(x), t.tolist(), weights)]
    return inline([*"abcd", "t", "w"], rows, "t", "random; every tenth row is far off", ["w"])


def all_tables():
    return {
        "iris": from_file("iris", "species", "three classes, one apart"),
        "wine": from_file("wine", "cultivar", "three classes"),
        "breast_cancer": from_file("breast_cancer", "diagnosis", "two classes, columns of 1e-3 to 1e3"),
        "digits": digits(),
        "sample_libsvm": libsvm("sample_libsvm_data.txt"),
        "sample_multiclass": libsvm("sample_multiclass_classification_data.txt"),
        "sample_linear_regression": libsvm("sample_linear_regression_data.txt"),
        "binary": binary(), "multiple": multiple(), "constant": constant(), "collinear": collinear(),
        "rare": rare(), "wide": wide(), "offset": offset(), "plain": plain(), "outliers": outliers(),
    }
