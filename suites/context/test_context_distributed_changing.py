"""An entity is changed where a source is registered for it, or for a part of it (GS CIM 009 4.3.6, 5.6)."""

from dataclasses import dataclass
from typing import Any

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status
from mimtest.vocabulary.ngsild_spread import INSIDE, MODES, OUTSIDE, number, spreading, text

pytestmark = pytest.mark.interface("ngsi-ld")

NEW = {OUTSIDE: number(8.25), INSIDE: text("Pegel Nord")}
_OF_ONE = f"/attrs/{OUTSIDE}"


@dataclass(frozen=True)
class Way:
    """An operation by its name (4.20), how it is asked for, and which attributes it leaves."""

    operation: str
    method: str
    below: str
    body: Any = None
    left: dict[str, Any] | None = None


WAYS = {
    "update": Way("updateEntity", "PATCH", "/attrs", NEW, NEW),
    "append": Way("appendAttrs", "POST", "/attrs", NEW, NEW),
    "partial": Way("updateAttrs", "PATCH", _OF_ONE, NEW[OUTSIDE], {OUTSIDE: NEW[OUTSIDE]}),
    "delete-attribute": Way("deleteAttrs", "DELETE", _OF_ONE, None, {OUTSIDE: None}),
    "delete": Way("deleteEntity", "DELETE", ""),
    "merge": Way("mergeEntity", "PATCH", "", NEW, NEW),
    "replace": Way("replaceEntity", "PUT", "", NEW, NEW),
    "replace-attribute": Way("replaceAttrs", "PUT", _OF_ONE, NEW[OUTSIDE], {OUTSIDE: NEW[OUTSIDE]}),
}


@pytest.fixture
def make(keeping, hosting, receiver, run_id):
    """Makes entities of which a source of ours has a part, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture(params=MODES)
def spread(make, request):
    """An entity whose parts are where they belong, with a source that offers every change of one entity."""
    found = make(request.param, [way.operation for way in WAYS.values()])
    found.hold()
    return found


@pytest.mark.check(
    "CTX-DIST-16",
    clause="GS CIM 009 5.6.2 to 5.6.6, 5.6.17 to 5.6.19",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-14"),
)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_change_is_divided(spread, way):
    """A change goes to the sources by the same operation, and to the broker as far as it holds the entity."""
    body = way.body
    if way.operation == "replaceEntity":
        body = {"id": spread.id, "type": spread.entity["type"], **way.body}
    assert_status(spread.send(way.method, way.below, body), 204)
    sent = spread.assert_sent(way.operation)
    assert_equal(sent.target, spread.id, "the entity the source was asked to change")
    left = None if way.left is None else _without_gone({**spread.entity, **way.left})
    spread.assert_outside(left)
    spread.assert_inside(left)


def _without_gone(entity):
    return {name: value for name, value in entity.items() if value is not None}
