"""What sources are asked, and what they are not: the limits of registrations (GS CIM 009 4.3.6, 5.12, 6.3.18)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import entity_in, path_of
from mimtest.vocabulary.ngsild_discovery import listed_in
from mimtest.vocabulary.ngsild_federation import (
    QUERIES,
    READING,
    READS,
    assert_lacks,
    assert_spared,
    federation,
    number,
    of_kind,
    only_here,
)
from mimtest.vocabulary.ngsild_source import assert_not_asked
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

#: How a source is asked when the client asks so, by the case.
_OPERATIONS = {
    "retrieve": READING,
    "query": READING,
    "types": ("retrieveEntityTypes", "retrieveEntityTypeDetails"),
    "create": ("createEntity", "createBatch", "upsertBatch"),
}


@pytest.fixture
def sources(keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.mark.check(
    "CTX-DIST-06",
    clause="GS CIM 009 4.3.6.3",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-REG-06"),
)
def test_an_exclusive_source_has_what_it_is_registered_for(sources, keeping):
    """An attribute registered as exclusive comes from its source, all others from the broker."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.source(there)
    info = of_kind(there["type"], "temp", id=there["id"])
    sources.register(source, info, mode="exclusive")
    own = {"id": there["id"], "type": there["type"], "level": number(7)}
    sources.create(own)
    sources.shows({**there, **own})
    assert_lacks(only_here(keeping, own["id"]), "temp")


@pytest.mark.check(
    "CTX-DIST-07",
    clause="GS CIM 009 4.3.6.3",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-REG-06"),
)
@pytest.mark.parametrize("how", ["retrieve", "query"])
def test_a_redirect_leads_to_the_source(sources, keeping, how):
    """Entities of a type that is redirected are those of the source, and the broker has none."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    sources.sourced(there, by_type=True, mode="redirect")
    if how == "retrieve":
        sources.shows(there)
        assert_status(keeping.retrieve(there["id"], local="true"), 404)
    else:
        sources.finds([there], type=there["type"])
        sources.finds([], type=there["type"], local="true")


@pytest.fixture(params=["id", "pattern", "type"])
def outside(sources, keeping, request):
    """A source, seen to be asked for what it is registered for, and another entity that it has."""
    kind = sources.kind()
    inside, other = (sources.draft(kind, temp=number(v)) for v in (21.5, 22.5))
    if request.param == "type":
        other["type"] = sources.kind()
    source = sources.source(inside, other)
    limits = {"id": {"id": inside["id"]}, "pattern": {"idPattern": f"^{inside['id']}$"}}
    sources.register(source, of_kind(kind, **limits.get(request.param, {})))
    if request.param == "type":
        sources.finds([inside], type=kind)
    else:
        sources.shows(inside)
    sources.asks(source, *READING, about=inside)
    if request.param == "type":
        return source, other, lambda: keeping.query(type=other["type"])
    return source, other, lambda: keeping.retrieve(other["id"])


@pytest.mark.check(
    "CTX-DIST-10",
    clause="GS CIM 009 5.12",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_source_is_asked_for_what_it_has_only(outside):
    """A source is not asked for entities that it is not registered for."""
    source, other, ask = outside
    why = "for what it is not registered for"
    assert_spared(source, lambda: assert_status(ask(), 200, 404), other, why)


@pytest.mark.check(
    "CTX-DIST-11",
    clause="GS CIM 009 4.3.6.1",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_wide_request_is_narrowed(sources):
    """A source is asked for the registered type and attributes, however much more the client asks for."""
    kind, more = sources.kind(), sources.kind()
    there = sources.draft(kind, temp=number(21.5), level=number(7))
    source = sources.source(there, sources.draft(more, temp=number(22.5)))
    sources.register(source, of_kind(kind, "temp"))
    shown = {k: v for k, v in there.items() if k != "level"}
    answer = sources.finds([shown], type=f"{kind},{more}")
    assert_lacks(answer.json()[0], "level")
    for asked in sources.asks(source, *QUERIES, about=there):
        assert_equal(sorted(asked.types), [kind], f"the types in the forwarded {asked}")
        attrs = sorted(asked.attrs) if asked.attrs is not None else "all"
        assert_equal(attrs, ["temp"], f"the attributes in the forwarded {asked}")


@pytest.fixture(params=["retrieve", "query", "types", "create"])
def alone(sources, keeping, request):
    """A source, seen to be asked, and the same request for the broker alone."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    operations = (*READS, "createEntity", "deleteEntity", "retrieveEntityTypes")
    source = sources.sourced(there, by_type=True, operations=operations)
    kind = there["type"]

    def create(where):
        entity = sources.draft(kind, temp=number(22.5))
        headers = dict(keeping.names)
        return keeping.client.create(
            where, undo=path_of(entity["id"]), json=entity, headers=headers
        )

    together, here = {
        "retrieve": (
            lambda: entity_in(keeping.retrieve(there["id"])),
            lambda: assert_status(keeping.retrieve(there["id"], local="true"), 404),
        ),
        "query": (
            lambda: sources.finds([there], type=kind),
            lambda: sources.finds([], type=kind, local="true"),
        ),
        "types": (
            lambda: listed_in(keeping.get("/types"), "EntityTypeList", "typeList"),
            lambda: assert_status(keeping.get("/types", local="true"), 200),
        ),
        "create": (
            lambda: assert_status(create("/entities"), 201),
            lambda: assert_status(create("/entities?local=true"), 201),
        ),
    }[request.param]

    def seen():
        together()
        sources.asks(source, *_OPERATIONS[request.param])

    eventually(seen)
    return source, here, there


@pytest.mark.check(
    "CTX-DIST-12",
    clause="GS CIM 009 6.3.18",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_local_request_stays_here(alone):
    """A request with local=true reaches no source."""
    source, ask, there = alone
    assert_spared(source, ask, there, "though the request has local=true")


@pytest.fixture
def plain(sources):
    """A source that offers retrieval alone, seen to be asked for it, and the entity it has."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.sourced(there, by_type=True, operations=("retrieveEntity",))
    sources.shows(there)
    sources.asks(source, "retrieveEntity")
    source.start_over()
    return source, there


@pytest.mark.check(
    "CTX-DIST-13",
    clause="GS CIM 009 4.3.6.1",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-08"),
)
def test_a_source_is_asked_what_it_offers_only(plain, sources):
    """A source that offers retrieval alone is not asked to answer queries."""
    source, there = plain
    second = sources.draft(there["type"], temp=number(22.5))
    whole = sources.sourced(second, by_type=True)
    sources.finds([second], type=there["type"])
    sources.asks(whole, *READING)
    assert_not_asked(source.asked(*QUERIES), "to answer a query, which it does not offer")


@pytest.fixture(params=[True, False], ids=["alone", "plain"])
def limited(sources, request):
    """A source registered with localOnly, or without, that has an entity which is shown."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    managed = {"management": {"localOnly": True}} if request.param else {}
    source = sources.sourced(there, **managed)
    sources.shows(there)
    return source, there, request.param


@pytest.mark.check(
    "CTX-DIST-27",
    clause="GS CIM 009 5.2.34",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_source_answers_for_itself_where_registered_so(limited, sources):
    """A source registered with localOnly is asked with local=true, another one is not."""
    source, there, expected = limited
    asked = sources.asks(source, *READING, about=there)[-1]
    wanted = "local=true" if expected else "no local=true"
    assert_that(
        asked.local is expected, "it is asked otherwise", expected=wanted, received=str(asked)
    )
