"""Several entities at once: searching and updating in a body.

FIWARE-NGSI v2 2.0, "Batch Operations".
"""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_id
from mimtest.vocabulary.ngsiv2 import (
    assert_error,
    assert_holds,
    assert_same_names,
    entities_in,
    entity_in,
    ids_in,
    names_of,
    path_of,
    total_in,
)
from mimtest.vocabulary.ngsiv2_own import room
from mimtest.vocabulary.ngsiv2_sample import column, literal, value_of
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]


@pytest.mark.check("CTX-V2-89", clause="NGSI v2 Query", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("case", ["ids", "pattern", "filter", "attrs", "keyValues", "count"])
def test_a_search_is_a_query_in_a_body(v2, v2_stocks, case):
    """A query in a body finds what the same query by parameters finds, in the same form."""
    chosen = column(v2_stocks, "text")
    subjects = [{"id": i, "type": chosen.stock.type} for i in chosen.ids]
    q = f"{chosen.name}=={literal(chosen.middle)}"
    cases = {
        "ids": ({"entities": subjects}, {}, {}),
        "pattern": ({"entities": [subjects[0], _pattern(subjects[-1])]}, {}, None),
        "filter": ({"entities": subjects, "expression": {"q": q}}, {}, {"q": q}),
        "attrs": ({"entities": subjects, "attrs": [chosen.name]}, {}, {"attrs": chosen.name}),
        "keyValues": ({"entities": subjects}, {"options": "keyValues"}, {"options": "keyValues"}),
        "count": ({"entities": subjects}, {"options": "count", "limit": 1}, {}),
    }
    body, how, params = cases[case]
    at_rest(lambda: _assert_alike(v2, chosen, body, {"limit": 20} | how, params))


def _pattern(subject):
    escaped = subject["id"].replace(".", "[.]").replace("+", "[+]")
    return {"idPattern": f"^{escaped}$", "type": subject["type"]}


def _assert_alike(v2, chosen, body, how, params):
    answer = v2.search(body, **how)
    found = {e["id"]: e for e in entities_in(answer)}
    if params is None:
        assert_same_set(list(found), [chosen.ids[0], chosen.ids[-1]], "what the patterns find")
        return
    expected = {e["id"]: e for e in entities_in(chosen.stock.ask(chosen.ids, **params))}
    assert_that(expected, "the query by parameters finds nothing", expected="entities")
    if how["limit"] == 1:
        assert_equal(total_in(answer), len(expected), "the count")
        assert_equal(len(found), 1, "the number of entities on the page")
        return
    assert_equal(found, expected, "what the query in a body finds")
    if "expression" in body:
        values = [value_of(e, chosen.name) for e in found.values()]
        assert_equal(values, [chosen.middle] * len(values), "the values")


@pytest.fixture
def pair(v2_room, run_id):
    """An entity of our own, and one that nobody has created yet."""
    draft = {**room(run_id), "id": own_id("Second", run_id), "type": v2_room["type"]}
    return v2_room, draft


def _update(v2, action, *entities):
    """An update in a body; entities it makes are removed at the end of the run."""
    body = {"actionType": action, "entities": list(entities)}
    new = entities[-1]
    undo = f"{path_of(new['id'])}?type={new['type']}"
    return v2.client.create("/op/update", undo=undo, json=body, headers=v2.fields)


_LABEL = {"label": {"type": "Text", "value": "changed"}}


def _named(entity):
    return {"id": entity["id"], "type": entity["type"]}


@pytest.mark.check("CTX-V2-90", clause="NGSI v2 Update", level="writes", rests_on=("CTX-V2-65",))
@pytest.mark.parametrize("action", ["append", "appendStrict"])
def test_a_batch_appends(v2, pair, action):
    """A batch makes entities that are not there, and adds attributes to those that are."""
    known, draft = pair
    added = {"added": {"type": "Number", "value": 1}}
    assert_status(_update(v2, action, _named(known) | added, draft), 204)
    eventually(lambda: assert_holds(entity_in(v2.retrieve(known["id"])), known | added))
    eventually(lambda: assert_holds(entity_in(v2.retrieve(draft["id"])), draft))


@pytest.mark.check("CTX-V2-91", clause="NGSI v2 Update", level="writes", rests_on=("CTX-V2-65",))
@pytest.mark.parametrize("action", ["update", "replace"])
def test_a_batch_updates_and_replaces(v2, pair, action):
    """A batch updates the attributes that are sent, or has these alone remain."""
    assert_status(v2.create(pair[-1]), 201)
    sent = [_named(e) | _LABEL for e in pair]
    assert_status(_update(v2, action, *sent), 204)

    def look():
        for entity in pair:
            held = entity_in(v2.retrieve(entity["id"]))
            expected = entity | _LABEL if action == "update" else _named(entity) | _LABEL
            assert_same_names(held, names_of(expected), "the entity")
            assert_holds(held, expected)

    eventually(look)


@pytest.mark.check("CTX-V2-92", clause="NGSI v2 Update", level="writes", rests_on=("CTX-V2-65",))
def test_a_batch_deletes(v2, pair):
    """A batch deletes the attributes that are named, or the entity where none is."""
    known, draft = pair
    assert_status(v2.create(draft), 201)
    assert_status(_update(v2, "delete", _named(known) | _LABEL, _named(draft)), 204)

    def look():
        held = entity_in(v2.retrieve(known["id"]))
        left = [n for n in names_of(known) if n != "label"]
        assert_same_names(held, left, "the entity")
        assert_same_set(ids_in(v2.query(type=known["type"])), [known["id"]], "the entities")

    eventually(look)


@pytest.mark.check(
    "CTX-V2-93", clause="NGSI v2 Update; Error Responses", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("defect", ["action", "entities", "strict"])
def test_a_wrong_batch_is_refused(v2, pair, defect):
    """A batch of an unknown action, of nothing, or that would update by append is refused."""
    known, draft = pair
    assert_status(_update(v2, "append", draft), 204)
    if defect == "strict":
        answer = _update(v2, "appendStrict", _named(known) | _LABEL)
        assert_error(answer, 422, "Unprocessable")
    else:
        body = {"actionType": "append", "entities": [_named(known) | _LABEL]}
        body |= {"actionType": "besides"} if defect == "action" else {"entities": []}
        assert_error(v2.send("POST", "/op/update", body), 400, "BadRequest")
    eventually(lambda: assert_holds(entity_in(v2.retrieve(known["id"])), known))
