"""Periods begin before they end."""

import pytest

from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2")


@pytest.mark.check("MOD-TIM-06", clause="ISO 8601; MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_what_begins_does_not_end_before(judged):
    """Of two times whose order is known, and of an interval, the first is not after the second."""
    assert_none_of(judged, "times-in-wrong-order", "interval-backwards")
