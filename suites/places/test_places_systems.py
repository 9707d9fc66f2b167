"""Reference systems as collections declare them.

OGC API - Features - Part 2: Coordinate Reference Systems by Reference (18-058r1), clause 6. It is
optional: without it these checks do not apply.
"""

import re

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.crs import (
    DEFAULTS,
    area_of_use,
    system,
)
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, of_type
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ogcapi import document
from mimtest.vocabulary.openapi import named_parameter, parameter_schema, parameters_of_items
from mimtest.vocabulary.samples import for_each

pytestmark = pytest.mark.interface("ogc-api-features")

MODEL = re.compile(r"https?://www\.opengis\.net/def/crs/[^/]+/[^/]+/[^/]+")
SHARED = "#/crs"
MOST_SYSTEMS = 20
#: So many systems of a list for all are asked for, by so many collections.
MOST_SHARED = 8
MOST_REFERRING = 2


@pytest.mark.check(
    "PLA-X-01",
    clause="OGC 18-058r1 /req/crs/crs-uri, /rec/crs/crs-format-model",
    strength="should",
)
def test_reference_systems_are_known(offers, listing):
    """The reference systems of a collection are named in the format of OGC and known to PROJ."""
    assert_status(listing, 200)
    for offer in offers:
        listed = offer.systems[:MOST_SYSTEMS]
        odd = [s for s in listed if not MODEL.fullmatch(s)]
        assert_that(
            not odd,
            f"reference systems of '{offer.sample.collection.id}' are not named in the format of OGC",
            expected="http://www.opengis.net/def/crs/{authority}/{version}/{code}",
            received=odd,
        )
        unknown = [s for s in listed if s not in DEFAULTS and system(s) is None]
        assert_that(
            not unknown,
            f"reference systems of '{offer.sample.collection.id}' that PROJ does not know",
            expected="systems in the register of their authority",
            received=unknown,
        )


@pytest.mark.check("PLA-X-03", clause="OGC 18-058r1 /req/crs/fc-md-crs-list B", strength="should")
def test_the_default_for_the_positions_is_listed(offers):
    """A collection lists the default for its positions: CRS84, or CRS84h for those with heights."""

    def ask(offer):
        for page in offer.sample.walk.pages:
            assert_status(page, 200)
        first = (_first_position(f.document.get("geometry")) for f in offer.sample.known.values())
        sizes = {len(p) for p in first if p}
        if not sizes:
            raise Inconclusive("no_data", "no places")
        wanted = DEFAULTS[max(sizes) > 2]
        assert_that(
            wanted in offer.systems,
            f"'{offer.sample.collection.id}' does not list the default for positions of {max(sizes)} numbers",
            expected=wanted,
            received=list(offer.systems),
        )

    for_each(offers, ask, "no collection has places")


def _first_position(geometry):
    node = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(node, list) and node and isinstance(node[0], list):
        node = node[0]
    return node if isinstance(node, list) else None


@pytest.mark.check("PLA-X-04", clause="OGC 18-058r1 /req/crs/fc-md-storageCrs", strength="should")
def test_the_system_of_storage_is_named(offers, listing):
    """A collection with places names the system it is stored in, and a year for a moving one as a number."""
    assert_status(listing, 200)

    def ask(offer):
        collection = offer.sample.collection
        if not offer.sample.shapes:
            raise Inconclusive("no_data", "no places")
        assert_that(
            isinstance(collection.document.get("storageCrs"), str),
            f"'{collection.id}' does not name the system it is stored in",
            expected="storageCrs",
            received=sorted(collection.document),
        )
        epoch = collection.document.get("storageCrsCoordinateEpoch")
        if epoch is not None:
            of_type(epoch, float, "'storageCrsCoordinateEpoch'")

    for_each(offers, ask, "no collection has places")


@pytest.mark.check("PLA-X-05", clause="OGC 18-058r1 /req/crs/fc-md-crs-list-global")
def test_shared_systems_hold_for_all_who_refer_to_them(offers, listing):
    """A collection that refers to the list for all takes a box in every system of that list."""
    shared = document(listing).get("crs")
    referring = [o for o in offers if _refers(o.sample.collection.document.get("crs"))]
    if not referring:
        raise NotApplicable("not_offered", "no collection refers to a list for all")
    assert_that(
        isinstance(shared, list) and shared,
        "collections refer to a list of reference systems for all, and there is none",
        expected="'crs' beside 'collections'",
        received=sorted(document(listing)),
    )
    for offer in referring[:MOST_REFERRING]:
        for uri in [s for s in shared if s != SHARED][:MOST_SHARED]:
            answer = offer.sample.page(limit=1, bbox="1,2,3,4", bbox_crs=uri)
            assert_status(answer, 200, what=f"the answer to a box in {uri}")


def _refers(listed):
    return isinstance(listed, list) and SHARED in listed


@pytest.mark.check(
    "PLA-X-06", clause="OGC 18-058r1 /req/crs/fc-crs-definition, /req/crs/fc-bbox-crs-definition"
)
def test_the_definition_has_the_parameters(declared_offers, definition):
    """The API definition has crs and bbox-crs as optional texts among the parameters of features."""
    for offer in declared_offers:
        assert_status(offer.sample.page(**offer.sample.most), 200)
        collection = offer.sample.collection.id
        parameters = parameters_of_items(definition, collection)
        for name in ("crs", "bbox-crs"):
            found = named_parameter(parameters, name)
            kind = parameter_schema(definition, found).get("type", "string")
            assert_that(
                found and not found.get("required") and kind in ("string", ["string"]),
                f"the API definition has no optional text '{name}' for '{collection}'",
                expected={"name": name, "in": "query", "schema": {"type": "string"}},
                received=found or [p.get("name") for p in parameters if isinstance(p, dict)],
            )


@pytest.mark.check("PLA-X-18", clause="OGC 18-058r1 6.2", strength="may")
def test_listed_systems_are_made_for_the_place(offers, listing):
    """A listed system is made for the part of the earth where the features are."""
    assert_status(listing, 200)

    def ask(offer):
        positions = [p for s in offer.sample.shapes for p in s.positions]
        if not positions:
            raise Inconclusive("no_data", "no places")
        here = Box.around(positions)
        elsewhere = [
            s
            for s in offer.systems[:MOST_SYSTEMS]
            if (area := area_of_use(s)) is not None and not _meets_on_the_globe(area, here)
        ]
        assert_equal(elsewhere, [], f"what '{offer.sample.collection.id}' lists for elsewhere")

    for_each(offers, ask, "no collection has places")


def _meets_on_the_globe(area, here):
    """An area whose west is greater than its east crosses the antimeridian."""
    if area.west <= area.east:
        return area.meets(here)
    halves = (
        Box(area.west, area.south, 180, area.north),
        Box(-180, area.south, area.east, area.north),
    )
    return any(half.meets(here) for half in halves)
