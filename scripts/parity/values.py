"""Whether two values in the neutral form are the same, and how tables lie in files."""

import math

TOLERANCE = 1e-12


def number(value):
    """A number as JSON has it: those that are not finite are texts."""
    return float(value) if isinstance(value, str) else value


def is_vector(value):
    return isinstance(value, dict) or isinstance(value, list)


def entries(vector):
    """The width and what is not zero: dense and sparse are the same to us."""
    if isinstance(vector, dict):
        pairs = zip(vector["indices"], map(number, vector["values"]))
        return vector["width"], {place: value for place, value in pairs if value != 0}
    return len(vector), {place: number(value) for place, value in enumerate(vector) if number(value) != 0}


def close(one, other, floor=0.0, tolerance=TOLERANCE):
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if one == other:
        return True
    if math.isinf(one) or math.isinf(other):
        return False
    return abs(one - other) <= tolerance * max(abs(one), abs(other), floor)


def same(one, other, floor=0.0, kind=None):
    """`floor`: how large a number must be for the tolerance to be a share of it alone."""
    if kind == "texts" or isinstance(one, list) and any(isinstance(x, str) and x not in FIGURES for x in one):
        return one == other
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_vector(one) and is_vector(other):
        if isinstance(one, list) and any(map(is_vector, one)):
            return len(one) == len(other) and all(same(a, b, floor) for a, b in zip(one, other))
        (width, left), (wide, right) = entries(one), entries(other)
        places = left.keys() | right.keys()
        return width == wide and all(close(left.get(p, 0.0), right.get(p, 0.0), floor) for p in places)
    if kind == "number" or isinstance(one, (int, float)) or isinstance(other, (int, float)):
        try:
            return close(number(one), number(other), floor)
        except (TypeError, ValueError):
            return False
    return one == other


FIGURES = ("NaN", "Infinity", "-Infinity")


def figures(value):
    """The numbers of a value: none of a text or of a list of texts."""
    if isinstance(value, (list, dict)):
        try:
            return list(entries(value)[1].values())
        except (TypeError, ValueError):
            return []
    return [value] if isinstance(value, (int, float)) else []


def largest(rows):
    """The largest finite number of each output, the scale of what is lost in a sum."""
    found = []
    for column in zip(*rows):
        numbers = []
        for value in column:
            for each in value if isinstance(value, list) and any(map(is_vector, value)) else [value]:
                numbers += figures(each)
        finite = [abs(x) for x in numbers if math.isfinite(x)]
        found.append(max(finite, default=0.0))
    return found


def arrow_table(columns, rows):
    """The rows as pyarrow holds them: vectors as Spark writes its own."""
    import datetime

    import pyarrow as pa

    vector = pa.struct([pa.field("type", pa.int8(), nullable=False), ("size", pa.int32()),
                        ("indices", pa.list_(pa.int32())), ("values", pa.list_(pa.float64()))])
    types = {"double": pa.float64(), "float": pa.float32(), "int": pa.int32(), "long": pa.int64(), "bool": pa.bool_(),
             "text": pa.string(), "texts": pa.list_(pa.string()), "doubles": pa.list_(pa.float64()),
             "longs": pa.list_(pa.int64()), "date": pa.date32(), "vector": vector}

    def cell(value, kind):
        if value is None:
            return None
        if kind == "vector":
            sparse = isinstance(value, dict)
            return {"type": 0 if sparse else 1, "size": value["width"] if sparse else None,
                    "indices": value["indices"] if sparse else None,
                    "values": [number(x) for x in (value["values"] if sparse else value)]}
        if kind in ("double", "float"):
            return number(value)
        if kind == "doubles":
            return [number(x) for x in value]
        return datetime.date.fromisoformat(value) if kind == "date" else value

    arrays = {name: pa.array([cell(row[place], kind) for row in rows], types[kind]) for place, (name, kind) in enumerate(columns)}
    return pa.table(arrays)
