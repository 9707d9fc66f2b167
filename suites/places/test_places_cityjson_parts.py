"""CityJSON files and sequences: extensions, features and metadata (CityJSON 2.0)."""

import re

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.cityjson import (
    NOT_IN_A_PART,
    is_number,
)
from mimtest.vocabulary.expect import assert_equal, assert_that, fail, json_object, member, of_type

pytestmark = pytest.mark.interface("file")

FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")
EXTENSION = {
    "name": str,
    "url": str,
    "version": str,
    "versionCityJSON": str,
    "extraAttributes": dict,
    "extraCityObjects": dict,
    "extraRootProperties": dict,
    "extraSemanticSurfaces": dict,
}


@pytest.mark.check("PLA-J-04", clause="CityJSON 2.0 8.1", level="passive", rests_on=("PLA-J-01",))
def test_extensions_are_declared(cityjson):
    """Every extension of the document is declared with an address and a version."""
    given = cityjson.root.get("extensions")
    if not given:
        raise NotApplicable("not_offered", "the document declares no extension")
    for name, extension in of_type(given, dict, "'extensions'").items():
        for wanted in ("url", "version"):
            member(extension, wanted, str, f"extension '{name}'")


@pytest.mark.check(
    "PLA-J-24",
    clause="CityJSON 2.0 8.1, 8.6",
    strength="should",
    level="passive",
    rests_on=("PLA-J-01",),
)
def test_types_of_extensions_come_with_one(cityjson):
    """City Objects of an extension's type come with the extension that describes them."""
    own = [n for n, o in _objects(cityjson) if str(o.get("type")).startswith("+")]
    if not own:
        raise NotApplicable("not_offered", "all City Objects are of types of the specification")
    assert_that(
        cityjson.root.get("extensions"),
        "City Objects are of an extension's types, and no extension is declared",
        expected="'extensions'",
        received=own[:5],
    )


@pytest.mark.check(
    "PLA-J-21", clause="CityJSON 2.0 8.1, 8.2", strength="should", rests_on=("PLA-J-04",)
)
def test_extensions_can_be_had(client, cityjson):
    """The address of an extension leads to its document, for this version of CityJSON."""
    given = cityjson.root.get("extensions")
    if not isinstance(given, dict) or not given:
        raise NotApplicable("not_offered", "the document uses no extension")
    for name, extension in given.items():
        url = member(extension, "url", str, f"extension '{name}'")
        if not url.startswith(("http:", "https:")):
            fail(f"the address of extension '{name}' is no web address", received=url)
        answer = client.get(url)
        assert_that(answer.ok, f"extension '{name}' cannot be had", received=answer.status)
        document = json_object(answer, f"extension '{name}'")
        assert_equal(document.get("type"), "CityJSONExtension", f"the type of extension '{name}'")
        for wanted, kind in EXTENSION.items():
            member(document, wanted, kind, f"extension '{name}'")
        assert_equal(document["versionCityJSON"], cityjson.version, f"versionCityJSON of '{name}'")


@pytest.mark.check("PLA-J-22", clause="CityJSON 2.0 7.2", level="passive", rests_on=("PLA-J-01",))
def test_features_of_a_sequence_stand_for_themselves(file, cityjson):
    """Every feature of a sequence is named by one of its City Objects and has what belongs to it, and no more."""
    file.require("cityjson-sequence")
    features = [p for p in cityjson.parts if p.document.get("type") != "CityJSON"]
    if not features:
        raise Inconclusive("no_data", "the sequence holds no feature")
    for part in features:
        assert_equal(part.document.get("type"), "CityJSONFeature", f"the type of {part.where}")
        name = member(part.document, "id", str, part.where)
        assert_that(
            name in part.objects,
            f"the id of {part.where} is that of none of its City Objects",
            expected=list(part.objects)[:5],
            received=name,
        )
        foreign = [n for n in NOT_IN_A_PART if n in part.document]
        assert_that(not foreign, f"{part.where} says what holds for all", received=foreign)


@pytest.mark.check(
    "PLA-J-23",
    clause="CityJSON 2.0 5.1, 5.3, 5.4",
    strength="should",
    level="passive",
    rests_on=("PLA-J-01",),
)
def test_metadata_are_as_described(cityjson):
    """The date of the data is a date, and a point of contact has a name and an e-mail address."""
    metadata = cityjson.root.get("metadata")
    if cityjson.version == "1.0" or not isinstance(metadata, dict):
        raise NotApplicable("not_offered", "the document has no metadata of version 1.1 or later")
    date, contact = metadata.get("referenceDate"), metadata.get("pointOfContact")
    if date is not None:
        assert_that(
            isinstance(date, str) and FULL_DATE.fullmatch(date),
            "'referenceDate' is no date",
            expected="such as 2026-10-14",
            received=date,
        )
    if contact is not None:
        for name in ("contactName", "emailAddress"):
            member(contact, name, str, "'pointOfContact'")
    extent = metadata.get("geographicalExtent")
    if extent is not None:
        good = isinstance(extent, list) and len(extent) == 6 and all(map(is_number, extent))
        assert_that(good, "'geographicalExtent' is not six numbers", received=extent)


def _objects(cityjson):
    """Every City Object with its id. Raises Inconclusive for none."""
    found = [(name, item) for part in cityjson.parts for name, item in part.objects.items()]
    if not found:
        raise Inconclusive("no_data", "there are no City Objects")
    return found
