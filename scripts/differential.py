"""What Spark and scikit-learn make of tables, and whether Martlet makes the same of them.

    differential.py golden FILE [STAGE...]   asks Spark for the golden cases of the unit tests
    differential.py expect FILE COUNT        asks Spark for COUNT random cases a stage
    differential.py peers FILE COUNT         compares what Spark said with scikit-learn
    differential.py compare PROGRAM FILE COUNT [STAGE...]   runs ours and tells what differs

The cases are made by scripts/parity/tables.py (random) and by scripts/parity/golden.py with
scripts/parity/golden_text.py, scripts/parity/golden_codes.py, scripts/parity/golden_numbers.py and
scripts/parity/golden_labels.py. scripts/parity/spark.py, scripts/parity/peers.py (scikit-learn) and
scripts/parity/ours.py answer them, scripts/parity/values.py says what is the same,
scripts/parity/departures.py why something is not.
"""

import collections
import hashlib
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from parity import golden, golden_codes, golden_labels, golden_numbers, golden_text  # noqa: F401
from parity import spark, tables, values

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/FeaturesTests/Golden/spark.json")


ABOUT = (
    "Made by scripts/differential golden. A case: stages as in a pipeline file; columns (name, type) and rows to learn from; "
    "apply: rows for what was learned, absent where the same. Then the answer: outputs (names) and expected (a list per row), "
    "kept: numbers of the rows that stay where some are skipped; model: what the last stage learned; attributes: Spark's names of "
    "the entries; or error and errorAt (fit, transform). NaN and infinities are texts; a vector is a list, or width, indices, "
    "values where sparse."
)
LANGUAGES = "danish dutch english finnish french german hungarian italian norwegian portuguese russian spanish swedish turkish"


def stop_words():
    """Spark's lists are known by how many words they have and by the digest of their lines."""
    from pyspark.ml.feature import StopWordsRemover

    lists = {language: StopWordsRemover.loadDefaultStopWords(language) for language in LANGUAGES.split()}
    return {
        language: {"count": len(words), "sha256": hashlib.sha256("\n".join(words).encode()).hexdigest()}
        for language, words in lists.items()
    }


def write_golden(path, stages):
    """Asks for the cases of these stages, or of all; what is there of others stays."""
    import pyspark

    with_spark = spark.session()
    kept = {}
    if stages:
        with open(path, encoding="utf-8") as file:
            kept = {(case["stage"], case["case"]): case for case in json.load(file)["cases"]}
    lines = []
    for case in golden.cases:
        asked = not stages or case["stage"] in stages
        lines.append(spark.as_line({**case, **spark.run(with_spark, case)} if asked else kept[case["stage"], case["case"]]))
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        head = spark.as_line({"source": f"PySpark {pyspark.__version__}", "about": ABOUT, "stopWords": stop_words()})
        file.write(head[:-1] + ',"cases":[\n')
        file.write(",\n".join(lines))
        file.write("\n]}\n")
    print(f"{len(lines)} cases in {path}")


def key_of(case):
    return hashlib.sha256(spark.as_line(case).encode()).hexdigest()[:16]


def random_cases(count):
    """Every stage's first seed, then every stage's second: a part of them is of all stages."""
    for seed in range(1, count + 1):
        for stage in tables.MAKERS:
            yield tables.random_case(stage, seed)


def answers(path):
    """What was asked before, by case."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return {each["key"]: each for each in map(json.loads, file)}


# What these make is a difference or a sum of larger numbers, so the tolerance is a share of the
# largest of the column.
SUMMED = {"standard-scaler", "min-max-scaler", "robust-scaler", "dct", "pca", "target-encoder", "imputer", "idf"}


def differing(case, expected, found):
    """The first row and column that differ, or None."""
    if len(expected) != len(found):
        return f"{len(expected)} rows and {len(found)}"
    last = case["stages"][-1]["stage"]
    scales = values.largest(expected)
    for place, (one, other) in enumerate(zip(expected, found)):
        for floor, a, b in zip(scales, one, other):
            if last == "pca":
                a, b = ([abs(values.number(x)) for x in v] for v in (a, b))
            if not values.same(a, b, floor if last in SUMMED or len(case["stages"]) > 1 else 0.0):
                return f"row {place}: {json.dumps(a)[:150]} and {json.dumps(b)[:150]}"
    return None


def expect(path, count):
    """Asks Spark for what it was not asked before."""
    known = answers(path)
    with_spark = None
    tally = collections.Counter()
    started = time.time()
    with open(path, "a", encoding="utf-8", newline="\n") as file:
        for case in random_cases(count):
            key = key_of(case)
            if key in known:
                tally["known"] += 1
                continue
            with_spark = with_spark or spark.session()
            answer = {"key": key, "stage": case["stage"], "case": case["case"], **spark.run(with_spark, case)}
            tally["errors" if "error" in answer else "answered"] += 1
            file.write(spark.as_line(answer) + "\n")
            file.flush()
    print(f"{dict(tally)} in {time.time() - started:.0f} s")


def ask_peer(case, theirs):
    """What scikit-learn says where it has the same, and whether Spark agrees with it."""
    from parity import peers

    if "error" in theirs or "kept" in theirs:
        return None, None
    rows = peers.ask(case)
    return rows, rows is not None and differing(case, theirs["expected"], rows)


def peers_alone(path, count):
    """Compares Spark with its peers, without us."""
    known = answers(path)
    tally = collections.Counter()
    for case in random_cases(count):
        theirs = known[key_of(case)]
        rows, why = ask_peer(case, theirs)
        tally["none" if rows is None else "differ" if why else "same"] += 1
        if why:
            print(f"Spark and its peer differ: {case['stage']} {case['case']}: {why}")
    print(dict(tally))


def verdict(case, theirs, found, by_peer):
    """What became of a case, the cells compared and why they differ."""
    if "error" in found and (found["code"] >= 70 or "there is no stage" in found["error"]):
        return "ours breaks", 0, found["error"]  # our bug, a signal, or nothing to compare
    if "error" in theirs and "error" in found:
        return "both refuse", 0, None
    if "error" in found:
        return "ours refuses", 0, found["error"]
    if "error" in theirs:
        return "Spark refuses", 0, theirs["error"]
    names = theirs["outputs"]
    absent = [name for name in names if name not in found["columns"]]
    if absent:
        return "differs", 0, f"there is no column {absent[0]}"
    rows = len(case.get("apply", case["rows"]))
    kept = found["rows"]["row number"]
    if kept != theirs.get("kept", list(range(rows))):
        return "differs", 0, f"rows kept: {theirs.get('kept', rows)} and {kept}"
    ours = [list(row) for row in zip(*(found["rows"][name] for name in names))]
    for what, expected in (("Spark", theirs["expected"]), ("its peer", by_peer)):
        why = expected is not None and differing(case, expected, ours)
        if why:
            return "differs", 0, f"{what}: {why}"
    return "same", sum(cells_of(value) for row in theirs["expected"] for value in row), None


def cells_of(value):
    """A sparse vector counts as what it stores: its width is no work."""
    return len(value["values"]) if isinstance(value, dict) else len(value) if isinstance(value, list) else 1


def as_peer(case, by_peer, theirs, found):
    """Whether scikit-learn has an answer, and it is ours."""
    if by_peer is None or "error" in found or not set(theirs.get("outputs", [""])) <= found["rows"].keys():
        return False
    return differing(case, by_peer, [list(row) for row in zip(*(found["rows"][name] for name in theirs["outputs"]))]) is None


def compare(program, path, count, stages):
    from parity import departures, ours

    known = answers(path)
    tally = collections.defaultdict(collections.Counter)
    cells = collections.Counter()
    peers = collections.Counter()
    unexplained = 0

    def answer(case, theirs):
        asked = {name: case[name] for name in ("stage", "case", "stages", "columns", "rows", "apply") if name in case}
        by_peer, quarrel = ask_peer(asked, theirs) if case is not theirs else (None, None)
        with tempfile.TemporaryDirectory() as folder:
            return asked, by_peer, quarrel, ours.run(program, asked, folder)

    with open(GOLDEN, encoding="utf-8") as file:
        cases = [(case, case) for case in json.load(file)["cases"]]
    cases += [(case, known[key_of(case)]) for case in random_cases(count)]
    cases = [pair for pair in cases if not stages or pair[0]["stage"] in stages]
    with ThreadPoolExecutor(os.cpu_count()) as workers, open(f"{path}.verdicts", "w", encoding="utf-8") as verdicts:
        for (_, theirs), (case, by_peer, quarrel, found) in zip(cases, workers.map(lambda pair: answer(*pair), cases)):
            peers["none" if by_peer is None else "differ" if quarrel else "same"] += 1
            what, compared, why = verdict(case, theirs, found, None if quarrel else by_peer)
            print(f"{case['stage']}\t{case['case']}\t{what}\t{why}\t{theirs.get('error')}\t{found.get('error')}", file=verdicts)
            cells[case["stage"]] += compared
            reason = None if what in ("same", "both refuse") else departures.reason(
                case, theirs, what, why, as_peer(case, by_peer, theirs, found))
            if reason:
                what = f"departs: {reason}"
            elif why:
                unexplained += 1
                print(f"{case['stage']}: {case['case']}: {what}: {why}")
            tally[case["stage"]][what] += 1
    print("| stage | tables | the same | both refuse | departs | cells |\n|---|--:|--:|--:|--:|--:|")
    for stage, counts in tally.items():
        departing = counts.total() - counts["same"] - counts["both refuse"]
        print(f"| {stage} | {counts.total()} | {counts['same']} | {counts['both refuse']} | {departing} | {cells[stage]} |")
    everything = sum(tally.values(), collections.Counter())
    for what, times in sorted(everything.items()):
        print(f"{times:6} {what}")
    print(f"{everything.total()} tables, {cells.total()} cells; {unexplained} differences that have no reason")
    print(f"{peers['same']} tables also had scikit-learn's answer; on {peers['differ']} it is not Spark's")
    return unexplained


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "golden":
        write_golden(words[0], words[1:])
    elif command == "expect":
        expect(words[0], int(words[1]))
    elif command == "peers":
        peers_alone(words[0], int(words[1]))
    elif command == "compare":
        raise SystemExit(1 if compare(words[0], words[1], int(words[2]), words[3:]) else 0)
