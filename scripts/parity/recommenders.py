"""Holds ALS against PySpark, implicit and cmfrec: the same rows, the same splits, the same settings.

    recommenders.py MARTLET PACKAGES.csv.gz FOLDER [spark|implicit|cmfrec|best ...]

Prints a line for each comparison. Needs pyspark (and Java), implicit, cmfrec, pandas; MovieLens 100K is
fetched by the program itself and stays in FOLDER.
"""

import pathlib
import subprocess
import sys

import numpy
import pandas

martlet, packages, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
wanted = sys.argv[4:] or ["spark", "implicit", "cmfrec", "best"]
folder.mkdir(parents=True, exist_ok=True)


def run(*words):
    done = subprocess.run([martlet, *map(str, words), "--quiet"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def rmse(frame):
    return float(numpy.sqrt(numpy.mean((frame.prediction - frame.rating) ** 2)))


def tell(what, own, peer=None, theirs=()):
    def text(values):
        return f"{numpy.mean(values):.4f} ({', '.join(f'{value:.4f}' for value in values)})"

    print(f"{what}: ours {text(own)}" + (f", {peer} {text(theirs)}" if peer else ""), flush=True)


def split(frame, seed, share=0.2):
    chosen = numpy.random.default_rng(seed).random(len(frame)) < share
    return frame[~chosen], frame[chosen]


def ours(train, test, *settings):
    """The test rows with our predictions, and those of users and items that training had."""
    train.to_csv(folder / "train.csv", index=False)
    test.to_csv(folder / "test.csv", index=False)
    run("train", "als", "--data", folder / "train.csv", "--out", folder / "m", "--overwrite", *settings)
    run(
        "score", folder / "m", "--data", folder / "test.csv", "--out", folder / "scored.csv",
        "--overwrite",
    )
    return pandas.read_csv(folder / "scored.csv").dropna()


def movielens():
    path = folder / "movielens-100k.csv"
    if not path.exists():
        run("datasets", "fetch", "movielens-100k", "--out", path)
    return pandas.read_csv(path)[["user", "item", "rating"]]


def against_spark():
    import pyspark
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession

    path = pathlib.Path(pyspark.__file__).parent / "data/mllib/als/sample_movielens_ratings.txt"
    frame = pandas.read_csv(
        path, sep="::", engine="python", names=["user", "item", "rating", "time"]
    )[["user", "item", "rating"]]
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    # The settings of Spark's documentation, and some that do not fit the noise.
    for seed, rounds, lam in [(seed, *pair) for pair in ((5, 0.01), (15, 0.2)) for seed in range(5)]:
        train, test = split(frame, seed)
        theirs = []
        for start in range(3):
            als = ALS(
                maxIter=rounds, regParam=lam, userCol="user", itemCol="item", ratingCol="rating",
                coldStartStrategy="drop", seed=start,
            )
            model = als.fit(session.createDataFrame(train))
            theirs.append(rmse(model.transform(session.createDataFrame(test)).toPandas()))
        own = [
            rmse(ours(
                train, test, "--rank", 10, "--max-iterations", rounds, "--regularization", lam,
                "--seed", start,
            ))
            for start in range(3)
        ]
        tell(f"sample_movielens, lambda {lam}, split {seed}, RMSE", own, "Spark", theirs)
    session.stop()


def against_implicit():
    import scipy.sparse
    from implicit.als import AlternatingLeastSquares

    frame = pandas.read_csv(packages)
    for seed in range(3):
        train, test = split(frame, seed)
        train.to_csv(folder / "train.csv", index=False)
        test.to_csv(folder / "test.csv", index=False)
        users = pandas.Index(sorted(train.package.unique()))
        items = pandas.Index(sorted(train.needs.unique()))
        rows, columns = users.get_indexer(train.package), items.get_indexer(train.needs)
        matrix = scipy.sparse.csr_matrix(
            (numpy.full(len(train), 41, numpy.float32), (rows, columns)),
            shape=(len(users), len(items)),
        )
        known = test[test.package.isin(users)]
        truth = known.groupby("package").needs.apply(list)
        theirs = []
        for start in range(3):
            model = AlternatingLeastSquares(
                factors=64, regularization=1.0, alpha=1.0, iterations=15, random_state=start,
                num_threads=2,
            )
            model.fit(matrix, show_progress=False)
            judged = users.get_indexer(truth.index)
            lists, _ = model.recommend(judged, matrix[judged], N=10)
            theirs.append(ndcg([[items[i] for i in row] for row in lists], list(truth)))
        own = []
        for start in range(3):
            run(
                "train", "als", "--data", folder / "train.csv", "--user", "package", "--item", "needs",
                "--implicit", "--rank", 64, "--alpha", 40, "--regularization", 1,
                "--regularization-scaling", "none", "--max-iterations", 15, "--seed", start,
                "--out", folder / "m", "--overwrite",
            )
            truth.index.to_frame(index=False).to_csv(folder / "who.csv", index=False)
            run(
                "recommend", folder / "m", "--users", folder / "who.csv", "--top", 10, "--out",
                folder / "lists.csv", "--overwrite",
            )
            lists = pandas.read_csv(folder / "lists.csv").groupby("user").item.apply(list)
            own.append(ndcg([lists[user] for user in truth.index], list(truth)))
        tell(f"packages, split {seed}, NDCG@10", own, "implicit", theirs)


def ndcg(lists, truths):
    """Written anew here, apart from the program's own."""
    total = 0.0
    for found, truth in zip(lists, truths):
        truth = set(truth)
        gain = sum(1 / numpy.log2(place + 2) for place, item in enumerate(found[:10]) if item in truth)
        best = sum(1 / numpy.log2(place + 2) for place in range(min(10, len(truth))))
        total += gain / best
    return total / len(truths)


def against_cmfrec():
    from cmfrec import CMF

    frame = movielens()
    for seed in range(5):
        train, test = split(frame, seed)
        known = test[test.user.isin(train.user) & test.item.isin(train.item)]
        for k, lam in ((8, 0.1), (16, 0.1)):
            theirs = []
            for start in range(3):
                model = CMF(
                    k=k, method="als", lambda_=lam, scale_lam=True, niter=15, user_bias=False,
                    item_bias=False, center=False, nthreads=2, use_float=True, verbose=False,
                    use_cg=False, finalize_chol=False, random_state=start,
                ).fit(train.set_axis(["UserId", "ItemId", "Rating"], axis=1))
                prediction = model.predict(known.user.to_numpy(), known.item.to_numpy())
                theirs.append(rmse(known.assign(prediction=prediction)))
            own = [
                rmse(ours(
                    train, test, "--rank", k, "--regularization", lam, "--max-iterations", 15,
                    "--seed", start,
                ))
                for start in range(3)
            ]
            tell(f"MovieLens 100K, split {seed}, {k} factors, RMSE", own, "cmfrec", theirs)


def best():
    frame = movielens()
    for k, lam in ((32, 0.15), (64, 0.15), (64, 0.18)):
        found = [
            rmse(ours(
                *split(frame, seed), "--rank", k, "--regularization", lam, "--max-iterations", 20,
                "--biases",
            ))
            for seed in range(5)
        ]
        tell(f"MovieLens 100K with biases, {k} factors, lambda {lam}, five splits, RMSE", found)


for name in wanted:
    {"spark": against_spark, "implicit": against_implicit, "cmfrec": against_cmfrec, "best": best}[name]()
