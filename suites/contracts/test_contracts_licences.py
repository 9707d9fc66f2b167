"""Terms in the catalogue: licences as addresses that are known (MIM3 C2)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.dcat import assert_none, bare, examples, follow
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.licences import licence_at, licence_meant

pytestmark = pytest.mark.interface("dcat")

_LICENCES = "SELECT DISTINCT ?licence { ?thing dct:license ?licence }"
_WITHOUT = """
SELECT DISTINCT ?way {
  ?dataset dcat:distribution ?way .
  FILTER NOT EXISTS { ?way dct:license|dct:rights|odrl:hasPolicy ?terms }
  FILTER NOT EXISTS { ?dataset dct:license|dct:rights|odrl:hasPolicy ?terms }
  FILTER NOT EXISTS { ?way dcat:accessService/(dct:license|dct:rights|odrl:hasPolicy) ?terms }
}"""
_WAYS = "SELECT DISTINCT ?way { ?dataset dcat:distribution ?way }"
_TEXTS = """
SELECT DISTINCT ?licence {
  ?thing dct:license ?licence .
  FILTER (isLiteral(?licence) || (isBlank(?licence) && NOT EXISTS { ?licence ?said ?what }))
}"""
_MOST = 25


@pytest.fixture
def licences(catalogue):
    """The addresses under dct:license, each once."""
    found = catalogue.rows(_LICENCES)
    addresses = [bare(f) for (f,) in found if f.startswith("<")]
    if not addresses:
        raise Inconclusive("no_data", "no licence in the catalogue is an address")
    return list(dict.fromkeys(addresses))


@pytest.mark.check(
    "CTR-LIC-01", clause="DCAT-AP 3.0 Distribution, licence", strength="should", level="passive"
)
def test_every_distribution_has_terms(catalogue):
    """Each distribution, its dataset or its service says under which terms it is given."""
    ways = catalogue.column(_WAYS)
    if not ways:
        raise Inconclusive("no_data", "the catalogue has no distribution")
    assert_none(
        catalogue.column(_WITHOUT),
        "distributions have no licence, neither themselves nor their dataset; CKAN leaves the licence of a dataset out "
        "of RDF unless its distributions are told to inherit it",
        expected="dct:license, dct:rights or odrl:hasPolicy",
        of=len(ways),
    )


@pytest.mark.check(
    "CTR-LIC-02",
    clause="DCAT 3 6.4.19, 6.8.5",
    strength="should",
    level="passive",
    rests_on=("CTR-LIC-01",),
)
def test_licences_are_addresses(catalogue):
    """A licence is given by its address and not as a text."""
    found = catalogue.rows(_LICENCES)
    if not found:
        raise Inconclusive("no_data", "the catalogue has no licence")
    texts = catalogue.column(_TEXTS)
    meant = next((m for m in map(licence_meant, texts) if m), None)
    assert_none(
        texts,
        "licences are texts and no addresses",
        expected=f"an IRI: {meant or 'https://creativecommons.org/licenses/by/4.0/'}",
        of=len(found),
    )


@pytest.mark.check(
    "CTR-LIC-03",
    clause="DCAT-AP 3.0 controlled vocabularies, EU licence authority table; SPDX License List 3",
    strength="should",
    level="passive",
    rests_on=("CTR-LIC-02",),
)
def test_licences_are_known(licences, catalogue, looked):
    """The address of a licence is one of the EU's authority table, of SPDX, or of the licence's own steward."""
    assert catalogue.pages[0].answer.ok
    found = [licence_at(iri) for iri in licences]
    wrong = [k for k in found if k.state in ("none", "misspelt")]
    assert_that(
        not wrong,
        f"{len(wrong)} of {len(found)} addresses are those of no licence",
        expected=next((k.meant for k in wrong if k.meant), "the address of a licence"),
        received=examples([k.iri for k in wrong]),
    )
    for k in found:
        if k.state == "stands for":
            looked(f"{k.iri} stands for {k.meant}, whose address is the better one")
    own = [k.iri for k in found if k.state == "own"]
    if own:
        detail = f"{len(own)} of {len(found)} licences are on no list known here: {examples(own)}"
        raise Inconclusive("needs_review", detail)


@pytest.mark.check(
    "CTR-LIC-04", clause="MIM3 C2", strength="may", level="passive", rests_on=("CTR-LIC-03",)
)
def test_licences_can_be_read(licences, catalogue):
    """The text behind a licence's address is there, or the licence is known to everybody."""
    assert catalogue.pages[0].answer.ok
    unknown = [i for i in licences if licence_at(i).state in ("own", "misspelt", "none")]
    near = catalogue.in_scope(unknown)
    for iri in near[:_MOST]:
        answer = follow(
            catalogue.client, iri, headers={"Accept": "text/html, */*;q=0.5"}, auth=False
        )
        assert_that(
            answer.ok and answer.body.strip(),
            f"the text of the licence {iri} is not there",
            expected="status 200 with a text",
            received=f"status {answer.status}, {len(answer.body)} bytes",
        )
    far = [i for i in unknown if i not in near]
    if far:
        detail = f"{len(far)} licences are elsewhere, and on no list known here: {examples(far)}"
        raise Inconclusive("out_of_scope", detail)
