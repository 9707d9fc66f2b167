"""A client says which format it wants and which it sends, and always learns what the names mean.

GS CIM 009 6.3.2 to 6.3.6.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import (
    CONTEXT_RELATION,
    JSON,
    JSON_LD,
    entities_in,
    entity_in,
)

pytestmark = pytest.mark.interface("ngsi-ld")


def _read(reader, known, samples, way, accept):
    if way == "retrieve":
        answer = reader.retrieve(known["id"], accept=accept)
        return answer, [entity_in(answer)]
    answer = reader.query(type=samples[0].type, limit=2, accept=accept)
    return answer, entities_in(answer)


@pytest.mark.check("CTX-CTX-01", clause="GS CIM 009 6.3.6", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_json_comes_with_a_link_to_its_context(reader, known, samples, way):
    """An answer in JSON names its @context in a Link header and has none in the body."""
    answer, entities = _read(reader, known, samples, way, JSON)
    assert_media_type(answer, JSON)
    assert_that(entities, "no entity is found any more", expected="entities")
    relations = [link.get("rel", "") for link in answer.links]
    named = any(CONTEXT_RELATION in rel.split() for rel in relations)
    assert_that(named, "no Link to a @context", expected=CONTEXT_RELATION, received=relations)
    inside = [e["id"] for e in entities if "@context" in e]
    assert_that(not inside, "a @context is in the body", expected="none", received=inside)


@pytest.mark.check("CTX-CTX-02", clause="GS CIM 009 6.3.6", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_json_ld_has_its_context_inside(reader, known, samples, way):
    """An answer in JSON-LD has its @context in every entity."""
    answer, entities = _read(reader, known, samples, way, JSON_LD)
    assert_media_type(answer, JSON_LD)
    assert_that(entities, "no entity is found any more", expected="entities")
    without = [e["id"] for e in entities if not e.get("@context")]
    assert_that(not without, "entities without @context", expected="none", received=without)


@pytest.mark.check("CTX-CTX-18", clause="GS CIM 009 6.3.4", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_a_format_that_is_not_there_is_not_acceptable(reader, known, samples, way):
    """A client that accepts only a format the API does not have is answered with 406."""
    if way == "retrieve":
        answer = reader.retrieve(known["id"], accept="text/csv")
    else:
        answer = reader.query(type=samples[0].type, accept="text/csv")
    assert_status(answer, 406)


@pytest.mark.check("CTX-CTX-20", clause="GS CIM 009 6.3.4", level="writes", since="1.3.1")
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml"])
def test_a_body_of_another_media_type_is_not_taken(broker, room, media_type):
    """An entity sent as something else than JSON is refused with 415 and not kept."""
    twin = {**room, "id": f"{room['id']}-twin"}
    assert_status(broker.create(twin, media_type), 415)
    assert_status(broker.retrieve(twin["id"]), 404)
