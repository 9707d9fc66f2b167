"""A change that is made at one of two places, and not at the other (GS CIM 009 5.2.16, 5.2.18, 6.3.17)."""

import pytest

from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.ngsild_spread import INSIDE, OUTSIDE, number, put_here, spreading, text
from mimtest.vocabulary.ngsild_spread_results import assert_partly, form_of

pytestmark = pytest.mark.interface("ngsi-ld")

NEW = {OUTSIDE: number(8.25), INSIDE: text("Pegel Nord")}
OFFERED = [
    "createEntity",
    "updateEntity",
    "appendAttrs",
    "mergeEntity",
    "replaceEntity",
    "deleteEntity",
]
WAYS = {
    "update": ("PATCH", "/attrs"),
    "append": ("POST", "/attrs"),
    "merge": ("PATCH", ""),
    "replace": ("PUT", ""),
    "delete": ("DELETE", ""),
}


@pytest.fixture
def make(keeping, hosting, receiver, run_id):
    """Makes entities of which a source of ours has a part, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


def _change(spread, way):
    """Create or change the entity everywhere; what it is then, None when it is gone."""
    if way == "create":
        return spread.broker.create(spread.entity), spread.entity
    method, below = WAYS[way]
    if way == "delete":
        return spread.send(method), None
    whole = {"id": spread.id, "type": spread.entity["type"], **NEW}
    return spread.send(method, below, whole if way == "replace" else NEW), whole


@pytest.fixture
def pair(make, way, trouble):
    """An entity for the broker and a source, one of which is in trouble; a twin was changed at both."""
    twin, found = (make("inclusive", OFFERED) for _ in range(2))
    for spread in (twin, found) if way != "create" else ():
        spread.hold()
    answer, left = _change(twin, way)
    assert_status(answer, 201 if way == "create" else 204, what="the change at both places")
    twin.assert_outside(left)
    twin.assert_inside(left)
    if trouble == "here already":
        put_here(found.broker, found.entity)
    elif trouble == "not there":
        found.source.forget()
    else:
        found.source.refuse(403)
    return found


@pytest.mark.check(
    "CTX-DIST-18",
    clause="GS CIM 009 6.3.17",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-14", "CTX-DIST-16"),
)
@pytest.mark.parametrize(
    ("way", "trouble"),
    [
        *((way, "refused") for way in ("create", *WAYS)),
        ("create", "here already"),
        ("delete", "not there"),
    ],
    ids=lambda word: word.replace(" ", "-"),
)
def test_what_one_of_two_refuses_is_done_in_part(pair, way, trouble, reading):
    """Where the broker or a source fails and the other does not, the answer is 207 and names what failed."""
    answer, left = _change(pair, way)
    if trouble == "not there" and answer.status == 204:
        reading("A29", "done")
    else:
        entries = assert_partly(answer, pair.id, NEW)
        _assert_origin(entries, pair, is_source=trouble != "here already")
        if trouble == "not there":
            reading("A29", "listed")
        if way in ("update", "append"):
            reading("A32", form_of(answer))
    pair.assert_inside(left)
    if trouble == "here already":
        pair.assert_outside(left)


def _assert_origin(entries, spread, *, is_source):
    """An entry that names a registration names that of the source that failed, or no source failed."""
    named = {e["registrationId"] for e in entries if "registrationId" in e}
    own = {spread.registration["id"]} if is_source else set()
    assert_that(
        named <= own,
        "the result names another registration than that of what failed",
        expected=", ".join(own) or "none",
        received=", ".join(map(str, named)),
    )
