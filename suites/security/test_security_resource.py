"""What a guarded interface publishes of itself: who it is, and whose tokens it takes (RFC 9728)."""

import re

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_equal, assert_that, json_object, member, shown
from mimtest.vocabulary.oauth_tokens import inserted

pytestmark = pytest.mark.interface(
    "ngsi-ld",
    "ngsi-v2",
    "sensorthings",
    "rest",
    "ogc-api-features",
    "wfs",
    "wms",
    "wmts",
    "ogc-api-tiles",
    "ogc-api-maps",
    "ogc-api-processes",
    "sparql",
    "dcat",
    "dsp",
    "tmforum",
)

_RESOURCE = "oauth-protected-resource"
_POINTER = re.compile(r'\bresource_metadata\s*=\s*"([^"]*)"', re.IGNORECASE)


@pytest.fixture(scope="session")
def about(client, interface, mimtest_run):
    """The resource's own metadata. NotApplicable where no issuer is named."""
    if not mimtest_run.target.interface(interface.issuer):
        detail = f"interfaces.{interface.name}.issuer names no authorisation server"
        raise NotApplicable("condition_not_claimed", detail)
    return settled(client.get(inserted(interface.url, _RESOURCE), auth=False))


@pytest.mark.check("SEC-AS-02", clause="RFC 9728 2, 3", strength="should")
def test_the_resource_names_its_issuer(about, interface, mimtest_run):
    """The resource publishes who it is, and which authorisation server's tokens it takes."""
    assert_that(
        about.ok,
        "the resource publishes no metadata",
        expected=f"a JSON object at {about.url}",
        received=f"status {about.status}",
    )
    body = json_object(about, "the metadata")
    given = member(body, "resource", str, "the metadata").rstrip("/")
    assert_equal(given, interface.url.rstrip("/"), "the resource")
    issuer = mimtest_run.target.interface(interface.issuer).url.rstrip("/")
    named = [
        str(s).rstrip("/") for s in member(body, "authorization_servers", list, "the metadata")
    ]
    assert_that(issuer in named, "its issuer is not named", expected=issuer, received=shown(named))


@pytest.mark.check(
    "SEC-AS-03", clause="RFC 9728 5.1", strength="may", rests_on=("SEC-TOK-21", "SEC-AS-02")
)
def test_refusals_lead_to_the_metadata(trials, about):
    """The refusal of whoever has no token says where the resource's metadata are."""
    if not about.ok:
        raise NotApplicable("not_offered", "the resource publishes no metadata")
    answer = settled(trials.stranger)
    if answer.status != 401:
        raise NotApplicable("not_offered", f"the refusal has the status {answer.status}")
    named = ", ".join(answer.headers.get_list("www-authenticate"))
    found = _POINTER.search(named)
    assert_that(
        found and found[1] == about.url,
        "the challenge does not lead to the metadata",
        expected=f'resource_metadata="{about.url}"',
        received=found[1] if found else (named or "no challenge"),
    )
