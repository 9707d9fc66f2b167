"""Times, filters and refusals of the features service."""

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from tests.features_asking import CRS84, EPSG, TOWN_HALL, around, ask, entities, ids, items


@pytest.fixture(scope="module")
def places():
    return service(load_city())


# Times


@pytest.mark.parametrize("collection", ["energy", "air-quality"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-12T08:00:00Z", "2026-10-12T08:00:00Z"),
        ("2026-10-01T02:10:00Z", "2026-10-14T08:00:00Z"),
        ("2026-10-14T08:00:01Z", ".."),
        ("..", "2026-10-12T07:59:59Z"),
        ("", "2026-10-14T08:00:00Z"),
        ("2026-10-14T10:00:00Z", ""),
    ],
)
def test_times_find_what_plain_comparison_finds(places, collection, start, end):
    low, high = start.strip(".") or "0", end.strip(".") or "9"
    expected = [e["id"] for e in entities(collection) if low <= e["dateObserved"]["value"] <= high]
    text = start if start == end else f"{start}/{end}"
    assert ids(items(places, collection, datetime=text)) == expected


def test_times_may_have_any_zone_a_fraction_and_a_leap_second(places):
    same = items(places, "air-quality", datetime="2026-10-12T10:00:00.000+02:00")
    assert ids(same) == ["urn:ngsi-ld:AirQualityObserved:exampleton:market-square"]
    leap = items(places, "air-quality", datetime="2026-10-12t07:59:60z")
    assert ids(leap) == ids(same)


def test_features_without_time_always_match(places):
    assert items(places, "buildings", datetime="1800-01-01T00:00:00Z")["numberMatched"] == 8


# Filters


@pytest.mark.parametrize(
    ("collection", "name", "value", "wanted"),
    [
        ("streetlights", "status", "defectiveLamp", "defectiveLamp"),
        ("streetlights", "poleNumber", "10", "10"),
        ("streetlights", "lampType", "no such lamp", None),
        ("buildings", "floorsAboveGround", "2", 2),
        ("buildings", "publiclyAccessible", "false", False),
        ("parkings", "totalSpotNumber", "80", 80),
        ("energy", "period", "PT1H", "PT1H"),
    ],
)
def test_a_property_filter_gives_exactly_the_equal_ones(places, collection, name, value, wanted):
    body = items(places, collection, **{name: value})
    expected = [e["id"] for e in entities(collection) if e[name]["value"] == wanted]
    assert ids(body) == expected
    assert body["numberMatched"] == len(expected)


def test_box_time_and_filter_hold_together(places):
    hall = entities("energy")[0]["location"]["value"]["coordinates"]
    body = items(
        places,
        "energy",
        bbox=around(*hall),
        datetime="2026-10-14T00:00:00Z/2026-10-15T00:00:00Z",
        period="PT1H",
    )
    assert len(ids(body)) == 4
    assert {f["properties"]["refBuilding"] for f in body["features"]} == {TOWN_HALL}


# Refusals


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", v) for v in ("", "0", "-1", "1.5", "abc", "+5", "1e1", " 5", "٣")),
        *(("offset", v) for v in ("-1", "x", "")),
        *(
            ("bbox", v)
            for v in (
                "",
                "1,2,3",
                "1,2,3,4,5",
                "a,b,c,d",
                "7,51,8,nan",
                "7,51,8,1e999",
                "7,52,8,51",
                "7,51,8,95",
                "181,51,182,52",
                "7,51,9,8,52,1",
                "7,51,8,52,",
                "7;51;8;52",
            )
        ),
        *(
            ("datetime", v)
            for v in (
                "",
                "yesterday",
                "2026-10-12",
                "2026-13-45T00:00:00Z",
                "2026-10-12T08:00:00",
                "2026-10-14T00:00:00Z/2026-10-12T00:00:00Z",
                "../..",
                "/",
                "..",
                "2026-10-12T08:00:00Z/../..",
                "2026-10-12T25:00:00Z",
                "0001-01-01T00:00:00+01:00",
            )
        ),
        *(
            (name, v)
            for name in ("crs", "bbox-crs")
            for v in ("", "EPSG:4326", f"{EPSG}999999", f"{EPSG}3035", CRS84.lower())
        ),
        ("f", "xml"),
        ("floorsAboveGround", "two"),
        ("publiclyAccessible", "yes"),
        ("status", "ok"),
        ("LIMIT", "5"),
    ],
)
def test_a_bad_value_is_refused_and_named(places, name, value):
    answer = ask(places, "/collections/buildings/items", {name: value})
    assert (answer.status, answer.header("content-type")) == (400, "application/problem+json")
    assert answer.json()["title"] == "Bad Request"
    assert f"'{name}'" in answer.json()["detail"]


def test_a_box_in_metres_with_bounds_exchanged_is_refused(places):
    answer = ask(
        places,
        "/collections/buildings/items",
        {"bbox": "424000,5717000,423000,5718000", "bbox-crs": f"{EPSG}25832"},
    )
    assert answer.status == 400


def test_a_repeated_parameter_is_refused(places):
    answer = ask(places, "/collections/energy/items", query="limit=1&limit=2")
    assert answer.status == 400
    assert "more than once" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/api", "/collections", "/collections/energy"]
)
def test_unknown_parameters_are_refused_everywhere(places, path):
    assert ask(places, path, {"limit": "1"}).status == 400
    assert ask(places, path, {"f": "json"}).status == 200


def test_a_single_feature_takes_crs_but_no_box(places):
    address = f"/collections/buildings/items/{TOWN_HALL}"
    assert ask(places, address, {"crs": f"{EPSG}3857"}).status == 200
    assert ask(places, address, {"crs": f"{EPSG}9"}).status == 400
    assert ask(places, address, {"bbox": "7,51,8,52"}).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/collections/rivers",
        "/collections/rivers/items",
        "/collections/energy/items/urn:none",
        "/collections/energy/things",
        "/collections/energy/items/a/b",
        f"/collections/energy/items/{TOWN_HALL}",
        "/nothing",
    ],
)
def test_what_is_not_there_is_404(places, path):
    answer = ask(places, path)
    assert (answer.status, answer.json()["title"]) == (404, "Not Found")
    assert answer.header("content-type") == "application/problem+json"
