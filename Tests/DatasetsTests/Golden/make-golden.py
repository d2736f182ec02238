#!/usr/bin/env python3
"""Writes the Parquet files of this folder, with pandas and pyarrow, as users of them would.

Run by hand where they are installed (made with pyarrow 26.0.1, pandas 3.1.1): the files are kept.
"""
import datetime as dt
import decimal
import os
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))


def place(name):
    return os.path.join(here, name)


# Every type that a pandas frame commonly has, three rows, the second one missing where it can be.
frame = pd.DataFrame({
    "bool": pd.array([True, None, False], dtype="boolean"),
    "int8": pd.array([-128, None, 127], dtype="Int8"),
    "int16": np.array([-32768, 0, 32767], dtype="int16"),
    "int32": np.array([-2147483648, 0, 2147483647], dtype="int32"),
    "int64": pd.array([-9223372036854775808, None, 9223372036854775807], dtype="Int64"),
    "uint8": np.array([0, 1, 255], dtype="uint8"),
    "uint16": np.array([0, 1, 65535], dtype="uint16"),
    "uint32": np.array([0, 1, 4294967295], dtype="uint32"),
    "uint64": np.array([0, 1, 9223372036854775807], dtype="uint64"),
    "float16": np.array([-1.5, np.nan, 65504], dtype="float16"),
    "float32": np.array([1.1, np.nan, 3.4028235e38], dtype="float32"),
    "float64": np.array([0.1, np.nan, 5e-324], dtype="float64"),
    "text": ["a", None, "Львів \"q\""],
    "category": pd.Categorical(["low", None, "high"]),
    "naive_ns": pd.Series(np.array(
        ["1969-12-31T23:59:59.999999999", "NaT", "2262-01-01"], dtype="datetime64[ns]")),
    "naive_us": pd.Series(np.array(
        ["2026-11-21T08:30:00.123456", "NaT", "1600-01-01"], dtype="datetime64[us]")),
    "zoned": pd.to_datetime(["2026-07-01T12:00:00", None, "2026-01-01T12:00:00"]).tz_localize(
        "Europe/Kyiv"),
})
frame.to_parquet(place("pandas-types.parquet"), index=False)

# What pandas has only through arrow, and row groups of two rows.
table = pa.table({
    "n": pa.array([0, 1, 2, 3, 4], pa.int64()),
    "date": pa.array([dt.date(1, 1, 1), None, dt.date(9999, 12, 31), dt.date(1970, 1, 1),
                      dt.date(2024, 2, 29)], pa.date32()),
    "second": pa.array([0, None, -1, 1_700_000_000, 253_402_300_799], pa.timestamp("s")),
    "milli": pa.array([0, None, -1, 1_700_000_000_000, 1], pa.timestamp("ms", tz="UTC")),
    "price": pa.array([decimal.Decimal("0.10"), None, decimal.Decimal("-12345.67"),
                       decimal.Decimal("99999999.99"), decimal.Decimal("3.00")],
                      pa.decimal128(10, 2)),
    "dictionary": pa.array(["x", None, "", "y", "x"]).dictionary_encode(),
    "words": pa.array([["a", "b"], None, [], ["", "Ünï"], ["long enough to lie elsewhere"]],
                      pa.list_(pa.string())),
    "fixed": pa.array([[1.0, 2.0], None, [-0.0, 5e-324], [float("inf"), 0.5], [3.0, 4.0]],
                      pa.list_(pa.float64(), 2)),
    "singles": pa.array([[1.5], [2.5], [3.5], [4.5], None], pa.list_(pa.float32())),
    "ragged": pa.array([[1.0], [1.0, 2.0], [], None, [3.0]], pa.list_(pa.float64())),
    "holes": pa.array([["a"], ["b", None], [], None, ["c"]], pa.list_(pa.string())),
    "bytes": pa.array([b"\x00\xff", None, b"", b"a", b"b"], pa.binary()),
    "nested": pa.array([{"a": 1}, None, {"a": 2}, {"a": 3}, {"a": 4}],
                       pa.struct([("a", pa.int32())])),
    "huge": pa.array([1, None, 2, 18446744073709551615, 3], pa.uint64()),
})
pq.write_table(table, place("arrow-types.parquet"), row_group_size=2)

# Names that differ only in case.
pq.write_table(pa.table({
    "s": pa.array([{"x": 1}], pa.struct([("x", pa.int32())])),
    "a": pa.array([1], pa.int32()), "A": pa.array([2], pa.int32())}), place("case.parquet"))

# A vector column as Spark's VectorUDT lies in its files.
vector = pa.struct([
    pa.field("type", pa.int8(), nullable=False), ("size", pa.int32()),
    ("indices", pa.list_(pa.int32())), ("values", pa.list_(pa.float64()))])
pq.write_table(pa.table({
    "label": pa.array([1.0, 0.0, 1.0, 0.0]),
    "features": pa.array([
        {"type": 0, "size": 4, "indices": [0, 3], "values": [1.0, -2.5]},
        {"type": 1, "size": None, "indices": None, "values": [0.0, 7.0, 0.0, 8.0]},
        None,
        {"type": 0, "size": 4, "indices": [], "values": []}], vector),
}), place("spark-vectors.parquet"))

# A small database, with what SQLite lets a table be.
import sqlite3  # noqa: E402

path = place("shop.sqlite")
if os.path.exists(path):
    os.remove(path)
with sqlite3.connect(path) as shop:
    shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, price REAL, item TEXT, day DATE)")
    shop.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", [
        (3, 1.5, "tea", "2026-11-21"), (1, None, "Кава", None), (2, -0.25, "", "1970-01-01")])
    shop.execute("CREATE TABLE empty (x INTEGER)")

# The same shop after one more order.
more = place("shop-more.sqlite")
shutil.copyfile(path, more)
with sqlite3.connect(more) as shop:
    shop.execute("INSERT INTO orders VALUES (4, 2.5, 'cake', '2026-11-22')")

# Files that say of themselves what cannot be: by hand, in the bytes of a footer that holds.


def number(value):
    """A signed number of Thrift's compact protocol."""
    value = (value << 1 ^ value >> 63) & (1 << 64) - 1
    digits = []
    while value >> 7:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])


def patched(name, table, old, new):
    """Writes a table and changes the last number of rows of its footer."""
    pq.write_table(table, place(name), store_schema=False, compression="none",
                   use_dictionary=False, write_statistics=False)
    with open(place(name), "rb") as file:
        data = file.read()
    length = int.from_bytes(data[-8:-4], "little")
    body, footer = data[:-8 - length], data[-8 - length:-8]
    at = footer.rindex(b"\x16" + number(old))  # field 3 of a row group, of 64 bits
    footer = footer[:at + 1] + number(new) + footer[at + 1 + len(number(old)):]
    with open(place(name), "wb") as file:
        file.write(body + footer + len(footer).to_bytes(4, "little") + b"PAR1")


for what, count in {"huge": 1 << 62, "most": (1 << 63) - 1, "negative": -5}.items():
    patched(f"{what}-count.parquet", pa.table({"a": pa.array([1, None, 3], pa.int32())}), 3, count)

pq.write_table(pa.table({"f": pa.array([
    {"type": 0, "size": 3, "indices": [0, 2], "values": [1.0, None]}], vector)}),
    place("sparse-hole.parquet"))
pq.write_table(pa.table({"f": pa.array([
    {"type": 0, "size": -3, "indices": [], "values": []}], vector)}),
    place("sparse-negative.parquet"))
pq.write_table(pa.table({"v": pa.array(
    [[0.0] * 100_000] + [None] * 1_000_000, pa.list_(pa.float64()))}), place("wide.parquet"))
for what, width in {"negative": -1, "huge": 1 << 31}.items():
    note = '[{"name":"v","type":"vector","width":%d}]' % width
    pq.write_table(
        pa.table({"v": pa.array([[1.0, 2.0], None], pa.list_(pa.float64()))})
        .replace_schema_metadata({"martlet.columns": note}), place(f"{what}-width.parquet"))
