"""Random tables through pyarrow, DuckDB and Martlet; ends with an error at the first difference.

    differential-formats.py PROGRAM TABLES SEED
"""

import csv
import datetime
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

program, tables, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
LETTERS = ["a", "Z", "0", " ", ",", '"', "\n", "\t", "'", "é", "雪", "🐦", "\\", ";", "|"]


def text(dice):
    return "".join(dice.choice(LETTERS) for _ in range(dice.randrange(8)))


def double(dice):
    kind = dice.randrange(6)
    if kind == 0:
        return dice.choice([0.0, -0.0, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308])
    if kind == 1:
        return struct.unpack("<d", struct.pack("<Q", dice.getrandbits(63) % (0x7FE << 52)))[0]
    return dice.choice([dice.gauss(0, 1), dice.uniform(-1e9, 1e9), float(dice.randrange(-99, 99))])


def single(dice):
    return struct.unpack("<f", struct.pack("<f", dice.gauss(0, 1000)))[0]


def instant(dice):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(
        microseconds=dice.randrange(-2 * 10**15, 4 * 10**15)
    )


KINDS = {
    "bool": (pa.bool_(), lambda d: d.random() < 0.5),
    "int8": (pa.int8(), lambda d: d.randrange(-128, 128)),
    "uint16": (pa.uint16(), lambda d: d.randrange(1 << 16)),
    "int32": (pa.int32(), lambda d: d.randrange(-(1 << 31), 1 << 31)),
    "uint32": (pa.uint32(), lambda d: d.randrange(1 << 32)),
    "int64": (pa.int64(), lambda d: d.choice([-(1 << 63), (1 << 63) - 1, d.getrandbits(62)])),
    "float32": (pa.float32(), single),
    "float64": (pa.float64(), double),
    "date": (
        pa.date32(),
        lambda d: datetime.date(1970, 1, 1) + datetime.timedelta(d.randrange(-200000, 200000)),
    ),
    "datetime": (pa.timestamp("us"), instant),
    "timestamp": (
        pa.timestamp("us", tz="UTC"),
        lambda d: instant(d).replace(tzinfo=datetime.timezone.utc),
    ),
    "text": (pa.string(), text),
    "texts": (pa.list_(pa.string()), lambda d: [text(d) for _ in range(d.randrange(4))]),
    "vector": (pa.list_(pa.float64(), 3), lambda d: [double(d) for _ in range(3)]),
}


def run(*words):
    done = subprocess.run([program, *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")


def same(one, other):
    if isinstance(one, float) and isinstance(other, float):
        # DuckDB's dictionaries of Parquet take 0 and -0 for one.
        return one == other or struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def compare(what, name, expected, found):
    for row, (one, other) in enumerate(zip(expected, found, strict=True)):
        if not same(one, other):
            raise SystemExit(f"seed {seed}: {what}, column {name}, row {row}: {one!r} is {other!r}")


def as_json(value):
    """What a value is in JSON lines."""
    if isinstance(value, datetime.datetime):
        zone = "Z" if value.tzinfo else ""
        shown = value.replace(tzinfo=None).isoformat(sep="T" if zone else " ")
        # Martlet writes no zeros at the end of a fraction.
        return (shown.rstrip("0") if "." in shown else shown) + zone
    return value.isoformat() if isinstance(value, datetime.date) else value


def number(value):
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def check(dice, folder):
    rows = dice.choice([0, 1, 2, 7, 100, 1000, 3000])
    names = [f"{kind} {place}" for place, kind in enumerate(dice.choices(list(KINDS), k=6))]
    columns = {}
    for name in names:
        kind, make = KINDS[name.split()[0]]
        gaps = dice.choice([0, 0.2, 0.9])
        columns[name] = pa.array(
            [None if dice.random() < gaps else make(dice) for _ in range(rows)], kind
        )
    table = pa.table(columns)
    theirs, ours, lines, commas = (f"{folder}/{n}" for n in ("t.parquet", "o.parquet", "o.jsonl", "o.csv"))
    pq.write_table(table, theirs, row_group_size=dice.choice([1, 7, 100, 10**6]))

    run("convert", theirs, ours)
    back = pq.read_table(ours)
    for name in names:
        compare("Parquet by pyarrow", name, table[name].to_pylist(), back[name].to_pylist())
    for one, other in ((theirs, ours), (ours, theirs)):
        left = duckdb.sql(f"SELECT * FROM '{one}' EXCEPT ALL SELECT * FROM '{other}'").fetchall()
        if left:
            raise SystemExit(f"seed {seed}: DuckDB finds {left[0]} in {one} alone")

    run("convert", theirs, lines)
    with open(lines, encoding="utf-8", newline="\n") as file:
        objects = [json.loads(line) for line in file]
    for name in names:
        values = [as_json(value) for value in table[name].to_pylist()]
        if name.startswith("float"):
            # A single's shortest decimal is not its double's, and a whole number has no fraction.
            values = [None if v is None else float(v) for v in values]
            found = [None if o[name] is None else float(o[name]) for o in objects]
            if name.startswith("float32"):
                found = [None if v is None else struct.unpack("<f", struct.pack("<f", v))[0] for v in found]
            compare("JSON lines", name, values, found)
        else:
            found = [o[name] for o in objects]
            if name.startswith("vector"):
                values = [v and [number(x) for x in v] for v in values]
                found = [v and [number(x) for x in v] for v in found]
            compare("JSON lines", name, values, found)

    run("convert", theirs, commas)
    with open(commas, encoding="utf-8", newline="") as file:
        header, *cells = csv.reader(file)
    assert header == names, header
    for place, name in enumerate(names):
        if name.split()[0] not in ("text", "int64", "float64", "date"):
            continue
        # Python's reader cannot tell an empty text from none.
        values = [None if v in (None, "") else as_json(v) for v in table[name].to_pylist()]
        read = {"int64": int, "float64": float}.get(name.split()[0], str)
        compare("CSV", name, values, [read(row[place]) if row[place] else None for row in cells])
    return rows * len(names)


cells = 0
with tempfile.TemporaryDirectory() as folder:
    for index in range(tables):
        seed = int(sys.argv[3]) + index
        dice = random.Random(seed)
        cells += check(dice, folder)
        for name in os.listdir(folder):
            os.remove(f"{folder}/{name}")
print(f"{tables} tables, {cells} cells: Parquet, JSON lines and CSV are the same to all")
