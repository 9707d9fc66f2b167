"""From an identifier alone a machine learns what a thing is and what is said of it.

MIMs Plus 9.0 MIM1 R2.1, R2.2, R3.2; GS CIM 009 4.4, 5.5.7, 5.7.7.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.definitions import (
    Kind,
    assert_made_up_is_unknown,
    defines,
    is_followable,
    visit,
)
from mimtest.vocabulary.expect import assert_status, assert_that, fail, json_object, member, of_type
from mimtest.vocabulary.jsonld import expand, is_uri
from mimtest.vocabulary.ngsild import JSON, JSON_LD, ids_in, own_id, own_name, path_of
from mimtest.vocabulary.ngsild_identity import (
    assert_type_known,
    attribute_iris,
    is_undefined,
    meaning_of,
    type_iris,
)
from mimtest.vocabulary.ngsild_meaning import is_core
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_FOLLOWED = 10
_WEB_PAGES = ("text/html", "application/xhtml+xml")
_STANDARD_NAME = "https://schema.org/name"


@pytest.mark.check("CTX-IDN-10", clause="MIMs Plus 9.0 MIM1 R2.1")
@pytest.mark.usefixtures("unknown")
def test_an_identifier_leads_to_the_meaning_of_its_type(broker, reader, samples):
    """From an identifier alone a machine learns the type as an IRI that somebody has given it."""
    for sample in samples:
        types = at_rest(lambda s=sample: type_iris(meaning_of(broker, _first(reader, s))))
        unnamed = sorted(t for t in types if is_undefined(t))
        assert_that(
            types and not unnamed,
            "the type has no meaning of its own",
            expected="an IRI outside of the default vocabulary",
            received=unnamed,
        )
        for iri in sorted(types):
            assert_type_known(broker, iri)


def _first(reader, sample):
    """An entity of the type that is there now."""
    found = ids_in(reader.query(type=sample.type, limit=1))
    assert_that(found, f"no {sample.type} is found any more", expected="entities")
    return found[0]


@pytest.mark.check("CTX-IDN-11", clause="MIMs Plus 9.0 MIM1 R2.2", rests_on=("CTX-IDN-10",))
@pytest.mark.usefixtures("unknown")
def test_machines_can_read_what_a_type_is(broker, reader, samples, target, run_id):
    """A type has a definition in RDF, JSON-LD or JSON Schema, which a type made up has not."""
    for sample in samples:
        _assert_defined(broker, reader, sample, target, f"Mt{run_id}")


def _assert_defined(broker, reader, sample, target, word):
    contexts, types = at_rest(lambda: _seen(broker, reader, sample))
    name = sample.type.replace("#", "/").replace(":", "/").rpartition("/")[2]
    tried = []
    for iri in sorted(types):
        kind = Kind(iri, name)
        places = [iri, *contexts, *_claimed(target, sample.type)]
        for place in filter(is_followable, dict.fromkeys(places)):
            try:
                answer = visit(broker.client, place)
            except OutOfScope:
                tried.append((place, "beyond the target file's origins"))
                continue
            if defines(answer, kind):
                if place == iri:
                    assert_made_up_is_unknown(broker.client, kind, word)
                return
            tried.append((place, f"status {answer.status}, no statement on the type"))
    beyond = [p for p, why in tried if why.startswith("beyond")]
    told = f"nothing within reach says what {sample.type} is"
    if beyond:
        raise Inconclusive("out_of_scope", f"{told}; not looked at: {', '.join(beyond[:3])}")
    received = [f"{p}: {why}" for p, why in tried] or "no address to look at"
    fail(told, expected="a definition machines read", received=received)


def _seen(broker, reader, sample):
    """The addresses of the @contexts an entity comes with, and its type IRIs."""
    found = _first(reader, sample)
    answer = assert_status(reader.retrieve(found, accept=JSON_LD), 200)
    return _contexts(json_object(answer)), type_iris(meaning_of(broker, found))


def _contexts(entity):
    listed = entity.get("@context")
    listed = listed if isinstance(listed, list) else [listed]
    return [c for c in listed if isinstance(c, str) and not is_core(c)]


def _claimed(target, name):
    models = [m for m in target.claims.models if m.entity_type == name]
    return [a for m in models for a in (m.context, m.schema) if a]


@pytest.mark.check("CTX-IDN-12", clause="MIMs Plus 9.0 MIM1 R2.2", strength="should")
@pytest.mark.usefixtures("unknown")
def test_attributes_have_a_meaning_of_their_own(broker, reader, samples):
    """Attributes are IRIs that somebody has given; those within the target's origins lead somewhere."""
    nodes = [at_rest(lambda s=s: meaning_of(broker, _first(reader, s))) for s in samples]
    iris = sorted({i for node in nodes for i in attribute_iris(node)})
    if not iris:
        raise Inconclusive("no_data", "the sampled entities have no attribute of their own")
    unnamed = [i for i in iris if is_undefined(i)]
    told = f"{len(unnamed)} of {len(iris)} attributes have no meaning of their own"
    expected = "IRIs outside of the default vocabulary"
    assert_that(not unnamed, told, expected=expected, received=unnamed[:5])
    dead = [i for i in filter(is_followable, iris[:_FOLLOWED]) if _is_dead(broker, i)]
    told = f"{len(dead)} of {len(iris[:_FOLLOWED])} attribute IRIs lead nowhere"
    assert_that(not dead, told, expected="status 200", received=dead)


def _is_dead(broker, iri):
    try:
        return visit(broker.client, iri).status in (404, 410)
    except OutOfScope:
        return False


@pytest.mark.check("CTX-IDN-13", clause="MIMs Plus 9.0 MIM1 R2.2", rests_on=("CTX-CTX-02",))
@pytest.mark.usefixtures("unknown")
def test_the_context_of_answers_gives_every_name_a_meaning(broker, reader, samples):
    """The @context that entities come with is there as JSON-LD, and all their names are IRIs by it."""
    read = {}
    for sample in samples:
        entity = at_rest(lambda s=sample: _in_json_ld(reader, s))
        for url in _contexts(entity):
            if url not in read:
                read[url] = _document(reader, url)
        node = expand(entity, lambda url: read.get(url) or broker.context_at(url))
        names = sum(n not in ("id", "type", "@context") for n in entity)
        known = [n for n in node if not n.startswith("@")]
        assert_that(
            len(known) >= names and all(map(is_uri, [*known, *type_iris(node)])),
            f"names of {entity.get('id')} have no meaning",
            expected=f"{names} IRIs for its attributes, and one for its type",
            received=sorted(known),
        )
    if not read:
        detail = "entities come under no @context but the core's"
        raise NotApplicable("not_offered", detail)


def _in_json_ld(reader, sample):
    return json_object(assert_status(reader.retrieve(_first(reader, sample), accept=JSON_LD), 200))


def _document(reader, url):
    answer = assert_status(visit(reader.client, url), 200, what=f"the @context at {url}")
    page = answer.media_type in _WEB_PAGES
    told = f"{url} is a web page"
    assert_that(not page, told, expected=f"{JSON_LD} or {JSON}", received=answer.media_type)
    document = of_type(answer.json(), dict, f"the @context at {url}")
    member(document, "@context", None, f"the document at {url}")
    return document


@pytest.mark.check(
    "CTX-IDN-17", clause="MIMs Plus 9.0 MIM1 R3.2", level="writes", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("when", ["created", "appended"])
def test_further_vocabularies_stand_beside_a_standard_one(keeping, run_id, when):
    """An attribute of a new vocabulary is kept beside one of a published vocabulary, each by its IRI."""
    further = f"https://mimtest.example/{run_id}/extension#chargingRule"
    context = {"name": _STANDARD_NAME, "chargingRule": further}
    whole = {
        "id": own_id("Extended", run_id),
        "type": own_name("MtExtended", run_id),
        "name": {"type": "Property", "value": "Ladesäule am Markt"},
        "chargingRule": {"type": "Property", "value": "blue badge, two hours"},
    }
    first = {k: v for k, v in whole.items() if when == "created" or k != "chargingRule"}
    assert_status(keeping.create({**first, "@context": context}, JSON_LD), 201)
    if when == "appended":
        later = {"chargingRule": whole["chargingRule"], "@context": context}
        headers = {"Content-Type": JSON_LD}
        path = f"{path_of(whole['id'])}/attrs"
        assert_status(keeping.client.post(path, json=later, headers=headers), 204)
    eventually(lambda: _assert_extended(keeping, whole, further))


def _assert_extended(broker, sent, further):
    node = meaning_of(broker, sent["id"])
    for iri, name in ((_STANDARD_NAME, "name"), (further, "chargingRule")):
        instances = member(node, iri, list, "the expanded entity")
        values = [v for i in instances for v in i.get("https://uri.etsi.org/ngsi-ld/hasValue", [])]
        held = [v.get("@value") for v in values]
        assert_that(
            held == [sent[name]["value"]],
            f"{iri} differs",
            expected=sent[name]["value"],
            received=held,
        )
