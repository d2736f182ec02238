"""What Spark and scikit-learn make of tables, and whether Martlet makes the same of them.

    differential.py golden FILE [STAGE...]   asks Spark for the golden cases of the unit tests
"""

import sys

from parity import golden, golden_codes, golden_labels, golden_numbers, golden_text  # noqa: F401
from parity import spark


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


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "golden":
        write_golden(words[0], words[1:])
