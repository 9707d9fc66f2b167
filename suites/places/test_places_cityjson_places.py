"""CityJSON files and sequences: where the model is (CityJSON 2.0; MIMs Plus 9.0 MIM7 R5.1)."""

from math import isfinite

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.cityjson_places import axes_of, places_of, referred, worst_extent
from mimtest.vocabulary.crs import system
from mimtest.vocabulary.expect import assert_that, member

pytestmark = pytest.mark.interface("file")


@pytest.mark.check("PLA-J-12", clause="CityJSON 2.0 4", level="passive", rests_on=("PLA-J-03",))
def test_the_transform_gives_places(cityjson):
    """The transform brings vertices to finite places and keeps them apart."""
    if cityjson.version == "1.0" and "transform" not in cityjson.root:
        raise NotApplicable("not_offered", "the document has no transform")
    scale, translate = cityjson.transform
    assert_that(
        all(s != 0 and isfinite(s) for s in scale) and all(map(isfinite, translate)),
        "'scale' makes all vertices one",
        expected="no zero in 'scale'",
        received=scale,
    )
    for part in cityjson.parts:
        wild = [p for p in cityjson.positions(part) if not all(map(isfinite, p))]
        assert_that(not wild, f"a vertex of {part.where} has no finite place", received=wild[:1])


@pytest.mark.check(
    "PLA-J-13",
    clause="MIMs Plus 9.0 MIM7 R5.1; CityJSON 2.0 5.5",
    level="passive",
    rests_on=("PLA-J-01",),
)
def test_the_reference_system_is_named(cityjson):
    """The document names its reference system by an identifier of OGC that PROJ knows."""
    given = _system_of(cityjson)
    assert_that(
        given.startswith(referred(cityjson.version)),
        "'referenceSystem' is no identifier of OGC",
        expected="such as https://www.opengis.net/def/crs/EPSG/0/7415",
        received=given,
    )
    assert_that(
        system(given) is not None,
        "PROJ does not know the reference system",
        expected="a registered reference system",
        received=given,
    )


def _known_system(cityjson):
    """The reference system for what rests on it. Raises Inconclusive without one that PROJ knows."""
    metadata = cityjson.root.get("metadata")
    given = metadata.get("referenceSystem") if isinstance(metadata, dict) else None
    if not isinstance(given, str) or system(given) is None:
        raise Inconclusive("precondition_unmet", f"PROJ does not know {given!r}")
    return given


def _system_of(cityjson):
    metadata = member(cityjson.root, "metadata", dict, "the document")
    return member(metadata, "referenceSystem", str, "'metadata'")


@pytest.mark.check(
    "PLA-J-18",
    clause="CityJSON 2.0 5.5",
    strength="should",
    level="passive",
    rests_on=("PLA-J-13",),
)
def test_the_reference_system_has_heights(cityjson):
    """The reference system says what heights refer to."""
    given = _known_system(cityjson)
    axes = axes_of(given)
    assert_that(
        axes >= 3,
        "the reference system has no heights",
        expected="a reference system with three axes",
        received=f"{given} with {axes} axes",
    )


@pytest.mark.check(
    "PLA-J-17",
    clause="CityJSON 2.0 2, 5.1",
    strength="should",
    level="passive",
    rests_on=("PLA-J-12",),
)
def test_extents_hold_the_vertices(cityjson):
    """The extents of the document and of City Objects hold their vertices, where these are in the world."""
    fault = worst_extent(cityjson)
    if fault is None:
        raise NotApplicable("not_offered", "nothing has an extent")
    where, extent, outside = fault
    assert_that(
        outside is None,
        f"the extent of {where} does not hold its vertices",
        expected=extent,
        received=outside,
    )


@pytest.mark.check(
    "PLA-J-19",
    clause="MIMs Plus 9.0 MIM7 R5.1; CityJSON 2.0 5.5",
    strength="should",
    level="passive",
    rests_on=("PLA-J-13",),
)
def test_the_model_lies_where_its_reference_system_is_used(cityjson, target, looked):
    """The model lies where its reference system is used, and in the claimed area if there is one."""
    given = _known_system(cityjson)
    if not any(part.vertices for part in cityjson.parts):
        raise Inconclusive("no_data", "there is no vertex")
    if target.claims.area is None:
        looked("no claims.area: the order of axes was not judged")
    ways = places_of(cityjson, given, target.claims.area)
    if not ways:
        raise NotApplicable("not_offered", "the reference system is for the whole earth")
    for said_by, straight, turned, example in ways:
        assert_that(
            straight or turned,
            "the model lies elsewhere",
            expected=said_by,
            received=f"longitude and latitude {example}",
        )
