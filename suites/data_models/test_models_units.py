"""Units are codes of a list everybody has, and fit what is measured: else numbers cannot be compared."""

from collections import defaultdict

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.reading import Reading
from mimtest.models.units import unit_of
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2")


@pytest.mark.check(
    "MOD-UNI-02",
    clause="GS CIM 009 4.5.2; UN/CEFACT Rec. 20; MIMs Plus 9.0 MIM2 M1-3.1b",
    rests_on=("MOD-UNI-01",),
)
def test_units_are_codes_of_the_list(judged):
    """Every unit of a value is a code of the declared list: UN/CEFACT common codes, UCUM or QUDT."""
    assert_none_of(judged, "unit-unknown")


@pytest.mark.check("MOD-UNI-03", clause="UN/CEFACT Rec. 20", strength="should")
def test_units_are_in_use(judged):
    """No unit is a common code that UN/CEFACT has withdrawn."""
    assert_none_of(judged, "unit-withdrawn")


@pytest.mark.check("MOD-UNI-04", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_units_fit_what_is_measured(judged):
    """Units measure what their attribute stands for: a temperature comes in no unit of length."""
    assert_none_of(judged, "unit-of-another-quantity")


@pytest.mark.check("MOD-UNI-05", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_measured_values_have_a_unit(judged):
    """Measured values have a unit, their own or one that the model's description states."""
    assert_none_of(judged, "unit-missing")


@pytest.mark.check("MOD-UNI-06", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_measured_values_are_possible(judged):
    """Measured values are possible in their unit: no air is hotter than fire, no humidity above its whole."""
    assert_none_of(judged, "value-impossible")


@pytest.mark.check("MOD-UNI-07", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_an_attribute_measures_one_thing(judged):
    """An attribute has units of one kind in all entities of a type, so that its values can be compared."""
    found = defaultdict(lambda: defaultdict(list))
    for sample, facts in judged:
        for entity in sample.entities():
            for place in Reading(entity).units:
                unit = isinstance(place.value, str) and unit_of(place.value, facts.units)
                if unit:
                    found[sample.type, place.name][unit.dimension].append(place.value)
    several = {name: kinds for name, kinds in found.items() if sum(map(len, kinds.values())) > 1}
    if not several:
        raise Inconclusive("no_data", "no attribute has a known unit in more than one entity")
    mixed = {name: kinds for name, kinds in several.items() if len(kinds) > 1}
    told = {f"{t} {n}": sorted({c for v in k.values() for c in v}) for (t, n), k in mixed.items()}
    assert_that(
        not mixed,
        f"{len(mixed)} of {len(several)} attributes have units of several kinds",
        expected="units that measure the same",
        received=shown(told),
    )


@pytest.mark.check("MOD-UNI-08", clause="GS CIM 009 4.5.2", strength="should")
def test_what_has_a_unit_is_a_number(judged):
    """Values with a unit are numbers, not texts of digits."""
    assert_none_of(judged, "unit-without-number")
