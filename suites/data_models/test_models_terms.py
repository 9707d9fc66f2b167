"""The names that data uses are those of its model."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.near_names import near
from mimtest.models.reading import CORE_MEMBERS
from mimtest.models.representations import OWN_MEMBERS, attributes_of
from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.fixture
def described(schema):
    """The members that the claimed schema describes; one of none would know no attribute."""
    found = schema.properties()
    if not found.keys() - CORE_MEMBERS:
        raise Inconclusive("control_failed", f"{schema.address} describes no attribute at all")
    return found


@pytest.mark.check("MOD-TRM-01", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_attributes_are_known_to_the_model(sample, schema, described):
    """Every attribute of a sampled entity is one that the claimed schema describes."""
    unknown = sorted(_names(sample) - described.keys() - CORE_MEMBERS)
    assert_that(
        not unknown,
        f"the {sample.size} have attributes that {schema.address} does not describe: {', '.join(unknown)}",
        expected=", ".join(sorted(described)),
        received=", ".join(unknown),
    )


@pytest.mark.check(
    "MOD-TRM-03", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should", rests_on=("MOD-TRM-01",)
)
def test_attributes_are_spelled_as_in_the_model(sample, described):
    """No attribute of a sampled entity is almost, but not quite, one that the claimed schema describes."""
    names = _names(sample) - OWN_MEMBERS
    if not names:
        raise Inconclusive("no_data", f"none of the {sample.size} has an attribute")
    slips = {n: near(n, described) for n in sorted(names - described.keys() - CORE_MEMBERS)}
    meant = {n: m for n, m in slips.items() if m and not _are_two(sample, n, m)}
    assert_that(
        not meant,
        f"the {sample.size} have attributes that look misspelled: "
        + ", ".join(f"{n} for {m}" for n, m in meant.items()),
        expected=", ".join(meant.values()),
        received=", ".join(meant),
    )


def _names(sample):
    return {name for entity in sample.simplified() for name in entity}


def _are_two(sample, name, other):
    """Whether both occur in one entity, or are numbered: then the one is no slip of the other."""
    if _without_digits(name) == _without_digits(other):
        return True
    return any({name, other} <= attributes_of(e).keys() for e in sample.entities())


def _without_digits(name):
    return name.rstrip("0123456789_-")
