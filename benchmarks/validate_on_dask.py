"""The bulk validator over the partitions of a Dask bag: NDJSON files of any number, on one machine or many.

    python benchmarks/validate_on_dask.py Streetlighting/Streetlight 'lights-*.ndjson.gz' [--rows FOLDER]

Each file is a partition here; `blocksize` cuts files that are not compressed. Printed is what came of all of them;
FOLDER gets a file of violations for each partition. Needs `pip install "mimtest[dask]"`.
"""

import argparse
import json
from functools import partial

import dask.bag

from mimtest.models.bulk_models import specification
from mimtest.models.partitions import judge_partition, merged, violations_in


def main():
    """Judge the files by the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--rows", metavar="FOLDER")
    asked = parser.parse_args()
    by = specification([asked.model])
    bag = dask.bag.read_text(asked.files)
    outcome = bag.reduction(partial(judge_partition, specification=by), merged).compute()
    print(json.dumps(outcome.as_dict(), indent=1))
    if asked.rows:
        rows = bag.map_partitions(violations_in, by)
        rows.map(json.dumps).to_textfiles(f"{asked.rows}/violations-*.ndjson")


if __name__ == "__main__":
    main()
