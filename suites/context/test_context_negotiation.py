"""A client says which format it wants and which it sends.

GS CIM 009 6.3.2 to 6.3.6.
"""

import json
from urllib.parse import quote

import pytest

from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.ngsild import (
    GEO_JSON,
    JSON,
    JSON_LD,
    entities_in,
    entity_in,
    path_of,
)
from mimtest.vocabulary.ngsild_meaning import linked_contexts

pytestmark = pytest.mark.interface("ngsi-ld")

_PROBLEM_JSON = "application/problem+json"


def _ask(reader, samples, way, accept):
    """A request for data the broker holds; without `Accept` where that is None."""
    first = samples[0].entities[0]["id"]
    paths = {
        "retrieve": path_of(first),
        "query": f"/entities?type={quote(samples[0].type, safe='')}&limit=2",
        "types": "/types",
        "attributes": "/attributes",
    }
    if accept is None:
        return reader.client.get(paths[way], headers=reader.names, without=("Accept",))
    return reader.client.get(paths[way], headers={**reader.names, "Accept": accept})


@pytest.fixture
def choosing(reader, samples, unknown):  # noqa: ARG001 - who finds everything has chosen nothing
    """The reader, seen to answer in JSON-LD who asks for that: the control of what is answered unasked."""
    answer = assert_status(_ask(reader, samples, "query", JSON_LD), 200)
    assert_media_type(answer, JSON_LD)
    return reader


@pytest.mark.check("CTX-CTX-16", clause="GS CIM 009 6.3.4", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query"])
@pytest.mark.parametrize(
    "accept", [None, "*/*", "application/*"], ids=["anything", "any-type", "any-application"]
)
def test_json_is_the_usual_format(choosing, samples, way, accept):
    """A client that takes any format, or does not say which, is answered in JSON."""
    answer = assert_status(_ask(choosing, samples, way, accept), 200)
    assert_media_type(answer, JSON)
    found = [entity_in(answer)] if way == "retrieve" else entities_in(answer)
    assert_that(found, "no entity is found any more", expected="entities")


@pytest.mark.check("CTX-CTX-17", clause="GS CIM 009 6.3.4", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query"])
@pytest.mark.parametrize("wanted", [JSON_LD, JSON], ids=["json-ld", "json"])
def test_the_format_wanted_more_is_given(reader, samples, way, wanted):
    """Of two formats a client names with weights, it is given the one it wants more."""
    other = JSON if wanted == JSON_LD else JSON_LD
    for accept in (f"{wanted};q=1, {other};q=0.5", f"{other};q=0.5, {wanted};q=0.9"):
        answer = assert_status(_ask(reader, samples, way, accept), 200)
        assert_media_type(answer, wanted)


@pytest.mark.check("CTX-CTX-18", clause="GS CIM 009 6.3.4", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query", "types", "attributes"])
def test_a_format_that_is_not_there_is_not_acceptable(reader, samples, way):
    """A client that accepts only a format the API does not have is answered with 406."""
    assert_status(_ask(reader, samples, way, JSON), 200, what="the same request for JSON")
    assert_status(_ask(reader, samples, way, "text/csv"), 406)


@pytest.mark.check("CTX-CTX-19", clause="GS CIM 009 6.3.4", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["types", "attributes"])
def test_geojson_is_for_entities_only(reader, samples, way):
    """A client that accepts only GeoJSON where there are no entities is answered with 406."""
    assert_status(_ask(reader, samples, way, JSON), 200, what="the same request for JSON")
    assert_status(_ask(reader, samples, way, GEO_JSON), 406)


@pytest.mark.check(
    "CTX-CTX-20", clause="GS CIM 009 6.3.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", None])
def test_a_body_of_another_media_type_is_not_taken(broker, room, media_type, reading):
    """An entity sent as something else than JSON, or as nothing, is refused and not kept."""
    twin = {**room, "id": f"{room['id']}-twin"}
    kind = {} if media_type is None else {"Content-Type": media_type}
    body = json.dumps(twin).encode()
    where = path_of(twin["id"])
    answer = broker.client.create("/entities", undo=where, content=body, headers=kind)
    if media_type is None:
        assert_status(answer, 415, 400)
        reading("A20", str(answer.status))
    else:
        assert_status(answer, 415)
    assert_status(broker.retrieve(twin["id"]), 404)


@pytest.mark.check("CTX-CTX-24", clause="GS CIM 009 6.3.6", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("mistake", ["unknown", "no-uri"])
def test_errors_come_as_json(reader, known, unknown, mistake, reading):
    """An error is told in JSON to whoever wants JSON-LD, with no @context in it."""
    control = reader.retrieve(known["id"], accept=JSON_LD)
    assert_status(control, 200, what="the same request for a known entity")
    wrong = unknown if mistake == "unknown" else "no uri"
    answer = assert_status(reader.retrieve(wrong, accept=JSON_LD), 404, 410, 400)
    assert_media_type(answer, JSON, _PROBLEM_JSON)
    told = json_object(answer, "the problem")
    member(told, "type", str, "the problem")
    assert_that("@context" not in told, "a problem has a @context", expected="none", received=told)
    reading("A22", "json" if answer.media_type == JSON else "problem_json")
    reading("A55", "beside" if linked_contexts(answer) else "none")
