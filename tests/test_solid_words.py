"""Comparing the representations of a document in a pod, whatever a server puts into them."""

import json
from contextlib import suppress

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.solid import JSON_LD, canonical
from tests.test_privacy_notices import answered


def document(**members):
    return answered(json.dumps({"@id": "urn:a", **members}), JSON_LD)


def test_a_document_has_one_form():
    told = {"http://a.example/p": "x"}
    assert canonical(document(**told)) == '<urn:a> <http://a.example/p> "x" .\n'


@pytest.mark.parametrize(
    "members",
    [
        {"@context": 5},
        {"http://a.example/p": "\ud800"},
        {"http://a.example/p": {"@id": "http://a.example/b c\n"}},
        {"http://a.example/p": {"@value": [], "@type": 5}},
    ],
)
def test_what_cannot_be_compared_is_no_error_of_the_check(members):
    with suppress(Contradiction, Inconclusive):
        assert isinstance(canonical(document(**members)), str)
