"""Mistakes of a client are told by a Web Feature Service, as exception reports. Each has a right twin.

WFS 2.0 (OGC 09-025r2), 7.5 with Tables 3 and D.2; OGC Web Services Common 1.1 (06-121r3), clause 8.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_refused, faults_of, told

pytestmark = pytest.mark.interface("wfs")

NO_TYPE = "MimtestNothing"
NOT_XML = "<fes:Filter xmlns:fes='http://www.opengis.net/fes/2.0'><fes:PropertyIsEqualTo>"
#: What is wrong about a question for features, by name: parameters of 2.0, and of 1.1 where they differ.
MISTAKES = {
    "negative count": {"COUNT": "-1"},
    "count in words": {"COUNT": "many"},
    "start in words": {"STARTINDEX": "many"},
    "unknown type": {"TYPENAMES": NO_TYPE},
    "unknown format": {"OUTPUTFORMAT": "application/x-mimtest-nothing"},
    "unknown version": {"VERSION": "9.9.9"},
    "broken filter": {"FILTER": NOT_XML},
    "broken box": {"BBOX": "west,south,east,north"},
    "unknown operation": {"REQUEST": "GetMimtest"},
    "unknown service": {"SERVICE": "MIMTEST"},
}
OLD_WORDS = {"COUNT": "MAXFEATURES", "TYPENAMES": "TYPENAME"}
#: The exception each mistake belongs to, and what is at fault by Table 3; other codes are open there.
CODES = {
    "unknown type": (("InvalidParameterValue",), ("TYPENAME", "TYPENAMES")),
    "negative count": (
        ("InvalidParameterValue", "OperationParsingFailed"),
        ("COUNT", "MAXFEATURES"),
    ),
    "unknown format": (("InvalidParameterValue",), ("OUTPUTFORMAT",)),
    "broken filter": (
        ("OperationParsingFailed", "InvalidParameterValue", "OptionNotSupported"),
        (),
    ),
    "unknown operation": (("OperationNotSupported", "InvalidParameterValue"), ()),
    "no operation": (("MissingParameterValue",), ("REQUEST",)),
    "unknown system": (("InvalidParameterValue",), ("SRSNAME",)),
}


def _control(wfs, sample):
    """The question that is right is answered."""
    answer = wfs.features(sample.kind, count=1)
    if answer.status != 200 or faults_of(answer):
        raise Inconclusive("control_failed", f"GetFeature has status {answer.status}")


def _wrong(wfs, sample, mistake):
    """The answer to the same question with a mistake."""
    if mistake == "no operation":
        return wfs.kvp.ask(None, at=wfs.address("GetFeature"), **wfs.wishes_of(sample.kind))
    if mistake == "unknown system":
        return wfs.features(sample.kind, count=1, srs="urn:ogc:def:crs:EPSG::999999")
    given = MISTAKES[mistake]
    bad = given if wfs.is_2 else {OLD_WORDS.get(n, n): v for n, v in given.items()}
    if mistake == "start in words":
        wfs.require_2()
        wfs.require_constraint("ImplementsResultPaging")
    operation = bad.get("REQUEST", "GetFeature")
    params = {**wfs.wishes_of(sample.kind, count=1), **bad}
    params.pop("REQUEST", None)
    return wfs.kvp.ask(operation, at=wfs.address("GetFeature"), **params)


@pytest.mark.check("PLA-W-24", clause="OGC 09-025r2 7.5, Table 3, Table D.2; OGC 06-121r3 8")
@pytest.mark.parametrize("mistake", [*MISTAKES, "no operation"])
def test_a_mistake_is_told(wfs, wfs_samples, mistake):
    """A wrong question is answered with an exception report and a status of a client's error, not passed over."""
    sample = wfs_samples[0]
    _control(wfs, sample)
    statuses = wfs.error_statuses
    if mistake == "unknown operation":
        statuses = (*statuses, 501)  # 06-121r9, Table 28
    assert_refused(_wrong(wfs, sample, mistake), what=mistake, statuses=statuses)


@pytest.mark.check("PLA-W-33", clause="OGC 09-025r2 Table 3, Table D.2", strength="should")
@pytest.mark.parametrize("mistake", CODES)
def test_an_exception_says_what_is_wrong(wfs, wfs_samples, mistake):
    """An exception report has the code and the locator that belong to the mistake, and status 400."""
    sample = wfs_samples[0]
    _control(wfs, sample)
    codes, locators = CODES[mistake]
    answer = _wrong(wfs, sample, mistake)
    statuses = (400,) if wfs.is_2 else wfs.error_statuses
    if mistake == "unknown operation":
        statuses = (*statuses, 501)
    faults = assert_refused(answer, *codes, what=mistake, statuses=statuses)
    named = {(f.locator or "").upper() for f in faults}
    assert_that(
        not locators or named & set(locators),
        f"the report does not say where the mistake is: {mistake}",
        expected=f"locator {' or '.join(locators)}",
        received=told(faults),
    )


@pytest.mark.check("PLA-W-34", clause="OGC 09-025r2 7.5; OGC 06-121r3 8.5")
def test_a_report_is_written_by_the_book(wfs, wfs_samples):
    """An exception report is ows:ExceptionReport in the namespace of its version, with a version and codes."""
    _control(wfs, wfs_samples[0])
    answer = _wrong(wfs, wfs_samples[0], "unknown type")
    assert_refused(answer, what="an unknown type", statuses=wfs.error_statuses)
    root = xml.parse(answer)
    space = "http://www.opengis.net/ows/1.1" if wfs.is_2 else "http://www.opengis.net/ows"
    assert_that(
        root.tag == f"{{{space}}}ExceptionReport",
        "the exception report is of another standard",
        expected=f"{{{space}}}ExceptionReport",
        received=root.tag,
    )
    assert_that(
        root.get("version"),
        "the exception report has no version",
        expected="version",
        received=list(root.keys()),
    )
    assert_that(
        "xml" in answer.media_type,
        "the exception report has another media type than XML",
        expected="XML",
        received=answer.media_type or "none",
    )
