"""An answer says what its names mean, and they mean what was meant when the data was put in.

GS CIM 009 4.4, 5.5.7, 6.3.6. Proven with a JSON-LD processor of the tester's own.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    of_type,
)
from mimtest.vocabulary.jsonld import expand, includes
from mimtest.vocabulary.ngsild import JSON, JSON_LD
from mimtest.vocabulary.ngsild_meaning import (
    Look,
    assert_explained,
    assert_means,
    assert_named,
    is_core,
    linked_contexts,
    meaning_in,
    own_kinds,
    own_room,
    reading_contexts,
)
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_CREATED = 201


@pytest.fixture(scope="module")
def rooms(client, broker, terms, run_id):
    """What entities of our own mean, by their identifier; empty where the run may not write.

    Kinds of attributes that the broker refuses are the matter of other checks.
    """
    if not client.level.allows(Level.WRITES):
        return {}
    with client.recorder.preparing(client.level):
        room = own_room(terms, run_id)
        assert_status(broker.create(room, JSON_LD), _CREATED, what="creating an entity")
        others = [
            kind
            for kind in own_kinds(broker, terms, run_id)
            if broker.create(kind, JSON_LD).status == _CREATED
        ]
        meant = {sent["id"]: expand(sent) for sent in (room, *others)}
        for name in meant:
            eventually(lambda n=name: assert_status(broker.retrieve(n), 200))
    return meant


@pytest.fixture(scope="module")
def looks(request, interface, rooms):
    """Entities to look at under a @context: one the broker holds, and one of our own where we may.

    Ours needs a way back, because the broker has to fetch our @context.
    """
    found = []
    try:
        sample = request.getfixturevalue("samples")[0]
        reader = request.getfixturevalue("reader")
        first = sample.entities[0]["id"]
        load = reading_contexts(reader, interface.context)
        found.append(Look(reader, sample.type, first, interface.context, load))
    except Inconclusive as nothing:
        if nothing.code != "no_data" or not rooms:
            raise
    try:
        if rooms:
            contexts = request.getfixturevalue("contexts")
            room, meant = next(iter(rooms.items()))
            under = contexts.broker(contexts.terms)
            found.append(Look(under, "MtRoom", room, contexts.terms, contexts.load, meant))
    except Inconclusive:
        if not found:
            raise
    return found


@pytest.mark.check("CTX-CTX-01", clause="GS CIM 009 6.3.6", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_json_comes_with_a_link_to_its_context(looks, way):
    """An answer in JSON links to a @context that explains its names, and has none in the body."""
    for look in looks:
        answer, entities = look.ask(way, JSON)
        assert_media_type(answer, JSON)
        assert_that(entities, "no entity is found any more", expected="entities")
        inside = [e["id"] for e in entities if "@context" in e]
        assert_that(not inside, "a @context is in the body", expected="none", received=inside)
        context = linked_contexts(answer)
        relations = [link.get("rel", "") for link in answer.links]
        assert_that(context, "no Link to a @context", expected="such a Link", received=relations)
        for entity in entities:
            assert_explained(look, entity, context)


@pytest.mark.check("CTX-CTX-02", clause="GS CIM 009 6.3.6", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_json_ld_has_its_context_inside(looks, way, reading):
    """An answer in JSON-LD has in every entity a @context that explains its names."""
    for look in looks:
        answer, entities = look.ask(way, JSON_LD)
        assert_media_type(answer, JSON_LD)
        assert_that(entities, "no entity is found any more", expected="entities")
        without = [e["id"] for e in entities if not e.get("@context")]
        assert_that(not without, "entities without @context", expected="none", received=without)
        for entity in entities:
            assert_explained(look, entity, entity["@context"])
            reading("A07", _form_of(entity["@context"], look.asked))


def _form_of(context, asked):
    listed = context if isinstance(context, list) else [context]
    core = any(is_core(c) for c in listed)
    if all(is_core(c) for c in listed):
        return "core"
    if asked in listed:
        return "both" if core else "user"
    return "other"


@pytest.mark.check(
    "CTX-CTX-03", clause="GS CIM 009 5.5.7", level="writes", since="1.3.1", rests_on=("CTX-ENT-21",)
)
@pytest.mark.parametrize("under", ["C1", "C2", "none"])
def test_names_are_those_of_the_readers_context(request, broker, rooms, terms, under):
    """The same entity has short names under its @context, and full ones under another or none."""
    room, asker = next(iter(rooms)), broker
    if under != "none":
        contexts = request.getfixturevalue("contexts")
        asker = contexts.broker(contexts.terms if under == "C1" else contexts.others)
    held = json_object(assert_status(asker.retrieve(room), 200))
    short = {terms.iri(n): n for n in ("temp", "inRoom", "MtRoom")} if under == "C1" else {}
    for name in ("temp", "inRoom", "level"):
        iri = terms.iri(name)
        known = {short.get(iri, iri)} | (
            {"ex:level"} if (name, under) == ("level", "C1") else set()
        )
        assert_that(known & held.keys(), f"no name {known}", expected=known, received=list(held))
    types = member(held, "type", None, "the entity")
    assert_same_set(
        types if isinstance(types, list) else [types],
        [short.get(terms.iri("MtRoom"), terms.iri("MtRoom"))],
        "the types",
    )


@pytest.mark.check("CTX-CTX-04", clause="GS CIM 009 5.5.7", since="1.3.1", rests_on=("CTX-ENT-21",))
def test_what_is_given_out_means_what_was_put_in(broker, looks, rooms):
    """An entity given out as JSON-LD means the same as what was put in, whatever the names are."""
    for room, meant in rooms.items():
        assert_means(meaning_in(broker, room, broker.context_at), meant)
    for look in looks:
        try:
            at_rest(lambda k=look: _assert_same_meaning(broker, k))
        except Inconclusive:  # the @context of the target file is not ours to vouch for
            if not rooms:
                raise


def _assert_same_meaning(broker, look):
    named = meaning_in(look.broker, look.id, look.load)
    meant = look.meant or meaning_in(broker, look.id, look.load)
    assert_means(named, meant)
    if look.meant is None:
        more = sorted(k for k in named if k not in meant or not includes(meant[k], named[k]))
        assert_that(not more, "names say more under a @context", expected="the same", received=more)


@pytest.mark.check(
    "CTX-CTX-26",
    clause="GS CIM 009 4.4",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-ENT-21",),
)
def test_the_linked_context_can_be_read(broker, looks):
    """The @context an answer in JSON links to is there for the tester, and explains the names."""
    for look in looks:
        answer, entities = look.ask("retrieve", JSON)
        context = linked_contexts(answer)
        assert_that(context, "no Link to a @context", expected="such a Link", received="none")
        own = look.asked if look.meant else None
        for url in (c for c in context if not is_core(c) and c != own):
            document = of_type(reading_contexts(broker, None)(url), dict, "the linked document")
            assert_that("@context" in document, "no @context in it", received=list(document))
        node = expand({**entities[0], "@context": context}, look.load)
        assert_named(node, look.meant or meaning_in(broker, look.id, look.load))
