"""GeoPackage files: where the things in them are (OGC 12-128; MIMs Plus 9.0 MIM7 R5.1)."""

from math import isfinite

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.areas import Area, apart, area_of, on_earth
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geometry import shapely
from mimtest.vocabulary.geopackage_blob import CORE
from mimtest.vocabulary.geopackage_places import (
    UNDEFINED,
    around,
    known,
    middle,
    stocked,
    usable,
    written,
)
from mimtest.vocabulary.geopackage_tables import (
    geometries_of,
    polygons_of,
    references_of,
)
from mimtest.vocabulary.parts import spread
from mimtest.vocabulary.samples import for_each

pytestmark = pytest.mark.interface("file")

NO_GEOMETRY = "no table of features holds a geometry"
#: Metres by which the same position in the same system, once by code and once by text, differs at most: texts
#: leave out or round what the register knows of a datum, which no other zone or datum is as near as.
SAME = 10.0
MOST_POINTS = 200
RELATIVE = 1e-6


@pytest.mark.check(
    "PLA-K-19",
    clause="OGC 12-128 1.1.3.1.2",
    strength="should",
    level="passive",
    rests_on=("PLA-K-15",),
)
def test_the_bounds_hold_the_data(geopackage, features, layers):
    """The bounds in gpkg_contents hold the geometries of the table."""
    listed = {c.table.lower(): c.bounds for c in features}

    bounded = [n for n in layers if None not in listed[n.table.lower()]]
    if not bounded:
        raise NotApplicable("not_offered", "no table of features has bounds")

    def ask(layer):
        given = listed[layer.table.lower()]
        assert_that(
            all(isinstance(g, int | float) for g in given),
            f"the bounds of '{layer.table}' are no numbers",
            expected="four numbers",
            received=[str(g) for g in given],
        )
        box = around(stocked(geometries_of(geopackage, layer), layer))
        grain = RELATIVE * max(1.0, *map(abs, box))
        assert_that(
            all(g <= b + grain for g, b in zip(given[:2], box[:2], strict=True))
            and all(g >= b - grain for g, b in zip(given[2:], box[2:], strict=True)),
            f"geometries of '{layer.table}' lie outside its bounds",
            expected=f"bounds around {box}",
            received=given,
        )

    for_each(bounded, ask, NO_GEOMETRY)


@pytest.mark.check(
    "PLA-K-20",
    clause="MIMs Plus 9.0 MIM7 R5.1; OGC 12-128 R12",
    level="passive",
    rests_on=("PLA-K-13",),
)
def test_reference_systems_are_known(geopackage, layers):
    """Tables of features are in a reference system that PROJ knows, by the code or the text of its row."""
    rows = references_of(geopackage)
    for layer in layers:
        row = rows.get(layer.srs_id)
        if layer.srs_id in UNDEFINED or row is None:
            fail(
                f"'{layer.table}' is in no defined reference system",
                expected="a registered reference system",
                received=f"srs_id {layer.srs_id}",
            )
        assert_that(
            usable(row) is not None,
            f"PROJ knows the reference system of '{layer.table}' neither by code nor by text",
            expected="a code of EPSG, or well-known text",
            received=f"{row.organization}:{row.code} {row.definition[:80]}",
        )


@pytest.mark.check(
    "PLA-K-29", clause="OGC 12-128 R11, 1.1.2.1.2", level="passive", rests_on=("PLA-K-20",)
)
def test_code_and_text_are_the_same_reference_system(geopackage, layers):
    """The code and the text of a reference system put the data in the same place."""
    rows = references_of(geopackage)

    def ask(layer):
        row = rows.get(layer.srs_id)
        by_code = row and known(row)
        by_text = row and written(row.definition)
        if not by_code or by_text is None:
            raise Inconclusive("no_data", "no code or no text")
        point = middle(around(stocked(geometries_of(geopackage, layer), layer)))
        metres = apart(by_text, usable(row), point)
        assert_that(
            not isfinite(metres) or metres <= SAME,
            f"the definition of srs_id {row.srs_id} is another system than {row.organization}:{row.code}",
            expected=f"{row.organization}:{row.code}",
            received=f"{by_text.name}, {metres:.0f} m away",
        )

    for_each(layers, ask, "no reference system in use has a code and a text")


@pytest.mark.check(
    "PLA-K-27",
    clause="OGC 12-128 2.1.3.1.1 (axis order); MIMs Plus 9.0 MIM7 R5.1",
    level="passive",
    rests_on=("PLA-K-20",),
)
def test_positions_are_easting_before_northing(geopackage, layers, target, looked):
    """Positions are stored x before y, and lie where their reference system and the claimed area are."""
    rows = references_of(geopackage)
    claimed = target.claims.area and Area(*target.claims.area, "claims.area")
    if not claimed:
        looked("no claims.area: positions in degrees are only seen to be in their range")

    def ask(layer):
        row = rows.get(layer.srs_id)
        crs = usable(row) if row and layer.srs_id not in UNDEFINED else None
        if crs is None:
            raise Inconclusive("no_data", "no reference system PROJ knows")
        found = stocked(geometries_of(geopackage, layer), layer)
        chosen = spread(found, MOST_POINTS, f"geometries of '{layer.table}'")
        points = [middle(g.blob.found.box) for g in chosen]
        if crs.is_geographic:
            wild = [p for p in points if not (-180 <= p[0] <= 360 and -90 <= p[1] <= 90)]
            assert_that(
                not wild,
                f"'{layer.table}' has positions that are no longitude and latitude",
                expected=f"degrees, for {crs.name}",
                received=wild[:1],
            )
        open_points = []
        for area in filter(None, (claimed, area_of(crs))):
            straight = sum(area.holds(*on_earth(crs, p)) for p in points)
            turned = sum(area.holds(*on_earth(crs, (p[1], p[0]))) for p in points)
            assert_that(
                straight or not turned,
                f"'{layer.table}' has its axes swapped",
                expected=f"x before y: {area.said_by}",
                received=f"{turned} of {len(points)} positions are there when swapped, none as stored",
            )
            if not straight:
                open_points.append(area.said_by)
        if open_points:
            detail = f"no feature of '{layer.table}' is where it is expected: {open_points[0]}"
            raise Inconclusive("needs_review", detail)

    for_each(layers, ask, "no table of features has positions in a known reference system")


@pytest.mark.check(
    "PLA-K-21",
    clause="OGC 06-103r4 6.1.11.1, 6.1.14.1",
    strength="should",
    level="passive",
    rests_on=("PLA-K-28",),
)
def test_polygons_are_valid(geopackage, layers):
    """Polygons do not cross themselves, and their holes lie inside."""
    library = shapely()
    every = polygons_of(geopackage, layers)
    straight = [(n, g) for n, g in every if max(g.blob.found.types) <= CORE]
    if not straight:
        raise NotApplicable("not_offered", "the GeoPackage holds no polygons without curves")
    for layer, item in straight:
        try:
            figure = library.from_wkb(item.blob.wkb)
        except library.errors.ShapelyError as error:
            fail(f"row {item.key} of '{layer.table}' is no polygon", received=str(error)[:120])
        if not figure.is_valid:
            fail(
                f"row {item.key} of '{layer.table}' is no valid polygon",
                expected="a valid polygon",
                received=library.is_valid_reason(figure),
            )
