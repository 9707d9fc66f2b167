"""Who publishes the data in the catalogue."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.dcat import assert_none, things

pytestmark = pytest.mark.interface("dcat")

#: A publisher (`?v`) who is known: by an IRI that is described elsewhere, by a name here, or by a text.
_KNOWN = """FILTER(isLiteral(?v) || (isIRI(?v) && NOT EXISTS { ?v ?says ?anything })
    || EXISTS { ?v foaf:name|vcard:fn|rdfs:label|skos:prefLabel ?name FILTER(REGEX(STR(?name), "[^ ]")) })"""
_PUBLISHED = f"""{{ {{ ?t dct:publisher ?v }} UNION {{ ?c dcat:dataset ?t ; dct:publisher ?v }} {_KNOWN} }}"""


@pytest.mark.check(
    "CTR-CAT-22",
    clause="DCAT 3 6.4.10; DCAT-AP 3.0.1 Agent; MIMs Plus 9.0 MIM3 RC5.4",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
def test_publishers_are_known(catalogue):
    """Of every dataset it is told who publishes it, be it at the dataset or at its catalogue, by a name or an IRI."""
    datasets = catalogue.datasets
    if not datasets:
        raise Inconclusive("no_data", "the catalogue has no datasets")
    unknown = f"{things('dcat:Dataset')} FILTER NOT EXISTS {_PUBLISHED}"
    assert_none(
        catalogue.column(f"SELECT DISTINCT ?t {{ {unknown} }}"),
        "datasets do not tell who publishes them; in CKAN that is the organisation of a dataset",
        expected="dct:publisher, who has a foaf:name",
        of=len(datasets),
    )
