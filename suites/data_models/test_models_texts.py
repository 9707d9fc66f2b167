"""Texts arrive as they were written, and say something."""

import pytest

from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.mark.check("MOD-TXT-01", clause="RFC 8259 8.1", strength="should")
def test_texts_are_decoded_rightly(judged):
    """Letters beyond ASCII are still themselves: no text was decoded wrongly on its way."""
    assert_none_of(judged, "text-garbled")


@pytest.mark.check("MOD-TXT-02", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_texts_say_something(judged):
    """No text is empty or stands for nothing, such as null or n/a."""
    assert_none_of(judged, "text-without-content")


@pytest.mark.check("MOD-TXT-03", clause="RFC 8259 7", strength="should")
def test_texts_have_no_odd_blanks(judged):
    """Texts have neither blanks around them nor control characters in them."""
    assert_none_of(judged, "text-with-odd-blanks")


@pytest.mark.check("MOD-TXT-04", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_texts_are_plain(judged):
    """Texts are without the markup of web pages."""
    assert_none_of(judged, "text-with-markup")


@pytest.mark.check(
    "MOD-TXT-05", clause="Unicode Standard Annex 15; W3C charmod-norm 3", strength="should"
)
def test_letters_are_composed(judged):
    """Letters with accents are one character each, so that equal texts are equal."""
    assert_none_of(judged, "text-decomposed")


@pytest.mark.check("MOD-TXT-06", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_listed_values_are_spelled_as_listed(judged):
    """Values that the model lists come in its spelling, not in one close to it."""
    assert_none_of(judged, "value-misspelled")
