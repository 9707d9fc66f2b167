"""At the door: what answers is the service the standard describes, by HTTP, for everybody who may come.

OGC API - Features - Part 1: Core (17-069r4), 7.2 to 7.8, and HTTP (RFC 9110).
"""

import ipaddress
import re
from urllib.parse import urlsplit

import pytest

from mimtest.errors import Inconclusive, NotApplicable, Unanswered
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt, fail, member
from mimtest.vocabulary.ogcapi import FEATURES, declared_classes, document, links_of
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import for_each, page_size
from mimtest.vocabulary.web_addresses import address_parts

#: Documents about data prove nothing where there is no data: each check starts from some.
pytestmark = [pytest.mark.interface("ogc-api-features"), pytest.mark.usefixtures("samples")]

PART_1 = re.compile(r"https?://www\.opengis\.net/spec/ogcapi-features-1/\d+\.\d+/conf/.+")
DRAFT = re.compile(r"https?://www\.opengis\.net/spec/(wfs-1/3\.0|WFS/3\.0|.*/0\.\d+)/.*")
#: What comes out of a programme that broke, not out of an answer that was meant.
TRACES = re.compile(
    r"Traceback \(most recent|^\s*at [\w$.]+\([\w$]+\.java:\d+\)|(?:SQLSTATE|ORA-\d{5}|psycopg2?\.)"
    r"|java\.lang\.\w+(?:Exception|Error)|Fatal error: .* on line \d+",
    re.MULTILINE,
)
ELSEWHERE = "https://map.example"


@pytest.mark.check(
    "PLA-D-01", clause="OGC 17-069r4 /req/core/root-success, /req/core/conformance-success"
)
def test_the_service_is_one_of_features(landing, conformance, listing, samples):
    """What answers is a service of features by what it says: its classes, its collections, and the features it gives."""
    assert_that(document(landing).get("links"), "the landing page has no links", expected="links")
    classes = declared_classes(conformance)
    assert_that(
        any(map(PART_1.fullmatch, classes)),
        "no class of OGC API - Features - Part 1 is declared",
        expected="http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        received=classes,
    )
    assert_that(member(document(listing), "collections", list), "no collection is listed")
    for sample in samples:
        assert_that(features_of(sample.page(limit=1)), f"'{sample.collection.id}' gives no feature")


@pytest.mark.check("PLA-D-02", clause="OGC 17-069r4 clause 2", strength="should")
def test_the_version_is_a_published_one(conformance):
    """The declared classes are those of published standards, not of the drafts before them."""
    drafts = [c for c in declared_classes(conformance) if DRAFT.fullmatch(c)]
    assert_that(not drafts, "classes of a draft", expected="published classes", received=drafts)


@pytest.mark.check("PLA-D-03", clause="OGC 17-069r4 7.2; RFC 8288 3.1", strength="should")
def test_links_lead_where_everybody_gets(service, landing, listing, samples):
    """Links keep to the scheme of the service and name no host that is known inside only."""
    own = urlsplit(service.client.url())
    wrong = set()
    for page in (landing, listing, samples[0].page(limit=1)):
        described = document(page)
        collections = described.get("collections")
        holders = [described, *(collections if isinstance(collections, list) else ())]
        for link in (k for holder in holders for k in links_of(page, holder)):
            parts = address_parts(link.href)
            falls_back = own.scheme == "https" and parts.scheme == "http"
            if falls_back and parts.hostname == own.hostname:
                wrong.add(link.href)
            if _is_hidden(parts.hostname, own.hostname):
                wrong.add(link.href)
    assert_that(
        not wrong,
        "links that lead nowhere from outside",
        expected=f"links below {own.scheme}://{own.netloc}",
        received=sorted(wrong)[:3],
    )


def _is_hidden(host, own):
    """Whether a host is known on one machine or in one network only, and the service is not there.

    RFC 1918, RFC 6761, RFC 6762. A service inside a network may name addresses inside it.
    """
    if host is None or host == own:
        return False
    if address := _address(host):
        return address.is_loopback or not (address.is_global or _is_private(own))
    return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan"))


def _is_private(host):
    address = _address(host)
    return "." not in host if address is None else not address.is_global


def _address(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@pytest.mark.check("PLA-D-05", clause="RFC 9110 9.1, 9.3.2", strength="should")
def test_head_is_get_without_the_body(service, samples):
    """HEAD gets the status and the media type that GET gets, and no body."""
    for address in (service.client.url(), samples[0].collection.items):
        got = assert_status(service.get(address, accept=FEATURES), 200, 406)
        head = service.client.head(address, headers={"Accept": FEATURES})
        if got.status != 200 or got.url != head.url:
            continue
        assert_status(head, 200, what=f"the answer to HEAD at {address}")
        assert_that(
            head.media_type == got.media_type and not head.body,
            "HEAD differs from GET",
            expected=f"{got.media_type}, no body",
            received=f"{head.media_type}, {len(head.body)} bytes",
        )


@pytest.mark.check("PLA-D-06", clause="RFC 9112 6.3, 9.6", strength="may")
def test_an_error_does_not_break_the_connection(service, samples):
    """An answer to a mistake comes whole, and the next question is answered."""
    items, headers = samples[0].collection.items, {"Accept": FEATURES}
    for wrong in ("west,south,east,north", "1,2,3"):
        try:
            service.client.get(items, params={"bbox": wrong}, headers=headers)
            after = service.client.get(items, params={"limit": "1"}, headers=headers)
        except Unanswered as problem:
            fail(
                "a mistake of the client breaks the connection",
                expected="a whole answer, and one to the next question",
                received=str(problem),
            )
        assert_status(after, 200, what="the answer after a mistake")


@pytest.mark.check("PLA-D-08", clause="OGC 17-069r4 /rec/core/cross-origin", strength="may")
def test_maps_of_others_read_the_features(service, samples):
    """Features are open to web pages from elsewhere (CORS)."""
    if service.client.interface.auth is not None:
        raise NotApplicable("not_offered", "the service is not open to everybody")
    headers = {"Accept": FEATURES, "Origin": ELSEWHERE}
    answer = service.client.get(samples[0].collection.items, headers=headers)
    given = assert_status(answer, 200).headers.get("access-control-allow-origin")
    assert_that(
        given in ("*", ELSEWHERE),
        "web pages from elsewhere get nothing",
        expected=f"Access-Control-Allow-Origin: * or {ELSEWHERE}",
        received=given or "no Access-Control-Allow-Origin",
    )


@pytest.mark.check("PLA-C-01", clause="OGC 17-069r4 /req/core/http; RFC 9110 15.6.1")
def test_no_right_question_breaks_the_service(samples):
    """No question the standard knows is answered with an error of the server."""

    def ask(sample):
        size = page_size(len(sample.walk.features))
        for question in (
            {},
            {"limit": 1},
            {"limit": size, "bbox": "-180,-90,180,90"},
            {"limit": 1, "bbox": "170,-20,-170,20"},
            {"limit": 1, "bbox": "0,0,0,0"},
            {"limit": 1, "datetime": "2020-02-29T12:00:00Z"},
            {"limit": 1, "datetime": "../2020-02-29T12:00:00.5+01:00"},
            {"limit": 1, "bbox": "-180,-90,180,90", "datetime": "1999-12-31T23:59:59Z/.."},
        ):
            status = sample.page(**question).status
            if status == 503:
                raise Inconclusive("server_error", f"{question} is answered with 503")
            assert_that(
                status < 500,
                f"{question} breaks it",
                expected="no 5xx",
                received=f"status {status}",
            )

    for_each(samples[:2], ask, "no collection has features")


@pytest.mark.check("PLA-C-38", clause="OGC 17-069r4 7.5.1; RFC 9110 15.5", strength="should")
def test_errors_are_told_to_programs(service, samples, absent):
    """An answer to a mistake is JSON or empty where JSON is accepted, and shows nothing of the inside."""
    sample, looked_at = samples[0], 0
    nowhere = absent(next(iter(sample.known), "1"))
    for answer in (
        sample.page(bbox="west,south,east,north"),
        sample.page(limit="many"),
        service.features(sample.collection.item(nowhere)),
        service.features(sample.collection.path("items").replace("/items", "-mimtest/items")),
    ):
        if answer.status < 400:
            continue
        looked_at += 1
        trace = TRACES.search(answer.text())
        assert_that(trace is None, "an error shows the inside", received=trace and trace[0].strip())
        assert_that(
            not answer.body.strip() or "json" in answer.media_type,
            f"an error with status {answer.status} is no JSON",
            expected="JSON or nothing",
            received=f"{answer.media_type or 'no media type'}: {excerpt(answer)}",
        )
        if answer.body.strip():
            answer.json()
    if not looked_at:
        raise Inconclusive("no_data", "no mistake is answered with an error")
