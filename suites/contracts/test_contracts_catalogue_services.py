"""Services in the catalogue, and whether the tested interfaces are among them."""

from typing import Final

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.dcat import WEB, assert_none, bare, follow, sample, things, wrong_with

pytestmark = pytest.mark.interface("dcat")

_DENIED: Final = (401, 403)
#: The kinds of interface that give data, which a catalogue of data is about.
_DATA: Final = (
    "ngsi-ld", "ngsi-v2", "sensorthings", "rest", "ogc-api-features", "wfs", "wms", "wmts", "ogc-api-tiles",
    "ogc-api-maps", "ogc-api-processes", "sparql", "file",
)  # fmt: skip
_ADDRESSES: Final = "dcat:accessURL|dcat:downloadURL|dcat:endpointURL"
#: Where the APIs of brokers are, below the address of the broker.
_BELOW_ROOTS: Final = ("/ngsi-ld/v1", "/v2")
_MANDATORY: Final = {
    "title": "dct:title ?v",
    "endpoint": "dcat:endpointURL ?v FILTER(isIRI(?v))",
}


@pytest.mark.check(
    "CTR-CAT-14",
    clause="DCAT-AP 3.0.1 Data Service; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", list(_MANDATORY))
def test_services_are_described(catalogue, what):
    """Every data service has what DCAT-AP makes mandatory: a title and an endpoint, which is an IRI."""
    catalogue.require_profile()
    services = catalogue.column(f"SELECT DISTINCT ?t {{ {things('dcat:DataService')} }}")
    if not services:
        raise NotApplicable("not_offered", "the catalogue has no dcat:DataService")
    pattern = f"{things('dcat:DataService')} FILTER NOT EXISTS {{ ?t {_MANDATORY[what]} }}"
    assert_none(
        catalogue.column(f"SELECT DISTINCT ?t {{ {pattern} }}"),
        f"data services have no {what}",
        expected="dct:title" if what == "title" else "dcat:endpointURL with an IRI",
        of=len(services),
    )


@pytest.mark.check(
    "CTR-CAT-21",
    clause="DCAT 3 6.9.2; DCAT-AP 3.0.1 Data Service; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
def test_descriptions_of_services_are_there(client, catalogue, looked):
    """The descriptions that services name, such as OpenAPI or capabilities, are where the catalogue says."""
    told = catalogue.column(
        "SELECT DISTINCT ?v { ?s dcat:endpointDescription ?v FILTER(isIRI(?v)) } ORDER BY ?v"
    )
    if not told:
        raise NotApplicable("not_offered", "no data service has an address of a description")
    asked = sample(catalogue, told, "descriptions of services", 10, looked)
    dead = wrong_with(asked, lambda a: _missing(follow(client, a)))
    assert_none(
        [f"{a} ({why})" for a, why in dead.items()],
        "descriptions of services are not there",
        expected="a description, such as OpenAPI or capabilities",
        of=len(asked),
    )


def _missing(answer):
    """What is wrong with the answer that describes a service."""
    if answer.status in _DENIED or (answer.ok and answer.body.strip()):
        return None
    return f"status {answer.status}{', nothing in it' if answer.ok else ''}"


@pytest.mark.check(
    "CTR-CAT-18",
    clause="MIMs Plus 9.0 MIM3 C4, RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
def test_the_tested_interfaces_are_in_the_catalogue(catalogue, target, looked):
    """The interfaces of the target file that give data are endpoints or addresses of the catalogue."""
    given = [i for i in target.of_kind(_DATA) if i.url.startswith(WEB) and not i.is_guarded]
    if not given:
        raise NotApplicable(
            "not_offered", "the target file has no interface that gives data to all"
        )
    told = _alike_all(catalogue, _ADDRESSES)
    roots = _alike_all(catalogue, "dcat:endpointURL")
    unlisted = [i for i in given if not _is_listed(_alike(i.url), told, roots)]
    if unlisted:
        catalogue.require_whole()
    looked(f"{len(given)} interfaces of the target file that are open to all")
    assert_none(
        [f"interfaces.{i.name} {i.url}" for i in unlisted],
        "interfaces of the target file are not in the catalogue",
        expected="the address as dcat:endpointURL, dcat:accessURL or dcat:downloadURL",
        of=len(given),
    )


def _alike_all(catalogue, terms):
    return {_alike(u) for u in catalogue.column(f"SELECT DISTINCT ?u {{ ?t {terms} ?u }}")}


def _alike(address):
    """An address without what makes no difference."""
    scheme, _, rest = bare(address).partition("://")
    host, slash, path = rest.partition("/")
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    return f"{host.lower().removesuffix(port)}{slash}{path}".rstrip("/").replace("/?", "?")


def _is_listed(address, told, roots):
    """Whether an address, or one below it, is told; or the root of its service, which is more than a host."""
    if any(_is_below(t, address) for t in told):
        return True
    if any(address == f"{r}{path}" for r in roots for path in _BELOW_ROOTS):
        return True
    return any("/" in r and _is_below(address, r) for r in roots)


def _is_below(address, start):
    return address == start or address.startswith(
        (f"{start}/", f"{start}&" if "?" in start else f"{start}?")
    )
