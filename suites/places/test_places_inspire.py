"""What INSPIRE wants of download services, where it is claimed.

Good practice "INSPIRE download services based on OGC API - Features" (oapif-download/1.0).
"""

from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.offered_systems import offered_by
from mimtest.vocabulary.ogcapi import Service, document, links_of
from mimtest.vocabulary.planes import known
from mimtest.vocabulary.xml import local, parse, text_of

pytestmark = pytest.mark.interface("ogc-api-features")

ROOTS = ("MD_Metadata", "MI_Metadata", "GetRecordByIdResponse")
NO_HEAD = 405
#: ETRS89 on the ellipsoid, and its projections for all of Europe and for zones (Regulation 1089/2010, annex II 1.3).
EUROPEAN = frozenset(
    {"4258", "4937", "3034", "3035"}
    | {str(n) for n in range(3038, 3052)}
    | {str(n) for n in range(25828, 25839)}
)


@pytest.fixture(scope="session")
def visited(client):
    """The service, and the answer with the list of collections."""
    service = Service(client)
    return service, service.linked("data", "/collections")


@pytest.fixture(scope="session")
def links(visited):
    """The links of the list of collections, in small letters."""
    _, listing = visited
    return [(k.rel.lower(), k) for k in links_of(listing, document(listing))]


def _of(links, rel):
    return [k for name, k in links if name == rel]


@pytest.mark.check(
    "PLA-I-01",
    clause="oapif-download/1.0/req/pre-defined/spatial-data-set-metadata",
    option="inspire",
)
def test_the_data_set_leads_to_its_metadata(visited, links):
    """The list of collections leads to a record of metadata of the data set."""
    service, listing = visited
    _ = listing.status
    records = [k for k in _of(links, "describedby") if k.type == "application/xml"]
    told = "no link leads to metadata of the data set"
    assert_that(
        records, told, expected="describedby, application/xml", received=[r for r, _ in links]
    )
    found = [local(root) for root in _documents(service, records)]
    told = "what is said to be metadata is something else"
    assert_that(set(found) & set(ROOTS), told, expected=" or ".join(ROOTS), received=found)


def _documents(service, records):
    """The documents behind links. Raises Inconclusive where all are elsewhere."""
    found = []
    for link in records:
        with suppress(OutOfScope):
            answer = assert_status(service.get(link.href, accept="application/xml"), 200)
            found.append(parse(answer))
    if not found:
        detail = f"{records[0].href} is at a host the target file does not name"
        raise Inconclusive("out_of_scope", detail)
    return found


@pytest.mark.check(
    "PLA-I-04", clause="oapif-download/1.0/req/pre-defined/licence", option="inspire"
)
def test_there_is_a_licence(visited, links):
    """The list of collections, a collection or the landing page leads to the licence of the data set."""
    service, listing = visited
    landing = service.get()
    held = [*document(listing).get("collections", []), document(landing)]
    named = [k.rel.lower() for part in held for k in links_of(listing, part)]
    rels = [*(r for r, _ in links), *named]
    assert_that(
        "license" in rels,
        "no link leads to a licence",
        expected="a link 'license'",
        received=sorted(set(rels)),
    )


@pytest.mark.check(
    "PLA-I-08", clause="oapif-download/1.0/req/pre-defined/enclosure", option="inspire"
)
def test_the_data_set_comes_as_a_file(visited, links):
    """The list of collections leads to the whole data set as a file, which is there."""
    service, listing = visited
    _ = listing.status
    files = _of(links, "enclosure")
    told = "no link leads to the whole data set"
    assert_that(files, told, expected="a link 'enclosure'", received=[r for r, _ in links])
    for link in files:
        answer = service.client.head(link.href)
        if answer.status == NO_HEAD:
            raise Inconclusive("not_offered", f"{link.href} does not answer HEAD")
        assert_status(answer, 200)
        size = answer.headers.get("content-length") or "0"
        told = f"the file at {link.href} is empty"
        assert_that(
            size.isdecimal() and int(size) > 0, told, expected="Content-Length", received=size
        )


@pytest.mark.check(
    "PLA-I-09", clause="oapif-download/1.0/req/pre-defined/enclosure-type", option="inspire"
)
def test_files_name_their_media_type(visited, links):
    """Every link to the whole data set as a file names its media type."""
    _, listing = visited
    _ = listing.status
    files = _files(links)
    bare = [k.href for k in files if not k.type or "/" not in k.type]
    assert_that(not bare, "links to files without a media type", expected="type", received=bare)


def _files(links):
    files = _of(links, "enclosure")
    if not files:
        raise NotApplicable("not_offered", "no link leads to the whole data set as a file")
    return files


@pytest.mark.check(
    "PLA-I-10",
    clause="oapif-download/1.0/req/multilinguality/hreflang",
    option="inspire",
    strength="should",
)
def test_files_name_their_language(visited, links):
    """Every link to the whole data set as a file names the language in it."""
    _, listing = visited
    held = document(listing)["links"]
    _files(links)
    bare = [k.get("href") for k in held if k.get("rel") == "enclosure" and not k.get("hreflang")]
    assert_that(not bare, "links to files without a language", expected="hreflang", received=bare)


@pytest.mark.check(
    "PLA-I-13",
    clause="Regulation (EU) 1089/2010 annex II 1.3, 1.4",
    option="inspire",
    strength="should",
)
def test_a_european_reference_system_is_offered(client):
    """Every data set looked at is offered in one of the reference systems of INSPIRE, too."""
    offered = offered_by(client)
    if all(data.is_default for data in offered):
        raise NotApplicable("class_not_declared", "no other reference system than CRS84 is offered")
    for data in offered:
        codes = {u.rpartition("/")[2] for u in data.known}
        told = f"'{data.name}' is offered in no reference system of INSPIRE"
        assert_that(
            codes & EUROPEAN,
            told,
            expected="such as EPSG:4258, 3035, 25832",
            received=sorted(codes),
        )


@pytest.mark.check(
    "PLA-I-14",
    clause="MIMs Plus 9.0 MIM7 R5.1; INSPIRE metadata 2.1.3",
    option="inspire",
    rests_on=("PLA-I-01",),
)
def test_the_metadata_name_the_reference_systems(visited, links):
    """The metadata of the data set name its reference systems by codes that PROJ knows."""
    service, listing = visited
    _ = listing.status
    records = [k for k in _of(links, "describedby") if k.type == "application/xml"]
    if not records:
        raise Inconclusive("precondition_unmet", "no link leads to metadata of the data set")
    named = [code for root in _documents(service, records) for code in _codes(root)]
    told = "the metadata name no reference system that is known"
    assert_that(any(map(known, named)), told, expected="such as EPSG:25832", received=named[:5])


def _codes(root):
    for identifier in root.iter("{http://www.isotc211.org/2005/gmd}RS_Identifier"):
        for code in identifier.iter("{http://www.isotc211.org/2005/gmd}code"):
            text = next((t for t in map(text_of, code.iter()) if t), None)
            link = next(
                (v for e in code.iter() for n, v in e.attrib.items() if n.endswith("href")), None
            )
            yield link or text or ""
