"""Words of the Dataspace Protocol: what is read of messages, and what is found wrong with them."""

import pytest

from mimtest.vocabulary.dsp import (
    CONTEXTS,
    NEW,
    OLD,
    datasets_in,
    faults_of_catalogue,
    is_version,
    message,
    read,
    version_addresses,
)
from mimtest.vocabulary.dsp_terms import faults_of_agreement, faults_of_dataset, same_terms

_OFFER = {"@id": "urn:o", "@type": "Offer", "permission": [{"action": "use"}]}
_DATASET = {
    "@id": "urn:d",
    "@type": "Dataset",
    "hasPolicy": [_OFFER],
    "distribution": [{"@type": "Distribution", "format": "x", "accessService": "urn:s"}],
}
_CATALOGUE = message(NEW, "Catalog") | {"@id": "urn:c", "participantId": "urn:p"}
_AGREEMENT = {
    "@id": "urn:a",
    "@type": "Agreement",
    "target": "urn:d",
    "assigner": "urn:p",
    "assignee": "urn:q",
    "timestamp": "2026-01-01T00:00:00Z",
    "permission": [{"action": "use"}],
}


def test_a_sound_catalogue_has_no_faults():
    assert not list(faults_of_catalogue(NEW, _CATALOGUE | {"dataset": [_DATASET]}))
    assert not list(faults_of_dataset(NEW, _DATASET))


@pytest.mark.parametrize("name", ["@context", "@id", "@type", "participantId"])
def test_what_a_catalogue_lacks_is_found(name):
    lacking = {k: v for k, v in _CATALOGUE.items() if k != name}
    assert list(faults_of_catalogue(NEW, lacking))


@pytest.mark.parametrize(
    "change",
    [
        {"hasPolicy": []},
        {"hasPolicy": [{**_OFFER, "target": "urn:d"}]},
        {"hasPolicy": [{"@id": "urn:o", "@type": "Offer"}]},
        {"hasPolicy": ["urn:o"]},
        {"hasPolicy": [{**_OFFER, "permission": []}]},
        {"hasPolicy": [{**_OFFER, "permission": [{"action": {"@id": "use"}}]}]},
        {"hasPolicy": [{**_OFFER, "permission": [{"action": "use", "target": "urn:d"}]}]},
        {"distribution": [{"format": {"@id": "x"}, "accessService": "urn:s"}]},
        {"distribution": [{"format": "x", "accessService": {"@id": "urn:s"}}]},
        {"distribution": [{"format": "x"}]},
        {"distribution": None},
    ],
)
def test_what_is_wrong_with_a_dataset_is_found(change):
    assert list(faults_of_dataset(NEW, _DATASET | change))


@pytest.mark.parametrize(
    "change",
    [{"target": "urn:e"}, {"timestamp": "yesterday"}, {"assignee": ""}, {"@type": "Offer"}],
)
def test_what_is_wrong_with_an_agreement_is_found(change):
    assert not list(faults_of_agreement(NEW, _AGREEMENT, "urn:d"))
    assert list(faults_of_agreement(NEW, _AGREEMENT | change, "urn:d"))


def test_rules_come_in_whatever_order():
    two = [{"action": "use"}, {"action": "sell"}]
    assert same_terms({"permission": two}, {"@id": "urn:x", "permission": two[::-1]})
    assert same_terms({"permission": two, "prohibition": []}, {"permission": two})
    assert not same_terms({"permission": two}, {"prohibition": two})


def test_the_older_version_reads_the_same():
    old = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#"},
        "@type": "dcat:Catalog",
        "dcat:dataset": {
            "@id": "urn:d",
            "@type": "dcat:Dataset",
            "odrl:hasPolicy": {
                "@id": "urn:o",
                "@type": "odrl:Offer",
                "odrl:permission": {"odrl:action": {"@id": "odrl:use"}},
            },
            "dcat:distribution": {
                "dct:format": {"@id": "dspace:x"},
                "dcat:accessService": {"@id": "urn:s"},
            },
        },
    }
    told = read(OLD, old)
    (dataset,) = datasets_in(told)
    assert not list(faults_of_catalogue(OLD, told))
    assert not list(faults_of_dataset(OLD, dataset))
    assert dataset["hasPolicy"][0]["permission"] == [{"action": "use"}]


def test_messages_are_in_the_words_of_their_version():
    assert message(OLD, "X", a=1) == {
        "@context": CONTEXTS[OLD],
        "@type": "dspace:X",
        "dspace:a": 1,
    }
    assert read(NEW, {"dspace:a": 1}) == {"dspace:a": 1}


def test_how_2024_is_written_is_left_open():
    assert is_version("2025-1", NEW)
    assert not is_version("2025/1", NEW)
    assert is_version("2024/1", OLD)
    assert not is_version("v0.8", OLD)
    assert not is_version(None, OLD)


def test_a_request_repeats_the_context_of_what_it_repeats():
    own = [CONTEXTS[NEW], "https://dataspace.example/context.jsonld"]
    assert message(NEW, "X", own)["@context"] == own
    assert message(NEW, "X", "https://dataspace.example/")["@context"] == [CONTEXTS[NEW]]
    assert message(OLD, "X", {"edc": "urn:x"})["@context"] == [CONTEXTS[OLD], {"edc": "urn:x"}]
    assert message(OLD, "X", CONTEXTS[OLD])["@context"] == CONTEXTS[OLD]


def test_versions_are_below_the_address_or_at_the_root():
    end = "/.well-known/dspace-version"
    assert version_addresses("https://a.example/x") == (
        f"https://a.example/x{end}",
        f"https://a.example{end}",
    )
    assert version_addresses("https://a.example") == (f"https://a.example{end}",)
