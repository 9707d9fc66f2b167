"""The NGSI v2 broker of the sandbox: filters, places, order, pages, searches."""

import pytest

from tests.ngsiv2_asking import error, filled, number, place, text


@pytest.fixture(scope="module")
def api():
    return filled()


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("temp==9", "s1"),
        ("temp:9", "s1"),
        ("temp!=9", "s2 s3"),
        ("temp>9", "s2 s3"),
        ("temp>=10", "s2 s3"),
        ("temp<10", "s1"),
        ("temp<=10", "s1 s2"),
        ("temp==9..10", "s1 s2"),
        ("temp!=9..10", "s3"),
        ("temp==9,30", "s1 s3"),
        ("temp!=9,30", "s2"),
        ("temp", "s1 s2 s3"),
        ("!temp", "r1"),
        ("temp>9;temp<30", "s2"),
        ("label==alpha", "s1"),
        ("label!=alpha", "s2 s3 r1"),
        ("label~=a$", "s1 s2"),
        ("label~=^bet", "s2"),
        ("label=='light,green'", "s3"),
        ("label=='light,green',alpha", "s1 s3"),
        ("label>beta", "s3"),
        ("label==alpha..beta", "s1 s2"),
        ("size==20", "s2"),
        ("size=='20'", "s1"),
        ("tags==red", "s1"),
        ("tags==blue,green", "s1 s2"),
        ("tags!=red", "s2"),
        ("addr.city==Ahlen", "s1"),
        ("addr.at.floor>2", "s2"),
        ("addr.at.none", ""),
        ("'addr'.'city'==Beckum", "s2"),
        ("open==true", "r1"),
        ("open==1", ""),
        ("temp==alpha", ""),
        ("seen>2026-03-01T12:00:00Z", "s2"),
        ("seen>=2026-03-01T12:00:00.000Z", "s1 s2"),
        ("seen==2026-03-01T13:00:00+01:00", "s1"),
        ("dateModified>2020-01-01", "s1 s2 s3 r1"),
    ],
)
def test_filters(api, q, expected):
    assert set(api.ids(q=q)) == set(expected.split())


@pytest.mark.parametrize(
    ("mq", "expected"),
    [
        ("temp.accuracy==0.5", "s1"),
        ("temp.accuracy>0.5", "s2"),
        ("temp.accuracy", "s1 s2"),
        ("!temp.accuracy", "s3 r1"),
        ("temp.dateCreated>2020-01-01", "s1 s2 s3"),
    ],
)
def test_filters_over_metadata(api, mq, expected):
    assert set(api.ids(mq=mq)) == set(expected.split())


@pytest.mark.parametrize(
    "q",
    ["==", "temp==", "temp>1,2", "temp>1..2", "temp==1..", "temp;;label", "label=='a", "label~=("],
)
def test_malformed_filters(api, q):
    error(api("GET", "/entities", q=q), 400, "BadRequest")


def test_metadata_has_a_name(api):
    error(api("GET", "/entities", mq="temp==1"), 400, "BadRequest")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"id": "s1,r1"}, "s1 r1"),
        ({"idPattern": "^s"}, "s1 s2 s3"),
        ({"typePattern": "oo"}, "r1"),
        ({"type": "Room,None"}, "r1"),
        ({"type": "None"}, ""),
    ],
)
def test_selections(api, params, expected):
    assert set(api.ids(**params)) == set(expected.split())


@pytest.mark.parametrize(
    ("georel", "geometry", "coords", "expected"),
    [
        ("near;maxDistance:1000", "point", "51.0,7.0", "s1 s2"),
        ("near;maxDistance:100", "point", "51.0,7.0", "s1"),
        ("near;minDistance:100", "point", "51.0,7.0", "s2 r1"),
        ("near;maxDistance:1000;minDistance:100", "point", "51.0,7.0", "s2"),
        ("coveredBy", "box", "50.9,6.9;51.1,7.005", "s1"),
        ("coveredBy", "polygon", "51.9,7.9;52.1,7.9;52.1,8.1;51.9,8.1;51.9,7.9", "r1"),
        ("intersects", "line", "51.0,6.0;51.0,7.005", "s1"),
        ("disjoint", "box", "50.9,6.9;51.1,7.1", "r1"),
        ("equals", "point", "51.0,7.01", "s2"),
    ],
)
def test_places(api, georel, geometry, coords, expected):
    found = api.ids(georel=georel, geometry=geometry, coords=coords)
    assert set(found) == set(expected.split())


@pytest.mark.parametrize(
    ("georel", "geometry", "coords"),
    [
        ("besides", "point", "1,2"),
        ("near", "point", "1,2"),
        ("near;maxDistance:far", "point", "1,2"),
        ("coveredBy", "circle", "1,2"),
        ("coveredBy", "polygon", "1,2;3,4;1,2"),
        ("coveredBy", "box", "1,2"),
        ("equals", "point", "north,south"),
        ("equals", "point", "99,7"),
        ("coveredBy", "box", None),
    ],
)
def test_malformed_places(api, georel, geometry, coords):
    params = {"georel": georel, "geometry": geometry, "coords": coords}
    given = {k: v for k, v in params.items() if v is not None}
    error(api("GET", "/entities", **given), 400, "BadRequest")


def test_near_is_about_points(api):
    params = {"georel": "near;maxDistance:1", "geometry": "line", "coords": "1,2;3,4"}
    error(api("GET", "/entities", **params), 422, "NotSupportedQuery")


def test_the_default_location_of_several_counts():
    api = filled()
    api.change("POST", "/entities/s3/attrs", {"a": place(7, 51), "b": place(9, 51)})
    near = {"georel": "near;maxDistance:10", "geometry": "point", "coords": "51,9"}
    error(api("GET", "/entities", **near), 409, "TooManyResults")
    chosen = {"defaultLocation": {"value": True}}
    api.change("PUT", "/entities/s3/attrs/b", {**place(9, 51), "metadata": chosen})
    assert api.ids(**near) == ["s3"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("temp", "s1 s2 s3"),
        ("!temp", "s3 s2 s1"),
        ("!id", "s3 s2 s1"),
        ("type,!temp", "s3 s2 s1"),
        ("dateCreated", "s1 s2 s3"),
        ("size,id", "s3 s2 s1"),
    ],
)
def test_order(api, by, expected):
    assert api.ids(type="Sensor", orderBy=by) == expected.split()


def test_order_by_distance(api):
    near = {"georel": "near;maxDistance:9000000", "geometry": "point", "coords": "51,7.01"}
    assert api.ids(orderBy="geo:distance", **near) == ["s2", "s1", "r1"]


def test_pages(api):
    answer = api("GET", "/entities", limit=3, options="count")
    assert [e["id"] for e in answer.json()] == ["s1", "s2", "s3"]
    assert answer.header("Fiware-Total-Count") == "4"
    assert [e["id"] for e in api.read("/entities", limit=3, offset=3)] == ["r1"]
    assert api.read("/entities", offset=4) == []
    assert api("GET", "/entities").header("Fiware-Total-Count") is None


def test_searches(api):
    def search(body, **params):
        answer = api("POST", "/op/query", body, **params)
        assert answer.status == 200, answer.body
        return answer.json()

    rooms = {"idPattern": ".*", "type": "Room"}
    found = search({"entities": [rooms, {"id": "s1"}], "attrs": ["label"]})
    assert found == [
        {"id": "s1", "type": "Sensor", "label": text("alpha")},
        {"id": "r1", "type": "Room", "label": text("Zimmer äöü")},
    ]
    q = {"expression": {"q": "temp>9", "mq": "temp.accuracy"}}
    assert [e["id"] for e in search(q, options="keyValues")] == ["s2"]
    (one,) = search({"entities": [{"id": "s3"}], "metadata": ["none"]})
    assert one["temp"] == number(30)
    for bad in (
        {"entities": {}},
        {"entities": [{"type": "Room"}]},
        {"entities": [{"id": "a", "idPattern": "a"}]},
        {"expression": {"q": "=="}},
        {"expression": {"x": 1}},
        {"attrs": "label"},
        {"besides": 1},
    ):
        error(api("POST", "/op/query", bad), 400, "BadRequest")
