"""How many rows of ratings need only factors of their own worker, which owns even shares of the ratings.

    local_rows.py RATINGS.csv.gz USER ITEM WORKERS...

Owners are runs of rows in the order of how many ratings they have, as ALS has them. Needs pandas.
"""

import sys

import pandas

path, user, item = sys.argv[1:4]
ratings = pandas.read_csv(path, usecols=[user, item])


def owners(column, workers):
    counts = ratings[column].value_counts(sort=True)
    owner = ((counts.cumsum() - 1) * workers // counts.sum()).clip(upper=workers - 1)
    return ratings[column].map(owner)


for workers in map(int, sys.argv[4:]):
    same = owners(user, workers) == owners(item, workers)
    for column in (user, item):
        local = same.groupby(ratings[column]).all()
        held = ratings[column].map(local).mean()
        print(f"{workers} workers: {local.mean():.1%} of {column}, with {held:.1%} of the ratings")
