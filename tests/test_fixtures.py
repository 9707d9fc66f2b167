"""The shipped payloads: one coherent town, its schemas, and single entities with and without a defect."""

import json
import re
from datetime import datetime
from itertools import pairwise

import pyproj
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from mimtest.models.library import Library, shipped
from mimtest.resources import FIXTURES, SCHEMAS
from mimtest.sandbox.city import load_city

MODELS = ("Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption")
CORE = {"id", "type", "location", "status"}
MEMBERS = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
}
# fmt: off
UNITS = {
    "2N", "A97", "AMP", "C62", "CEL", "D54", "DD", "G42", "GQ", "HTZ", "KGM", "KMH", "KWH",
    "LTR", "LUM", "LUX", "M1", "MMT", "MTK", "MTR", "MTS", "P1", "Q30", "SEC", "VLT", "WTT",
}
# fmt: on
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
TOWN = (7.88, 51.59, 7.93, 51.61)


def entities():
    return list(load_city().entities)


def attributes(entity):
    for name, value in entity.items():
        if name not in {"id", "type"}:
            for instance in value if isinstance(value, list) else [value]:
                yield name, instance


def instances():
    return [(e["id"], name, a) for e in entities() for name, a in attributes(e)]


def simplified(entity):
    return {k: v if isinstance(v, str) else v[MEMBERS[v["type"]]] for k, v in entity.items()}


def positions(node):
    if isinstance(node[0], int | float):
        return [tuple(node)]
    return [p for child in node for p in positions(child)]


def signed_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def is_time(text):
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return bool(TIME.fullmatch(text))


# The town


def test_the_town_is_read_once_and_cannot_be_replaced():
    city = load_city()
    assert city is load_city()
    with pytest.raises(AttributeError):
        city.entities = ()
    assert len(city.of_type("Streetlight")) == 24


@pytest.mark.parametrize(("name", "least"), list(zip(MODELS, (20, 6, 8, 4, 16), strict=True)))
def test_there_is_enough_of_everything(name, least):
    assert len(load_city().of_type(name)) >= least


def test_identifiers_are_unique_and_name_their_type():
    ids = [e["id"] for e in entities()]
    assert len(set(ids)) == len(ids)
    for entity in entities():
        assert re.fullmatch(
            rf"urn:ngsi-ld:{entity['type']}:exampleton:[a-z]+(-[a-z]+)*", entity["id"]
        )


def test_every_relationship_ends_in_the_town():
    ids = {e["id"] for e in entities()}
    ends = [a["object"] for _, _, a in instances() if a["type"] == "Relationship"]
    assert len(ends) > 50
    assert set(ends) <= ids


def test_every_attribute_is_complete_and_keeps_to_core_members():
    for owner, name, attribute in instances():
        extra = set(attribute) - {"type", MEMBERS[attribute["type"]], "unitCode", "observedAt"}
        assert not extra, (owner, name)
        assert attribute[MEMBERS[attribute["type"]]] is not None


def test_units_are_codes_and_only_numbers_have_them():
    found = {a["unitCode"] for _, _, a in instances() if "unitCode" in a}
    assert found == UNITS
    measured = [a["value"] for _, _, a in instances() if "unitCode" in a]
    numbers = [n for v in measured for n in (v.values() if isinstance(v, dict) else [v])]
    assert all(isinstance(n, int | float) for n in numbers)


def test_times_are_rfc_3339_in_utc():
    times = [a["observedAt"] for _, _, a in instances() if "observedAt" in a]
    times += [a["value"] for _, name, a in instances() if name.startswith("date")]
    assert len(times) > 100
    assert all(is_time(t) for t in times)


def test_places_are_in_the_town_and_in_utm_zone_32():
    west, south, east, north = TOWN
    for owner, name, attribute in instances():
        if name == "location":
            for lon, lat in positions(attribute["value"]["coordinates"]):
                assert west <= lon <= east, owner
                assert south <= lat <= north, owner
    area = pyproj.CRS("EPSG:25832").area_of_use
    assert area.west <= west < east <= area.east


def test_the_town_is_of_the_size_it_claims():
    every = [
        p
        for _, n, a in instances()
        if n == "location"
        for p in positions(a["value"]["coordinates"])
    ]
    move = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:25832").transform
    eastings, northings = zip(*(move(*p) for p in every), strict=True)
    assert 2000 < max(eastings) - min(eastings) < 3500
    assert 1200 < max(northings) - min(northings) < 2200


def test_areas_are_closed_and_wound_as_geojson_asks():
    rings = [e["location"]["value"]["coordinates"] for e in load_city().of_type("Building")]
    assert sum(len(r) > 1 for r in rings) == 1
    for shell, *holes in rings:
        assert shell[0] == shell[-1]
        assert len(shell) >= 4
        assert signed_area(shell) > 0
        assert all(h[0] == h[-1] and signed_area(h) < 0 for h in holes)


def test_the_town_has_the_awkward_values_it_promises():
    texts = [a["value"] for _, _, a in instances() if isinstance(a.get("value"), str)]
    poles = [e["poleNumber"]["value"] for e in load_city().of_type("Streetlight")]
    assert any("," in t for t in texts)
    assert any(not t.isascii() for t in texts)
    assert sorted(poles) != sorted(poles, key=int)
    assert any("luminousFlux" not in e for e in load_city().of_type("Streetlight"))


def test_free_spaces_do_not_exceed_all_spaces():
    for e in load_city().of_type("OffStreetParking"):
        assert 0 <= e["availableSpotNumber"]["value"] <= e["totalSpotNumber"]["value"]


def test_every_building_has_readings_of_whole_and_plausible_periods():
    buildings = {e["id"] for e in load_city().of_type("Building")}
    readings = load_city().of_type("EnergyConsumption")
    assert {e["refBuilding"]["object"] for e in readings} == buildings
    for e in readings:
        start, end, read = (
            e[n]["value"] for n in ("dateObservedFrom", "dateObservedTo", "dateObserved")
        )
        assert start < end <= read == e["energyConsumed"]["observedAt"]


def test_the_context_names_every_type_and_attribute_and_no_core_term():
    city = load_city()
    used = {e["type"] for e in city.entities} | {name for _, name, _ in instances()}
    values = [a["value"] for _, _, a in instances() if a["type"] == "Property"]
    inside = {k for v in values if isinstance(v, dict) for k in v}
    assert (used | inside) - CORE == set(city.terms)


def test_the_context_gives_each_term_its_own_absolute_iri():
    terms = load_city().terms
    iris = [t if isinstance(t, str) else t["@id"] for t in terms.values()]
    assert len(set(iris)) == len(iris)
    ours, standard = r"mimtest\.example/ns#\w+", r"smartdatamodels\.org/(dataModel\.\w+/)?\w+"
    assert all(re.fullmatch(rf"https://({ours}|{standard})", i) for i in iris)


def test_the_context_takes_relationships_for_identifiers():
    links = {n for _, n, a in instances() if a["type"] == "Relationship"}
    assert links == {n for n, t in load_city().terms.items() if isinstance(t, dict)}
    assert all(load_city().terms[n]["@type"] == "@id" for n in links)


# The schemas


def schema(name):
    return json.loads((SCHEMAS / "models" / name / "schema.json").read_text(encoding="utf-8"))


def validator_of(name):
    """Judges by a schema; the standard model that it may extend is shipped, too."""
    at_hand = Library(*shipped())
    registry = Registry(retrieve=lambda uri: Resource.from_contents(at_hand.get(uri)))
    return Draft202012Validator(schema(name), registry=registry)


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_is_one_and_says_what_everything_means(name):
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"https://mimtest.example/models/{name}/schema.json"
    assert document["additionalProperties"] is True
    assert set(document["required"]) <= set(document["properties"])
    assert all(p["description"] for p in document["properties"].values())


@pytest.mark.parametrize("name", MODELS)
def test_every_entity_of_the_town_is_valid_in_simplified_form(name):
    validator = validator_of(name)
    known = set(schema(name)["properties"])
    for entity in load_city().of_type(name):
        assert not [e.message for e in validator.iter_errors(simplified(entity))], entity["id"]
        assert set(entity) <= known


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_misses_whatever_is_required(name):
    validator = validator_of(name)
    entity = simplified(load_city().of_type(name)[0])
    for required in schema(name)["required"]:
        lacking = {k: v for k, v in entity.items() if k != required}
        errors = {e.message for e in validator.iter_errors(lacking)}
        assert errors == {f"{required!r} is a required property"}


@pytest.mark.parametrize(
    ("name", "attribute", "value"),
    [
        ("Streetlight", "status", "OK"),
        ("Streetlight", "powerConsumption", -1),
        ("Streetlight", "dateLastLampChange", "14.10.2026"),
        ("Streetlight", "refStreetlightGroup", "urn:ngsi-ld:Building:exampleton:library"),
        ("Streetlight", "location", {"type": "Point", "coordinates": [7.9, 151.6]}),
        ("Streetlight", "location", {"type": "Point", "coordinates": ["7.9", "51.6"]}),
        ("AirQualityObserved", "pm10", "12.1"),
        ("AirQualityObserved", "relativeHumidity", 101),
        ("AirQualityObserved", "dateObserved", "2026-10-12T08:00:00"),
        ("Building", "floorsAboveGround", 2.5),
        ("Building", "address", {"streetAddress": "Marktplatz 1"}),
        ("Building", "category", ["castle"]),
        ("Building", "publiclyAccessible", "yes"),
        (
            "Building",
            "location",
            {"type": "Polygon", "coordinates": [[[7.9, 51.6], [7.91, 51.6], [7.9, 51.6]]]},
        ),
        ("OffStreetParking", "totalSpotNumber", -3),
        ("EnergyConsumption", "energyConsumed", None),
        ("EnergyConsumption", "period", "one month"),
        ("EnergyConsumption", "id", "no uri"),
    ],
)
def test_a_schema_notices_one_wrong_value(name, attribute, value):
    validator = validator_of(name)
    entity = simplified(load_city().of_type(name)[0]) | {attribute: value}
    errors = list(validator.iter_errors(entity))
    assert errors
    assert {e.absolute_path[0] for e in errors} == {attribute}


# Single entities


def defects(entity):
    """What is wrong with a normalized entity, in the words of the file names in invalid/."""
    found = []
    if "id" not in entity:
        found.append("id-missing")
    elif not URI.fullmatch(entity["id"]):
        found.append("id-not-a-uri")
    if "type" not in entity:
        found.append("type-missing")
    for name, attribute in attributes(entity):
        if not NAME.fullmatch(name):
            found.append("attribute-name-with-a-space")
        found += defects_of(attribute)
    return found


def defects_of(attribute):
    kind = attribute["type"]
    if kind not in MEMBERS:
        return ["attribute-of-unknown-type"]
    if MEMBERS[kind] not in attribute:
        return [f"{kind.lower()}-without-{MEMBERS[kind]}"]
    found = []
    content = attribute[MEMBERS[kind]]
    if content is None:
        found.append("property-value-null")
    if kind == "Relationship" and not URI.fullmatch(content):
        found.append("relationship-object-not-a-uri")
    if not isinstance(attribute.get("unitCode", ""), str):
        found.append("unit-code-a-number")
    if "observedAt" in attribute and not is_time(attribute["observedAt"]):
        zone = attribute["observedAt"].endswith("Z")
        found.append("observed-at-no-such-day" if zone else "observed-at-without-zone")
    if kind == "GeoProperty":
        found += defects_of_geometry(content)
    return found


def defects_of_geometry(geometry):
    coordinates = geometry["coordinates"]
    if isinstance(coordinates[0], str):
        return ["geometry-coordinates-text"]
    if any(abs(p[1]) > 90 for p in positions(coordinates)):
        return ["geometry-latitude-beyond-the-pole"]
    if geometry["type"] == "Polygon" and any(r[0] != r[-1] for r in coordinates):
        return ["geometry-ring-not-closed"]
    return []


VALID = sorted((FIXTURES / "valid").glob("*.json"))
INVALID = sorted((FIXTURES / "invalid").glob("*.json"))


def test_there_are_payloads_of_both_kinds():
    assert len(VALID) >= 5
    assert len(INVALID) >= 12


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_a_valid_payload_has_no_defect(path):
    entity = json.loads(path.read_text(encoding="utf-8"))
    if path.stem.endswith("simplified"):
        assert not list(validator_of(entity["type"]).iter_errors(entity))
    else:
        assert defects(entity) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_payload_has_the_one_defect_of_its_name(path):
    text = path.read_text(encoding="utf-8")
    if path.stem == "text-cut-off":
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
    else:
        assert defects(json.loads(text)) == [path.stem]


def test_every_entity_of_the_town_is_without_defect():
    assert [d for e in entities() for d in defects(e)] == []
