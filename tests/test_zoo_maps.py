"""No verdict is given for nothing on the other services of maps either, nor on files that are none."""

import json

import pytest

from mimtest.session.launch import Order, launch
from tests.servers import Request, answer, json_answer, responds, serve

KINDS = {
    "wfs": "/wfs",
    "sensorthings": "/v1.1",
    "wms": "/wms",
    "wmts": "/wmts",
    "ogc-api-tiles": "/tiles",
    "ogc-api-maps": "/maps",
    "file": "/town.gpkg",
}
HEAD = """\
[product]
supplier = "Nobody"
name = "Nothing"
version = "0"

[scope]
authorised_by = "the zoo"
level = "writes"

[claims]
mims = ["MIM7"]
options = ["inspire"]
"""
#: That a file is not empty is true of whatever comes.
TRUE_OF_BYTES = {"PLA-FIL-04"}
SETS = "Things Locations HistoricalLocations Datastreams Sensors ObservedProperties Observations"
WORDS = (
    '<WFS_Capabilities version="2.0.0" xmlns="http://www.opengis.net/wfs/2.0">'
    "<FeatureTypeList><FeatureType><Name>a:b</Name></FeatureType></FeatureTypeList></WFS_Capabilities>"
)


def page_with_the_word(_: Request) -> bytes:
    text = b"<!DOCTYPE html><title>Maps</title><p>WFS_Capabilities, WMS_Capabilities, Things</p>"
    return answer(200, text, "Content-Type: text/html")


def capabilities_for_all(_: Request) -> bytes:
    return answer(200, WORDS.encode(), "Content-Type: text/xml")


def empty_document(_: Request) -> bytes:
    return answer(200, b"<a/>", "Content-Type: text/xml")


def nothing_in_json(_: Request) -> bytes:
    return json_answer("{}")


def empty_lists(_: Request) -> bytes:
    lists = ("value", "links", "collections", "features", "tilesets", "conformsTo")
    return json_answer(json.dumps({key: [] for key in lists}))


def root_for_all(request: Request) -> bytes:
    base = f"http://{request.headers['host']}/v1.1"
    sets = [{"name": n, "url": f"{base}/{n}"} for n in (*SETS.split(), "FeaturesOfInterest")]
    return json_answer(json.dumps({"value": sets, "@iot.count": len(sets)}))


def noise(_: Request) -> bytes:
    return answer(200, bytes(range(256)) * 16, "Content-Type: application/octet-stream")


def nothing_at_all(_: Request) -> bytes:
    return answer(200, b"", "Content-Type: application/octet-stream")


def server_error(_: Request) -> bytes:
    return answer(500, b"out of order", "Content-Type: text/plain")


USELESS = (
    page_with_the_word,
    capabilities_for_all,
    empty_document,
    nothing_in_json,
    empty_lists,
    root_for_all,
    noise,
    nothing_at_all,
    server_error,
)


@pytest.mark.parametrize("behaviour", USELESS)
def test_no_check_passes_and_nothing_is_met(behaviour, tmp_path):
    with serve(responds(behaviour)) as server:
        places = "".join(
            f'[interfaces.{kind}]\nkind = "{kind}"\nurl = "{server.url}{path}"\n\n'
            for kind, path in KINDS.items()
        )
        target = tmp_path / "mimtest.toml"
        target.write_text(HEAD.replace("[claims]", f"{places}[claims]"), encoding="utf-8")
        report = launch(Order(target=target, output=tmp_path, suites=("places",), pages=False))
    rows = report["checks"]
    passed = {(c["id"], c["interface"]) for c in rows if c["outcome"] == "passed"}
    assert {p for p in passed if p[0] not in TRUE_OF_BYTES} == set()
    assert not [c["id"] for c in rows if c["outcome"] == "error"]
    assert [c for c in rows if c["outcome"] in ("inconclusive", "failed")]
    requirements = [r for a in report["assessments"] for r in a["requirements"]]
    assert [r["id"] for r in requirements if r["verdict"] == "met"] == []
    assert report["gate"]["exitCode"] in (1, 3)
