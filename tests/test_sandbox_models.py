"""What the demo city publishes of its models is whole, and says the same wherever it says it."""

import json

import pytest
from jsonschema import Draft202012Validator

from mimtest.models.comparison import BREAKS, differences
from mimtest.models.dcat import missing
from mimtest.models.graph import graph_of_json_ld, graph_of_rdf
from mimtest.models.library import Library, shipped
from mimtest.models.shapes import shape_of
from mimtest.resources import SCHEMAS
from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request
from mimtest.sandbox.models import ModelsService

BASE = "http://city.example"
MODELS = ModelsService(SCHEMAS / "models", load_city().entities)
OWN = ("Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption")


def get(path, accept="*/*"):
    request = Request("GET", path, headers={"accept": accept}, base=BASE)
    return MODELS.handle(request)


@pytest.mark.parametrize("name", OWN)
def test_a_page_names_every_attribute(name):
    schema = get(f"/{name}/schema.json").json()
    for form in ("documentation", "documentation.html", "documentation.md"):
        text = get(f"/{name}/{form}").body.decode()
        assert name in text
        assert all(attribute in text for attribute in schema["properties"])


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("file", ["example.json", "example.jsonld"])
def test_examples_are_valid(name, file):
    from referencing import Registry, Resource

    at_hand = Library(*shipped())
    registry = Registry(retrieve=lambda uri: Resource.from_contents(at_hand.get(uri)))
    schema = get(f"/{name}/schema.json").json()
    example = get(f"/{name}/{file}").json()
    example.pop("@context", None)
    assert not list(Draft202012Validator(schema, registry=registry).iter_errors(example))


def test_the_catalogue_says_the_same_in_both_syntaxes():
    linked = get("/catalogue")
    turtle = get("/catalogue", "text/turtle")
    assert turtle.header("Content-Type").startswith("text/turtle")
    one = graph_of_json_ld(linked.json(), f"{BASE}/models/catalogue", _refuse)
    other = graph_of_rdf(turtle.body, "text/turtle", f"{BASE}/models/catalogue")
    assert one.size == other.size > 100
    assert {t: set(one.of(t)) for t in one.things} == {t: set(other.of(t)) for t in other.things}
    assert list(missing(one)) == []


def test_the_profile_tells_every_difference_from_the_standard_model():
    at_hand = Library(*shipped())
    standard = at_hand.schema_address("Streetlighting/Streetlight")
    schema = json.loads((SCHEMAS / "models/Streetlight/schema.json").read_text(encoding="utf-8"))
    found = differences(
        shape_of(standard, at_hand.get(standard), at_hand.get),
        shape_of(f"{BASE}/models/Streetlight/schema.json", schema, at_hand.get),
    )
    assert not [str(d) for d in found if d.kind in BREAKS]
    text = get("/Streetlight/profile.html").body.decode()
    assert [d.name for d in found if d.name not in text] == []


def test_only_what_is_there_is_there():
    for path in ("/Streetlight/example.xml", "/EnergyUse/example.json", "/Building/profile.html"):
        assert get(path).status == 404


def _refuse(url):
    raise AssertionError(url)
