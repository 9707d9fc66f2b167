"""The catalogue of data: whether machines can read it, all of it, and in which syntaxes."""

from urllib.parse import urlsplit, urlunsplit

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.dcat import ACCEPT, assert_none, examples, follow, read_catalogue
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
    "json-ld": ("application/ld+json", "application/json"),
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
def test_the_syntax_is_negotiated(client, target):
    """A syntax of RDF is given to whoever asks for it in Accept: of the catalogue, whatever its address ends in, or of a dataset."""
    address = _without_ending(client.url())
    kinds = set()
    for place in (address, *_named(client, target)):
        asked = {n: follow(client, place, headers={"Accept": k}) for n, k in _SYNTAXES.items()}
        if any(_is_given(client, a, n) for n, a in asked.items()):
            return
        kinds |= {a.media_type or "nothing" for a in asked.values()}
    path, query = address.partition("?")[::2]
    endings = {e: f"{path}{e}?{query}".rstrip("?") for e in _ENDINGS}
    named = [e for e, a in endings.items() if follow(client, a, headers={"Accept": "*/*"}).ok]
    told = f"only by the ending of the address: {', '.join(named)}" if named else "not at all"
    assert_that(
        not kinds,
        "no syntax of RDF is given by Accept; in CKAN negotiation has to be switched on",
        expected=" or ".join(_SYNTAXES.values()),
        received=f"{told}; Accept is answered with {', '.join(sorted(kinds))}",
    )


def _named(client, target):
    """The IRIs of the catalogue and of a dataset, where what the address gives can be read: CKAN negotiates at these."""
    try:
        first = read_catalogue(client, target.origins, most=1)
    except (Contradiction, Inconclusive):
        return
    yield from first.in_scope(
        [*first.column("SELECT ?c { ?c a dcat:Catalog }"), *first.datasets[:1]]
    )


def _without_ending(address):
    parts = urlsplit(address)
    path = parts.path
    for ending in _ENDINGS:
        path = path.removesuffix(ending)
    return urlunsplit(parts._replace(path=path, fragment=""))


def _is_given(client, answer, syntax):
    """Whether an answer is in a syntax of RDF, and is called so."""
    if not answer.ok or answer.media_type not in _TRUE[syntax]:
        return False
    try:
        return bool(Statements(client).parsed(answer, _SYNTAXES[syntax]))
    except Contradiction:
        return False


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
    if not holds:
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
    "CTR-CAT-20",
    clause="RDF 1.1 Concepts 3.2, 3.3; RFC 3987 2.2; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-01",),
)
def test_addresses_are_iris(catalogue):
    """Addresses and languages in the catalogue are written as RDF has them: IRIs without blanks, tags such as en."""
    if not len(catalogue.statements):
        raise Inconclusive("no_data", "the catalogue says nothing")
    assert all(p.answer.ok for p in catalogue.pages)
    assert_none(
        catalogue.statements.flaws,
        "pages of the catalogue have an address or a language that stricter readers stop at",
        expected="IRIs of RFC 3987 (a blank is %20), tags of BCP 47",
        of=len(catalogue.pages),
    )
