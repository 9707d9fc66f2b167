"""A connector of a dataspace: which versions it speaks, and how it is found (Dataspace Protocol)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dsp import NEW, OLD, is_version, version_addresses
from mimtest.vocabulary.dsp_asking import (
    assert_sound,
    connector_of,
    leads,
    listed,
    other_bases,
    version_of,
    versions_of,
)
from mimtest.vocabulary.dsp_offers import addresses_in
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, objects

pytestmark = pytest.mark.interface("dsp")

_SERVICES = ("CatalogService", "DataService")


@pytest.fixture
def connector(client):
    """The connector in the declared version."""
    return connector_of(client)


@pytest.fixture
def catalogue(connector):
    """The first page of the catalogue."""
    return json_object(assert_status(connector.ask_catalogue(), 200, what="the catalogue"))


@pytest.mark.check("CTR-DSP-01", clause="DSP 2025-1, Exposure of Versions", level="passive")
def test_versions_are_told(client):
    """The versions that a connector speaks are listed at /.well-known/dspace-version, each with its path."""
    found = listed(versions_of(client))
    assert_that(found, "no version is listed", expected="at least one")
    needed = ("version", "path") if version_of(client) == OLD else ("version", "path", "binding")
    faults = [
        f"an item has no {name}"
        for item in found
        for name in needed
        if not isinstance(item.get(name), str)
    ]
    assert_sound(faults, "the list of versions")


@pytest.mark.check(
    "CTR-DSP-02",
    clause="DSP 2025-1, Exposure of Versions",
    level="passive",
    rests_on=("CTR-DSP-01",),
)
def test_declared_version_is_listed(client):
    """The version of the target file is listed, with the binding HTTPS and an absolute path."""
    version = version_of(client)
    every = listed(versions_of(client))
    found = [i for i in every if is_version(i.get("version"), version)]
    if every and not found and version == OLD:
        detail = "2024-1 leaves open how a version is named; none of those listed is named like it"
        raise Inconclusive("needs_review", detail)
    assert_that(
        found,
        "the declared version is not listed",
        expected=version,
        received=", ".join(str(i.get("version")) for i in every) or "none",
    )
    assert_that(
        any(leads(i, version) for i in found),
        f"no item of {version} leads to its endpoints",
        expected="binding HTTPS, and a path that begins with /",
        received=str(dict(found[0])),
    )


@pytest.mark.check("CTR-DSP-03", clause="DSP 2025-1, Exposure of Versions", level="passive")
def test_versions_need_no_credentials(client):
    """The versions are told to whoever asks: a partner learns there how to authenticate."""
    if version_of(client) == OLD:
        raise NotApplicable("version_not_claimed", "2024-1 leaves open who may ask")
    answer = versions_of(client, auth=False)
    assert_that(
        answer.status not in (401, 403),
        "the versions are kept from partners that are not yet known",
        expected="status 200 without credentials",
        received=f"status {answer.status}",
    )
    assert_status(answer, 200, what="the versions without credentials")


@pytest.mark.check(
    "CTR-DSP-24",
    clause="DSP 2025-1, Discovery of Service Endpoints",
    strength="should",
    level="passive",
)
def test_participant_publishes_the_connector(client, interface):
    """The participant's DID document, where there is one, has a service that leads to this connector."""
    where = interface.paths.get("participant")
    if where is None or version_of(client) == OLD:
        raise NotApplicable("not_offered", "the target file names no DID document (participant)")
    document = json_object(assert_status(client.get(where), 200, what="the DID document"))
    every = objects(document.get("service", []), "service")
    services = [s for s in every if s.get("type") in _SERVICES]
    assert_that(
        services,
        "the DID document has no service of the dataspace",
        expected=" or ".join(_SERVICES),
        received=", ".join(str(s.get("type")) for s in every) or "no service",
    )
    faults = [
        f"a {s['type']} has no {n}"
        for s in services
        for n in ("id", "serviceEndpoint")
        if not isinstance(s.get(n), str)
    ]
    assert_sound(faults, "the DID document")
    roots = [a.partition("/.well-known/")[0] for a in version_addresses(interface.url)]
    places = (*roots, connector_of(client).base)
    assert_that(
        any(s["serviceEndpoint"].startswith(places) for s in services),
        "no service leads to this connector",
        expected=f"an address below {places[0]}",
        received=", ".join(s["serviceEndpoint"] for s in services),
    )


@pytest.mark.check(
    "CTR-DSP-33",
    clause="DSP 2025-1, Catalog Protocol: ACK - Dataset",
    rests_on=("CTR-DSP-04",),
)
def test_services_speak_the_version_of_the_catalogue(client, connector, catalogue, looked):
    """The addresses at which datasets are negotiated are not those of another version."""
    if version_of(client) != NEW:
        raise NotApplicable("version_not_claimed", "2024-1 does not say so")
    places = addresses_in(connector, catalogue)
    if not places:
        raise Inconclusive("no_data", "the catalogue names no service with an address")
    looked(f"{len(places)} services")
    others = {p: v for v, p in other_bases(client) if p != connector.base}
    faults = [
        f"{name} is at {place}, which is version {others[place.rstrip('/')]}"
        for name, place in places.items()
        if place.rstrip("/") in others
    ]
    assert_sound(faults, "the catalogue leads to another version of the protocol")
