"""Repeating the run of a report: what is taken over from it, and what cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mimtest.session.launch import Order
from mimtest.shards import shard_of
from mimtest.target import Level


def repeated(order: Order, report: Mapping[str, Any], place: Path) -> Order:
    """The order with profile, editions, seed, level and selection of a report, which stands at `place`.

    Target, output, processes and challenge stay as they are: they are of whoever repeats.
    """
    scope = report["scope"]
    asked = tuple(scope["editions"])
    judged = tuple(a["edition"] for a in report["assessments"])
    return replace(
        order,
        repeats=place,
        suites=tuple(scope["suites"] or ()),
        checks=tuple(scope["checks"] or ()),
        # A profile's own edition is judged beside those of the claims: it was not asked for alone.
        editions=asked if asked == judged else (),
        level=Level(report["assessment"]["level"]),
        seed=report["seed"],
        shard=shard_of(report) or order.shard,
    )
