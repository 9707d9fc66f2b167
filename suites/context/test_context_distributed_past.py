"""The past of an entity that the broker and a source have a part of each (GS CIM 009 5.7.3, 5.7.4)."""

from dataclasses import dataclass
from typing import Any

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_history import assert_events
from mimtest.vocabulary.ngsild_past import evolutions_in, normalized_in
from mimtest.vocabulary.ngsild_registrations import about
from mimtest.vocabulary.ngsild_source import only
from mimtest.vocabulary.ngsild_spread import OUTSIDE, spreading
from mimtest.vocabulary.ngsild_temporal import (
    evolution_in,
    histories_of,
    history_of,
    provided,
    series,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

SINCE = {"timerel": "after", "timeAt": "2026-03-01T00:00:00Z"}
HERE = (("2026-03-14T08:00:00Z", 7.5), ("2026-03-14T10:00:00Z", 8.25))
THERE = (("2026-03-14T09:00:00Z", 7.75), ("2026-03-14T11:00:00Z", 9))


@dataclass(frozen=True)
class Past:
    """A past in two parts, that of the broker and that of a source."""

    broker: Any
    source: Any
    here: dict[str, Any]
    there: dict[str, Any]

    def read(self, way, **params):
        """The past as the broker gives it, by the entity's id or by a query for its type."""
        if way == "retrieve":
            return evolution_in(history_of(self.broker, self.here["id"], **SINCE, **params))
        found = evolutions_in(histories_of(self.broker, type=self.here["type"], **SINCE, **params))
        there = self.here["id"] in found
        assert_that(there, "the entity is not found", expected=self.here["id"], received=[*found])
        return found[self.here["id"]]

    def assert_read(self, way, *parts, **params):
        """The broker gives exactly the instances of these parts."""
        expected = [e for part in parts for e in normalized_in(part, OUTSIDE)]
        found = normalized_in(self.read(way, **params), OUTSIDE)
        assert_events(found, expected, "the instances")


@pytest.fixture
def past(target, keeping, hosting, receiver, run_id):
    """A past of which the broker has a part, and a source that is registered for that time another."""
    if not target.claims_token("option:temporal"):
        raise NotApplicable("condition_not_claimed", "the target file does not claim temporal")
    kind, own = own_name("MtSpread", run_id), own_id("Spread", run_id)
    here, there = ({"id": own, "type": kind, OUTSIDE: series(part)} for part in (HERE, THERE))
    provided(keeping, here)
    interval = {"startAt": "2026-03-01T00:00:00Z", "endAt": "2026-04-01T00:00:00Z"}
    with spreading(keeping, hosting, receiver, run_id) as make:
        offered = ["retrieveTemporal", "queryTemporal"]
        source, _ = make.register(
            [about(kind)], "inclusive", offered, readable=False, observationInterval=interval
        )
        source.hold_history(there)
        yield Past(keeping, source, here, there)


@pytest.mark.check(
    "CTX-DIST-30",
    clause="GS CIM 009 5.7.3.4, 5.7.4.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-TMP-01"),
)
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_the_past_of_sources_is_joined(past, way):
    """A temporal request gives the instances of the broker and of a source that is registered for that time."""
    past.assert_read(way, past.here, local="true")
    eventually(lambda: past.assert_read(way, past.here, past.there))
    only(past.source.asked("retrieveTemporal", "queryTemporal"))
