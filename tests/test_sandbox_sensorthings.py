"""The SensorThings service of the sandbox, asked as the standard's examples ask (OGC 18-088)."""

import json
from urllib.parse import quote

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request
from mimtest.sandbox.sensorthings import service
from mimtest.sandbox.sensorthings.splitting import split

BASE = "http://city.example/sta/v1.1"
THING = "urn:ngsi-ld:AirQualityObserved:exampleton:station-forecourt"


@pytest.fixture
def sta():
    return service(load_city())


def ask(sta, path, query="", method="GET", document=None):
    body = b"" if document is None else json.dumps(document).encode()
    return sta.handle(
        Request(
            method,
            path,
            quote(query, safe="$=&,;()/:'"),
            {"content-type": "application/json"},
            body,
            "http://city.example",
            quote(path),
        )
    )


def ids(sta, path, query=""):
    return [e["@iot.id"] for e in ask(sta, path, query).json()["value"]]


def count(sta, filter, name="Observations"):
    return ask(sta, f"/{name}", f"$count=true&$top=0&$filter={filter}").json()["@iot.count"]


def a_stream(**more):
    return {
        "name": "s",
        "description": "d",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": {"name": "n", "symbol": "s", "definition": "http://x"},
        "Sensor": {"name": "i", "description": "d", "encodingType": "text/html", "metadata": "m"},
        "ObservedProperty": {"name": "o", "definition": "http://x", "description": "d"},
        **more,
    }


def test_the_root_names_eight_sets(sta):
    root = ask(sta, "").json()
    assert len(root["value"]) == 8
    assert {"name": "Things", "url": f"{BASE}/Things"} in root["value"]


def test_a_thing_has_the_id_its_context_has(sta):
    thing = ask(sta, f"/Things('{THING}')").json()
    assert thing["@iot.id"] == THING
    assert thing["@iot.selfLink"] == f"{BASE}/Things('{THING}')"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("result gt 30 and result lt 40", "not (result le 30 or result ge 40)"),
        ("result add 5 gt 35.05", "result gt 30.05"),
        ("(result sub 1) mul 2 gt 60.1", "result gt 31.05"),
        ("Datastream/id eq 1", "Datastream/@iot.id eq 1"),
        ("hour(resultTime) eq 5", "hour(resultTime) add 1 eq 6"),
        ("phenomenonTime lt 2026-10-12T00:00:00Z", "phenomenonTime lt 2026-10-12T02:00:00+02:00"),
    ],
)
def test_two_ways_to_say_the_same(sta, one, other):
    assert 0 < count(sta, one) == count(sta, other) < 250


def test_and_binds_tighter_than_or(sta):
    loose = count(sta, "result gt 60 or result lt 20 and result lt 10")
    assert loose == count(sta, "result gt 60 or (result lt 20 and result lt 10)")
    assert loose != count(sta, "(result gt 60 or result lt 20) and result lt 10")


def test_functions_of_texts_and_places(sta):
    assert count(sta, "startswith(name,'Markt')", "Things") == 2
    assert count(sta, "tolower(name) eq 'marktplatz'", "Things") == 2
    west = "geography'POLYGON ((7 51, 7.885 51, 7.885 52, 7 52, 7 51))'"
    inside = count(sta, f"st_within(location,{west})", "Locations")
    assert 0 < inside < 17
    assert count(sta, f"st_disjoint(location,{west})", "Locations") == 17 - inside


def test_a_page_leads_to_the_next(sta):
    first = ask(sta, "/Things", "$top=10").json()
    assert first["@iot.nextLink"] == f"{BASE}/Things?$top=10&$skip=10"
    assert "@iot.nextLink" not in ask(sta, "/Things", "$top=10&$skip=10").json()


def test_absent_values_come_first(sta):
    made = {"phenomenonTime": "2026-01-01T00:00:00Z", "result": 1}
    ask(sta, "/Datastreams(1)/Observations", method="POST", document=made)
    ordered = ask(sta, "/Datastreams(1)/Observations", "$orderby=resultTime,result desc").json()
    assert ordered["value"][0]["resultTime"] is None


def test_expansion_has_options_of_its_own(sta):
    text = "$expand=Observations($top=2;$orderby=result desc;$select=result;$count=true)"
    found = ask(sta, "/Datastreams(1)", text).json()
    assert found["Observations@iot.count"] == 10
    assert [list(o) for o in found["Observations"]] == [["result"], ["result"]]
    deep = ask(sta, "/Datastreams(1)", "$expand=Thing/Locations,Sensor").json()
    assert deep["Thing"]["Locations"][0]["name"] == "Bahnhofsvorplatz"
    assert deep["Sensor"]["@iot.id"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("$filter=nothing eq 1", 400),
        ("$filter=result gt", 400),
        ("$filter=(result gt 1", 400),
        ("$filter=st_touches(location,geography'POINT (1 2)')", 501),
        ("$filter=st_within(result,geography'NOWHERE')", 400),
        ("$filter=" + "(" * 200, 400),
        ("$orderby=nothing", 400),
        ("$expand=Nothing", 400),
        ("$select=nothing", 400),
        ("$top=-1", 400),
        ("$count=1", 400),
        ("$search=x", 501),
        ("$top=1&$top=2", 400),
    ],
)
def test_mistakes_are_refused(sta, query, status):
    assert ask(sta, "/Observations", query).status == status


@pytest.mark.parametrize(
    "path", ["/Nothing", "/Things(1)", "/Things('x')", "/Sensors(1)/nothing", "/Sensors(1)/name/x"]
)
def test_what_is_not_there_is_not_found(sta, path):
    assert ask(sta, path).status == 404


def test_paths_lead_to_values(sta):
    assert ask(sta, "/Sensors(1)/name").json() == {"name": "Sensor of pm10"}
    assert ask(sta, "/Sensors(1)/name/$value").body == b"Sensor of pm10"
    assert ask(sta, "/Datastreams(1)/unitOfMeasurement/symbol").json() == {"symbol": "ug/m3"}
    assert ask(sta, "/Observations(1)/Datastream/Thing").json()["@iot.id"] == THING
    assert ask(sta, "/Datastreams(1)/Sensor/$ref").json() == {"@iot.selfLink": f"{BASE}/Sensors(1)"}


def test_a_deep_insert_makes_all_or_nothing(sta):
    before = [len(ids(sta, f"/{n}")) for n in ("Things", "Datastreams", "Sensors")]
    lacking = {"name": "t", "description": "d", "Datastreams": [a_stream(unitOfMeasurement=None)]}
    del lacking["Datastreams"][0]["Sensor"]
    assert ask(sta, "/Things", method="POST", document=lacking).status == 400
    assert [len(ids(sta, f"/{n}")) for n in ("Things", "Datastreams", "Sensors")] == before
    place = {
        "name": "l",
        "description": "d",
        "encodingType": "application/geo+json",
        "location": {"type": "Point", "coordinates": [1, 2]},
    }
    whole = lacking | {
        "Locations": [place],
        "Datastreams": [a_stream(Observations=[{"result": 1}])],
    }
    made = ask(sta, "/Things", method="POST", document=whole)
    assert made.status == 201
    thing = made.header("Location").removeprefix(BASE)
    assert len(ids(sta, f"{thing}/HistoricalLocations")) == 1
    (stream,) = ids(sta, f"{thing}/Datastreams")
    (observation,) = ids(sta, f"/Datastreams({stream})/Observations")
    feature = ask(sta, f"/Observations({observation})/FeatureOfInterest").json()
    assert feature["feature"] == place["location"]
    assert ask(sta, thing, method="DELETE").status == 200
    assert ask(sta, f"/Observations({observation})").status == 404


def test_a_change_leaves_the_rest_alone(sta):
    ask(sta, "/Sensors(1)", method="PATCH", document={"description": "new", "@iot.id": 9})
    sensor = ask(sta, "/Sensors(1)").json()
    assert (sensor["description"], sensor["name"]) == ("new", "Sensor of pm10")
    assert ask(sta, "/Sensors(1)", method="PUT", document={"name": "x"}).status == 400
    assert ask(sta, "/Sensors(99)", method="PATCH", document={}).status == 404


def test_rows_are_created_one_by_one(sta):
    group = {
        "Datastream": {"@iot.id": 1},
        "components": ["phenomenonTime", "result"],
        "dataArray": [["2026-01-01T00:00:00Z", 5], ["no time", 6]],
    }
    answer = ask(sta, "/CreateObservations", method="POST", document=[group])
    first, second = answer.json()
    assert first.startswith(f"{BASE}/Observations(")
    assert second == "error"


def test_a_list_is_cut_outside_of_parentheses_and_texts():
    assert split("a,b(c,d;'e,)'),f", ",") == ["a", "b(c,d;'e,)')", "f"]
