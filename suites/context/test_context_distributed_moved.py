"""Requests are passed on by what registrations say now (GS CIM 009 4.3.6, 5.9.3, 5.9.4)."""

import time

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.ngsild_federation import (
    QUERIES,
    assert_spared,
    federation,
    number,
    of_kind,
)
from mimtest.vocabulary.ngsild_pace import moment_in
from mimtest.vocabulary.waiting import eventually, patience

pytestmark = pytest.mark.interface("ngsi-ld")

#: How long in seconds a registration lasts after it has been seen to count; how late it may end.
_LIFE, _LONGEST_LAG = 1.5, 60.0
_PAUSE = 0.1


@pytest.fixture
def sources(keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


class Placed:
    """An entity that a source of ours has and is registered for, seen to be asked for it."""

    def __init__(self, sources, **more):
        self.sources = sources
        self.entity = sources.draft(sources.kind(), temp=number(21.5))
        self.source = sources.source(self.entity)
        self.sent = sources.register(self.source, of_kind(self.entity["type"]), **more)
        eventually(lambda: self.assert_asked(self.source, self.entity))

    def ask(self, entity=None):
        """Ask the broker for all entities of a type."""
        kind = (entity or self.entity)["type"]
        return assert_status(self.sources.broker.query(type=kind), 200)

    def assert_asked(self, source, entity):
        """A query reaches a source."""
        self.ask(entity)
        self.sources.asks(source, *QUERIES, about=entity)

    def assert_spared(self, why):
        """A query does not reach the first source."""
        assert_spared(self.source, self.ask, self.entity, why)

    def change(self, **members):
        """Change the registration."""
        assert_status(self.sources.registry.send("PATCH", self.sent["id"], members), 204)


def _moved(placed):
    """The registration names another source, which is asked in place of the first."""
    other = placed.sources.source(placed.entity)
    placed.change(endpoint=other.url)
    eventually(lambda: placed.assert_asked(other, placed.entity))
    placed.assert_spared("though another one is registered in its place")


def _of_others(placed):
    """The registration is about another type."""
    other = placed.sources.draft(placed.sources.kind(), temp=number(4))
    placed.source.hold(other)
    placed.change(information=[of_kind(other["type"])])
    eventually(lambda: placed.assert_asked(placed.source, other))
    placed.assert_spared("for what it is not registered for any more")


def _removed(placed):
    """The registration is gone."""
    assert_status(placed.sources.registry.send("DELETE", placed.sent["id"]), 204)
    eventually(lambda: placed.assert_spared("though its registration is gone"))


def _expired(placed):
    """The registration has come to its end."""
    latest = time.monotonic() + _LIFE + patience.get() + _LONGEST_LAG
    registry = placed.sources.registry
    while assert_status(registry.retrieve(placed.sent["id"]), 200, 404).status != 404:
        if time.monotonic() > latest:
            raise Inconclusive("timeout", f"what ended is there after {_LONGEST_LAG:.0f} s")
        time.sleep(_PAUSE)
    eventually(lambda: placed.assert_spared("though its registration has ended"))


_CHANGES = {"moved": _moved, "of-others": _of_others, "removed": _removed, "expired": _expired}


@pytest.fixture
def placed(sources, change):
    """An entity at a source that is registered for it; where that ends by itself, soon."""
    if change != "expired":
        return Placed(sources)
    moment, _ = moment_in(_LIFE + patience.get(), sources.broker.get("/types"))
    return Placed(sources, expiresAt=moment)


@pytest.mark.check(
    "CTX-DIST-37",
    clause="GS CIM 009 4.3.6, 5.9.3.4, 5.9.4.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-02", "CTX-REG-12", "CTX-REG-13"),
)
@pytest.mark.parametrize("change", list(_CHANGES))
def test_requests_are_passed_on_by_what_is_registered_now(placed, change):
    """A source is asked as its registration is changed, and not when it is removed or has ended."""
    _CHANGES[change](placed)
