"""The catalogue of data: whether machines can read it, all of it, and in which syntaxes."""

from collections import Counter

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.dcat import ACCEPT, MOST_PAGES, assert_none, examples, follow
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.statements import Statements

pytestmark = pytest.mark.interface("dcat")

_SYNTAXES = {
    "turtle": "text/turtle",
    "json-ld": "application/ld+json",
    "rdf-xml": "application/rdf+xml",
}
_ENDINGS = (".ttl", ".jsonld", ".rdf", ".xml", ".n3")
_PAGES = ("text/html", "application/xhtml+xml")
#: Media types that are true of a syntax.
_TRUE = {
    "turtle": ("text/turtle",),
    "json-ld": ("application/ld+json",),
    "rdf-xml": ("application/rdf+xml", "application/xml", "text/xml"),
}


@pytest.fixture(scope="session")
def asked(client):
    """The answer for each syntax that is asked for."""
    return {n: follow(client, "", headers={"Accept": kind}) for n, kind in _SYNTAXES.items()}


@pytest.mark.check("CTR-CAT-01", clause="DCAT 3 6; MIMs Plus 9.0 MIM3 RC4.1", level="passive")
def test_the_catalogue_is_rdf(client):
    """The catalogue is given in a syntax of RDF, and says something."""
    answer = assert_status(
        follow(client, "", headers={"Accept": ACCEPT}), 200, what="the catalogue"
    )
    statements = Statements(client)
    statements.add(answer)
    assert_that(
        len(statements),
        "the catalogue says nothing",
        expected="statements of DCAT",
        received=f"a document in {answer.media_type} without any",
    )


@pytest.mark.check(
    "CTR-CAT-02",
    clause="RFC 9110 12.5.1; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-01",),
)
def test_the_syntax_is_negotiated(client):
    """A syntax of RDF is given to whoever asks for it in Accept, whatever the address ends in."""
    address = client.interface.url
    for ending in _ENDINGS:
        address = address.removesuffix(ending)
    asked = {n: follow(client, address, headers={"Accept": k}) for n, k in _SYNTAXES.items()}
    given = [n for n, a in asked.items() if a.ok and a.media_type in _TRUE[n]]
    if given:
        return
    named = [e for e in _ENDINGS if follow(client, f"{address}{e}", headers={"Accept": "*/*"}).ok]
    told = f"only by the ending of the address: {', '.join(named)}" if named else "not at all"
    kinds = sorted({a.media_type or "nothing" for a in asked.values()})
    assert_that(
        given,
        "no syntax of RDF is given by Accept; in CKAN negotiation has to be switched on",
        expected=" or ".join(_SYNTAXES.values()),
        received=f"{told}; Accept is answered with {', '.join(kinds)}",
    )


@pytest.mark.check(
    "CTR-CAT-03",
    clause="RFC 9110 8.3; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-01",),
)
@pytest.mark.parametrize("syntax", list(_SYNTAXES))
def test_the_media_type_is_that_of_the_body(client, asked, syntax):
    """What is asked for as Turtle, JSON-LD or RDF/XML, and is that, is called that in Content-Type."""
    answer = asked[syntax]
    if not answer.ok:
        raise NotApplicable("not_offered", f"{_SYNTAXES[syntax]} is answered {answer.status}")
    called = answer.media_type in _TRUE[syntax]
    if answer.media_type in _PAGES:
        raise NotApplicable("not_offered", f"{_SYNTAXES[syntax]} is answered with a page")
    try:
        holds = len(Statements(client).parsed(answer, _SYNTAXES[syntax]))
    except Contradiction:
        if called:
            raise
        holds = 0
    if not holds and not called:
        raise NotApplicable("not_offered", f"{_SYNTAXES[syntax]} is not given when asked for")
    assert_that(
        called,
        f"a body in {_SYNTAXES[syntax]} is called something else",
        expected=" or ".join(_TRUE[syntax]),
        received=answer.headers.get("content-type") or "no Content-Type",
    )


@pytest.mark.check(
    "CTR-CAT-04",
    clause="DCAT 3 6.3; MIMs Plus 9.0 MIM3 RC4.1",
    level="passive",
    rests_on=("CTR-CAT-01",),
)
def test_there_is_a_catalogue_with_members(catalogue):
    """The statements are of a dcat:Catalog, to which datasets, services or catalogues belong."""
    catalogues = catalogue.column("SELECT DISTINCT ?c { ?c a dcat:Catalog }")
    assert_that(
        catalogues,
        "there is no dcat:Catalog",
        expected="a thing of the class dcat:Catalog",
        received=f"{len(catalogue.datasets)} datasets and no catalogue they belong to",
    )
    member = (
        "?c a dcat:Catalog ; dcat:dataset|dcat:service|dcat:catalog|dcat:record|dcat:resource ?m"
    )
    held = catalogue.statements.ask(member)
    if not held and not catalogue.datasets:
        raise Inconclusive("no_data", "the catalogue has no datasets")
    assert_that(
        held,
        "nothing belongs to the catalogue",
        expected="dcat:dataset, dcat:service or dcat:catalog",
        received=f"{len(catalogue.datasets)} datasets to which {examples(catalogues)} does not lead",
    )


@pytest.mark.check(
    "CTR-CAT-11",
    clause="Hydra Core 5; RFC 8288; LDP Paging; MIMs Plus 9.0 MIM3 RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["ends", "no-page-twice", "every-dataset"])
def test_pages_lose_nothing(client, catalogue, what):
    """Whoever follows the links to the next page gets every dataset once, and an end."""
    totals = _totals(catalogue)
    if len(catalogue.pages) == 1 and catalogue.returns is None and not totals:
        raise NotApplicable("not_offered", "the catalogue comes in one piece")
    _require_rest(client, catalogue)
    match what:
        case "ends":
            assert_that(
                catalogue.returns is None,
                "the pages of the catalogue go round in a circle",
                expected="a last page without a next one",
                received=f"after {len(catalogue.pages)} pages back to {catalogue.returns}",
            )
        case "no-page-twice":
            twice = _twice(catalogue)
            assert_none(
                twice,
                "datasets are on two pages",
                expected="every dataset on one page",
                of=len(catalogue.datasets),
            )
        case _:
            _assert_total(catalogue, totals)


def _assert_total(catalogue, totals):
    if not totals:
        raise NotApplicable("not_offered", "no page tells how many datasets there are")
    if not catalogue.whole:
        detail = f"the catalogue has more than the {MOST_PAGES} pages that are read"
        raise Inconclusive("too_large", detail)
    members = catalogue.column(
        "SELECT DISTINCT ?m { ?m a ?k FILTER(?k IN (dcat:Dataset, dcat:DatasetSeries, dcat:DataService)) }"
    )
    read = len(catalogue.datasets)
    assert_that(
        totals & {read, len(members)},
        "the pages do not add up to what the catalogue says to have",
        expected=f"hydra:totalItems: {', '.join(map(str, sorted(totals)))} in all",
        received=f"{read} datasets on {len(catalogue.pages)} pages",
    )


def _totals(catalogue):
    told = catalogue.column("SELECT DISTINCT ?n { ?c hydra:totalItems ?n }")
    return {int(n) for n in told if n.isdecimal()}


def _twice(catalogue):
    """Datasets that are described on two pages."""
    question = "SELECT DISTINCT ?d ?g { GRAPH ?g { ?c dcat:dataset ?d . ?d a dcat:Dataset ; dct:title ?t } FILTER(isIRI(?d)) }"
    counted = Counter(d for d, _ in catalogue.rows(question))
    return [d for d, times in counted.items() if times > 1]


def _require_rest(client, catalogue):
    """Raise Inconclusive when the catalogue changes while it is read."""
    first = catalogue.pages[0].answer
    again = follow(client, "", headers={"Accept": ACCEPT})
    statements = Statements(client)
    statements.add(again)
    question = "SELECT DISTINCT ?n { ?c hydra:totalItems ?n }"
    before = Statements(client)
    before.add(first)
    if statements.rows(question) != before.rows(question):
        raise Inconclusive("unstable", "the number of datasets changed while the pages were read")
