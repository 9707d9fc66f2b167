"""The town's maps: drawn where things are, and refused as the standards say."""

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request
from mimtest.sandbox.maps import api, wms, wmts
from mimtest.vocabulary.pictures import recognise

CITY = load_city()
MAPS = wms(CITY)
QUESTION = {
    "service": "WMS", "version": "1.3.0", "request": "GetMap", "layers": "buildings", "styles": "",
    "crs": "CRS:84", "bbox": "7.89,51.59,7.92,51.62", "width": "64", "height": "64",
    "format": "image/png", "transparent": "true",
}  # fmt: skip


def asked(answering, path="", /, **params):
    query = "&".join(f"{n}={v}" for n, v in params.items())
    return answering.handle(Request("GET", path, query=query, base="http://town"))


def drawn(**changes):
    return recognise(asked(MAPS, **QUESTION | changes).body).drawn


def test_the_order_of_axes_depends_on_system_and_version():
    assert drawn() == drawn(crs="EPSG:4326", bbox="51.59,7.89,51.62,7.92")
    assert not drawn(crs="EPSG:4326")
    old = {"version": "1.1.1", "srs": "EPSG:4326", "crs": ""}
    assert drawn(**old) == drawn()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"layers": "none"}, b"LayerNotDefined"),
        ({"styles": "none"}, b"StyleNotDefined"),
        ({"crs": "EPSG:1"}, b"InvalidCRS"),
        ({"format": "image/none"}, b"InvalidFormat"),
        ({"bbox": "2,1,1,2"}, b"BBOX"),
        ({"width": "0"}, b"WIDTH"),
        ({"request": "Nothing"}, b"OperationNotSupported"),
    ],
)
def test_what_is_not_there_is_refused(changes, code):
    response = asked(MAPS, **QUESTION | changes)
    assert response.status == 400
    assert b"ServiceExceptionReport" in response.body
    assert code in response.body


def test_a_point_tells_what_is_drawn_there():
    x, y = drawn()[0]
    info = QUESTION | {"request": "GetFeatureInfo", "query_layers": "buildings", "i": x, "j": y}
    found = asked(MAPS, **info, info_format="application/json").json()["features"]
    assert found[0]["id"].startswith("urn:ngsi-ld:Building:")
    assert b"InvalidPoint" in asked(MAPS, **info | {"i": 64}).body


def test_both_kinds_of_tiles_are_the_same_picture():
    tile = {"layer": "energy", "style": "default", "tilematrixset": "WebMercatorQuad",
            "tilematrix": 12, "tilerow": 1363, "tilecol": 2137}  # fmt: skip
    base = {"service": "WMTS", "version": "1.0.0", "request": "GetTile", "format": "image/png"}
    by_parameters = asked(wmts(CITY), **base | tile)
    path = "/tiles/energy/default/WebMercatorQuad/12/1363/2137.png"
    assert by_parameters.status == 200
    assert asked(wmts(CITY), path).body == by_parameters.body
    assert b"TileOutOfRange" in asked(wmts(CITY), **base | tile | {"tilerow": 4096}).body
    assert b"MissingParameterValue" in asked(wmts(CITY), **base).body


def test_maps_say_what_they_show():
    response = asked(api(CITY), "/map", crs="[EPSG:4326]", width="100", height="50")
    found = recognise(response.body)
    assert (found.width, found.height) == (100, 50)
    south, west, _, _ = map(float, response.header("Content-Bbox").split(","))
    assert (int(south), int(west)) == (51, 7)


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/map", {"width": "-1"}, 400),
        ("/map", {"bbox": "1,2,3"}, 400),
        ("/map", {"unknown": "1"}, 400),
        ("/tiles/WebMercatorQuad/0/1/0", {}, 404),
        ("/tiles/None", {}, 404),
        ("/collections/none/map", {}, 404),
        ("/tiles/WebMercatorQuad/18/0/0", {}, 204),
    ],
)
def test_what_is_wrong_has_its_status(path, params, status):
    assert asked(api(CITY), path, **params).status == status
