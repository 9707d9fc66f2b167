"""High-value datasets (Regulation (EU) 2023/138) in the catalogue, where it is claimed to have some."""

from typing import Final

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.dcat import assert_none
from mimtest.vocabulary.expect import fail

pytestmark = pytest.mark.interface("dcat")

_NAME: Final = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
_ACT: Final = f"dcatap:applicableLegislation <{_NAME}>"
_CATEGORY: Final = (
    "dcatap:hvdCategory ?c FILTER(STRSTARTS(STR(?c), 'http://data.europa.eu/bna/c_'))"
)
_VALUABLE: Final = f"?d a dcat:Dataset {{ ?d {_ACT} }} UNION {{ ?d dcatap:hvdCategory ?any }}"
#: Of what there is one for each thing that has to say something; what it has to say; what is missing otherwise.
_CASES: Final = {
    "claimed": (_VALUABLE, f"?d {_ACT}", "high-value datasets do not name the regulation"),
    "category": (_VALUABLE, f"?d {_CATEGORY}", "high-value datasets have no category"),
    "distribution": (
        f"?s a dcat:Dataset ; {_ACT} ; dcat:distribution ?d",
        f"?s dcat:distribution ?w . ?w {_ACT}",
        "distributions are of high-value datasets that have none which names the regulation",
    ),
    **{
        f"service-{name}": (
            f"?d a dcat:DataService ; dcat:servesDataset ?s . ?s {_ACT}",
            f"?d {needed}",
            f"services that give high-value datasets have no {name}",
        )
        for name, needed in (
            ("regulation", _ACT),
            ("category", _CATEGORY),
            ("contact", "dcat:contactPoint ?c"),
            ("documentation", "foaf:page ?c"),
        )
    },
}


_EXPECTED: Final = {
    "claimed": f"dcatap:applicableLegislation <{_NAME}>",
    "distribution": f"dcatap:applicableLegislation <{_NAME}>",
    "regulation": f"dcatap:applicableLegislation <{_NAME}>",
    "category": "dcatap:hvdCategory <http://data.europa.eu/bna/c_…>",
    "contact": "dcat:contactPoint",
    "documentation": "foaf:page",
}


@pytest.mark.check(
    "CTR-CAT-17",
    clause="DCAT-AP HVD 3.0.0; Regulation (EU) 2023/138; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    option="hvd",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", list(_CASES))
def test_high_value_datasets_are_marked(catalogue, what):
    """High-value datasets, their distributions and services have what DCAT-AP HVD makes mandatory for them."""
    things, needed, message = _CASES[what]
    judged = catalogue.column(f"SELECT DISTINCT ?d {{ {things} }}")
    if what == "claimed" and not judged:
        _none_marked(catalogue)
    if not judged:
        raise NotApplicable("not_offered", f"there is nothing of which {what} is asked")
    assert_none(
        catalogue.column(f"SELECT DISTINCT ?d {{ {things} FILTER NOT EXISTS {{ {needed} }} }}"),
        message,
        expected=_EXPECTED[what.rpartition("-")[2]],
        of=len(judged),
    )


def _none_marked(catalogue):
    catalogue.require_whole()
    near = catalogue.column(
        "SELECT DISTINCT ?a { ?d dcatap:applicableLegislation ?a FILTER(CONTAINS(STR(?a), '2023/138')) }"
    )
    told = f", but for {near[0]}, which is another IRI" if near else ""
    fail(
        "no dataset is marked as a high-value dataset",
        expected=_EXPECTED["claimed"],
        received=f"{len(catalogue.datasets)} datasets without{told}",
    )
