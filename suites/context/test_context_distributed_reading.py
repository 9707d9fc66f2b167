"""Entities that context sources have are read through the broker (GS CIM 009 4.3.6.2, 4.5.5, 5.7.1, 5.7.2)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status
from mimtest.vocabulary.ngsild import assert_holds, attributes_of, entity_in, ids_in
from mimtest.vocabulary.ngsild_federation import (
    QUERIES,
    READING,
    assert_lacks,
    federation,
    number,
    of_kind,
    only_here,
)

pytestmark = pytest.mark.interface("ngsi-ld")

_EARLIER, _LATER = "2026-03-14T12:00:00Z", "2026-03-14T13:00:00Z"
_ONE, _OTHER = "urn:ngsi-ld:Dataset:mt-one", "urn:ngsi-ld:Dataset:mt-other"


@pytest.fixture
def sources(keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture
def remote(sources, keeping):
    """An entity that only a source has, seen not to be found before the source is registered."""
    entity = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.source(entity)
    assert_status(keeping.retrieve(entity["id"]), 404, what="retrieving it without a source")
    sources.register(source, of_kind(entity["type"], id=entity["id"]))
    return entity, source


@pytest.mark.check(
    "CTX-DIST-01",
    clause="GS CIM 009 5.7.1.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-REG-01",),
)
def test_an_entity_is_retrieved_from_a_source(remote, sources):
    """An entity that only a registered source has is retrieved from there."""
    entity, source = remote
    sources.shows(entity)
    sources.asks(source, *READING, about=entity)


@pytest.mark.check(
    "CTX-DIST-02",
    clause="GS CIM 009 4.3.6.2",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_what_is_here_and_there_is_shown_together(sources, keeping):
    """An entity has the attributes the broker has of it, and those an inclusive source has."""
    part = sources.draft(sources.kind(), temp=number(21.5))
    sources.sourced(part)
    own = {"id": part["id"], "type": part["type"], "level": number(7)}
    sources.create(own)
    sources.shows({**part, **own})
    assert_lacks(only_here(keeping, own["id"]), "temp")


@pytest.mark.check(
    "CTX-DIST-03",
    clause="GS CIM 009 4.5.5.3",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-02",),
)
@pytest.mark.parametrize("later", ["source", "broker"])
def test_the_latest_observation_wins(sources, later):
    """Of two observations of one attribute, here and at a source, the later one is shown."""
    there, here = (_LATER, _EARLIER) if later == "source" else (_EARLIER, _LATER)
    seen = sources.draft(sources.kind(), temp=number(21.5, observedAt=there))
    source = sources.sourced(seen)
    own = {**seen, "temp": number(22.5, observedAt=here)}
    sources.create(own)
    sources.shows(seen if later == "source" else own)
    sources.asks(source, *READING, about=own)


@pytest.mark.check(
    "CTX-DIST-04",
    clause="GS CIM 009 4.5.5.1",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-02",),
)
def test_instances_of_different_datasets_are_shown_together(sources, keeping):
    """An attribute has the instances of each dataset, whether here or at a source."""
    there = sources.draft(sources.kind(), temp=number(21.5, datasetId=_ONE))
    sources.sourced(there)
    own = {**there, "temp": number(22.5, datasetId=_OTHER)}
    sources.create(own)

    def look():
        found = attributes_of(entity_in(keeping.retrieve(own["id"]))).get("temp", [])
        values = {i.get("datasetId"): i.get("value") for i in found}
        assert_equal(values, {_ONE: 21.5, _OTHER: 22.5}, "the values by dataset")
        assert_equal(len(found), 2, "the number of instances")

    sources.sees(look)


@pytest.mark.check(
    "CTX-DIST-05",
    clause="GS CIM 009 4.3.6.2",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_an_auxiliary_source_only_adds(sources, keeping):
    """An auxiliary source gives what is lacking and never stands in for what is there."""
    own = sources.draft(sources.kind(), temp=number(21.5, observedAt=_EARLIER))
    sources.create(own)
    assert_lacks(sources.shows(own), "level")
    there = {**own, "temp": number(99, observedAt=_LATER), "level": number(7)}
    source = sources.sourced(there, mode="auxiliary")
    sources.shows({**own, "level": number(7)})
    sources.asks(source, *READING, about=own)
    assert_holds(only_here(keeping, own["id"]), own)


@pytest.mark.check(
    "CTX-DIST-08",
    clause="GS CIM 009 5.7.2.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_query_finds_what_is_here_and_there(sources, keeping):
    """A query finds the entities of the broker and of an inclusive source, each once."""
    kind = sources.kind()
    there, shared = (sources.draft(kind, temp=number(v)) for v in (21.5, 22.5))
    sources.sourced(there, shared, by_type=True)
    own, part = sources.draft(kind, temp=number(23.5)), {**shared, "level": number(7)}
    del part["temp"]
    sources.create(own)
    sources.create(part)
    sources.finds([own, there, {**shared, **part}], type=kind)
    here = ids_in(keeping.query(type=kind, local="true"))
    assert_equal(sorted(here), sorted((own["id"], part["id"])), "the entities with local=true")


@pytest.mark.check(
    "CTX-DIST-09",
    clause="GS CIM 009 5.7.2.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-08",),
)
def test_a_query_finds_what_several_sources_have(sources):
    """A query finds the entities of every inclusive source that matches."""
    kind = sources.kind()
    first, second = (sources.draft(kind, temp=number(v)) for v in (21.5, 22.5))
    one = sources.sourced(first, by_type=True)
    sources.finds([first], type=kind)
    other = sources.sourced(second, by_type=True)
    sources.finds([first, second], type=kind)
    for source in (one, other):
        sources.asks(source, *QUERIES)
