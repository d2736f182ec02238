"""Writes duckdb_cases.json: random and chosen expressions with DuckDB's answers for each row.

Run with any Python that has the package duckdb (made with 2.0.0):
    python make_duckdb_cases.py > duckdb_cases.json
Each expression is made in two spellings: ours, and DuckDB's, where numbers say their type (a bare
2.5 is a decimal there), `log` is `ln` and `weekday` is `isodow`.
"""
import json
import math
import random

import duckdb

random.seed(20261121)
NAN, INF = math.nan, math.inf
TYPES = {"n": "BIGINT", "m": "BIGINT", "x": "DOUBLE", "y": "DOUBLE", "b": "BOOLEAN", "c": "BOOLEAN",
         "s": "VARCHAR", "t": "VARCHAR", "d": "DATE", "e": "DATE", "u": "TIMESTAMP"}
COLUMNS = {
    "n": [0, 1, -7, 42, None, 5, 5, -1000, 13, 99, None, 2],
    "m": [3, None, 2, -4, None, 5, 8, 10, -13, 1, 7, 2],
    "x": [0.0, -2.5, 1e10, NAN, None, 0.1, -0.5, 2.5, INF, -INF, 3.0, 5.0],
    "y": [1.5, NAN, None, 2.0, None, 0.1, -7.25, 1e-3, 1.0, INF, -3.0, 5.0],
    "b": [True, False, None, True, None, False, True, True, False, None, False, True],
    "c": [True, None, False, False, None, True, True, False, False, True, None, True],
    "s": ["Lviv", "", None, "lviv", None, "Kyiv", "naïve", "雪 and more", "a_b", "a%b", "it's", "Lviv"],
    "t": ["lviv", "x", "y", None, None, "Kyiv", "ÀÉ", "", "aXb", "a%b", "its", "L"],
    "d": ["2024-01-31", "1969-12-31", None, "2000-02-29", None, "1900-03-01", "2024-12-31", "1970-01-01",
          "0501-01-01", "9999-12-31", "2023-07-02", "2024-02-29"],
    "e": ["2024-01-31", "1970-01-01", "2010-10-10", None, None, "1900-02-28", "2025-01-01", "1969-12-25",
          "0501-01-02", "9999-12-30", "2023-07-01", "2024-02-29"],
    "u": ["2024-01-31 00:00:00", "1969-12-31 23:59:59.999999", None, "2000-02-29 12:30:00", None,
          "1900-03-01 00:00:00.5", "2024-12-31 23:59:59", "1970-01-01 00:00:00", "0501-01-01 01:00:00",
          "9999-12-31 00:00:00", "2023-07-02 06:07:08.123456", "2024-02-28 00:00:00"],
}
TEXTS = ["Lviv", "", "lviv", "it's", "雪", "a%b", "b"]
DATES = ["2024-01-31", "1970-01-01", "2000-02-29"]
PATTERNS = ["L%", "%v", "%v%", "_viv", "%", "", "____", "a_b", "%a%b%", "n%_ve", "雪%", "_", "%'%"]


def both(text):
    return text, text


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def join(parts):
    """Pieces, each a text or a pair, as one pair of spellings."""
    pairs = [both(p) if isinstance(p, str) else p for p in parts]
    return "".join(p[0] for p in pairs), "".join(p[1] for p in pairs)


def integer(depth):
    kind = random.randrange(11 if depth else 3)
    if kind == 0:
        return both(random.choice("nm"))
    if kind == 1:
        value = random.randrange(-9, 10)
        return f"({value})", f"({value})::BIGINT"
    if kind == 2:
        return both(random.choice("nm"))
    if kind in (3, 4):
        return join(["(", integer(depth - 1), random.choice([" + ", " - ", " * "]), integer(depth - 1), ")"])
    if kind == 5:
        divisor = random.choice([2, 3, -5])
        return join(["(", integer(depth - 1), " % ", (f"{divisor}", f"({divisor})::BIGINT"), ")"])
    if kind == 6:
        return join(["-(", integer(depth - 1), ")"])
    if kind == 7:
        return join(["length(", text(depth - 1), ")"])
    if kind == 8:
        name = random.choice(["year", "month", "day", "weekday"])
        theirs = "isodow" if name == "weekday" else name
        return join([(name, theirs), "(", random.choice([date(depth - 1), both("u")]), ")"])
    if kind == 9:
        return join(["abs(", integer(depth - 1), ")"])
    return chosen(integer, depth)


def number(depth):
    kind = random.randrange(9 if depth else 3)
    if kind == 0:
        return both(random.choice("xy"))
    if kind == 1:
        value = random.choice([0.5, 2.0, 1e3, 0.1, 7.25])
        return repr(value), f"({value!r})::DOUBLE"
    if kind == 2:
        return both(random.choice("xy"))
    if kind == 3:
        return join(["(", number(depth - 1), random.choice([" + ", " - ", " * ", " / ", " % "]), number(depth - 1), ")"])
    if kind == 4:
        return join(["(", integer(depth - 1), random.choice([" + ", " * ", " / "]), number(depth - 1), ")"])
    if kind == 5:
        return join([random.choice(["floor", "ceil", "round", "abs", "-"]), "(", number(depth - 1), ")"])
    if kind == 6:
        return join(["sqrt(abs(", number(depth - 1), "))"])
    if kind == 7:
        return join(["(", integer(depth - 1), " / ", integer(depth - 1), ")"])
    return chosen(number, depth)


def text(depth):
    kind = random.randrange(6 if depth else 3)
    if kind in (0, 1):
        return both(random.choice("st"))
    if kind == 2:
        return both(quoted(random.choice(TEXTS)))
    if kind in (3, 4):
        return join([random.choice(["lower", "upper"]), "(", text(depth - 1), ")"])
    return chosen(text, depth)


def date(depth):
    kind = random.randrange(5 if depth else 3)
    if kind in (0, 1):
        return both(random.choice("de"))
    if kind == 2:
        return both(f"date '{random.choice(DATES)}'")
    if kind == 3:
        days = random.randrange(0, 60)
        return join(["(", date(0), " - ", (f"{days}", f"({days})::INTEGER"), ")"])
    return chosen(date, depth)


def chosen(make, depth):
    if random.random() < 0.5:
        return join(["if(", condition(depth - 1), ", ", make(depth - 1), ", ", make(depth - 1), ")"])
    return join(["coalesce(", make(depth - 1), ", ", make(depth - 1), ")"])


def any_value(depth):
    return random.choice([integer, number, text, date, condition])(depth)


def condition(depth):
    kind = random.randrange(11 if depth else 2)
    if kind == 0:
        return both(random.choice(["b", "c", "b", "c", "true", "false"]))
    if kind in (1, 2, 3):
        make = random.choice([integer, number, text, date])
        sides = [make(depth - 1 if depth else 0), make(depth - 1 if depth else 0)]
        if make is integer and random.random() < 0.3:
            sides[1] = number(0)
        if make is date and random.random() < 0.3:
            sides[0] = both("u")
        return join(["(", sides[0], random.choice([" = ", " <> ", " < ", " <= ", " > ", " >= "]), sides[1], ")"])
    if kind in (4, 5):
        return join(["(", condition(depth - 1), random.choice([" and ", " or "]), condition(depth - 1), ")"])
    if kind == 6:
        return join(["(not ", condition(depth - 1), ")"])
    if kind == 7:
        return join(["(", any_value(depth - 1), random.choice([" is null", " is not null"]), ")"])
    negated = random.choice(["", "not "])
    if kind == 8:
        make = random.choice([integer, number, text, date])
        items = ", ".join(make_literal(make) for _ in range(random.randrange(1, 5)))
        return join(["(", make(depth - 1), f" {negated}in (", items, "))"])
    if kind == 9:
        make = random.choice([integer, number, text, date])
        return join(["(", make(depth - 1), f" {negated}between ", make(depth - 1), " and ", make(depth - 1), ")"])
    return join(["(", text(depth - 1), f" {negated}like ", quoted(random.choice(PATTERNS)), ")"])


def make_literal(make):
    if random.random() < 0.1:
        return "null"
    if make is integer:
        return str(random.randrange(-9, 10))
    if make is number:
        return random.choice(["0.1", "2.5", "5", "3"])
    if make is text:
        return quoted(random.choice(TEXTS))
    return f"date '{random.choice(DATES)}'"


CHOSEN = [
    "1 = 1 is null", "not b and c", "not (b and c)", "b or c and not b", "-n * 2 + m", "- -n", "n - m - 1", "n % 3 * 2",
    "s like 'a!%b' escape '!'", "s like 'a!_b' escape '!'", "s not like '%_b'", "n = null", "null is null",
    "b and null", "b or null", "not null", "n in (1, null)", "n not in (1, null)", "n in (m, 5)",
    "s in ('Lviv', t)", "d = '2024-01-31'", "u >= '2024-01-31'", "u between '1970-01-01 00:00:00' and date '2024-06-01'",
    "'b' < 'a'", "'B' < 'a'", "s < t", "s >= 'naïve'", "b = c", "b < c", "b <> true", "x = x", "x < y", "x >= y", "x / 0 > 1",
    "if(b, 1, 2)", "if(null, 1, 2)", "coalesce(null, n, m)", "coalesce(s, 'none')", "if(b, n, x)", "d - e", "d + n % 3",
    "n between m and 5 or b", "n + 1 in (6, 43)", "x between 0 and 5", "length(s) > 3 and s is not null",
    "exp(n % 9)", "log(abs(x) + 1)", "exp(x / 1000)", "log(m * m + 2)", "sqrt(x)", "round(y)", "round(y * 10) / 10",
]


def as_text(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    return str(value) if not isinstance(value, float) else repr(value)


connection = duckdb.connect()
connection.execute("set TimeZone = 'UTC'")
names = list(COLUMNS)
connection.execute(f"create table data (row INTEGER, {', '.join(f'{n} {TYPES[n]}' for n in names)})")
for row in range(12):
    connection.execute(f"insert into data values ({', '.join('?' * (len(names) + 1))})",
                       [row] + [COLUMNS[n][row] for n in names])
pairs = [(text, text.replace("log(", "ln(")) for text in CHOSEN]
kinds = [condition, condition, integer, number, text, date]
pairs += [random.choice(kinds)(random.randrange(1, 5)) for _ in range(700)]
cases, refused = [], 0
for ours, theirs in pairs:
    if len(ours) > 400:
        continue
    try:
        answer = connection.execute(f"select {theirs} from data order by row").fetchall()
    except duckdb.Error:
        refused += 1
        continue
    cases.append({"expression": ours, "values": [as_text(value) for (value,) in answer]})
columns = [{"name": n, "type": TYPES[n], "values": [as_text(v) for v in COLUMNS[n]]} for n in names]
lines = ["{", f'"made": "DuckDB {duckdb.__version__}, {len(cases)} expressions, {refused} refused",', '"columns": [']
lines.append(",\n".join(json.dumps(c, ensure_ascii=False) for c in columns))
lines.append('],\n"cases": [')
lines.append(",\n".join(json.dumps(c, ensure_ascii=False) for c in cases))
lines.append("]}")
print("\n".join(lines))
