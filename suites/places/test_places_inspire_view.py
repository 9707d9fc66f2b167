"""What INSPIRE wants of view services, where it is claimed.

Technical Guidance for the implementation of INSPIRE view services, 3.11.
"""

from contextlib import suppress

import pytest

from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.wms_asking import open_maps
from mimtest.vocabulary.xml import local, namespace, parse, text_of

pytestmark = pytest.mark.interface("wms")

VIEW = "http://inspire.ec.europa.eu/schemas/inspire_vs/"


@pytest.mark.check("PLA-I-11", clause="INSPIRE view services 3.11, 4.2.3.3.1", option="inspire")
def test_the_capabilities_lead_to_metadata_and_name_languages(client):
    """The capabilities say where the metadata of the service are, and in which languages it speaks."""
    root = parse(open_maps(client).described.answer)
    found = [
        e
        for e in root.iter()
        if local(e) == "ExtendedCapabilities" and namespace(e).startswith(VIEW)
    ]
    told = "the capabilities have nothing of INSPIRE"
    assert_that(found, told, expected="inspire_vs:ExtendedCapabilities", received="no such element")
    address = text_of(found[0], "MetadataUrl/URL")
    inside = found[0].find("{*}ResourceLocator") is not None
    told = "the capabilities do not say where metadata are"
    assert_that(
        address or inside,
        told,
        expected="MetadataUrl",
        received="neither that nor a ResourceLocator",
    )
    language = text_of(found[0], "SupportedLanguages/DefaultLanguage/Language")
    assert_that(language, "the capabilities name no language", expected="DefaultLanguage")
    if address:
        with suppress(OutOfScope):
            assert_status(
                client.get(address), 200, what="the answer at the address of the metadata"
            )
