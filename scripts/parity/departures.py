"""Where Martlet is not as Spark on purpose, and why: docs/parity.md has the same in prose.

What the unit tests know of the golden cases is read from Tests/FeaturesTests/GoldenDepartures.swift,
so that a reason stands in one place. The random cases are known by what is in their tables.
"""

import os
import re

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/FeaturesTests/GoldenDepartures.swift")
MISSING_TEXT = "lists hold no missing texts"
EXACT = "sums are exact: a constant has no deviation"


def of_the_tests():
    """Stage and case, and the reason of each."""
    with open(GOLDEN, encoding="utf-8") as file:
        text = file.read()
    constants = dict(re.findall(r'let (\w+)(?:: \S+)? =\s+"([^"]*)"', text))
    found, stage = {}, None
    for line in text.splitlines():
        opened = re.match(r'    "([\w-]+)": \[', line)
        if opened:
            stage, line = opened[1], line[opened.end():]
        for case, reason, constant in re.findall(r'"([^"]*)": (?:"([^"]*)"|(\w+))', line):
            found[stage, case] = reason or constants[constant]
    return found


KNOWN = of_the_tests() | {
    # The unit tests leave such a text out, on both sides.
    ("stop-words-remover", "defaults"): MISSING_TEXT,
    ("stop-words-remover", "cases matter"): MISSING_TEXT,
}


def reason(case, theirs, what, why, peer_agrees):
    """The reason of a difference, or None where there is none.

    `peer_agrees`: scikit-learn has an answer, and ours is the same."""
    if case["case"].startswith("seed"):
        rule = RULES.get(case["stage"])
        return rule(case, theirs, what, why, peer_agrees) if rule else None
    return KNOWN.get((case["stage"], case["case"]))


def nan_left_out(case, theirs, what, why, peer_agrees):
    return "NaN is left out of means and variances, and stays NaN" if what == "differs" and peer_agrees else None


def digits_of_p(case, theirs, what, why, peer_agrees):
    """Ours and scikit-learn's choose the features of the smallest p-values; Spark sees zeros."""
    if what == "differs" and peer_agrees and theirs["model"]["pValues"].count(0.0) > 1:
        return "p-values keep their digits; Spark's below 1e-16 are 0, and the first of those is chosen"
    return None


def missing_code(case, theirs, what, why, peer_agrees):
    missing = any(row[0] is None for row in case.get("apply", case["rows"]))
    if missing and ("the code is missing" in why if what == "ours refuses" else "null and" in why):
        return "a missing code is unseen, no missing vector"
    return None


def one_level(case, theirs, what, why, peer_agrees):
    if what == "Spark refuses" and "at least two distinct values" in why:
        return "a text of one level gives no feature"
    formula = case["stages"][0]["formula"]
    texts = [place for place, (name, kind) in enumerate(case["columns"]) if kind == "text" and name in formula.replace("~ .", "").split("~")[1]]
    if what == "differs" and set(formula) & set(":*^") and any(len({row[place] for row in case["rows"]}) == 1 for place in texts):
        return "the one level of a text counts as 1 in a product"
    return None


def order_of_texts(case, theirs, what, why, peer_agrees):
    """Java's order of texts is another where some need two units of UTF-16."""
    rows = case["rows"] + case.get("apply", [])
    texts = {word for row in rows for value in row for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)}
    if what == "differs" and sorted(texts) != sorted(texts, key=lambda text: text.encode("utf-16-be")):
        return "texts are ordered by their UTF-8 bytes; Java orders them by units of UTF-16"
    return None


def constants(case, theirs, what, why, peer_agrees):
    """A filled column of one value, whose deviation Spark takes for a very small number; or one code."""
    if what == "Spark refuses" and "at least two distinct values" in why:
        return "a column of one code has no features but the reference"
    if what != "differs" or case["stages"][-1]["stage"] not in ("standard-scaler", "variance-threshold-selector"):
        return None
    for place in (0, 1):
        if len({row[place] for row in case["rows"] if isinstance(row[place], (int, float))}) == 1:
            return EXACT
    return None


RULES = {
    "standard-scaler": nan_left_out, "one-hot-encoder": missing_code, "r-formula": one_level,
    "univariate-feature-selector": digits_of_p, "count-vectorizer": order_of_texts, "string-indexer": order_of_texts, "pipeline of columns": constants,
}
