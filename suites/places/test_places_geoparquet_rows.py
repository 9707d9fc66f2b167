"""Files of GeoParquet (OGC 24-013): the geometries in their rows, where these are well-known binary."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geojson_pieces import is_number
from mimtest.vocabulary.geopackage_blob import MalformedError, parse_wkb
from mimtest.vocabulary.geoparquet import geometries, geoparquet_of, spelled, types_fault

pytestmark = pytest.mark.interface("file")

ROUNDING = 1e-7


@pytest.fixture
def table(file):
    """A file of GeoParquet with its footer."""
    return geoparquet_of(file.require("geoparquet"))


@pytest.fixture
def columns(table):
    """The columns of geometries, by what the file says of them."""
    return table.columns


def _read(table, columns):
    """Type and content of the geometries by column; one check looks for those that are none."""
    found = {}
    for name, values in geometries(table, columns).items():
        found[name] = []
        for value in values:
            try:
                found[name].append(parse_wkb(value))
            except MalformedError:
                continue
    return found


@pytest.mark.check(
    "PLA-GPQ-09",
    clause="OGC 24-013 encoding (WKB); OGC 06-103r4 8.2",
    level="passive",
    rests_on=("PLA-GPQ-03",),
)
def test_geometries_in_parquet_are_well_known_binary(columns, table):
    """Every geometry is whole well-known binary, of one of the seven simple types, with closed rings."""
    for name, values in geometries(table, columns).items():
        for number, value in enumerate(values, start=1):
            where = f"geometry {number} of '{name}'"
            try:
                kind, found = parse_wkb(value)
            except MalformedError as error:
                fail(f"{where} cannot be read: {error}", received=value[:16].hex())
            assert_that(spelled(kind), f"{where} is of a type that is not allowed", received=kind)
            assert_that(
                not found.faulty_ring,
                f"{where} is no polygon",
                expected="four positions or more, closed",
                received=found.faulty_ring,
            )


@pytest.mark.check(
    "PLA-GPQ-10",
    clause="OGC 24-013 geometry_types",
    level="passive",
    rests_on=("PLA-GPQ-04", "PLA-GPQ-09"),
)
def test_geometries_in_parquet_are_of_the_types_that_are_listed(columns, table):
    """Every type of geometry in a column is among those it says to hold."""
    listed = {n: c.get("geometry_types") for n, c in columns.items()}
    stated = {n: types for n, types in listed.items() if types and not types_fault(types)}
    found = _read(table, columns)
    if not stated.keys() & found.keys():
        raise NotApplicable("not_offered", "no column says which types of geometries it holds")
    for name in stated.keys() & found.keys():
        kinds = {spelled(kind) or kind for kind, _ in found[name]}
        assert_that(
            all({k, k.removesuffix("M").strip()} & {*stated[name]} for k in kinds),
            f"the column '{name}' holds types that it does not list",
            expected=stated[name],
            received=sorted(kinds),
        )


@pytest.mark.check(
    "PLA-GPQ-11",
    clause="OGC 24-013 bbox; MIM7 R5.1",
    level="passive",
    rests_on=("PLA-GPQ-06", "PLA-GPQ-09"),
)
def test_boxes_of_columns_hold_the_geometries(columns, table):
    """The box of a column holds every geometry of the column."""
    boxes = {n: c["bbox"] for n, c in columns.items() if "bbox" in c}
    found = _read(table, columns)
    if not boxes.keys() & found.keys():
        raise NotApplicable("not_offered", "no column of geometries has a box")
    for name in boxes.keys() & found.keys():
        given = boxes[name]
        if (
            not isinstance(given, list)
            or len(given) not in (4, 6)
            or not all(map(is_number, given))
        ):
            raise Inconclusive("precondition_unmet", f"the box of '{name}' is none")
        for _, one in found[name]:
            assert_that(
                one.box is None or _holds(given, one.box),
                f"the box of '{name}' does not hold what is in the column",
                expected=given,
                received=one.box,
            )


def _holds(given, box):
    """Whether a box holds another; west is greater than east where it goes across the antimeridian."""
    half = len(given) // 2
    west, south, east, north = *given[:2], *given[half : half + 2]
    room = ROUNDING * max(1.0, *map(abs, box))
    in_height = south - room <= box[1] and box[3] <= north + room
    if west <= east:
        return in_height and west - room <= box[0] and box[2] <= east + room
    return in_height and all(x >= west - room or x <= east + room for x in (box[0], box[2]))
