"""Sources are found by the entities and attributes they may have (GS CIM 009 5.10.2, 5.12)."""

import json

import pytest

from mimtest.errors import Inconclusive
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_problem,
    assert_same_set,
    assert_that,
    member,
)
from mimtest.vocabulary.ngsild import JSON, JSON_LD
from mimtest.vocabulary.ngsild_catalogue import Catalogue
from mimtest.vocabulary.ngsild_contexts import linked
from mimtest.vocabulary.ngsild_meaning import linked_contexts
from mimtest.vocabulary.ngsild_registrations import (
    Registry,
    about,
    found,
    registrations_in,
    registry_of,
    same_information,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture(scope="module")
def catalogue(client, hosting, run_id):
    """Registrations of our own, seen to be found."""
    if not client.level.allows(Level.WRITES):
        detail = "registrations of our own are made only in a run that may write"
        raise Inconclusive("no_data", detail)
    made = Catalogue(registry_of(client, hosting), run_id)
    with client.recorder.preparing(client.level):
        made.make()
    return made


@pytest.mark.check(
    "CTX-REG-14",
    clause="GS CIM 009 5.10.2",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("asked", ["kind", "other", "nothing"])
def test_sources_are_found_by_type(catalogue, asked):
    """A search for a type of entities finds the sources that may have some, and no others."""
    expected = {"kind": "whole one pattern property relationship two", "other": "other two"}
    catalogue.assert_found(expected.get(asked, ""), type=getattr(catalogue, asked))


@pytest.mark.check(
    "CTX-REG-15",
    clause="GS CIM 009 5.10.2.4",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("asked", ["nothing", "id"])
def test_a_search_says_what_for(catalogue, asked, reading):
    """A search that names no type, attribute, condition or place is too wide, and is refused."""
    catalogue.assert_found("other two", type=catalogue.other)
    if asked == "nothing":
        assert_problem(catalogue.registry.discover(), status=400, kind="BadRequestData")
        return
    answer = catalogue.registry.discover(id=catalogue.first)
    if answer.ok:
        ours = catalogue.sent
        there = found(answer, [ours["one"]])
        assert_that(there, "the source of an entity is not found", expected=ours["one"]["id"])
        wrong = found(answer, [ours["pattern"]])
        assert_that(not wrong, "a source of other entities is found", received=wrong)
        reading("A26", "answered")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
        reading("A26", "refused")


@pytest.mark.check(
    "CTX-REG-16",
    clause="GS CIM 009 5.12",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("asked", ["first", "second", "third", "pattern"])
def test_sources_are_found_by_type_and_id(catalogue, asked):
    """A search for an entity finds sources of that id, of a fitting pattern, and of all ids."""
    more = {"first": " one", "second": " pattern", "third": "", "pattern": " one pattern"}
    any_id = "whole property relationship two"
    one = {"id": getattr(catalogue, asked)} if asked != "pattern" else {}
    pattern = {"idPattern": f"{catalogue.first}.*"} if asked == "pattern" else {}
    catalogue.assert_found(f"{any_id}{more[asked]}", type=catalogue.kind, **one, **pattern)


@pytest.mark.check(
    "CTX-REG-17",
    clause="GS CIM 009 5.12",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("asked", ["property", "relationship", "unlisted", "both"])
def test_sources_are_found_by_attribute(catalogue, asked):
    """A search for attributes finds the sources that name one of them, and those that name none."""
    names = {
        "property": (catalogue.temperature, "property two"),
        "relationship": (catalogue.room, "relationship"),
        "unlisted": (catalogue.nothing, ""),
        "both": (f"{catalogue.room},{catalogue.temperature}", "property relationship two"),
    }
    attrs, named = names[asked]
    catalogue.assert_found(f"whole one pattern {named}", type=catalogue.kind, attrs=attrs)


@pytest.mark.check(
    "CTX-REG-18",
    clause="GS CIM 009 5.10.2.5",
    strength="should",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("asked", [0, 1], ids=["first", "second"])
def test_only_what_matches_is_given_out(catalogue, asked, reading):
    """A registration that is found shows those elements of its information alone that match."""
    kind = (catalogue.kind, catalogue.other)[asked]
    received = eventually(lambda: _told_of_two(catalogue, kind))
    whole = same_information(received, catalogue.two)
    reading("A25", "whole" if whole else "filtered")
    assert_that(
        same_information(received, [catalogue.two[asked]]),
        "a registration shows what was not asked for",
        expected=json.dumps([catalogue.two[asked]]),
        received=json.dumps(received),
    )


def _told_of_two(catalogue, kind):
    """The information of the registration that is about two types, in a search for one of them."""
    answer = catalogue.registry.discover(type=kind)
    return _informed(registrations_in(answer), catalogue.sent["two"])


@pytest.mark.check(
    "CTX-REG-24",
    clause="GS CIM 009 6.8.3.2",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("form", ["json", "json-ld", "names"])
def test_registrations_come_in_json_and_json_ld(request, catalogue, form):
    """Registrations come in JSON with a linked @context or in JSON-LD; names are read by the client's."""
    if form == "names":
        named, contexts = (request.getfixturevalue(f) for f in ("named", "contexts"))
        _assert_named(catalogue.registry, named, contexts.own.iri)
        return
    accept = JSON if form == "json" else JSON_LD
    answer = catalogue.registry.discover(type=catalogue.other, accept=accept)
    ours = [r["id"] for r in catalogue.sent.values()]
    registrations = [r for r in registrations_in(answer) if r["id"] in ours]
    assert_media_type(answer, accept)
    assert_that(registrations, "no registration is found", expected="registrations")
    inside = [r["id"] for r in registrations if "@context" in r]
    links = linked_contexts(answer)
    if form == "json":
        assert_that(not inside, "a registration in JSON has a @context", received=inside)
        assert_that(links, "an answer in JSON links to no @context", expected="Link")
    else:
        assert_same_set(inside, [r["id"] for r in registrations], "the registrations with @context")


@pytest.fixture(scope="module")
def named(catalogue, contexts):
    """A registration under a @context of ours, and the registry under that @context and another."""
    base = catalogue.registry
    one, other = (
        Registry(base.client, base.endpoint, linked(url))
        for url in (contexts.terms, contexts.others)
    )
    with base.client.recorder.preparing(base.client.level):
        sent = one.registered(base.client.run_id, about("MtThing", "temp"))
    return one, other, sent


def _assert_named(base, named, iri):
    """A registration under one @context is found by the IRI, by that @context, and by no other."""
    one, other, sent = named
    full = iri("MtThing"), iri("temp")
    eventually(lambda: _assert_names(one.discover(type="MtThing"), sent, "MtThing", "temp"))
    _assert_names(base.discover(type=full[0]), sent, *full)
    wrong = found(other.discover(type="MtThing"), [sent])
    assert_that(not wrong, "a name is read by another @context", expected="none", received=wrong)
    _assert_names(other.discover(type=full[0]), sent, *full)


def _assert_names(answer, sent, kind, name):
    """The registration is in the answer, and names its type and property so."""
    received, expected = _informed(registrations_in(answer), sent), [about(kind, name)]
    same = same_information(received, expected)
    assert_that(same, "names differ", expected=json.dumps(expected), received=json.dumps(received))


def _informed(registrations, sent):
    """The information of ours among these registrations."""
    ours = next((r for r in registrations if r["id"] == sent["id"]), {})
    return member(ours, "information", None, "the registration")
