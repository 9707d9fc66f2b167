"""What a change left behind, and what the results of changes and batches say."""

import json

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild_batch import assert_partly, batch_result
from mimtest.vocabulary.ngsild_changes import (
    assert_whole,
    assert_without,
    scopes_of,
    update_result,
)

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


class Reply:
    """As much of an answer as a result is read from."""

    def __init__(self, body, status=207):
        self.status = status
        self._body = body

    def json(self):
        return self._body

    def text(self):
        return json.dumps(self._body)


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def lamp(**attributes):
    return {"id": "urn:e:1", "type": "Lamp", **attributes}


TWO = [prop(1, unitCode="CEL"), prop(2, datasetId="urn:d:1")]


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        (lamp(power=prop(1)), lamp(power=prop(1))),
        (lamp(power=[prop(1)]), lamp(power=prop(1))),
        (lamp(power=prop(1), scope=["/a"]), lamp(power=prop(1), scope="/b")),
        (lamp(power=TWO[::-1]), lamp(power=TWO)),
        (lamp(power=[prop(1, unitCode="CEL", datasetId="@none"), TWO[1]]), lamp(power=TWO)),
        (lamp(power=TWO[0]), lamp(power=TWO[:1])),
    ],
)
def test_an_entity_is_whole(held, sent):
    assert_whole(held, sent)


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        (lamp(), lamp(power=prop(1))),
        (lamp(power=prop(1), more=prop(2)), lamp(power=prop(1))),
        (lamp(power=prop(2)), lamp(power=prop(1))),
        (lamp(power=TWO[:1]), lamp(power=TWO)),
        (lamp(power=TWO), lamp(power=TWO[:1])),
        (lamp(power=[TWO[0], prop(3, datasetId="urn:d:1")]), lamp(power=TWO)),
        (lamp(power=[*TWO, TWO[1]]), lamp(power=TWO)),
        (lamp(power="bare"), lamp(power=prop(1))),
    ],
)
def test_an_entity_is_not_whole(held, sent):
    with pytest.raises(Contradiction):
        assert_whole(held, sent)


def test_a_member_is_gone_when_no_instance_has_it():
    assert_without(lamp(power=prop(1)), "power", "unitCode")
    for held in (lamp(power=TWO), lamp()):
        with pytest.raises(Contradiction):
            assert_without(held, "power", "unitCode")


def test_scopes_come_alone_or_together_with_a_slash_or_without():
    assert scopes_of(lamp(scope="a/b")) == {"/a/b"}
    assert scopes_of(lamp(scope=["/a", "b"])) == {"/a", "/b"}
    assert scopes_of(lamp()) == frozenset()


def test_a_result_has_names_short_or_full():
    left = [{"attributeName": f"{DEFAULT_VOCABULARY}b", "reason": "it is there"}]
    result = update_result(Reply({"updated": [f"{DEFAULT_VOCABULARY}a"], "notUpdated": left}))
    assert (result.updated, result.refused, result.full) == (("a",), ("b",), True)
    assert not update_result(Reply({"updated": ["a"], "notUpdated": left})).full


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"updated": []},
        {"updated": [1], "notUpdated": []},
        {"updated": [], "notUpdated": ["a"]},
        {"updated": [], "notUpdated": [{"attributeName": "a"}]},
    ],
)
def test_a_result_that_says_nothing_is_none(body):
    with pytest.raises(Contradiction):
        update_result(Reply(body))


def outcome(success, *failed, kind="AlreadyExists"):
    errors = [{"entityId": f, "error": {"type": f"{ERRORS}{kind}"}} for f in failed]
    return {"success": success, "errors": errors}


def test_a_batch_is_done_in_part():
    body = outcome(["urn:e:1"], "urn:e:2")
    assert_partly(Reply(body), success=["urn:e:1"], failed=["urn:e:2"], kind="AlreadyExists")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (outcome(["urn:e:1"], "urn:e:2"), 201),
        (outcome([], "urn:e:2"), 207),
        (outcome(["urn:e:1", "urn:e:2"]), 207),
        (outcome(["urn:e:1"], "urn:e:2", "urn:e:2"), 207),
        (outcome(["urn:e:1"], "urn:e:2", kind="InternalError"), 207),
    ],
)
def test_a_batch_is_not_done_in_that_part(body, status):
    with pytest.raises(Contradiction):
        assert_partly(
            Reply(body, status), success=["urn:e:1"], failed=["urn:e:2"], kind="AlreadyExists"
        )


@pytest.mark.parametrize(
    "body",
    [
        {"success": []},
        {"success": [{"id": 1}], "errors": []},
        {"success": [], "errors": [{"entityId": "urn:e:1", "error": "no"}]},
        {"success": [], "errors": [{"error": {}}]},
    ],
)
def test_a_result_of_a_batch_that_says_nothing_is_none(body):
    with pytest.raises(Contradiction):
        batch_result(Reply(body))
