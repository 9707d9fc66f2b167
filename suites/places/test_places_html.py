"""The service for people: every page in HTML, with all that the JSON says, and links to go on.

OGC API - Features - Part 1: Core (17-069r4), 8.2. The class is optional: where it is not declared
these checks do not apply.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that
from mimtest.vocabulary.ogcapi import FEATURES, JSON, choose, declared_classes, document, links_of
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.webpage import read_page

pytestmark = [
    pytest.mark.interface("ogc-api-features"),
    pytest.mark.usefixtures("samples", "web"),
]

HTML = "text/html"
LONG_ENOUGH = 3


@pytest.fixture(scope="session")
def web(conformance):
    """That the class HTML is declared."""
    classes = declared_classes(conformance)
    if not any("/ogcapi-features-1/1." in c and c.endswith("/conf/html") for c in classes):
        raise NotApplicable("class_not_declared", "the class HTML is not declared")


@pytest.mark.check("PLA-E-10", clause="OGC 17-069r4 /req/html/definition")
@pytest.mark.parametrize(
    "place", ["landing page", "conformance", "collections", "collection", "features", "feature"]
)
def test_every_page_comes_as_html(service, samples, place):
    """Every resource comes as an HTML document when that is asked for."""
    answer = _as_html(service, _address(service, samples[0], place))
    assert_media_type(assert_status(answer, 200, what=f"the {place} as HTML"), HTML)
    read_page(answer)


def _address(service, sample, place):
    collection = sample.collection
    if place == "feature" and not sample.known:
        raise Inconclusive("precondition_unmet", "the features have no ids of their own")
    return {
        "landing page": lambda: "",
        "conformance": lambda: _linked(service, "conformance"),
        "collections": lambda: _linked(service, "data"),
        "collection": lambda: collection.address,
        "features": lambda: collection.items,
        "feature": lambda: collection.item(next(iter(sample.known))),
    }[place]()


def _linked(service, rel):
    landing = service.get()
    link = choose(links_of(landing, document(landing)), rel, HTML, JSON)
    return link.href if link else {"conformance": "/conformance", "data": "/collections"}[rel]


def _as_html(service, address):
    """The answer to a wish for HTML; where JSON comes, what it links to as HTML."""
    answer = service.get(address, accept=HTML)
    if answer.media_type == HTML:
        return answer
    told = service.get(address, accept=FEATURES)
    links = links_of(told, told.json()) if told.ok else []
    found = [k for k in links if k.rel == "alternate" and k.type == HTML and not k.is_template]
    return service.get(found[0].href, accept=HTML) if found else answer


def _page(service, address):
    answer = _as_html(service, address)
    if answer.status != 200 or answer.media_type != HTML:
        raise Inconclusive("precondition_unmet", f"{address} does not come as HTML")
    return read_page(answer)


@pytest.mark.check("PLA-E-11", clause="OGC 17-069r4 /req/html/content A", rests_on=("PLA-E-10",))
def test_pages_say_what_the_data_say(service, samples):
    """The page of the collections names them, and the page of a feature has its id or values of its properties."""
    listed = _page(service, _linked(service, "data"))
    for sample in samples:
        told = sample.collection.document.get("title")
        names = [sample.collection.id, *([told] if isinstance(told, str) else [])]
        assert_that(
            any(map(listed.says, names)),
            "the page of the collections does not name one",
            expected=" or ".join(names),
            received=listed.text[:200],
        )

    def ask(sample):
        feature = next(iter(sample.known.values()), None)
        if feature is None:
            raise Inconclusive("no_data", "no ids")
        texts = [v for v in feature.properties.values() if isinstance(v, str)]
        wanted = [feature.id, *(t for t in texts if len(t) >= LONG_ENOUGH)]
        page = _page(service, sample.collection.item(feature.id))
        assert_that(
            any(map(page.says, wanted)),
            f"the page of '{feature.id}' has nothing of it",
            expected=wanted,
            received=page.text[:200],
        )

    for_each(samples[:2], ask, "no feature has an id of its own")


@pytest.mark.check("PLA-E-12", clause="OGC 17-069r4 /req/html/content A", rests_on=("PLA-E-10",))
def test_pages_link_to_each_other(service, samples):
    """The landing page links to the collections, and the page of these to each of them, as anchors."""
    page = _page(service, "")
    target = _linked(service, "data")
    target = target if "://" in target else service.client.url(target)
    assert_that(
        page.leads_to(target),
        "no anchor of the landing page leads to the collections",
        expected=target,
        received=list(page.anchors)[:8],
    )
    listed = _page(service, target)
    for sample in samples:
        places = [sample.collection.address, sample.collection.path(), sample.collection.items]
        assert_that(
            any(map(listed.leads_to, places)),
            f"no anchor of the page of collections leads to '{sample.collection.id}'",
            expected=places[0],
            received=list(listed.anchors)[:8],
        )


@pytest.mark.check(
    "PLA-E-24", clause="HTML Living Standard 4.2.2; WCAG 2.2 2.4.2", strength="should"
)
def test_pages_have_titles(service, samples):
    """The pages of the service and of its collections have a title."""
    for address in ("", _linked(service, "data"), samples[0].collection.address):
        page = _page(service, address)
        assert_that(
            page.title, f"the page at {address or 'the address'} has no title", expected="<title>"
        )
