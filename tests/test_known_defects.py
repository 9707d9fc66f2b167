"""What published examples break in their own schemas: who follows them has not failed, anybody else has."""

import pytest

from mimtest.models import addresses
from mimtest.models.known_defects import (
    UNKNOWN,
    defects,
    model_followed,
    parted,
)
from mimtest.models.library import library
from mimtest.models.schema import Schema

BENCH = "https://city.example/models/Bench/schema.json"
AIR = "Environment/AirQualityObserved"


def against(document, instance, model):
    found = Schema("https://city.example/s", document, library().get).findings(instance, "")
    held, known = parted(found, model)
    return [f.pointer for f in held], [d.pointer for _, d in known]


@pytest.mark.parametrize(
    ("instance", "model", "held", "known"),
    [
        ({"tsp": 73.3}, AIR, [], ["/tsp"]),
        ({"tsp": 1.5}, AIR.lower(), [], ["/tsp"]),
        ({"tsp": "73.3"}, AIR, ["/tsp"], []),
        ({"co": 73.3}, AIR, ["/co"], []),
        ({"tsp": 73.3}, "Weather/WeatherObserved", ["/tsp"], []),
        ({"tsp": 73.3}, None, ["/tsp"], []),
        ({"tsp": 1.5, "co": 1.5}, AIR, ["/co"], ["/tsp"]),
    ],
)
def test_who_follows_the_published_example_has_not_failed(instance, model, held, known):
    document = {"properties": {"tsp": {"type": "integer"}, "co": {"type": "integer"}}}
    assert against(document, instance, model) == (held, known)


def test_enumerations_are_excused_for_the_value_of_the_example_alone():
    model = "Environment/TrafficEnvironmentImpactForecast"
    document = {"properties": {"type": {"enum": ["TrafficEnvironmentImpact"]}}}
    right = {"type": "TrafficEnvironmentImpactForecast"}
    assert against(document, right, model) == ([], ["/type"])
    assert against(document, {"type": "Other"}, model) == (["/type"], [])


def test_texts_are_excused_for_their_shape():
    model = AIR
    document = {"properties": {"dateObserved": {"pattern": "Z$"}}}
    kept = [d for d in defects() if d.model == model and d.pointer == "/dateObserved"]
    assert [d.received for d in kept] == ['"0000-00-00a00:00:00"']
    found = Schema(
        "https://city.example/s",
        {"properties": {"dateObserved": {"format": "date-time"}}},
        library().get,
    )
    lacking = found.findings({"dateObserved": "2026-05-04T10:00:00"}, "", formats=True)
    other = found.findings({"dateObserved": "yesterday"}, "", formats=True)
    assert parted(lacking, model)[0] == []
    assert parted(other, model)[0] == other
    assert against(document, {"dateObserved": "2026-05-04T10:00:00"}, model)[1] == []


@pytest.mark.parametrize(
    ("address", "document", "named", "wanted"),
    [
        (addresses.schema_address(AIR), {}, None, AIR),
        (BENCH, {"$id": addresses.schema_address(AIR)}, None, AIR),
        (BENCH, {"allOf": [{"$ref": addresses.schema_address(AIR)}]}, AIR, AIR),
        (BENCH, {"allOf": [{"$ref": f"{addresses.schema_address(AIR)}#/allOf/1"}]}, AIR, AIR),
        (BENCH, {"allOf": [{"$ref": addresses.schema_address(AIR)}]}, None, None),
        (BENCH, {"properties": {}}, AIR, None),
        (BENCH, True, AIR, None),
    ],
)
def test_who_wrote_rules_answers_for_them(address, document, named, wanted):
    assert model_followed(address, document, named) == wanted


def test_the_list_of_known_defects_is_a_list_of_places():
    forms = {"key-values", "linked", "ngsi-v2", "ngsi-ld"}
    for defect in defects():
        assert defect.pointer.startswith("/") or defect.pointer == ""
        assert set(defect.forms) <= forms
        assert "/" in defect.model
        assert defect.rule == UNKNOWN or defect.received or defect.rule == "required"
        assert str(defect)
