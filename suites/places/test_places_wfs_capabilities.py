"""Capabilities of a Web Feature Service: versions, operations, what it declares, feature types.

WFS 2.0 (OGC 09-025r2), clauses 7 and 8, with OGC Web Services Common 1.1 (06-121r3); WFS 1.1 (04-094).
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import Kvp, assert_refused
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs import VERSIONS
from mimtest.vocabulary.wfs_capabilities import read_capabilities
from mimtest.vocabulary.wfs_crs import CRS84, find, is_known, moved, parts_of, uri_of

pytestmark = pytest.mark.interface("wfs")

ROOTS = {"2": "http://www.opengis.net/wfs/2.0", "1": "http://www.opengis.net/wfs"}
SECTIONS = ("ServiceIdentification", "OperationsMetadata", "FeatureTypeList", "Filter_Capabilities")
OPERATIONS = {
    "2": (
        "GetCapabilities",
        "DescribeFeatureType",
        "ListStoredQueries",
        "DescribeStoredQueries",
        "GetFeature",
    ),
    "1": ("GetCapabilities", "DescribeFeatureType", "GetFeature"),
}
#: The root elements of answers.
RESULTS = {"DescribeFeatureType": "schema", "GetFeature": "FeatureCollection"}
#: The constraints of Table 13 that say which classes a service conforms to.
CLASSES = (
    "ImplementsBasicWFS",
    "ImplementsTransactionalWFS",
    "ImplementsLockingWFS",
    "KVPEncoding",
    "XMLEncoding",
    "SOAPEncoding",
    "ImplementsResultPaging",
    "ManageStoredQueries",
)
#: Degrees: how far a feature may lie outside of a declared box, whose numbers are often rounded.
SLACK = 0.001


@pytest.mark.check("PLA-W-01", clause="OGC 09-025r2 8.3.2, 8.3.3; OGC 06-121r3 7.4")
def test_capabilities_are_there_with_all_their_parts(client):
    """GetCapabilities gives the service's metadata: its version, operations, feature types and filters."""
    accepted = client.interface.version or ",".join(VERSIONS)
    found = read_capabilities(Kvp(client, "WFS").ask("GetCapabilities", ACCEPTVERSIONS=accepted))
    space = ROOTS.get(found.version[:1])
    assert_that(
        space,
        "the capabilities name no version of WFS",
        expected="version 2.0.x or 1.1.0",
        received=found.version or "no version",
    )
    assert_that(
        xml.namespace(found.root) == space,
        "the capabilities' namespace does not belong to their version",
        expected=space,
        received=xml.namespace(found.root) or "no namespace",
    )
    there = [xml.local(e) for e in found.root]
    required = SECTIONS if found.version.startswith("2") else SECTIONS[:-1]
    missing = [s for s in required if s not in there]
    assert_that(
        not missing, "parts of the capabilities are missing", expected=required, received=there
    )
    kind = xml.text_of(found.root, "ServiceIdentification/ServiceType") or ""
    assert_that(
        "WFS" in kind.upper().replace("WEB FEATURE SERVICE", "WFS"),
        "the service names another type of service",
        expected="WFS",
        received=kind,
    )
    assert_that(found.types(), "the capabilities list no feature type")


@pytest.mark.check("PLA-W-02", clause="OGC 09-025r2 8.2.2; OGC 06-121r3 7.3.2")
@pytest.mark.parametrize("case", ["offered", "second choice", "none offered"])
def test_versions_are_negotiated(wfs, case):
    """AcceptVersions gives the first version the service has of those listed, or VersionNegotiationFailed."""
    if case == "none offered":
        refused = wfs.ask("GetCapabilities", VERSION=None, ACCEPTVERSIONS="9.9.9")
        what = "GetCapabilities with ACCEPTVERSIONS=9.9.9"
        statuses = (*wfs.error_statuses, 501) if wfs.is_2 else wfs.error_statuses
        assert_refused(refused, "VersionNegotiationFailed", what=what, statuses=statuses)
        return
    accepted = wfs.version if case == "offered" else f"9.9.9,{wfs.version}"
    answer = wfs.ask("GetCapabilities", VERSION=None, ACCEPTVERSIONS=accepted)
    assert_that(
        read_capabilities(answer).version == wfs.version,
        f"ACCEPTVERSIONS={accepted} gives another version",
        expected=wfs.version,
        received=read_capabilities(answer).version,
    )


@pytest.mark.check("PLA-W-03", clause="OGC 06-121r3 7.2.1, Table 25", strength="should")
def test_a_question_names_its_service(wfs):
    """GetCapabilities without the parameter SERVICE is answered with MissingParameterValue."""
    answer = wfs.ask("GetCapabilities", SERVICE=None, VERSION=None)
    what = "GetCapabilities without SERVICE"
    assert_refused(answer, "MissingParameterValue", what=what, statuses=wfs.error_statuses)


@pytest.mark.check("PLA-W-04", clause="OGC 09-025r2 8.3.5, Tables 1 and 13")
@pytest.mark.parametrize("case", ["operations", "addresses", "classes"])
def test_the_operations_are_declared(wfs, wfs_types, case):
    """The operations every service has are listed, their addresses answer, and its classes are declared."""
    declared = wfs.capabilities.operations
    wanted = OPERATIONS[wfs.version[:1]]
    assert wfs.capabilities.answer.ok
    if case == "operations":
        missing = [o for o in wanted if o not in declared]
        assert_that(not missing, "operations are missing", expected=wanted, received=list(declared))
    elif case == "addresses":
        _assert_addresses_answer(wfs, wfs_types[0])
    else:
        wfs.require_2()
        silent = [c for c in CLASSES if c not in wfs.capabilities.constraints]
        assert_that(
            not silent,
            "the capabilities do not say whether classes are implemented",
            expected=CLASSES,
            received=list(wfs.capabilities.constraints),
        )


def _assert_addresses_answer(wfs, kind):
    for name, result in RESULTS.items():
        listed = wfs.capabilities.operations.get(name)
        assert_that(
            listed and (listed.get or listed.post),
            f"{name} has no address",
            expected="an address for GET or POST",
            received="none",
        )
        if listed.get is None:
            raise NotApplicable("not_offered", f"{name} has no address for GET")
        params = wfs.wishes_of(kind, count=1) if name == "GetFeature" else wfs.describing(kind)
        answer = wfs.kvp.ask(name, at=wfs.capabilities.answer.resolve(listed.get), **params)
        assert_that(
            answer.status == 200,
            f"the address of {name} does not answer it",
            expected="status 200",
            received=f"status {answer.status} at {listed.get}",
        )
        root = xml.local(xml.parse(answer))
        assert_that(
            root == result,
            f"the address of {name} answers something else",
            expected=result,
            received=root,
        )


@pytest.mark.check("PLA-W-05", clause="OGC 06-121r3 11.5.2")
@pytest.mark.parametrize("case", ["lower case", "mixed case"])
def test_names_of_parameters_have_no_case(wfs, wfs_types, case):
    """Parameter names are taken in any letter case."""
    change = str.lower if case == "lower case" else str.title
    params = {"SERVICE": "WFS", "VERSION": wfs.version, "REQUEST": "DescribeFeatureType"}
    params |= wfs.describing(wfs_types[0])
    control = wfs.kvp.get(wfs.kvp.address(params, wfs.address("DescribeFeatureType")))
    if control.status != 200:
        raise Inconclusive("control_failed", f"DescribeFeatureType has status {control.status}")
    named = {change(name): value for name, value in params.items()}
    answer = wfs.kvp.get(wfs.kvp.address(named, wfs.address("DescribeFeatureType")))
    assert_that(
        answer.status == 200 and xml.local(xml.parse(answer)) == xml.local(xml.parse(control)),
        f"the same question in {case} has another answer",
        expected="status 200 and a schema",
        received=f"status {answer.status}: {answer.text()[:200]}",
    )


@pytest.mark.check("PLA-W-06", clause="OGC 09-025r2 8.3.4, Table 11")
@pytest.mark.parametrize("case", ["reference systems", "boxes"])
def test_feature_types_say_where_they_are(wfs, wfs_types, request, case):
    """A feature type names reference systems that PROJ knows, and its box in WGS 84 holds its features."""
    assert wfs.capabilities.answer.ok
    if case == "reference systems":
        for kind in wfs_types:
            _assert_systems(kind)
        return
    if not any(kind.boxes for kind in wfs_types):
        raise NotApplicable("not_offered", "no feature type has the optional WGS84BoundingBox")
    for_each(request.getfixturevalue("wfs_samples"), _assert_box, "no type has a box and places")


def _assert_systems(kind):
    if kind.default is None:
        assert_that(
            kind.is_nowhere,
            f"'{kind.name}' names no default reference system, nor that it has none",
            expected="DefaultCRS, or NoCRS (DefaultSRS, or NoSRS)",
            received=list(kind.others) or "neither",
        )
        return
    parts = parts_of(kind.default)
    if not all(map(uri_of, parts)):
        detail = f"{kind.default} is no name of EPSG or OGC; whether it is registered is for people"
        raise Inconclusive("needs_review", detail)
    assert_that(
        all(map(is_known, parts)),
        f"PROJ does not know the default reference system of '{kind.name}'",
        expected="a registered code",
        received=kind.default,
    )


def _assert_box(sample):
    boxes = [b.grown(SLACK) for b in sample.kind.boxes]
    wgs84 = find(CRS84)
    places = {
        f.id: f.place.shape
        for f in sample.features
        if f.place and f.place.shape and f.place.shape.positions
    }
    if not boxes or not places or sample.system is None:
        raise Inconclusive("no_data", "no box, or no places")
    for name, shape in places.items():
        options = [moved(s, sample.system, wgs84) for s in sample.system.orders(shape)]
        there = [s for s in options if s]
        if there:
            assert_that(
                any(box.holds(p) for s in there for p in s.positions for box in boxes),
                f"'{name}' lies outside of the box of '{sample.kind.name}'",
                expected=[(b.west, b.south, b.east, b.north) for b in sample.kind.boxes],
                received=Box.around(there[0].positions),
            )
