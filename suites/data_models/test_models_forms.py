"""One entity, several serialisations: whichever a reader takes, the entity is the same."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.equality import differences
from mimtest.models.representations import (
    attributes_of,
    is_geometry,
    normalized,
    simplified,
    untyped,
)
from mimtest.vocabulary.agreement import (
    assert_agree,
    assert_same_entity,
    beside,
    richest,
    same_value,
)
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    shown,
)
from mimtest.vocabulary.geojson import assert_feature
from mimtest.vocabulary.model_names import naming
from mimtest.vocabulary.ngsild import GEO_JSON, JSON, JSON_LD, Broker, entity_in, types_of

pytestmark = pytest.mark.interface("ngsi-ld")

_COMPARABLE = ("Property", "Relationship", "GeoProperty")


@pytest.mark.check("MOD-REP-01", clause="GS CIM 009 4.5.4, 6.3.7")
def test_the_simplified_form_says_the_same(forms):
    """The simplified form of an entity has the values, objects and places of its normalized form."""
    whole, brief = entity_in(forms.normalized), entity_in(forms.simplified)
    assert_equal(brief["id"], whole["id"], "the id")
    assert_same_set(types_of(brief), types_of(whole), "the types")
    for name, value in _plain(whole).items():
        assert_that(
            name in brief and same_value(untyped(brief[name]), value),
            f"the attribute '{name}' differs from the normalized form",
            expected=shown(value),
            received=shown(brief[name]) if name in brief else "no such member",
        )


@pytest.mark.check("MOD-REP-02", clause="GS CIM 009 6.3.4, 6.3.6")
def test_json_and_json_ld_say_the_same(forms):
    """An entity is served as JSON and as JSON-LD, and but for its @context it is the same entity."""
    plain = entity_in(forms.normalized)
    assert_media_type(forms.normalized, JSON)
    assert_media_type(assert_status(forms.linked, 200), JSON_LD)
    linked = entity_in(forms.linked)
    assert_that(
        "@context" in linked,
        "the JSON-LD form has no @context",
        expected="a member '@context'",
        received=", ".join(linked),
    )
    linked.pop("@context")
    plain.pop("@context", None)
    assert_same_set(list(linked), list(plain), "the members of the JSON-LD form")
    for name, value in plain.items():
        assert_equal(_ordered(linked[name]), _ordered(value), f"'{name}' of the JSON-LD form")


@pytest.fixture
def also(library, model, sample):
    """The entity with the most to say, normalized, and the same in another way at the same time."""
    reader = library.reader(model)
    chosen = richest(sample.entities())["id"]
    assert entity_in(reader.retrieve(chosen))

    def read(broker=reader, **options):
        return beside(
            lambda: entity_in(reader.retrieve(chosen)), lambda: broker.retrieve(chosen, **options)
        )

    return read


@pytest.mark.check(
    "MOD-REP-03", clause="GS CIM 009 4.5.2.3", since="1.6.1", rests_on=("CTX-REP-04",)
)
def test_the_concise_form_says_the_same(also):
    """The concise form of an entity says all that its normalized form says: types, metadata, datasets."""
    whole, answer = also(options="concise")
    shown_so = entity_in(answer)
    if not differences(whole, shown_so) and shown_so.keys() == whole.keys():
        raise Inconclusive("precondition_unmet", "what is asked for in concise form is normalized")
    told = {n: v for n, v in whole.items() if not _is_ambiguous(v)}
    brief = {n: v for n, v in shown_so.items() if n in told or n not in whole}
    assert_same_entity(normalized(brief, "concise"), told, "the concise form", as_json_ld=True)


@pytest.mark.check(
    "MOD-REP-04", clause="GS CIM 009 4.5.16.2", since="1.4.1", rests_on=("CTX-REP-12",)
)
def test_the_geojson_form_says_the_same(also):
    """The GeoJSON feature of an entity has all its attributes, and its location for a geometry."""
    whole, answer = also(accept=GEO_JSON)
    assert_media_type(assert_status(answer, 200), GEO_JSON)
    feature = json_object(answer, "the feature")
    assert_feature(feature)
    places = [
        i.get("value")
        for i in attributes_of(whole).get("location", ())
        if is_geometry(i.get("value"))
    ]
    assert_that(
        feature["geometry"] in places if places else feature["geometry"] is None,
        f"the geometry of the feature of {whole['id']} is not its location",
        expected=shown(places[0]) if places else "null",
        received=shown(feature["geometry"]),
    )
    assert_same_entity(normalized(feature, "feature"), whole, "the feature", as_json_ld=True)


@pytest.mark.check("MOD-REP-06", clause="GS CIM 009 5.5.5, 5.5.7", rests_on=("MOD-REP-02",))
def test_names_mean_the_same_without_the_context(also, library, model):
    """Read without the claimed @context, an entity has the same IRIs in its names, and the same values."""
    whole, answer = also(broker=Broker(library.client), accept=JSON_LD)
    bare = entity_in(answer)
    context = member(bare, "@context", None, "the JSON-LD form")
    assert_agree(
        differences(
            whole,
            bare,
            names=library.naming(model, whole),
            other_names=naming(bare, context, library.documents.get),
            as_json_ld=True,
        ),
        whole,
        "what is read without the @context",
    )


def _is_ambiguous(attribute):
    """Whether the concise form cannot tell the value from instances, or from a place (A53)."""
    listed = attribute if isinstance(attribute, list) else [attribute]
    held = [i.get("value") for i in listed if isinstance(i, dict) and i.get("type") == "Property"]
    return any(
        any(isinstance(v, dict) and {"type", "value", "object"} & v.keys() for v in parts)
        for parts in (value if isinstance(value, list) else [value] for value in held)
    )


def _ordered(value):
    """Types and the instances of an attribute in one order, an only one alone: they are sets."""
    listed = sorted(value, key=shown) if isinstance(value, list) else [value]
    return listed[0] if len(listed) == 1 else listed


def _plain(entity):
    """The attributes of one instance whose simplified form is their bare value, with that value."""
    brief = simplified(entity)
    return {
        name: brief[name]
        for name, instances in attributes_of(entity).items()
        if len(instances) == 1 and instances[0].get("type") in _COMPARABLE
    }
