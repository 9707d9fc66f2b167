"""High-value datasets (Regulation (EU) 2023/138) in the catalogue, where it is claimed to have some."""

import pytest

from mimtest.vocabulary.dcat import assert_none
from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface("dcat")


@pytest.mark.check(
    "CTR-CAT-17",
    clause="DCAT-AP HVD 3.0.0; Regulation (EU) 2023/138; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    option="hvd",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("what", ["claimed", "category", "distribution", "service"])
def test_high_value_datasets_are_marked(catalogue, what):
    """High-value datasets name the regulation and their category; so do services, and distributions the regulation."""
    act = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj>"
    valuable = f"?d a dcat:Dataset {{ ?d {act} }} UNION {{ ?d dcatap:hvdCategory ?any }}"
    datasets = catalogue.column(f"SELECT DISTINCT ?d {{ {valuable} }}")
    assert_that(
        datasets,
        "no dataset is marked as a high-value dataset",
        expected="dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj>",
        received=f"{len(catalogue.datasets)} datasets without",
    )
    category = "dcatap:hvdCategory ?c FILTER(STRSTARTS(STR(?c), 'http://data.europa.eu/bna/c_'))"
    services = f"?d a dcat:DataService ; dcat:servesDataset ?s . ?s {act} ."
    match what:
        case "claimed":
            pattern, why = (
                f"{valuable} FILTER NOT EXISTS {{ ?d {act} }}",
                "do not name the regulation",
            )
        case "category":
            pattern, why = f"{valuable} FILTER NOT EXISTS {{ ?d {category} }}", "have no category"
        case "distribution":
            with_act = f"{{ ?d dcat:distribution ?w . ?w {act} }}"
            pattern = f"?d a dcat:Dataset ; {act} FILTER NOT EXISTS {with_act}"
            why = "have no distribution that names the regulation"
        case _:
            missing = f"FILTER(!EXISTS {{ ?d {act} }} || !EXISTS {{ ?d {category} }})"
            pattern, why = (
                f"{services} {missing}",
                "are given by services without regulation or category",
            )
    assert_none(
        catalogue.column(f"SELECT DISTINCT ?d {{ {pattern} }}"),
        f"high-value datasets {why}",
        expected="dcatap:applicableLegislation, and dcatap:hvdCategory of http://data.europa.eu/bna/",
        of=len(datasets),
    )
