"""What a catalogue that follows DCAT-AP tells of itself, of datasets and of how to get them."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.authority import TABLES, Table
from mimtest.vocabulary.dcat import assert_none, examples, things
from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface("dcat")

#: Properties that lead to things, never to texts, and on what they stand.
_THINGS = {
    "format": "dct:format",
    "mediaType": "dcat:mediaType",
    "language": "dct:language",
    "theme": "dcat:theme",
    "accrualPeriodicity": "dct:accrualPeriodicity",
    "license": "dct:license",
    "publisher": "dct:publisher",
    "accessRights": "dct:accessRights",
}
#: What is recommended for datasets.
_RECOMMENDED = {
    "contactPoint": "dcat:contactPoint",
    "distribution": "dcat:distribution",
    "keyword": "dcat:keyword",
    "publisher": "dct:publisher",
    "spatial": "dct:spatial",
    "temporal": "dct:temporal",
    "theme": "dcat:theme",
}
#: DCAT-AP speaks of these; the same properties on other things are theirs.
_OF_DCAT = """FILTER(EXISTS { ?d dcat:distribution ?t } || EXISTS { ?t a ?k FILTER(?k IN (
    dcat:Catalog, dcat:CatalogRecord, dcat:Dataset, dcat:DatasetSeries, dcat:DataService, dcat:Distribution)) })"""
#: A value that says something: a thing, named or not, or a text that is not blank.
_SAID = 'FILTER(isBlank(?v) || REGEX(STR(?v), "[^ \\t\\r\\n]"))'


@pytest.fixture
def profiled(catalogue):
    """The catalogue, which is said to follow DCAT-AP."""
    catalogue.require_profile()
    return catalogue


@pytest.fixture
def described(catalogue):
    """The catalogue, which has datasets."""
    if not catalogue.datasets:
        raise Inconclusive("no_data", "the catalogue has no datasets")
    return catalogue


def _lacking(catalogue, kind, name):
    """Things of a class without a statement of a property that is not empty."""
    pattern = f"{things(kind)} FILTER NOT EXISTS {{ ?t {name} ?v {_SAID} }}"
    return catalogue.column(f"SELECT DISTINCT ?t {{ {pattern} }}")


@pytest.mark.check(
    "CTR-CAT-05",
    clause="DCAT-AP 3.0.1 Catalogue; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("name", ["title", "description", "publisher"])
def test_the_catalogue_is_described(profiled, name):
    """The catalogue has what DCAT-AP makes mandatory: title, description and publisher."""
    catalogues = profiled.column(f"SELECT DISTINCT ?t {{ {things('dcat:Catalog')} }}")
    if not catalogues:
        raise Inconclusive("precondition_unmet", "there is no dcat:Catalog")
    assert_none(
        _lacking(profiled, "dcat:Catalog", f"dct:{name}"),
        f"catalogues have no {name}; CKAN takes it from its settings for ckanext-dcat",
        expected=f"dct:{name}",
        of=len(catalogues),
    )


@pytest.mark.check(
    "CTR-CAT-06",
    clause="DCAT-AP 3.0.1 Dataset; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("name", ["title", "description"])
def test_datasets_are_described(profiled, described, name):
    """Every dataset has what DCAT-AP makes mandatory: title and description."""
    assert_none(
        _lacking(profiled, "dcat:Dataset", f"dct:{name}"),
        f"datasets have no {name}",
        expected=f"dct:{name}",
        of=len(described.datasets),
    )


@pytest.mark.check(
    "CTR-CAT-07",
    clause="DCAT-AP 3.0.1 Distribution; MIMs Plus 9.0 MIM3 RC4.2",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
def test_distributions_say_where_they_are(profiled):
    """Every distribution has an access URL, which is an IRI."""
    pattern = "{ ?t a dcat:Distribution } UNION { ?d dcat:distribution ?t }"
    ways = profiled.column(f"SELECT DISTINCT ?t {{ {pattern} }}")
    if not ways:
        raise Inconclusive("no_data", "no dataset has a distribution")
    lost = profiled.column(
        f"SELECT DISTINCT ?t {{ {pattern} "
        "FILTER NOT EXISTS { ?t dcat:accessURL ?u FILTER(isIRI(?u)) } }"
    )
    texts = profiled.column(f"SELECT ?t {{ {pattern} ?t dcat:accessURL ?u FILTER(isLiteral(?u)) }}")
    how = "; some have it as text" if texts else ""
    assert_none(
        lost,
        f"distributions have no address{how}",
        expected="dcat:accessURL with an IRI",
        of=len(ways),
    )


@pytest.mark.check(
    "CTR-CAT-08",
    clause="DCAT-AP 3.0.1 Main Entities, ranges; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("name", list(_THINGS))
def test_things_are_no_texts(profiled, name):
    """Format, language, theme, frequency, licence and the like are things with identifiers, not texts."""
    prop = _THINGS[name]
    used = profiled.column(f"SELECT DISTINCT ?v {{ ?t {prop} ?v {_OF_DCAT} }}")
    if not used:
        raise NotApplicable("not_offered", f"nothing in the catalogue has {prop}")
    texts = profiled.column(
        f"SELECT DISTINCT ?v {{ ?t {prop} ?v {_OF_DCAT} FILTER(isLiteral(?v)) }}"
    )
    assert_none(
        {f'"{t}"' for t in texts},
        f"values of {prop} are texts, which no two portals read alike; a default CKAN writes formats and frequencies so",
        expected="an IRI, such as one of the EU vocabularies",
        of=len(used),
    )


@pytest.mark.check(
    "CTR-CAT-09",
    clause="DCAT-AP 3.0.1 controlled vocabularies; MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-08",),
)
@pytest.mark.parametrize("name", list(TABLES))
def test_values_are_of_the_eu_vocabularies(profiled, name):
    """Formats, media types, frequencies, themes, languages and access rights are of the lists of DCAT-AP."""
    table = TABLES[name]
    used = profiled.rows(table.question)
    values = {v for _, v in used}
    if not values:
        raise NotApplicable("not_offered", f"nothing in the catalogue has {table.term} as an IRI")
    wrong = {v for v in values if not table.may_hold(v)}
    if table.among_others:
        wrong = _without_one(used, table)
    assert_none(
        wrong,
        f"{'things' if table.among_others else 'values'} of {table.term} "
        f"have nothing of the list {table.name}",
        expected=f"<{table.start}…>",
        of=len({t for t, _ in used}) if table.among_others else len(values),
    )
    newer = {v for v in values if table.is_unlisted(v)}
    if newer:
        detail = f"{examples(newer)}: not in mimtest's copy of the list, which may be older"
        raise Inconclusive("needs_review", detail)


def _without_one(used, table: Table) -> set[str]:
    """Things with values none of which is of the list: others may be beside it."""
    held: dict[str, list[str]] = {}
    for thing, value in used:
        held.setdefault(thing, []).append(value)
    return {t for t, values in held.items() if not any(table.may_hold(v) for v in values)}


@pytest.mark.check(
    "CTR-CAT-10",
    clause="DCAT-AP 3.0.1 Dataset, recommended; MIMs Plus 9.0 MIM3 RC4.2",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-06",),
)
@pytest.mark.parametrize("name", list(_RECOMMENDED))
def test_what_is_recommended_is_there(profiled, described, name):
    """What DCAT-AP recommends for datasets is used: contact, distribution, keywords, publisher, place, time, theme."""
    everything = len(described.datasets)
    count = {
        n: everything - len(_lacking(profiled, "dcat:Dataset", p)) for n, p in _RECOMMENDED.items()
    }
    numbers = ", ".join(f"{n} {c}" for n, c in count.items())
    assert_that(
        count[name],
        f"none of {everything} datasets has {_RECOMMENDED[name]}",
        expected=f"{_RECOMMENDED[name]} where it is known",
        received=f"of {everything} datasets have: {numbers}",
    )
