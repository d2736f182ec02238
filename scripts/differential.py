"""What Spark and scikit-learn make of tables, and whether Martlet makes the same of them.

    differential.py golden FILE [STAGE...]   asks Spark for the golden cases of the unit tests
    differential.py expect FILE COUNT        asks Spark and scikit-learn for COUNT random cases a stage
"""

import collections
import hashlib
import json
import os
import sys
import time

from parity import golden, golden_codes, golden_labels, golden_numbers, golden_text  # noqa: F401
from parity import spark, tables, values


def write_golden(path, stages):
    import pyspark

    with_spark = spark.session()
    cases = [case for case in golden.cases if not stages or case["stage"] in stages]
    lines = [spark.as_line({**case, **spark.run(with_spark, case)}) for case in cases]
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write('{"source":"PySpark %s","cases":[\n' % pyspark.__version__)
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
    from parity import peers

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
            if "error" not in answer and "kept" not in answer:
                rows = peers.ask(case)
                if rows is not None:
                    answer["peer"] = [[spark.neutral(x) for x in row] for row in rows]
                    tally["peers"] += 1
                    differs = differing(case, answer["expected"], answer["peer"])
                    if differs:
                        tally["peers differ"] += 1
                        print(f"Spark and its peer differ: {case['stage']} {case['case']}: {differs}")
            tally["errors" if "error" in answer else "answered"] += 1
            file.write(spark.as_line(answer) + "\n")
    print(f"{dict(tally)} in {time.time() - started:.0f} s")


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "golden":
        write_golden(words[0], words[1:])
    elif command == "expect":
        expect(words[0], int(words[1]))
