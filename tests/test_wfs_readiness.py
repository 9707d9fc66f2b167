"""Whether a Web Feature Service is there at all, and what is read of its capabilities."""

from dataclasses import dataclass

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request
from mimtest.sandbox.wfs import service
from mimtest.vocabulary.ows import assert_given, assert_refused
from mimtest.vocabulary.readiness_wfs import probe_wfs
from mimtest.vocabulary.wfs_capabilities import read_capabilities

WFS = service(load_city())
NOTHING = '<WFS_Capabilities version="2.0.0"><FeatureTypeList/></WFS_Capabilities>'
REPORT = "<ExceptionReport><Exception exceptionCode='NoApplicableCode'/></ExceptionReport>"


@dataclass
class Page:
    """An answer as far as it is looked at."""

    body: bytes
    status: int = 200
    media_type: str = "application/xml"

    def text(self):
        return self.body.decode()


def capabilities():
    found = WFS.handle(Request("GET", "", "service=WFS&request=GetCapabilities"))
    return Page(found.body)


def refusal(*_args, **_options):
    return Page(REPORT.encode(), 400)


def test_a_service_is_there():
    probe_wfs(lambda *_a, **_o: capabilities(), refusal)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (Page(b"<html><body>Map</body></html>", media_type="text/html"), "web page"),
        (Page(b"<!DOCTYPE html><html></html>"), "web page"),
        (Page(b'{"links": []}'), "no well-formed XML"),
        (Page(b"<WMS_Capabilities/>"), "WMS_Capabilities"),
        (Page(REPORT.encode()), "NoApplicableCode"),
    ],
)
def test_something_else_is_recognised(page, problem):
    with pytest.raises(Contradiction, match=problem):
        probe_wfs(lambda *_a, **_o: page, refusal)


def test_a_file_that_answers_everything_is_no_service():
    with pytest.raises(Contradiction, match="whatever is asked"):
        probe_wfs(lambda *_a, **_o: capabilities(), lambda *_a, **_o: capabilities())


def test_a_service_without_types_has_no_data():
    with pytest.raises(Inconclusive, match="no feature type"):
        probe_wfs(lambda *_a, **_o: Page(NOTHING.encode()), refusal)


def test_capabilities_tell_types_operations_and_operators():
    found = read_capabilities(capabilities())
    assert found.version == "2.0.2"
    assert {t.name for t in found.types()} == {f"city:{n}" for n in WFS.types}
    first = found.types()[0]
    assert first.prefix == "city"
    assert first.tag == f"{{{first.namespace}}}{first.name.partition(':')[2]}"
    assert first.systems[0].endswith("25832")
    assert {"EqualTo", "Between", "Like"} <= found.operators("Comparison")
    assert found.operators("Spatial") == {"BBOX"}
    assert "application/geo+json" in found.allowed("GetFeature", "outputFormat")
    assert found.allowed("GetFeature", "version") == ("2.0.2", "2.0.0")


def test_a_refusal_is_a_report_with_a_status_and_a_code():
    assert assert_refused(refusal(), what="it")[0].code == "NoApplicableCode"
    with pytest.raises(Contradiction, match="another exception"):
        assert_refused(refusal(), "InvalidParameterValue", what="it")
    with pytest.raises(Contradiction, match="status 200"):
        assert_refused(Page(REPORT.encode()), what="it")
    with pytest.raises(Contradiction, match="without an exception report"):
        assert_refused(Page(b"<html/>", 500, "text/html"), what="it")
    with pytest.raises(Inconclusive):
        assert_refused(Page(b"", 401), what="it")


def test_a_report_with_status_200_is_no_success():
    with pytest.raises(Contradiction, match="refused"):
        assert_given(Page(REPORT.encode()), "it")
    assert assert_given(Page(b"PK", media_type="application/zip"), "it").status == 200
