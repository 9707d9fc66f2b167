"""The pages in which a catalogue of data comes."""

from collections import Counter

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.dcat import assert_none, read_catalogue
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.statements import NAMES

pytestmark = pytest.mark.interface("dcat")


@pytest.mark.check(
    "CTR-CAT-11",
    clause="Hydra Core 5; RFC 8288; LDP Paging; MIMs Plus 9.0 MIM3 RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["ends", "no-page-twice", "every-dataset"])
def test_pages_lose_nothing(client, target, catalogue, what):
    """Whoever follows the links to the next page gets every dataset once, and an end."""
    pages = len(catalogue.pages)
    single = pages == 1 and not catalogue.stop
    if single and (what != "every-dataset" or not _totals(catalogue)):
        raise NotApplicable("not_offered", "the catalogue comes in one piece")
    if what == "ends":
        assert catalogue.pages[-1].answer.ok
        if catalogue.stop:
            raise catalogue.stop
        return
    problem = _twice if what == "no-page-twice" else _lost
    if problem(catalogue) and not problem(read_catalogue(client, target.origins)):
        raise Inconclusive("unstable", "the catalogue changed while its pages were read")
    if what == "no-page-twice":
        assert_none(
            _twice(catalogue),
            "datasets are on two pages",
            expected="every dataset on one page",
            of=len(catalogue.datasets),
        )
        return
    assert_that(
        not _lost(catalogue),
        "the pages do not add up to what the catalogue says to have",
        expected=f"hydra:totalItems: {max(_totals(catalogue))} in all",
        received=f"{len(catalogue.datasets)} datasets on {pages} pages",
    )


def _twice(catalogue):
    """Datasets that are described on two pages."""
    question = """SELECT DISTINCT ?d ?g { GRAPH ?g { ?c dcat:dataset ?d . ?d a dcat:Dataset ; dct:title ?t }
        FILTER(isIRI(?d)) }"""
    counted = Counter(d for d, _ in catalogue.rows(question))
    if not counted:
        raise NotApplicable("not_offered", "no dataset has an IRI by which it is known again")
    return [d for d, times in counted.items() if times > 1]


def _lost(catalogue):
    """Whether there is less than the catalogue says to have: of datasets, or of all that belongs to it."""
    totals = _totals(catalogue)
    if not totals:
        raise NotApplicable("not_offered", "no page tells how many datasets there are")
    catalogue.require_whole()
    members = catalogue.rows("SELECT DISTINCT ?p ?m { ?c a dcat:Catalog ; ?p ?m . ?m a ?k }")
    kinds = Counter(p for p, _ in members)
    datasets, services, catalogues, records = (
        kinds[f"<{NAMES['dcat']}{name}>"] for name in ("dataset", "service", "catalog", "record")
    )
    counts = {datasets + services, datasets + services + catalogues, records}
    return max(totals) > len(catalogue.datasets) and not totals & counts


def _totals(catalogue):
    told = catalogue.column("SELECT DISTINCT ?n { ?c hydra:totalItems ?n }")
    return {n for t in told if (n := whole(t)) is not None}
