"""What is sent to a market place, and what is remembered of what it makes."""

from types import SimpleNamespace

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.tmforum import Part, own_address
from mimtest.vocabulary.tmforum_orders import state_of


class Market:
    """Stands in for a client: the addresses, and what is noted."""

    def __init__(self, version="4", url="https://x.example/tmf-api"):
        self.interface = SimpleNamespace(version=version)
        self.noted = []
        self._url = url

    def url(self, path=""):
        return path if "://" in path else f"{self._url}{path}"

    def note_created(self, url, *, expect_gone):
        self.noted.append((url, expect_gone))


def answer(body, location=None):
    return SimpleNamespace(json=lambda: body, location=location)


@pytest.mark.parametrize(
    ("claimed", "address", "newer"),
    [
        ("5", "/productCatalogManagement/v5", True),
        ("5", "/agreementManagement/v4", False),
        ("4", "/party/v5.0", True),
        ("5.0", "/catalog", True),
        (None, "/catalog", False),
        ("4", "/v5x/catalog", False),
    ],
)
def test_an_address_tells_the_version_of_its_api(claimed, address, newer):
    assert Part(Market(claimed), address).newer is newer


@pytest.mark.parametrize(
    ("body", "location", "noted"),
    [
        ({"id": "a:1"}, None, ["/v4/productOrder/a:1"]),
        ({"id": "../x"}, None, ["/v4/productOrder/..%2Fx"]),
        ({"id": ".."}, None, []),
        ({"id": 7}, "https://x.example/v4/productOrder/7", ["/v4/productOrder/7"]),
        ([], None, []),
        ({}, "https://x.example/elsewhere/7", []),
    ],
)
def test_what_was_made_is_remembered_by_its_identifier(body, location, noted):
    market = Market()
    Part(market, "/v4").keep_in_mind("/productOrder", answer(body, location))
    assert [url for url, _ in market.noted] == noted


def test_a_subscription_is_not_looked_for_after_its_end():
    market = Market()
    Part(market, "/v4").keep_in_mind("/hub", answer({"id": "1"}))
    assert market.noted == [("/v4/hub/1", False)]


def test_an_address_is_one_that_can_be_followed():
    base = "https://x.example/v4/productOffering"
    assert own_address({"href": "/v4/productOffering/1"}, base) == f"{base}/1"
    with pytest.raises(Contradiction):
        own_address({"href": "urn:ngsi-ld:product-offering:1"}, base)
    with pytest.raises(Inconclusive):
        own_address({}, base)


@pytest.mark.parametrize(
    ("told", "state"),
    [("acknowledged", "acknowledged"), ("inProgress.accepted", "inProgress"), (None, ""), (7, "")],
)
def test_a_state_is_a_word(told, state):
    assert state_of({"state": told}) == state
