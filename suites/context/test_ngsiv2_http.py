"""How a broker says no, and how it speaks HTTP.

FIWARE-NGSI v2 2.0, "Error Responses", "MIME Types".
"""

import pytest

from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsiv2 import JSON, assert_error, ids_in, path_of

pytestmark = pytest.mark.interface("ngsi-v2")


@pytest.mark.check("CTX-V2-61", clause="NGSI v2 Error Responses; MIMs Plus 9.0 MIM0 BP10")
@pytest.mark.parametrize("mistake", ["entity", "attribute", "subscription", "limit", "query"])
def test_errors_have_a_structure(v2, v2_known, v2_samples, run_id, mistake):
    """An error is a JSON object with a word for what is wrong, and the status that goes with it."""
    chosen = v2_samples[0]
    assert_that(ids_in(chosen.ask()), "no entity is found any more")
    mistakes = {
        "entity": lambda: v2.retrieve(own_id("None", run_id)),
        "attribute": lambda: v2.get(path_of(own_id("None", run_id), "attrs", "none")),
        "subscription": lambda: v2.get(f"/subscriptions/{'0' * 24}"),
        "limit": lambda: chosen.ask(limit="many"),
        "query": lambda: chosen.ask(q="=="),
    }
    word, status = ("BadRequest", 400) if mistake in ("limit", "query") else ("NotFound", 404)
    assert v2_known
    assert_error(mistakes[mistake](), status, word)


@pytest.mark.check("CTX-V2-62", clause="NGSI v2 Error Responses; RFC 9110 15.5.6")
@pytest.mark.usefixtures("v2_unknown")
def test_a_method_that_is_not_there_is_told(v2):
    """A method that the list of types does not have is answered with 405 and those it has."""
    assert_status(v2.get("/types"), 200, what="the list of types")
    answer = v2.client.patch("/types", json={}, harmless=True)
    assert_error(answer, 405, "MethodNotAllowed", "MethodNotAlowed")
    allowed = [m.strip().upper() for m in (answer.headers.get("allow") or "").split(",")]
    assert_that("GET" in allowed, "Allow does not name GET", expected="GET", received=allowed)


@pytest.mark.check("CTX-V2-63", clause="NGSI v2 MIME Types")
@pytest.mark.usefixtures("v2_unknown")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_a_format_that_is_not_there_is_not_acceptable(v2, v2_known, way):
    """A client that accepts only a format the API does not have is answered with 406."""
    where = path_of(v2_known["id"]) if way == "retrieve" else "/entities"
    asked = {"type": v2_known["type"]}
    twin = v2.get(where, **asked)
    assert_media_type(assert_status(twin, 200, what="the same with JSON"), JSON)
    assert_status(v2.get(where, accept="text/csv", **asked), 406)


@pytest.mark.check("CTX-V2-64", clause="NGSI v2 Query", rests_on=("CTX-V2-07",))
@pytest.mark.usefixtures("v2_unknown")
@pytest.mark.parametrize("defect", ["json", "entities", "expression"])
def test_a_malformed_search_is_refused(v2, v2_samples, defect):
    """A query in a body that is no JSON, or has members of another kind, is refused."""
    subject = [{"idPattern": ".*", "type": v2_samples[0].type}]
    good = v2.search({"entities": subject})
    assert_that(ids_in(good), "a well-formed query finds nothing")
    if defect == "json":
        headers = {**v2.fields, "Content-Type": JSON}
        answer = v2.client.post("/op/query", content='{"entities": [', headers=headers, query=True)
        assert_error(answer, 400, "ParseError", "BadRequest")
        return
    bad = {
        "entities": {"entities": [{"type": own_name("None", "x")}]},
        "expression": {"entities": subject, "expression": {"q": "=="}},
    }
    assert_error(v2.search(bad[defect]), 400, "BadRequest")
