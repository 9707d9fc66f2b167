"""The way in: from the one address a city is given, links lead to all the rest.

OGC API - Features - Part 1: Core (17-069r4), 7.2 to 7.4.
"""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.ogcapi import choose, declared_classes, document, links_of

#: Documents about data prove nothing where there is no data: each check starts from some.
pytestmark = [pytest.mark.interface("ogc-api-features"), pytest.mark.usefixtures("samples")]

CORE = re.compile(r"http://www\.opengis\.net/spec/ogcapi-features-1/1\.\d+/conf/core")
SPEC = re.compile(r"https?://www\.opengis\.net/spec/(ogcapi-features-\d+|cql2)/\d+\.\d+/conf/(.+)")
CORE_CLASS = ("ogcapi-features-1", "core")
NEEDS = {
    ("ogcapi-features-1", "geojson"): [CORE_CLASS],
    ("ogcapi-features-1", "html"): [CORE_CLASS],
    ("ogcapi-features-1", "oas30"): [CORE_CLASS],
    ("ogcapi-features-2", "crs"): [CORE_CLASS],
    ("ogcapi-features-3", "filter"): [("ogcapi-features-3", "queryables")],
    ("ogcapi-features-3", "features-filter"): [CORE_CLASS, ("ogcapi-features-3", "filter")],
    ("ogcapi-features-3", "queryables-query-parameters"): [
        CORE_CLASS,
        ("ogcapi-features-3", "queryables"),
    ],
}
MOST_LINKS = 15


@pytest.mark.check("PLA-C-02", clause="OGC 17-069r4 /req/core/root-success")
def test_the_landing_page_leads_to_everything_else(service, landing):
    """The landing page links to an API definition, the conformance declaration and the collections."""
    links = links_of(landing, document(landing))
    known = ", ".join(sorted({link.rel for link in links}))
    described = choose(links, "service-desc") or any(k.rel == "service-doc" for k in links)
    assert_that(
        described,
        "no link to an API definition",
        expected="service-desc or service-doc",
        received=known,
    )
    for rel, name in (("conformance", "conformsTo"), ("data", "collections")):
        link = choose(links, rel)
        assert_that(
            link, f"no link '{rel}' that leads to JSON", expected=f"a link '{rel}'", received=known
        )
        member(document(service.get(link.href)), name, list, f"the document behind '{rel}'")


@pytest.mark.check("PLA-C-04", clause="OGC 17-069r4 /req/core/api-definition-success")
def test_the_api_definition_is_what_its_link_says(service, landing):
    """The API definition is there, in the media type its link names, and describes paths if it is OpenAPI."""
    links = links_of(landing, document(landing))
    link = choose(links, "service-desc") or next(
        (k for k in links if k.rel.startswith("service-d")), None
    )
    assert_that(link, "no link to an API definition", expected="service-desc or service-doc")
    answer = assert_status(service.get(link.href, accept=link.type or "*/*"), 200)
    if link.type:
        assert_media_type(answer, link.type)
    if answer.media_type.endswith("json"):
        definition = json_object(answer, "the API definition")
        if "openapi" not in definition and "openapi" not in answer.media_type:
            return  # another language for API definitions: OpenAPI is recommended only
        member(definition, "openapi", str, "the API definition")
        assert_that(member(definition, "paths", dict), "the API definition describes no path")


@pytest.mark.check("PLA-C-05", clause="OGC 17-069r4 /req/core/conformance-success")
def test_the_conformance_declaration_names_core(conformance):
    """A service that serves features declares the class Core of OGC API - Features."""
    classes = declared_classes(conformance)
    assert_that(
        any(CORE.fullmatch(c) for c in classes),
        "Core is not declared",
        expected="http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        received=classes,
    )


@pytest.mark.check("PLA-C-06", clause="OGC 17-069r4 2; 18-058r1 2; 19-079r2 2", strength="should")
def test_declared_classes_come_with_those_they_need(conformance):
    """Every declared class of OGC API - Features comes with the classes it depends on."""
    classes = declared_classes(conformance)
    named = {m.group(1, 2) for m in map(SPEC.fullmatch, classes) if m}
    for part, name in sorted(named & NEEDS.keys()):
        lacking = [f"{p}/{n}" for p, n in NEEDS[part, name] if (p, n) not in named]
        assert_that(
            not lacking, f"{part}/{name} is declared alone", expected=lacking, received=classes
        )


@pytest.mark.check("PLA-D-04", clause="OGC 17-069r4 7.2, 7.14; RFC 8288 3.4.1", strength="should")
def test_links_lead_to_what_they_promise(service, landing, collections):
    """Every link of the landing page and of a collection leads to a document of the type it names."""
    described = service.get(collections[0].address)
    links = [
        link
        for page in (landing, described)
        for link in [k for k in links_of(page, document(page)) if not k.is_template][:MOST_LINKS]
    ]
    followed = 0
    for link in dict.fromkeys(links):
        try:
            answer = service.get(link.href, accept=link.type or "*/*")
        except OutOfScope:
            continue
        if answer.status not in (401, 403):
            assert_status(answer, 200, what=f"the answer at {link.href} ('{link.rel}')")
            assert_media_type(answer, link.type or answer.media_type)
        followed += 1
    if not followed:
        raise Inconclusive(
            "out_of_scope", "every link leads to a host the target file does not name"
        )
