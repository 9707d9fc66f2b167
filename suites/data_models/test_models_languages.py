"""What is said in several languages says which they are."""

import pytest

from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("MOD-LNG-01", clause="GS CIM 009 4.5.18; BCP 47 (RFC 5646 2.1)", since="1.4.1")
def test_languages_have_their_tags(judged):
    """The languages of a LanguageProperty are named by tags of BCP 47."""
    assert_none_of(judged, "language-unknown")


@pytest.mark.check("MOD-LNG-02", clause="GS CIM 009 4.5.18", since="1.4.1")
def test_languages_have_their_text(judged):
    """A LanguageProperty has text in each of its languages."""
    assert_none_of(judged, "language-without-text")
