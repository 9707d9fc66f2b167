"""What names stand for under a @context, and two readings of one entity side by side."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.equality import differences
from mimtest.sandbox.city import load_city
from mimtest.vocabulary.agreement import assert_same_entity, beside, richest, same_value
from mimtest.vocabulary.jsonld import CORE, DEFAULT_VOCABULARY, refuse
from mimtest.vocabulary.model_names import (
    iris_of,
    is_named,
    names_inside,
    naming,
    redefined,
    unnamed_in,
    was_given,
)

NS = "https://city.example/ns#"
CONTEXT = {
    "ex": NS,
    "Lamp": NS + "Lamp",
    "flux": "ex:flux",
    "refRoom": {"@id": NS + "refRoom", "@type": "@id"},
    "names": {"@id": NS + "names", "@container": "@list"},
    "label": {"@id": NS + "label", "@container": "@language"},
    "gone": None,
}


def test_each_kind_of_term_has_its_iri():
    names = ["Lamp", "flux", "refRoom", "names", "location", "unknown", "gone", "id", "@id"]
    found = iris_of(names, CONTEXT, refuse)
    assert found == {
        "Lamp": NS + "Lamp",
        "flux": NS + "flux",
        "refRoom": NS + "refRoom",
        "names": NS + "names",
        "location": "https://uri.etsi.org/ngsi-ld/location",
        "unknown": DEFAULT_VOCABULARY + "unknown",
    }
    assert is_named(found["flux"])
    assert not is_named(found["unknown"])


def test_a_term_that_fits_no_attribute_does_not_hide_the_others():
    assert iris_of(["label", "flux"], CONTEXT, refuse) == {"flux": NS + "flux"}


def test_types_may_have_names_of_their_own():
    scoped = CONTEXT | {"Lamp": {"@id": NS + "Lamp", "@context": {"flux": NS + "lampFlux"}}}
    assert iris_of(["flux"], scoped, refuse) == {"flux": NS + "flux"}
    assert iris_of(["flux"], scoped, refuse, ["Lamp"]) == {"flux": NS + "lampFlux"}


def test_contexts_are_looked_up():
    load = {"https://city.example/c.jsonld": {"@context": CONTEXT}}.__getitem__
    assert iris_of(["flux"], ["https://city.example/c.jsonld"], load) == {"flux": NS + "flux"}


@pytest.mark.parametrize("context", [3, [{"flux": 3}], {"flux": {"@id": "ex:"}, "@version": "x"}])
def test_what_is_no_context_is_a_contradiction(context):
    with pytest.raises(Contradiction):
        iris_of(["flux"], context, refuse)


def test_names_inside_are_found_wherever_they_are():
    lamp = {
        "id": "urn:ngsi-ld:Lamp:1",
        "type": "Lamp",
        "flux": {
            "type": "Property",
            "value": 5,
            "unitCode": "LUM",
            "accuracy": {"type": "Property", "value": [{"low": 1}, {"high": {"most": 2}}]},
        },
        "place": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7, 51]}},
        "raw": {"type": "JsonProperty", "json": {"inside": 1}},
    }
    assert names_inside(lamp) == {"accuracy", "low", "high", "most"}
    assert unnamed_in(lamp, CONTEXT, refuse) == {"accuracy", "low", "high", "most", "place", "raw"}
    assert unnamed_in(lamp, CONTEXT | {"low": NS + "low"}, refuse) >= {"high", "most"}


def test_core_terms_given_other_iris_are_told():
    same = {n: CORE[n] for n in ("location", "observedAt", "value")}
    assert redefined([CONTEXT, same], refuse) == {}
    assert redefined({"location": "ngsi-ld:location"}, refuse) == {}
    other = {"loc": NS, "location": "loc:place", "unitCode": {"@id": NS + "unit"}}
    assert redefined(other, refuse) == {"location": NS + "place", "unitCode": NS + "unit"}


@pytest.mark.parametrize("entity", load_city().entities[::7], ids=lambda e: e["id"])
def test_an_entity_without_its_context_is_the_same(entity):
    context = load_city().terms
    named = naming(entity, context, refuse)

    def renamed(value):
        if isinstance(value, list):
            return [renamed(v) for v in value]
        return (
            {named(n): renamed(v) for n, v in value.items()} if isinstance(value, dict) else value
        )

    bare = {
        n if n in ("id", "type") else named(n): renamed_inside(v, renamed)
        for n, v in entity.items()
    }
    bare["type"] = named(entity["type"])
    other = naming(bare, {}, refuse)
    assert differences(entity, bare, names=named, other_names=other) == []


def renamed_inside(attribute, renamed):
    if isinstance(attribute, dict) and attribute.get("type") == "Property":
        return attribute | {"value": renamed(attribute["value"])}
    return attribute


# Two readings


def lamp(flux, **more):
    return {"id": "a", "type": "Lamp", "flux": {"type": "Property", "value": flux}, **more}


def test_an_entity_that_moves_is_not_compared():
    moving = iter(range(10))
    with pytest.raises(Inconclusive, match="unstable"):
        beside(lambda: lamp(next(moving)), lambda: "x")


def test_an_entity_that_comes_to_rest_is():
    moving = iter([1, 2, 2, 2])
    assert beside(lambda: lamp(next(moving)), lambda: "x") == (lamp(2), "x")


def test_a_difference_is_told_with_its_place():
    with pytest.raises(Contradiction) as told:
        assert_same_entity(lamp(1), lamp(2), "the list")
    assert told.value.message == "the list of a differs at /flux/value"
    assert (told.value.expected, told.value.received) == ("2", "1")


def test_the_richest_has_an_id():
    more = lamp(1, note={"type": "Property", "value": "x"})
    assert richest([lamp(1), more, {"type": "Lamp"}]) == more
    with pytest.raises(Inconclusive):
        richest([{"type": "Lamp"}, {"id": "", "type": "Lamp"}])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"type": "Point", "coordinates": [7.1234567, 51.2]}, {"type": "Point", "coordinates": [7.123457, 51.2, 80]}, True),
        ({"type": "Point", "coordinates": [7.1, 51.2]}, {"type": "Point", "coordinates": [51.2, 7.1]}, False),
        ({"type": "LineString", "coordinates": [[7, 51], [8, 52]]}, {"type": "LineString", "coordinates": [[7, 51]]}, False),
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
        (5, 5.0, True),
        (5, "5", False),
        ([1, 2], [2, 1], False),
    ],
)  # fmt: skip
def test_plain_values(one, other, equal):
    assert same_value(one, other) is equal


@pytest.mark.parametrize(
    ("name", "iri", "was"),
    [
        ("openingHours", "https://smartdatamodels.org/dataModel.Parking/openingHours", True),
        ("openingHours", "https://uri.fiware.org/ns/data-models#openingHours", True),
        ("openingHours", "https://schema.org/openingHours", True),
        ("category", "https://schema.org/category", False),
        (
            "category",
            "https://smart-data-models.github.io/data-models/terms.jsonld#/definitions/category",
            True,
        ),
        ("category", "https://uri.fiware.org/ns/data-models#categories", False),
        ("category", "https://smartdatamodels.org/dataModel.Weather/category", False),
        ("category", None, False),
    ],
)
def test_standard_names_may_have_iris_that_were_published_before(name, iri, was):
    assert was_given(name, iri, f"https://smartdatamodels.org/{name}", "Parking") is was


def test_names_of_other_sources_have_one_iri():
    former = "https://uri.fiware.org/ns/data-models#category"
    assert not was_given("category", former, "https://example.org/category", "Parking")
