"""What a connector's catalogue offers, as a partner asks for it."""

from types import SimpleNamespace

import pytest

from mimtest.vocabulary.dsp import CONTEXTS, NEW, OLD
from mimtest.vocabulary.dsp_offers import addresses_in, negotiating, offers_in

_CONTEXT = [CONTEXTS[NEW], "https://dataspace.example/context.jsonld"]
_OFFER = {"@id": "urn:o", "@type": "Offer", "permission": [{"action": "use"}]}
_SERVICE = {"@id": "urn:s", "@type": "DataService", "endpointURL": "https://city.example/dsp"}


def _connector(version=NEW, base="https://city.example/dsp/2025-1"):
    interface = SimpleNamespace(url="https://city.example/dsp")
    return SimpleNamespace(version=version, base=base, client=SimpleNamespace(interface=interface))


def _catalogue(**dataset):
    distributions = [
        {"@type": "Distribution", "format": "S3-PUSH", "accessService": "urn:s"},
        {"@type": "Distribution", "format": "HttpData-PULL", "accessService": "urn:s"},
    ]
    held = {"@id": "urn:d", "hasPolicy": [_OFFER], "distribution": distributions, **dataset}
    return {"@context": _CONTEXT, "service": [_SERVICE], "dataset": [held]}


def test_an_offer_knows_what_asking_for_it_needs():
    (offer,) = offers_in(_connector(), _catalogue())
    assert (offer.id, offer.dataset, offer.format) == ("urn:o", "urn:d", "HttpData-PULL")
    assert offer.context == _CONTEXT
    assert offer.service == "https://city.example/dsp"
    assert offer.asked(NEW) == {**_OFFER, "target": "urn:d"}


def test_offers_of_catalogues_within_are_found():
    nested = {"@context": _CONTEXT, "catalog": [_catalogue()]}
    assert [o.service for o in offers_in(_connector(), nested)] == ["https://city.example/dsp"]
    assert addresses_in(_connector(), nested) == {"urn:s": "https://city.example/dsp"}


@pytest.mark.parametrize("policies", [[{"@type": "Offer"}], ["urn:o"], None])
def test_what_cannot_be_asked_for_is_no_offer(policies):
    assert not offers_in(_connector(), _catalogue(hasPolicy=policies))


def test_the_older_version_is_asked_for_as_it_came():
    offer = {"@id": "urn:o", "@type": "odrl:Offer", "odrl:permission": {"odrl:action": "odrl:use"}}
    document = {
        "@context": CONTEXTS[OLD],
        "dspace:participantId": "urn:p",
        "dcat:dataset": {
            "@id": "urn:d",
            "odrl:hasPolicy": offer,
            "dcat:distribution": {"dct:format": {"@id": "dspace:s3+push"}},
        },
    }
    (found,) = offers_in(_connector(OLD), document)
    assert found.format == {"@id": "dspace:s3+push"}
    assert found.asked(OLD) == {**offer, "odrl:assigner": "urn:p", "odrl:target": "urn:d"}


def test_contracts_are_negotiated_below_the_connectors_own_address():
    connector = _connector()
    (offer,) = offers_in(connector, _catalogue())
    assert negotiating(connector, offer) is connector
