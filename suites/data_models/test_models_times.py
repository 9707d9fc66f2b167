"""Times can be read in one way only, and could have been."""

import pytest

from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.mark.check(
    "MOD-TIM-02", clause="JSON Schema 2020-12 validation 7.3.1; RFC 3339 5.6", strength="should"
)
def test_dates_and_times_have_the_format_of_their_model(judged):
    """Dates, times and durations are written in the format that the model gives them."""
    assert_none_of(judged, "time-of-another-format")


@pytest.mark.check("MOD-TIM-03", clause="MIMs Plus 9.0 MIM2 R1.1; ISO 8601", strength="should")
def test_dates_and_times_can_be_read_in_one_way(judged):
    """Dates and times of which the model does not speak are ISO 8601, with their zone."""
    assert_none_of(judged, "time-unclear")


@pytest.mark.check("MOD-TIM-04", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_times_are_not_made_up(judged):
    """No time is one that software writes where it knows none, such as the start of 1970."""
    assert_none_of(judged, "time-made-up")


@pytest.mark.check(
    "MOD-TIM-05", clause="GS CIM 009 4.8; MIMs Plus 9.0 MIM2 R1.1", strength="should"
)
def test_nothing_was_observed_in_the_future(judged):
    """What was observed or changed was so before now, give or take a day."""
    assert_none_of(judged, "observed-in-the-future")
