#!/usr/bin/env python3
"""Writes packages.csv.gz: which Debian package needs which other one.

    python3 packages.py                     from the package lists that apt knows, on any Debian machine
    python3 packages.py FILE...             from unpacked Packages files

A pair is a package and a name in its Depends or Recommends, alternatives too, without versions.
Pairs stay whose package has at least five of them and whose needed name is in at least five.
"""
import collections
import gzip
import re
import subprocess
import sys

LEAST = 5


def stanzas():
    if sys.argv[1:]:
        for path in sys.argv[1:]:
            with open(path, encoding="utf-8", errors="replace") as file:
                yield from file
    else:
        listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, check=True)
        yield from listed.stdout.decode("utf-8", "replace").splitlines()


def pairs():
    package = None
    for line in stanzas():
        field, _, value = line.partition(": ")
        if field == "Package":
            package = value.strip()
        elif field in ("Depends", "Recommends"):
            for part in re.split("[,|]", value):
                name = re.split("[ (:]", part.strip())[0]
                if name:
                    yield package, name


def main():
    found = set(pairs())
    needs = collections.Counter(package for package, _ in found)
    needed = collections.Counter(name for _, name in found)
    kept = sorted(pair for pair in found if needs[pair[0]] >= LEAST and needed[pair[1]] >= LEAST)
    text = "package,needs\n" + "".join(f"{package},{name}\n" for package, name in kept)
    with open("packages.csv.gz", "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(text.encode())
    print(f"{len(found)} pairs, {len(kept)} kept: {len({p for p, _ in kept})} packages need "
          f"{len({n for _, n in kept})} others")


main()
