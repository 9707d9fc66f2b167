"""What the catalogue leads to: datasets by their IRIs, data by its addresses."""

from typing import Final

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dcat import (
    ACCEPT,
    assert_none,
    bare,
    follow,
    read_catalogue,
    sample,
    squeezed,
    wrong_with,
)
from mimtest.vocabulary.published import words_of
from mimtest.vocabulary.statements import SYNTAXES, Statements, iri

pytestmark = pytest.mark.interface("dcat")

_PAGES: Final = ("text/html", "application/xhtml+xml")
_DENIED: Final = (401, 403)
#: What an API answers that is there, to whoever asks for nothing in particular.
_ASKS_FOR_MORE: Final = (400, 405, 422)
_NOT_PUBLIC: Final = ("NON_PUBLIC", "RESTRICTED", "CONFIDENTIAL", "SENSITIVE")
#: Datasets of a page, which a catalogue need not name by dcat:dataset.
_LISTED: Final = """SELECT DISTINCT ?d {{ GRAPH <{graph}> {{
    {{ ?c dcat:dataset ?d }} UNION {{ ?d a dcat:Dataset ; dct:title ?t }} FILTER(isIRI(?d)) }} }}"""
_AT: Final = "SELECT DISTINCT ?u {{ ?w {terms} ?u FILTER(isIRI(?u)) }} ORDER BY ?u"


@pytest.mark.check(
    "CTR-CAT-12",
    clause="DCAT 3 8; MIMs Plus 9.0 MIM3 RC4.2",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["named", "lasting", "resolve"])
def test_datasets_have_iris(client, target, catalogue, looked, what):
    """Datasets have IRIs that stay the same from one reading to the next, and lead to the dataset."""
    if not catalogue.datasets:
        raise Inconclusive("no_data", "the catalogue has no datasets")
    iris = [d for d in catalogue.datasets if d.startswith("<")]
    if what == "named":
        assert_none(
            set(catalogue.datasets) - set(iris),
            "datasets have no IRI",
            expected="an IRI for every dataset",
            of=len(catalogue.datasets),
        )
        return
    if not iris:
        raise NotApplicable("not_offered", "no dataset has an IRI")
    if what == "lasting":
        _assert_lasting(catalogue, read_catalogue(client, target.origins, most=1))
        return
    asked = sample(catalogue, iris, "IRIs of datasets", 5, looked)
    astray = wrong_with(asked, lambda a: _astray(client, catalogue, a))
    assert_none(
        [f"{a} ({why})" for a, why in astray.items()],
        "IRIs of datasets that were asked do not lead to the dataset",
        expected="status 200 with what is said of the dataset",
        of=len(asked),
    )


def _assert_lasting(catalogue, again):
    """The datasets of the first page are there again under their IRIs."""
    before, now = (
        set(c.column(_LISTED.format(graph=c.pages[0].graph))) for c in (catalogue, again)
    )
    if not before:
        raise Inconclusive("no_data", "the first page of the catalogue has no dataset with an IRI")
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
    about = statements.ask(f"{iri(address)} ?p ?o")
    return None if about else f"{answer.media_type} that says nothing of it"


def _titles(catalogue, address):
    return catalogue.column(f"SELECT ?t {{ {iri(address)} dct:title ?t }}")


@pytest.mark.check(
    "CTR-CAT-13",
    clause="DCAT 3 6.8; MIMs Plus 9.0 MIM3 RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-07",),
)
def test_distributions_answer(client, catalogue, looked):
    """The addresses of distributions answer, or ask for credentials where the data is not public."""
    addresses = catalogue.column(_AT.format(terms="dcat:accessURL|dcat:downloadURL"))
    if not addresses:
        raise Inconclusive("no_data", "no distribution has an address")
    asked = sample(catalogue, addresses, "addresses of distributions", 40, looked)
    files = {bare(u) for u in catalogue.column(_AT.format(terms="dcat:downloadURL"))}
    closed = _not_public(catalogue)

    def dead(address):
        status = _status(client, address)
        if status in _DENIED:
            said = "though not said to be restricted"
            return None if address in closed else f"status {status}, {said}"
        there = status < 400 or (status in _ASKS_FOR_MORE and address not in files)
        return None if there else f"status {status}"

    assert_none(
        [f"{a} ({why})" for a, why in wrong_with(asked, dead).items()],
        "addresses of distributions do not give the data",
        expected="a status below 400; 401 or 403 where dct:accessRights says that it is not public",
        of=len(asked),
    )


def _status(client, address):
    """The status for whoever asks without credentials, by HEAD or, where that is not offered, by GET."""
    plain = {"auth": False, "without": tuple(client.interface.headers)}
    status = client.head(address, **plain).status
    if status < 400:
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
