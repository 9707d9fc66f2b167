"""What participants tell of themselves, and how market places are addressed."""

import pytest

from mimtest.vocabulary.participants import (
    endpoints_of,
    gaps,
    identifying,
    keys_told,
    of_organization,
    unsound_capabilities,
    unsound_services,
)
from mimtest.vocabulary.tmforum import lacking, parts_at, untyped
from mimtest.vocabulary.tmforum_terms import terms_in

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
    long = "https://w3id.org/gaia-x/development#legalName"
    told = of_organization({long: "X", "a": [{"gx:countryCode": "DE"}], "role": ""})
    assert gaps(told) == ["registration", "contact", "role"]


def test_the_name_of_a_participant_is_its_own():
    assert not of_organization({"relatedParty": [{"name": "somebody else"}]})["name"]


@pytest.mark.parametrize(
    ("characteristic", "identifies"),
    [
        ({"name": "colour", "value": "blue"}, False),
        ({"name": "id", "value": "did:web:city.example"}, True),
        ({"name": "vatNumber", "value": "DE000000000"}, True),
        ("did:web:city.example", False),
    ],
)
def test_a_characteristic_identifies_where_it_is_one_for_that(characteristic, identifies):
    assert bool(identifying({"partyCharacteristic": [characteristic]})) is identifies


def test_keys_are_found_where_they_are_embedded():
    key = {"id": "#k", "type": "JsonWebKey"}
    assert keys_told({"assertionMethod": [key, "#other"]}) == [key]


@pytest.mark.parametrize(
    ("offering", "told"),
    [
        ({"productOfferingTerm": [{"name": "Licence"}]}, True),
        ({"productOfferingTerm": [{"@type": "ProductOfferingTerm"}]}, False),
        ({"policy": [{"id": "p"}]}, True),
        ({"attachment": [{"name": "Licence", "mimeType": "application/pdf"}]}, True),
        ({"attachment": [{"name": "Sensor", "mimeType": "image/png"}]}, False),
        ({"agreement": "x"}, False),
    ],
)
def test_terms_are_what_says_something(offering, told):
    assert terms_in(offering) is told


def test_capabilities_are_for_everybody_or_not_told():
    public = {"feature": "capabilities", "url": "https://city.example/capabilities"}
    group = {"public": [public], "restricted": [{}]}
    info = {
        "party_id": "x",
        "ishare_roles": ["x"],
        "supported_versions": [{"supported_features": [group]}],
    }
    assert list(unsound_capabilities({"iss": "x", "capabilities_info": info}))
    group.pop("restricted")
    assert not list(unsound_capabilities({"iss": "x", "capabilities_info": info}))
    assert list(unsound_capabilities({"iss": "y", "capabilities_info": info}))
    group["public"] = []
    assert list(unsound_capabilities({"iss": "x", "capabilities_info": info}))
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
