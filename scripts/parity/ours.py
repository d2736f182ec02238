"""Runs a case through Martlet's program: trains, scores, reads what came out."""

import json
import os
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq

from .spark import neutral
from .values import arrow_table

ROW = "row number"


def write(path, columns, rows):
    table = arrow_table(columns, rows)
    pq.write_table(table.add_column(0, ROW, pa.array(range(len(rows)), pa.int64())), path)


def said(done):
    """Why the program failed, in one line."""
    try:
        error = json.loads(done.stdout)["error"]
        return " < ".join([error["message"], *error.get("causes", [])])
    except (ValueError, KeyError, TypeError):
        return (done.stderr.strip() or f"exit code {done.returncode}")[-300:]


def cell(value):
    """A value of Parquet in the neutral form: a vector lies as Spark's, or as a list."""
    if isinstance(value, dict) and "type" in value:
        values = [neutral(x) for x in value["values"]]
        return {"width": value["size"], "indices": value["indices"], "values": values} if value["type"] == 0 else values
    return neutral(value)


def run(program, case, folder):
    """What Martlet makes of a case, in the form of the other sides' answers."""
    pipeline, train, apply, model, out = (os.path.join(folder, name) for name in ("p.json5", "t.parquet", "a.parquet", "m", "o.parquet"))
    with open(pipeline, "w", encoding="utf-8") as file:
        json.dump({"stages": case["stages"]}, file, ensure_ascii=False)
    write(train, case["columns"], case["rows"])
    if "apply" in case:
        write(apply, case["columns"], case["apply"])
    else:
        apply = train
    common = ["--overwrite", "--json", "--quiet"]
    for at, words in (
        ("fit", ["train", "--pipeline", pipeline, "--data", train, "--out", model]),
        ("transform", ["score", model, "--data", apply, "--out", out]),
    ):
        done = subprocess.run([program, *words, *common], capture_output=True, text=True, timeout=120)
        if done.returncode:
            return {"error": said(done), "errorAt": at, "code": done.returncode}
    table = pq.read_table(out)
    return {
        "columns": table.column_names,
        "rows": {name: [cell(value) for value in table[name].to_pylist()] for name in table.column_names},
    }
