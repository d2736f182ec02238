"""The small cases of Tests/FeaturesTests/Golden/spark.json: what to ask Spark, stage by stage."""

cases = []
NAN, INF, LOW = "NaN", "Infinity", "-Infinity"


def sparse(width, **at):
    """A sparse vector: `sparse(4, i1=2)` has a 2 at place 1."""
    places = sorted((int(place[1:]), value) for place, value in at.items())
    return {"width": width, "indices": [p for p, _ in places], "values": [float(v) for _, v in places]}


def add(stage, case, columns, rows, apply=None, before=(), **settings):
    """One case: `columns` reads "a:double b:text"."""
    kinds = [column.rsplit(":", 1) for column in columns.split()]
    made = {"stage": stage, "case": case, "stages": [*before, {"stage": stage, **settings}], "columns": kinds}
    made["rows"] = [list(row) if isinstance(row, tuple) else [row] for row in rows]
    if apply is not None:
        made["apply"] = [list(row) if isinstance(row, tuple) else [row] for row in apply]
    cases.append(made)


def one(stage, case, kind, rows, apply=None, **settings):
    """One input `x`, one output `y`."""
    add(stage, case, f"x:{kind}", rows, apply, inputs=["x"], outputs=["y"], **settings)
