"""Where Martlet is not as Spark on purpose, and why: docs/parity.md has the same in prose."""


def reason(case, theirs, what, why):
    """The reason of a difference, or None where there is none."""
    return None
