"""Registrations are found by what they are now (GS CIM 009 5.9.3, 5.9.4, 5.10.2)."""

import time

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_pace import moment_in
from mimtest.vocabulary.ngsild_registrations import about, found
from mimtest.vocabulary.waiting import eventually, patience

pytestmark = pytest.mark.interface("ngsi-ld")

#: How long in seconds a registration lasts after it has been seen; how late it may end.
_LIFE, _LONGEST_LAG = 1.5, 60.0
_PAUSE = 0.1


@pytest.fixture
def kinds(run_id):
    """Two types of entities that nobody else has."""
    return own_name("MtSource", run_id), own_name("MtOther", run_id)


@pytest.fixture
def kept(registry, kinds, run_id, change):
    """A registration about the first type, found by it; where it ends by itself, soon."""
    more = {}
    if change == "expired":
        moment, _ = moment_in(_LIFE + patience.get(), registry.discover(type=kinds[0]))
        more = {"expiresAt": moment}
    sent = registry.registered(run_id, about(kinds[0], "temp"), **more)
    eventually(lambda: _assert_found(registry, sent, first=True, kinds=kinds))
    return sent


def _assert_found(registry, sent, *, kinds, first=False, second=False):
    """Discovery by each of the types finds the registration, or does not."""
    for kind, expected in zip(kinds, (first, second), strict=True):
        ids = found(registry.discover(type=kind), [sent])
        assert_equal(ids, [sent["id"]] if expected else [], f"our registrations found by {kind}")


@pytest.mark.check(
    "CTX-REG-33",
    clause="GS CIM 009 5.9.3.4, 5.9.4.4, 5.10.2.4",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-06", "CTX-REG-12", "CTX-REG-13"),
)
@pytest.mark.parametrize("change", ["changed", "removed", "expired"])
def test_registrations_are_found_as_they_are(registry, kinds, kept, change):
    """A registration is found by what it is about since it was changed, and not when it is gone."""
    if change == "changed":
        part = {"information": [about(kinds[1], "temp")]}
        assert_status(registry.send("PATCH", kept["id"], part), 204)
    elif change == "removed":
        assert_status(registry.send("DELETE", kept["id"]), 204)
    else:
        _await_end(registry, kept)
    second = change == "changed"
    eventually(lambda: _assert_found(registry, kept, kinds=kinds, second=second))


def _await_end(registry, kept):
    """The registration is not there any more."""
    latest = time.monotonic() + _LIFE + patience.get() + _LONGEST_LAG
    while assert_status(registry.retrieve(kept["id"]), 200, 404).status != 404:
        if time.monotonic() > latest:
            raise Inconclusive("timeout", f"what ended is there after {_LONGEST_LAG:.0f} s")
        time.sleep(_PAUSE)
