"""Attributes are added to what is known about a thing: new ones, new values, new instances.

GS CIM 009 5.6.3, 6.6.3.1.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_problem,
    assert_same_set,
    assert_status,
)
from mimtest.vocabulary.ngsild import JSON, entity_in, own_id, path_of, types_of
from mimtest.vocabulary.ngsild_changes import (
    assert_whole,
    assert_without,
    attrs_of,
    kept,
    scopes_of,
    seen,
    update_result,
)
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

FLOOR = {"floor": {"type": "Property", "value": 3}}
OTHER_LABEL = {"label": {"type": "Property", "value": "another room"}}


@pytest.fixture
def grown(broker, room):
    """A room that an attribute was added to: the control of what is refused."""
    assert_status(broker.send("POST", attrs_of(room), FLOOR), 204, what="adding an attribute")
    return seen(broker, room | FLOOR)


@pytest.fixture
def gauged(keeping, draft):
    """A room whose temperature has an attribute of its own."""
    draft["temperature"]["accuracy"] = {"type": "Property", "value": 0.5}
    return kept(keeping, draft)


@pytest.fixture
def scoped(keeping, draft):
    """A room with a scope."""
    entity = kept(keeping, draft | {"scope": "/town/hall"})
    eventually(lambda: _assert_scopes(keeping, entity, {"/town/hall"}))
    return entity


@pytest.fixture
def partly(broker, room):
    """The answer to an addition of which one attribute is there already."""
    where = f"{attrs_of(room)}?options=noOverwrite"
    answer = broker.send("POST", where, FLOOR | OTHER_LABEL)
    if assert_status(answer, 204, 207, what="adding without overwriting").status == 204:
        raise NotApplicable("not_offered", "what is not overwritten is not listed either")
    return answer


def _assert_scopes(broker, entity, expected):
    found = scopes_of(entity_in(broker.retrieve(entity["id"])))
    assert_same_set(found, expected, "the scopes")


@pytest.mark.check(
    "CTX-ATT-01",
    clause="GS CIM 009 5.6.3.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_an_attribute_is_added(broker, room):
    """A new attribute is added, and the others stay as they are."""
    assert_status(broker.send("POST", attrs_of(room), FLOOR), 204)
    seen(broker, room | FLOOR)


@pytest.mark.check(
    "CTX-ATT-02",
    clause="GS CIM 009 5.6.3.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_an_added_attribute_takes_the_place_of_its_namesake(broker, gauged):
    """An attribute that is added again replaces the old one with all that belonged to it."""
    new = {"temperature": {"type": "Property", "value": 25}}
    assert_status(broker.send("POST", attrs_of(gauged), new), 204)

    def is_replaced():
        entity = entity_in(broker.retrieve(gauged["id"]))
        assert_whole(entity, gauged | new)
        assert_without(entity, "temperature", "unitCode", "observedAt", "accuracy")

    eventually(is_replaced)


@pytest.mark.check(
    "CTX-ATT-03",
    clause="GS CIM 009 5.6.3.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_without_overwriting_what_is_there_stays(broker, room, reading):
    """Adding without overwriting adds what is new, leaves what is there, and says which is which."""
    where = f"{attrs_of(room)}?options=noOverwrite"
    answer = assert_status(broker.send("POST", where, FLOOR | OTHER_LABEL), 204, 207)
    if answer.status == 207:
        result = update_result(answer)
        assert_same_set(result.updated, list(FLOOR), "updated")
        assert_same_set(result.refused, list(OTHER_LABEL), "notUpdated")
    reading("A18", "listed" if answer.status == 207 else "done")
    seen(broker, room | FLOOR)


@pytest.mark.check(
    "CTX-ATT-04",
    clause="GS CIM 009 5.6.3.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("defect", ["unknown", "no uri", "empty", "cut"])
def test_what_cannot_be_added_to_is_refused(broker, grown, run_id, defect, reading):
    """An addition to an unknown entity, to what is no URI, or with a broken body is refused."""
    if defect == "unknown":
        nothing = path_of(own_id("Nothing", run_id))
        answer = broker.send("POST", f"{nothing}/attrs", FLOOR)
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(broker.get(nothing), 404)
    elif defect == "no uri":
        answer = broker.send("POST", f"{path_of('no uri at all')}/attrs", FLOOR)
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        body = "" if defect == "empty" else '{"label": {"type": "Property", '
        headers = {"Content-Type": JSON, **broker.names}
        answer = broker.client.post(attrs_of(grown), content=body, headers=headers)
        if defect == "empty":
            assert_bad_request(answer, reading)
        else:
            assert_problem(answer, status=400, kind="InvalidRequest")
        seen(broker, grown)


@pytest.mark.check(
    "CTX-ATT-24",
    clause="GS CIM 009 5.2.18",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_result_says_which_attributes_took_the_change(partly, reading):
    """A partial change is answered with JSON that names what was changed, what was not, and why."""
    assert_media_type(partly, JSON)
    result = update_result(partly)
    assert_same_set(result.updated, list(FLOOR), "updated")
    assert_same_set(result.refused, list(OTHER_LABEL), "notUpdated")
    reading("A32", "full" if result.full else "short")


@pytest.mark.check(
    "CTX-ATT-25",
    clause="GS CIM 009 5.6.3.4",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize(
    ("name", "options", "left"),
    [
        pytest.param("scope", "", ("/town/tower",), id="scope"),
        pytest.param(
            "scope", "?options=noOverwrite", ("/town/hall", "/town/tower"), id="further scope"
        ),
        pytest.param("type", "", ("/town/hall",), id="type"),
    ],
)
def test_scopes_and_types_are_added(broker, scoped, name, options, left):
    """A scope replaces the old one unless nothing is overwritten; a type is added to the others."""
    new = {"scope": "/town/tower", "type": f"{scoped['type']}Further"}
    part = FLOOR | {name: new[name]}
    assert_status(broker.send("POST", f"{attrs_of(scoped)}{options}", part), 204)
    types = {scoped["type"], new["type"]} if name == "type" else {scoped["type"]}

    def is_added():
        entity = entity_in(broker.retrieve(scoped["id"]))
        assert_same_set(types_of(entity), types, "the types")
        assert_same_set(scopes_of(entity), left, "the scopes")
        assert_whole(entity, scoped | FLOOR | {"type": sorted(types)})

    eventually(is_added)


@pytest.mark.check(
    "CTX-ATT-26",
    clause="GS CIM 009 4.5.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_an_instance_is_added_beside_the_default_one(broker, room):
    """An instance with a datasetId is added beside the one without, which stays as it is."""
    second = {"type": "Property", "value": 19, "datasetId": "urn:ngsi-ld:Dataset:mt-second"}
    assert_status(broker.send("POST", attrs_of(room), {"temperature": second}), 204)
    seen(broker, room | {"temperature": [room["temperature"], second]})
