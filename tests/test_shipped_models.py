"""The standard models that ship: valid, complete, strict, and true to the town's data. The contexts beside them."""

import json
from urllib.parse import urldefrag, urljoin

import pytest

from mimtest.models.library import Library, shipped
from mimtest.models.representations import simplified
from mimtest.models.schema import Schema
from mimtest.resources import SCHEMAS
from mimtest.sandbox.city import load_city
from mimtest.vocabulary import jsonld

AT_HAND = Library(*shipped())
ENTRIES = [(shelf, entry) for shelf, entry in AT_HAND.entries()]
MODELS = sorted(e.model for _, e in ENTRIES if e.kind == "schema" and e.model)
SUBJECTS = sorted({m.partition("/")[0] for m in MODELS})
CORES = sorted(
    e.address for _, e in ENTRIES if "ngsi-ld-core-context" in e.address and e.version != "1.0"
)
KINDS = ("Property. ", "Relationship. ", "GeoProperty. ")
WRONG = {"string": 7, "number": "7", "integer": 7.5, "boolean": "yes", "object": 7, "array": 7}


def model(name):
    address = AT_HAND.schema_address(name)
    return Schema(address, AT_HAND.document(address), AT_HAND.get)


def entities(name):
    return [simplified(e, bare=True) for e in load_city().of_type(name.partition("/")[2])]


def found(schema, entity, *, formats=False):
    return {(f.rule, f.pointer) for f in schema.findings(entity, "", formats=formats)}


def references(node):
    if isinstance(node, dict):
        yield from (v for k, v in node.items() if k == "$ref" and isinstance(v, str))
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from references(part)


# The shelves


def test_twelve_models_of_eleven_subjects_ship():
    assert len(MODELS) == 12
    assert len(SUBJECTS) == 11


def test_the_indexes_list_what_is_there_once():
    listed = [shelf.folder / entry.file for shelf, entry in ENTRIES]
    assert len(set(listed)) == len(listed)
    there = {p for shelf, _ in ENTRIES for p in shelf.folder.rglob("*.json*")}
    assert set(listed) == there
    keys = [key for _, entry in ENTRIES for key in entry.keys]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("address", [e.address for _, e in ENTRIES if e.kind != "context"])
def test_a_document_is_known_by_its_address_and_leads_nowhere_else(address):
    document = AT_HAND.document(address)
    assert document.get("$id", address) == address
    for reference in references(document):
        place, pointer = urldefrag(urljoin(address, reference))
        node = AT_HAND.document(place)
        for step in filter(None, pointer.split("/")):
            node = node[step]
        assert node


# The schemas


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_is_valid_and_says_what_everything_is(name):
    schema = model(name)
    schema.assert_valid()
    texts = {
        n: [p["description"] for p in parts if "description" in p]
        for n, parts in schema.properties().items()
    }
    assert len(texts) > 20
    assert [n for n, t in texts.items() if n != "id" and not t] == []
    assert all(t.startswith(KINDS) for n, own in texts.items() if n != "id" for t in own)


@pytest.mark.parametrize("name", MODELS)
def test_the_town_is_valid_under_the_standard_model_with_formats(name):
    schema, of_type = model(name), entities(name)
    assert len(of_type) >= 3
    for entity in of_type:
        assert found(schema, entity, formats=True) == set(), entity["id"]


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_misses_what_is_required(name):
    schema = model(name)
    entity = entities(name)[0]
    for required in schema.required():
        lacking = {k: v for k, v in entity.items() if k != required}
        assert {rule for rule, _ in found(schema, lacking)} == {"required"}


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_notices_values_of_another_type(name):
    schema = model(name)
    entity = entities(name)[0]
    for attribute, parts in schema.properties().items():
        for kind in {p["type"] for p in parts if isinstance(p.get("type"), str)}:
            for wrong in (WRONG[kind], None):
                pointers = {p for _, p in found(schema, entity | {attribute: wrong})}
                assert pointers == {f"/{attribute}"}, wrong


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_keeps_to_its_lists_bounds_and_formats(name):
    schema = model(name)
    entity = entities(name)[0]
    for attribute, parts in schema.properties().items():
        for part in parts:
            seeded = []
            if "enum" in part:
                seeded.append(("enum", f"no {part['enum'][0]}"))
            if "minimum" in part:
                seeded.append(("minimum", part["minimum"] - 1))
            if "maximum" in part:
                seeded.append(("maximum", part["maximum"] + 1))
            if part.get("format") == "date-time":
                seeded.append(("format", "2026-10-14T08:00:00"))
            for rule, wrong in seeded:
                changed = entity | {attribute: wrong}
                expected = {(rule, f"/{attribute}")}
                assert expected <= found(schema, changed, formats=True)
                assert rule != "format" or found(schema, changed) == set()


@pytest.mark.parametrize("name", MODELS)
def test_places_are_geojson(name):
    schema = model(name)
    entity = entities(name)[0]
    place = {"type": "Point", "coordinates": [7.9, 51.6]}
    assert found(schema, entity | {"location": place}) == set()
    for wrong in (
        {"type": "Point", "coordinates": [7.9]},
        {"type": "Point", "coordinates": ["7.9", "51.6"]},
        {"type": "Circle", "coordinates": [7.9, 51.6]},
        {"type": "Polygon", "coordinates": [[[7.9, 51.6], [7.91, 51.6], [7.9, 51.6]]]},
        {"type": "Point"},
        "7.9,51.6",
    ):
        assert {p.split("/")[1] for _, p in found(schema, entity | {"location": wrong})} == {
            "location"
        }


# The contexts


def iris(context, entity_type, names):
    attributes = {n: {"type": "Property", "value": n} for n in names}
    document = {"@context": context, "id": "urn:x:y", "type": entity_type, **attributes}
    node = jsonld.expand(document, AT_HAND.get)
    given = {v["https://uri.etsi.org/ngsi-ld/hasValue"][0]["@value"]: iri
             for iri, held in node.items() if not iri.startswith("@") for v in held}  # fmt: skip
    return node["@type"][0], given


@pytest.mark.parametrize("name", MODELS)
def test_the_subject_names_the_type_and_every_attribute(name):
    subject, _, entity_type = name.partition("/")
    names = set(model(name).properties()) - {"id", "type", "location"}
    own, given = iris(AT_HAND.context_address(subject), entity_type, names)
    assert own == f"https://smartdatamodels.org/dataModel.{subject}/{entity_type}"
    lost = [n for n in names if given[n].startswith(jsonld.DEFAULT_VOCABULARY)]
    assert lost == []


@pytest.mark.parametrize("name", MODELS)
def test_the_town_means_what_the_subject_means(name):
    subject, _, entity_type = name.partition("/")
    names = {n for e in entities(name) for n in e} & set(model(name).properties())
    names -= {"id", "type", "location"}
    town = load_city().context["@context"]
    assert iris(town, entity_type, names) == iris(
        AT_HAND.context_address(subject), entity_type, names
    )


@pytest.mark.parametrize("address", CORES)
def test_core_contexts_agree_with_the_terms_that_are_known(address):
    terms = AT_HAND.document(address)["@context"]
    prefixes = {p: terms[p] for p in ("ngsi-ld", "geojson")}
    assert terms["@vocab"] == jsonld.DEFAULT_VOCABULARY
    for name, known in jsonld.CORE.items():
        if name.startswith("@") or name not in terms:
            continue
        prefix, _, rest = identified(terms[name]).partition(":")
        iri = prefixes[prefix] + rest if prefix in prefixes else identified(terms[name])
        assert iri == identified(known), name


def identified(term):
    return term if isinstance(term, str) else term["@id"]


def test_newer_core_contexts_keep_what_entities_are_made_of():
    attributes = ("Property", "Relationship", "GeoProperty", "value", "object", "unitCode")
    for address in CORES:
        terms = AT_HAND.document(address)["@context"]
        assert terms.keys() >= {*attributes, "observedAt", "datasetId", "createdAt"}
    newest = AT_HAND.document("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld")
    known = {n for n in jsonld.CORE if not n.startswith("@")}
    assert known - newest["@context"].keys() == set()


def test_proofs_of_the_newest_core_context_need_no_network():
    from pyld import jsonld as processor

    def load(url, _options):
        return {"contextUrl": None, "documentUrl": url, "document": AT_HAND.get(url)}

    proof = {"type": "DataIntegrityProof", "proofValue": "z3"}
    entity = {
        "@context": "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld",
        "ngsildproof": {"type": "Property", "entityIdSealed": "urn:x:y", "proof": proof},
    }
    node = json.dumps(processor.expand(entity, {"documentLoader": load}))
    for name in ("ngsi-ld/ngsildproof", "ngsi-ld/entityIdSealed", "security#proofValue"):
        assert name in node


def test_the_documents_say_they_are_no_copies():
    index = (SCHEMAS / "models" / "smart-data-models" / "index.toml").read_text(encoding="utf-8")
    assert "stand in for" in index
