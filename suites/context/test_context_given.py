"""The @context a client gives with a body: where it stands, what it says and what it may not say.

GS CIM 009 4.4, 5.5.5, 5.5.7, 6.3.4, 6.3.5.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    member,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild import JSON, JSON_LD, Broker, entity_in, own_id, own_name
from mimtest.vocabulary.ngsild_contexts import linked
from mimtest.vocabulary.ngsild_entities import instance_in
from mimtest.vocabulary.ngsild_meaning import core_context, meaning_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_PROFILE = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'
_NGSI = "https://uri.etsi.org/ngsi-ld/"
_OBSERVED = "2026-03-14T13:00:00Z"


@pytest.fixture
def thing(run_id):
    """An entity nobody has created yet."""
    return {
        "id": own_id("Thing", run_id),
        "type": "MtThing",
        "temp": {"type": "Property", "value": 21.5, "observedAt": _OBSERVED},
    }


@pytest.fixture
def kept(keeping, thing, terms):
    """The same entity under another identifier, taken with its @context inside: the control."""
    twin = {**thing, "id": f"{thing['id']}-kept", "@context": terms.terms}
    assert_status(keeping.create(twin, JSON_LD), 201, what="creating an entity")
    eventually(lambda: assert_status(keeping.retrieve(twin["id"]), 200))
    return twin


@pytest.fixture(scope="module")
def core(broker):
    """The address of a core context that the broker knows."""
    return core_context(broker.client)


def _refused(broker, thing, answer):
    """Refused as wrong data, and not kept."""
    assert_problem(answer, status=400, kind="BadRequestData")
    assert_status(broker.retrieve(thing["id"]), 404)


def _attribute(broker, thing, iri):
    """The attribute under its full name, kept and found by it."""
    held = eventually(lambda: entity_in(broker.retrieve(thing["id"], attrs=iri)))
    return instance_in(held, iri.removeprefix(DEFAULT_VOCABULARY))


def _assert_named(broker, thing, iri):
    """The entity is kept, and its attribute is found under its full name."""
    found = _attribute(broker, thing, iri)
    assert_equal(found.get("value"), thing["temp"]["value"], "its value")


@pytest.mark.check(
    "CTX-CTX-05", clause="GS CIM 009 5.5.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_names_without_a_context_are_in_the_default_vocabulary(keeping, kept, terms, run_id):
    """An unknown name that comes without a @context is kept in the default vocabulary."""
    name = own_name("unknown", run_id)
    thing = {"id": own_id("Thing", run_id), "type": "MtThing", name: kept["temp"]}
    assert_status(keeping.create(thing), 201)
    found = _attribute(keeping, thing, f"{DEFAULT_VOCABULARY}{name}")
    assert_equal(member(found, "value", None, f"the attribute {name}"), 21.5, "its value")
    meant = meaning_in(keeping, thing["id"], keeping.context_at)
    member(meant, f"{DEFAULT_VOCABULARY}{name}", list, "the expanded entity")
    _assert_named(keeping, kept, terms.iri("temp"))


@pytest.mark.check(
    "CTX-CTX-06", clause="GS CIM 009 4.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("place", ["before", "after"])
def test_core_words_keep_their_meaning(keeping, thing, terms, core, place):
    """A @context that gives core words another meaning changes nothing of them, or is refused."""
    given = [terms.redefining, core] if place == "before" else [core, terms.redefining]
    answer = keeping.create({**thing, "@context": given}, JSON_LD)
    if answer.status == 400:
        _refused(keeping, thing, answer)
        return
    assert_status(answer, 201, 400)
    held = eventually(lambda: entity_in(keeping.retrieve(thing["id"])))
    types = held["type"] if isinstance(held["type"], list) else [held["type"]]
    assert_equal(types, [terms.iri("MtThing")], "the types")
    attribute = instance_in(held, terms.iri("temp"))
    assert_equal(attribute.get("type"), "Property", "the type of the attribute")
    assert_equal(attribute.get("value"), 21.5, "its value")
    meant = meaning_in(keeping, thing["id"], keeping.context_at)
    named = member(meant, terms.iri("temp"), list, "the expanded entity")
    assert_equal(len(named), 1, "the number of its instances")
    member(named[0], f"{_NGSI}observedAt", list, "the expanded attribute")


@pytest.mark.check(
    "CTX-CTX-07", clause="GS CIM 009 6.3.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.usefixtures("room")
def test_a_context_in_json_is_refused(keeping, thing, terms):
    """A body sent as JSON that has a @context is refused as wrong data and not kept."""
    answer = keeping.create({**thing, "@context": terms.terms}, JSON)
    _refused(keeping, thing, answer)


@pytest.mark.check(
    "CTX-CTX-08", clause="GS CIM 009 6.3.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.usefixtures("kept")
def test_json_ld_without_a_context_is_refused(keeping, thing):
    """A body sent as JSON-LD that has no @context is refused as wrong data and not kept."""
    _refused(keeping, thing, keeping.create(thing, JSON_LD))


@pytest.mark.check(
    "CTX-CTX-09", clause="GS CIM 009 6.3.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("relation", ["context", "other"])
def test_a_context_is_not_given_twice(keeping, thing, terms, core, relation):
    """A body in JSON-LD with a Link to a @context is refused; a Link of another relation is none."""
    link = linked(core)
    if relation == "other":
        link = {"Link": f'<{core}>; rel="describedby"; type="application/ld+json"'}
    answer = Broker(keeping.client, link).create({**thing, "@context": terms.terms}, JSON_LD)
    if relation == "context":
        _refused(keeping, thing, answer)
        return
    assert_status(answer, 201)
    _assert_named(keeping, thing, terms.iri("temp"))


@pytest.mark.check(
    "CTX-CTX-10", clause="GS CIM 009 6.3.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("form", ["object", "array"])
def test_a_context_has_several_forms(keeping, thing, terms, core, form):
    """A @context in a body is an object, or an array with an address as well; both are heeded."""
    given = terms.terms if form == "object" else [terms.terms, core]
    assert_status(keeping.create({**thing, "@context": given}, JSON_LD), 201)
    _assert_named(keeping, thing, terms.iri("temp"))


@pytest.mark.check(
    "CTX-CTX-21", clause="GS CIM 009 6.3.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize(
    "kind",
    ["application/json;charset=utf-8", "application/ld+json; charset=UTF-8", _PROFILE],
    ids=["json", "json-ld", "profile"],
)
def test_a_media_type_may_have_parameters(keeping, thing, terms, kind):
    """A body whose media type has a parameter is taken as without."""
    inside = {} if kind.startswith(JSON) else {"@context": terms.terms}
    iri = f"{DEFAULT_VOCABULARY}temp" if kind.startswith(JSON) else terms.iri("temp")
    assert_status(keeping.create({**thing, **inside}, kind), 201)
    _assert_named(keeping, thing, iri)


@pytest.mark.check(
    "CTX-CTX-22",
    clause="GS CIM 009 5.5.7",
    level="writes",
    strength="should",
    since="1.5.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("place", ["attribute", "scoped"])
def test_contexts_inside_are_refused(keeping, thing, terms, place):
    """A @context inside an attribute, or one scoped to a term, is refused as wrong data."""
    sent = {**thing, "@context": terms.terms}
    inner = {"unit": terms.iri("unit")}
    if place == "attribute":
        sent["temp"] = {**thing["temp"], "@context": inner}
    else:
        scoped = {"temp": {"@id": terms.iri("temp"), "@context": inner}}
        sent["@context"] = terms.terms | scoped
    _refused(keeping, thing, keeping.create(sent, JSON_LD))
