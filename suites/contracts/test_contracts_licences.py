"""Terms in the catalogue: licences as addresses that are known, and access rights that match what strangers get (MIM3 C2)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable, Unanswered
from mimtest.vocabulary.dcat import WEB, assert_none, bare, examples, follow
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.licences import licence_at

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
_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_ADDRESSES = """
SELECT DISTINCT ?address {{
  {{
    ?dataset dct:accessRights <{rights}> ; dcat:distribution/dcat:downloadURL ?address .
    FILTER NOT EXISTS {{ ?dataset dct:accessRights ?other FILTER (?other != <{rights}>) }}
    FILTER NOT EXISTS {{ ?another dct:accessRights ?other ; dcat:distribution/dcat:downloadURL ?address
      FILTER (?other != <{rights}>) }}
  }} UNION {{
    ?service a dcat:DataService ; dct:accessRights <{rights}> ; dcat:endpointURL ?address .
    FILTER NOT EXISTS {{ ?service dct:accessRights ?other FILTER (?other != <{rights}>) }}
    FILTER NOT EXISTS {{ ?another dct:accessRights ?other ; dcat:endpointURL ?address FILTER (?other != <{rights}>) }}
  }}
}} ORDER BY ?address"""
_MOST = 25
_PAGES = ("text/html", "application/xhtml+xml")


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
    clause="DCAT 3 6.4.19, 6.8.4",
    strength="should",
    level="passive",
    rests_on=("CTR-LIC-01",),
)
def test_licences_are_addresses(catalogue):
    """A licence is given by its address and not as a text."""
    found = catalogue.rows(_LICENCES)
    if not found:
        raise Inconclusive("no_data", "the catalogue has no licence")
    assert_none(
        catalogue.column(_TEXTS),
        "licences are texts, which no program can look up",
        expected="an IRI such as https://creativecommons.org/licenses/by/4.0/",
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


@pytest.mark.check(
    "CTR-LIC-05", clause="DCAT-AP 3.0 Dataset, access rights", strength="should", level="passive"
)
@pytest.mark.parametrize("right", ["public", "restricted"])
def test_access_rights_are_true(catalogue, right, looked):
    """Strangers get what the catalogue calls public, and do not get what it calls restricted or not public."""
    names = ("PUBLIC",) if right == "public" else ("RESTRICTED", "NON_PUBLIC")
    found = [a for n in names for a in catalogue.column(_ADDRESSES.format(rights=f"{_RIGHTS}{n}"))]
    near = catalogue.in_scope(a for a in found if bare(a).startswith(WEB))[:_MOST]
    if not near:
        raise NotApplicable(
            "not_offered", f"the catalogue calls nothing {right} that may be asked here"
        )
    wrong, seen = [], 0
    for address in near:
        answer = _asked(catalogue.client, address)
        if answer is None:
            continue
        seen += 1
        if right == "public" and answer.status in (401, 403):
            wrong.append(f"{address} ({answer.status})")
        if right != "public" and answer.ok and answer.body and answer.media_type not in _PAGES:
            wrong.append(f"{address} ({answer.status}, {len(answer.body)} bytes)")
    if not seen:
        raise Inconclusive("unreachable", f"none of {len(near)} addresses answers")
    assert_that(
        not wrong,
        "strangers are refused what the catalogue calls public"
        if right == "public"
        else "strangers get what the catalogue does not call public",
        expected="access as in dct:accessRights",
        received=examples(wrong),
    )
    looked(f"{seen} of {len(found)} addresses of downloads and services")


def _asked(client, address):
    """The answer that a stranger gets; None where there is none."""
    try:
        return client.get(address, headers={"Range": "bytes=0-1023"}, auth=False)
    except Unanswered:
        return None
