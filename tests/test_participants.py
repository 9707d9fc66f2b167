"""What participants tell of themselves, and how market places are addressed."""

import pytest

from mimtest.vocabulary.participants import (
    endpoints_of,
    gaps,
    of_organization,
    unsound_capabilities,
    unsound_services,
)
from mimtest.vocabulary.tmforum import lacking, parts_at, untyped

DID = "did:web:city.example"
SERVICE = {"id": "#a", "type": "T", "serviceEndpoint": "https://city.example/a"}


def document(*services):
    return {"id": DID, "service": list(services)}


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://a.example",
        ["https://a.example"],
        {"uri": "https://a.example"},
        {"origins": ["https://a.example"]},
    ],
)
def test_endpoints_are_found_in_every_form(endpoint):
    assert endpoints_of({"serviceEndpoint": endpoint}) == ["https://a.example"]


def test_sound_services_are_left_alone():
    other = {"id": f"{DID}#b", "type": "T", "serviceEndpoint": "did:web:other.example"}
    assert not list(unsound_services(document(SERVICE, other), local=False))


@pytest.mark.parametrize(
    "service",
    [
        {**SERVICE, "id": f"{DID}#a"},
        {"id": "#b", "type": "T"},
        {**SERVICE, "id": "#b", "serviceEndpoint": "http://city.example"},
        "text",
    ],
    ids=["twice", "nowhere", "plain", "text"],
)
def test_unsound_services_are_named(service):
    assert list(unsound_services(document(SERVICE, service), local=False))


def test_what_a_participant_tells_is_found_whatever_its_prefix():
    told = of_organization({"gx:legalName": "X", "a": [{"gx:countryCode": "DE"}], "role": ""})
    assert gaps(told) == ["registration", "contact", "role"]


def test_capabilities_are_for_everybody_or_not_told():
    group = {"public": [{}], "restricted": [{}]}
    info = {
        "party_id": "x",
        "ishare_roles": ["x"],
        "supported_versions": [{"supported_features": [group]}],
    }
    assert list(unsound_capabilities({"capabilities_info": info}))
    group.pop("restricted")
    assert not list(unsound_capabilities({"capabilities_info": info}))
    assert list(unsound_capabilities({"capabilities_info": {}}))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://x.example/tmf-api/productCatalogManagement/v4", ["catalog"]),
        ("https://x.example/tmf-api/party/v4", ["party"]),
        ("https://x.example/tmf-api/agreementManagement/v4", ["agreement"]),
        ("https://x.example/api", []),
    ],
)
def test_an_address_says_which_api_it_is(url, parts):
    assert parts_at(url) == parts


def test_objects_without_type_are_found():
    assert list(untyped({"@type": "A", "b": [{"@type": "B"}, {}]})) == ["b[]"]
    assert lacking({"a": 0, "b": "", "c": []}, "a", "b", "c", "d") == ["b", "c", "d"]
