"""An attribute is its name's meaning, has an age, and is patched in either of two media types.

GS CIM 009 5.5.7, 4.8, 6.3.4.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON_LD, path_of
from mimtest.vocabulary.ngsild_changes import (
    attrs_of,
    kept,
    seen,
    send_json_ld,
)
from mimtest.vocabulary.ngsild_entities import instance_in, let_pass, stamped, stamps_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

COOL = {"type": "Property", "value": 17}
WARMER = {"type": "Property", "value": 25}
HOT = {"type": "Property", "value": 40}
MERGE_PATCH = "application/merge-patch+json"


@pytest.fixture
def meant(keeping, draft, terms):
    """A room with an attribute under its full name."""
    return kept(keeping, draft | {terms.iri("temp"): COOL})


@pytest.fixture
def shortened(keeping, draft, terms):
    """A room that was created in a @context of ours, as it is seen without it."""
    sent = draft | {"temp": COOL, "@context": {"temp": terms.iri("temp")}}
    assert_status(keeping.create(sent, JSON_LD), 201, what="creating an entity in a @context")
    return seen(keeping, draft | {terms.iri("temp"): COOL})


@pytest.fixture
def before(broker, room, reading):
    """The stamps of a room, which cannot come again."""
    stamps = _stamps(stamped(broker, room["id"]))
    last = max(stamps.values())
    let_pass(last)
    reading("A50", "fractions" if last.microsecond else "seconds")
    return stamps


def _stamps(entity):
    parts = {"entity": entity, **{n: instance_in(entity, n) for n in ("temperature", "label")}}
    found = {part: stamps_in(held, f"the {part}") for part, held in parts.items()}
    created = {("createdAt", part): s.created for part, s in found.items()}
    return created | {("modifiedAt", part): s.modified for part, s in found.items()}


@pytest.fixture
def patched(broker, room, endpoint):
    """A room that was patched in JSON, and how the patch is sent: the control."""
    if endpoint == "entity" and not broker.holds_since("1.6.1"):
        raise NotApplicable("version_not_claimed", "entities are merged from 1.6.1 on")
    where = path_of(room["id"], "temperature")
    if endpoint != "attribute":
        where = path_of(room["id"]) if endpoint == "entity" else attrs_of(room)
    wrap = (lambda part: part) if endpoint == "attribute" else (lambda part: {"temperature": part})
    assert_status(broker.send("PATCH", where, wrap(WARMER)), 204, what="a patch in JSON")
    base = {} if endpoint == "attributes" else room["temperature"]
    new = seen(broker, room | {"temperature": base | WARMER})
    return where, wrap(HOT), new | {"temperature": base | HOT}


@pytest.mark.check(
    "CTX-ATT-20",
    clause="GS CIM 009 5.5.7",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("name", ["short", "full", "of another meaning"])
def test_an_attribute_is_addressed_by_what_its_name_means(broker, meant, terms, name):
    """An attribute is found by its full name, and by a short one whose @context gives that meaning."""
    warmed = meant | {terms.iri("temp"): WARMER}
    if name == "full":
        assert_status(broker.send("PATCH", path_of(meant["id"], terms.iri("temp")), WARMER), 204)
        seen(broker, warmed)
        return
    where = path_of(meant["id"], "temp")
    known = {"@context": {"temp": terms.iri("temp")}}
    assert_status(send_json_ld(broker, "PATCH", where, WARMER | known), 204)
    seen(broker, warmed)
    if name == "of another meaning":
        other = {"@context": {"temp": terms.other_iri("temp")}}
        answer = send_json_ld(broker, "PATCH", where, HOT | other)
        assert_problem(answer, status=404, kind="ResourceNotFound")
        seen(broker, warmed)


@pytest.mark.check(
    "CTX-ATT-21",
    clause="GS CIM 009 5.5.7",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_one_short_name_of_two_meanings_makes_two_attributes(broker, shortened, terms):
    """An attribute added under a short name of another meaning stands beside its namesake."""
    part = {"temp": HOT, "@context": {"temp": terms.other_iri("temp")}}
    assert_status(send_json_ld(broker, "POST", attrs_of(shortened), part), 204)
    seen(broker, shortened | {terms.other_iri("temp"): HOT})


@pytest.mark.check(
    "CTX-ATT-22",
    clause="GS CIM 009 4.8",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_stamps_tell_what_was_modified(broker, room, before):
    """A change moves modifiedAt of the attribute and the entity, and no other stamp."""
    assert_status(broker.send("PATCH", path_of(room["id"], "temperature"), WARMER), 204)
    moved = {("modifiedAt", "entity"), ("modifiedAt", "temperature")}

    def is_moved():
        for key, moment in _stamps(stamped(broker, room["id"])).items():
            what, old = f"{key[0]} of the {key[1]}", before[key]
            if key in moved:
                later = f"later than {old.isoformat()}"
                assert_that(moment > old, f"{what} stays", expected=later, received=str(moment))
            else:
                assert_equal(moment.isoformat(), old.isoformat(), what)

    eventually(is_moved)


@pytest.mark.check(
    "CTX-ATT-23",
    clause="GS CIM 009 6.3.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("endpoint", ["entity", "attributes", "attribute"])
def test_a_merge_patch_is_taken_as_json(broker, patched):
    """A PATCH of type application/merge-patch+json does what it does as application/json."""
    where, part, new = patched
    headers = {"Content-Type": MERGE_PATCH, **broker.names}
    assert_status(broker.client.patch(where, json=part, headers=headers), 204)
    seen(broker, new)
