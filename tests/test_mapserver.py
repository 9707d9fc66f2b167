"""The places suite against a real server: what it says of MapServer 8.0 has to be true."""

import pytest

from tests.mapserver_server import PROGRAM, is_installed, mapserver
from tests.pygeoapi_server import target_of
from tests.real_servers import checks_of, having

pytestmark = pytest.mark.skipif(
    not is_installed(), reason=f"{PROGRAM} is not there (Debian's package cgi-mapserver)"
)

ADDRESSES = {
    "ogc-api-features": "/cgi-bin/mapserv/TOWN/ogcapi",
    "wfs": "/cgi-bin/mapserv?map=TOWN",
    "wms": "/cgi-bin/mapserv?map=TOWN",
}
#: Where MapServer does not do what the standard says, by kind of interface, and why that is so.
DEVIATIONS = {
    "ogc-api-features": {
        "PLA-C-22": "With a box its pages overlap: 'offset' is not heeded then, and a feature comes twice.",
        "PLA-C-26": "A box of six numbers is refused (17-069r4 /req/core/fc-bbox-definition: four or six).",
        "PLA-C-27": "A box over the antimeridian is refused (17-069r4 7.15.3).",
        "PLA-C-28": "bbox=160,-50,170,160 gets 200 (17-069r4 7.15.3 and /req/core/query-param-invalid).",
        "PLA-C-29": "limit=-1 gets 200 (/req/core/query-param-invalid).",
        "PLA-C-32": "datetime=yesterday gets 200 (/req/core/query-param-invalid).",
        "PLA-C-33": "A parameter that is not described gets 200 (/req/core/query-param-unknown).",
        "PLA-D-04": "The links to features name application/geo+json, application/json comes.",
        "PLA-D-08": "It has no CORS headers unless it is told to (17-069r4 7.8, a recommendation).",
        "PLA-E-01": "Features come as application/json (/req/geojson/definition A).",
    },
    "wfs": {
        "PLA-W-03": "Without SERVICE it answers with a page for people (OGC 06-121r3 7.4).",
        "PLA-W-15": "Asked for application/gml+xml it answers with text/xml.",
        "PLA-W-19": "SRSNAME with the web address of a system is refused; a URN is taken.",
        "PLA-W-22": "Of two RESOURCEIDs with colons it finds none; of one, that one.",
        "PLA-W-24": "A box that is none is passed over, and everything comes.",
        "PLA-W-33": "A negative COUNT and the like are passed over.",
        "PLA-W-37": "Features in GeoJSON have no identifier of their own, those in GML have.",
    },
    "wms": {},
}
#: What cannot be said of it, and why that is so.
_ONCE = "It is run once, so nothing shows that its identifiers last."
OPEN = {
    "ogc-api-features": {"PLA-P-05": _ONCE},
    "wfs": {
        "PLA-P-05": _ONCE,
        "PLA-W-23": "Its schema has the times of the town as texts.",
        "PLA-W-31": "Without identifiers GeoJSON cannot be compared with GML.",
    },
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory):
    """MapServer's address."""
    with mapserver(tmp_path_factory.mktemp("mapserver")) as address:
        yield address


@pytest.mark.parametrize("kind", ADDRESSES)
def test_just_the_known_deviations_fail_and_the_rest_passes(kind, base, tmp_path):
    text = target_of(base + ADDRESSES[kind], "MIM7", kind)
    rows = checks_of(tmp_path, text, "places")
    assert having(rows, "failed") == set(DEVIATIONS[kind])
    assert having(rows, "inconclusive") == set(OPEN.get(kind, ()))
    assert len(having(rows, "passed")) > 25
    assert not having(rows, "error")
