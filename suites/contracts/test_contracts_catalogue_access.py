"""What the catalogue leads to: datasets by their IRIs, data by its addresses, services, the tested interfaces."""

from typing import Final

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dcat import (
    ACCEPT,
    WEB,
    assert_none,
    bare,
    examples,
    follow,
    read_catalogue,
    spread,
    squeezed,
)
from mimtest.vocabulary.published import words_of
from mimtest.vocabulary.statements import SYNTAXES, Statements, iri

pytestmark = pytest.mark.interface("dcat")

_PAGES: Final = ("text/html", "application/xhtml+xml")
_DENIED: Final = (401, 403)
_NOT_PUBLIC: Final = ("NON_PUBLIC", "RESTRICTED", "CONFIDENTIAL", "SENSITIVE")
#: The kinds of interface that give data, which a catalogue of data is about.
_DATA: Final = (
    "ngsi-ld", "ngsi-v2", "sensorthings", "rest", "ogc-api-features", "wfs", "wms", "wmts", "ogc-api-tiles",
    "ogc-api-maps", "ogc-api-processes", "sparql", "file",
)  # fmt: skip
_ADDRESSES: Final = "dcat:accessURL|dcat:downloadURL|dcat:endpointURL"


def _asked(catalogue, addresses, what, most):
    """Some of the addresses, of which a run may ask one at least."""
    found = catalogue.in_scope(addresses)
    if not found and addresses:
        detail = f"no {what} is at a host of the target file: {examples(set(addresses))}"
        raise Inconclusive("out_of_scope", detail)
    return spread(found, most)


@pytest.mark.check(
    "CTR-CAT-12",
    clause="DCAT-AP 3.0.1 URIs; MIMs Plus 9.0 MIM3 RC4.2",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["named", "lasting", "resolve"])
def test_datasets_have_iris(client, target, catalogue, what):
    """Datasets have IRIs that stay the same from one reading to the next, and lead to the dataset."""
    if not catalogue.datasets:
        raise Inconclusive("no_data", "the catalogue has no datasets")
    match what:
        case "named":
            blank = [d for d in catalogue.datasets if not d.startswith("<")]
            count = len(catalogue.datasets)
            assert_none(
                blank, "datasets have no IRI", expected="an IRI for every dataset", of=count
            )
        case "lasting":
            _assert_lasting(catalogue, read_catalogue(client, target.origins))
        case _:
            iris = [d for d in catalogue.datasets if d.startswith("<")]
            named = _asked(catalogue, iris, "dataset's IRI", 5)
            if not named:
                raise NotApplicable("not_offered", "no dataset has an IRI")
            astray = {a: why for a in named if (why := _astray(client, catalogue, a))}
            assert_none(
                [f"{a} ({why})" for a, why in astray.items()],
                "IRIs of datasets that were asked do not lead to the dataset",
                expected="status 200 with what is said of the dataset",
                of=len(named),
            )


def _assert_lasting(catalogue, again):
    before, now = ({d for d in c.datasets if d.startswith("<")} for c in (catalogue, again))
    gone = before - now
    if gone and before & now and len(gone) * 2 < len(before):
        raise Inconclusive("unstable", "datasets came or went while the catalogue was read twice")
    assert_none(
        gone,
        "IRIs of datasets are others at the next reading",
        expected="the same IRIs",
        of=len(before),
    )


def _astray(client, catalogue, address):
    """Why an IRI does not lead to its dataset; None when it does."""
    answer = follow(
        client, address.partition("#")[0], headers={"Accept": f"{ACCEPT}, text/html;q=0.5"}
    )
    if not answer.ok:
        return f"status {answer.status}"
    if answer.media_type in _PAGES:
        titles = _titles(catalogue, address)
        found = any(squeezed(t) in squeezed(words_of(answer)) for t in titles)
        return None if found else "a page without its title"
    if answer.media_type not in SYNTAXES:
        return answer.media_type or "no Content-Type"
    statements = Statements(client)
    statements.add(answer)
    return None if statements.ask(f"{iri(address)} ?p ?o") else "statements about something else"


def _titles(catalogue, address):
    return catalogue.column(f"SELECT ?t {{ {iri(address)} dct:title ?t }}")


@pytest.mark.check(
    "CTR-CAT-13",
    clause="DCAT 3 6.8; MIMs Plus 9.0 MIM3 RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-07",),
)
def test_distributions_answer(client, catalogue):
    """The addresses of distributions answer, or ask for credentials where the data is not public."""
    question = (
        "SELECT DISTINCT ?u { ?w dcat:accessURL|dcat:downloadURL ?u FILTER(isIRI(?u)) } ORDER BY ?u"
    )
    addresses = _asked(catalogue, catalogue.column(question), "distribution", 40)
    if not addresses:
        raise Inconclusive("no_data", "no distribution has an address")
    closed = _not_public(catalogue)
    dead = {}
    for address in addresses:
        status = _status(client, address)
        if status >= 400 and not (status in _DENIED and address in closed):
            dead[address] = status
    assert_none(
        [
            f"{a} (status {s}{', though not said to be restricted' if s in _DENIED else ''})"
            for a, s in dead.items()
        ],
        "addresses of distributions do not give the data",
        expected="a status below 400; 401 or 403 where dct:accessRights says that it is not public",
        of=len(addresses),
    )


def _status(client, address):
    """The status for whoever asks without credentials."""
    plain = {"auth": False, "without": tuple(client.interface.headers)}
    status = client.head(address, **plain).status
    if status < 400 or status in _DENIED:
        return status
    return client.get(address, headers={"Range": "bytes=0-0"}, **plain).status


def _not_public(catalogue):
    """The addresses that are said to give restricted data: of the dataset or of the way to it."""
    question = """SELECT DISTINCT ?u ?r {
        ?d dcat:distribution ?w . ?w dcat:accessURL|dcat:downloadURL ?u .
        { ?d dct:accessRights ?r } UNION { ?w dct:accessRights ?r } UNION { ?w dct:rights ?r }
        UNION { ?w dcat:accessService/dct:accessRights ?r }
    }"""
    return {
        bare(u) for u, r in catalogue.rows(question) if any(w in r.upper() for w in _NOT_PUBLIC)
    }


@pytest.mark.check(
    "CTR-CAT-14",
    clause="DCAT-AP 3.0.1 Data Service; MIMs Plus 9.0 MIM3 RC4.1, RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["title", "endpoint", "description"])
def test_services_are_described(client, catalogue, what):
    """Every data service has a title and an endpoint, and its description is there."""
    services = catalogue.column("SELECT DISTINCT ?s { ?s a dcat:DataService }")
    if not services:
        raise NotApplicable("not_offered", "the catalogue has no dcat:DataService")
    wanted = {"title": "dct:title ?v", "endpoint": "dcat:endpointURL ?v FILTER(isIRI(?v))"}
    if what in wanted:
        pattern = f"?s a dcat:DataService FILTER NOT EXISTS {{ ?s {wanted[what]} }}"
        assert_none(
            catalogue.column(f"SELECT DISTINCT ?s {{ {pattern} }}"),
            f"data services have no {what}",
            expected="dct:title" if what == "title" else "dcat:endpointURL with an IRI",
            of=len(services),
        )
        return
    told = catalogue.column("SELECT DISTINCT ?v { ?s dcat:endpointDescription ?v } ORDER BY ?v")
    if not told:
        raise NotApplicable("not_offered", "no data service has a dcat:endpointDescription")
    asked = _asked(catalogue, told, "description of a service", 10)
    dead = {a: s for a in asked if (s := follow(client, a).status) >= 400 and s not in _DENIED}
    assert_none(
        [f"{a} (status {s})" for a, s in dead.items()],
        "descriptions of services are not there",
        expected="a description, such as OpenAPI or capabilities",
        of=len(asked),
    )


@pytest.mark.check(
    "CTR-CAT-18",
    clause="MIMs Plus 9.0 MIM3 C4, RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
def test_the_tested_interfaces_are_in_the_catalogue(catalogue, target):
    """The interfaces of the target file that give data are endpoints or addresses of the catalogue."""
    given = [i for i in target.of_kind(_DATA) if i.url.startswith(WEB) and not i.is_guarded]
    if not given:
        raise NotApplicable(
            "not_offered", "the target file has no interface that gives data to all"
        )
    told = {_alike(u) for u in catalogue.column(f"SELECT DISTINCT ?u {{ ?t {_ADDRESSES} ?u }}")}
    unlisted = [i for i in given if not any(_is_below(t, _alike(i.url)) for t in told)]
    assert_none(
        [f"interfaces.{i.name} {i.url}" for i in unlisted],
        "interfaces of the target file are not in the catalogue",
        expected="the address as dcat:endpointURL, dcat:accessURL or dcat:downloadURL",
        of=len(given),
    )


def _alike(address):
    """An address without what makes no difference."""
    _, _, rest = bare(address).partition("://")
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")


def _is_below(address, start):
    return address == start or address.startswith((f"{start}/", f"{start}?"))
