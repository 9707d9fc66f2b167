"""The bulk validator as a function over partitions, for an engine that spreads data over machines.

With Dask, for example:

    specification = specification(["Streetlighting/Streetlight"])
    bag = dask.bag.read_text("lights-*.ndjson.gz")
    outcome = bag.reduction(partial(judge_partition, specification=specification), merged).compute()

Everything that is sent between processes is plain data; no process needs a file or a network.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import orjson

from mimtest.models.bulk import Judge, Specification
from mimtest.models.bulk_outcome import Outcome
from mimtest.models.bulk_records import Block, Trouble

_MOST_RECORDS: Final = 2000
#: An entity as JSON text, or parsed.
Record = bytes | str | Mapping[str, Any]


def judge_partition(records: Iterable[Record], specification: Specification) -> Outcome:
    """What came of a partition: numbers and groups; for each violation, see `violations_in`."""
    total = Outcome()
    for outcome in _outcomes(records, specification):
        total.add(outcome)
    return total


def violations_in(records: Iterable[Record], specification: Specification) -> list[dict[str, Any]]:
    """What is found in a partition: rows as in violations.ndjson, `record` and `line` the number within the partition."""
    outcomes = _outcomes(records, specification)
    return [orjson.loads(line) for outcome in outcomes for line in outcome.lines]


def merged(outcomes: Iterable[Outcome]) -> Outcome:
    """What came of several partitions together."""
    total = Outcome()
    for outcome in outcomes:
        total.add(outcome)
    return total


def _outcomes(records: Iterable[Record], specification: Specification) -> Iterator[Outcome]:
    judge = Judge(specification)
    left = (text for record in records if (text := _text(record)).strip())
    first = 1
    while texts := list(islice(left, _MOST_RECORDS)):
        held: list[bytes | Trouble] = [*texts]
        yield judge.judge(Block("", first, [*range(first, first + len(held))], held))
        first += len(held)


def _text(record: Record) -> bytes:
    if isinstance(record, bytes):
        return record
    text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")  # what is no Unicode is found when it is read
