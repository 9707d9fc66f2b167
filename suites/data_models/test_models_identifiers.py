"""Identifiers are made in one way, and name one thing each."""

from collections import defaultdict

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.identifiers import scheme_of
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.mark.check("MOD-IDN-03", clause="GS CIM 009 5.2.4; MIMs Plus 2024 MIM2 R5")
def test_identifiers_name_one_thing(samples):
    """No two entities of a type have the same identifier, or one that differs in its case only."""
    twice = []
    for _, sample in samples:
        seen = defaultdict(list)
        for entity in sample.entities():
            seen[str(entity.get("id")).casefold()].append(entity.get("id"))
        twice += [ids for ids in seen.values() if len(ids) > 1]
    assert_that(
        not twice,
        f"{len(twice)} identifiers come more than once",
        expected="an identifier of its own for every entity",
        received=shown(twice[:3]),
    )


@pytest.mark.check("MOD-IDN-04", clause="RFC 3986 2; RFC 8141 2", strength="should")
def test_identifiers_are_encoded(judged):
    """Identifiers are made of the characters that URIs have, others percent-encoded."""
    assert_none_of(judged, "id-not-encoded")


@pytest.mark.check("MOD-IDN-05", clause="MIMs Plus 2024 MIM2 R4", strength="should")
def test_identifiers_are_of_one_kind(samples):
    """The identifiers of a type are all made in one way: one scheme, and one namespace or host."""
    mixed, compared = {}, 0
    for _, sample in samples:
        kinds = {scheme_of(e["id"]) for e in sample.entities() if isinstance(e.get("id"), str)}
        compared += len(sample.entities()) > 1
        if len(kinds) > 1:
            mixed[sample.type] = sorted(kinds)
    if not compared:
        raise Inconclusive("no_data", "no type has more than one entity")
    assert_that(
        not mixed,
        f"{len(mixed)} of {len(samples)} types have identifiers of several kinds",
        expected="one scheme for each type",
        received=shown(mixed),
    )
