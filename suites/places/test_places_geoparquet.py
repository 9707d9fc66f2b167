"""Files of GeoParquet (OGC 24-013): the footer and what it says of geometries."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail, member
from mimtest.vocabulary.file_places import area_of, assert_order, exchanged, on_the_globe, system_of
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson_pieces import is_number
from mimtest.vocabulary.geoparquet import (
    ENCODINGS,
    VERSION,
    geoparquet_of,
    is_known,
    system_name,
    types_fault,
)

pytestmark = pytest.mark.interface("file")


@pytest.fixture
def written(file):
    """A file of Parquet."""
    return file.require("geoparquet")


@pytest.fixture
def table(written):
    """The file with its footer."""
    return geoparquet_of(written)


@pytest.fixture
def about(table):
    """What the file says of its geometries."""
    return table.about


@pytest.fixture
def columns(table):
    """The columns of geometries."""
    return table.columns


@pytest.mark.check("PLA-GPQ-01", clause="Apache Parquet, file format", level="passive")
def test_a_file_of_parquet_has_a_footer(written):
    """The file starts and ends as Parquet does, and its footer can be read."""
    _ = geoparquet_of(written).roots


@pytest.mark.check(
    "PLA-GPQ-02", clause="OGC 24-013 File metadata", level="passive", rests_on=("PLA-GPQ-01",)
)
def test_parquet_says_where_its_geometries_are(table):
    """The metadata have a version, the columns of geometries, and the primary one among them."""
    about = table.about
    version = member(about, "version", str, "'geo'")
    if not VERSION.fullmatch(version) and version[:2] not in ("0.", "1."):
        raise Inconclusive("needs_review", f"version {version} of GeoParquet is not covered")
    primary = member(about, "primary_column", str, "'geo'")
    assert_that(
        primary in table.columns,
        "the primary column is not described",
        expected=primary,
        received=list(table.columns),
    )


@pytest.mark.check(
    "PLA-GPQ-03", clause="OGC 24-013 Geometry columns", level="passive", rests_on=("PLA-GPQ-02",)
)
def test_columns_of_geometries_are_there(columns, table):
    """Every described column is at the root of the schema, not repeated, and of bytes for WKB."""
    for name, column in columns.items():
        element = table.roots.get(name)
        assert_that(
            element,
            f"the column '{name}' is not at the root of the schema",
            expected=name,
            received=list(table.roots),
        )
        assert_that(not element.is_repeated, f"the column '{name}' is repeated", expected="one")
        if column.get("encoding") == "WKB":
            assert_that(element.is_binary, f"the column '{name}' is not of bytes", expected="bytes")


@pytest.mark.check("PLA-GPQ-04", clause="OGC 24-013 encoding, geometry_types", level="passive")
def test_columns_of_geometries_say_what_they_hold(columns, table):
    """Every column of geometries names a known encoding, and known types of geometries."""
    _ = table.footer
    for name, column in columns.items():
        encoding = member(column, "encoding", str, f"the column '{name}'")
        assert_that(
            encoding in ENCODINGS,
            "the encoding is not known",
            expected=" or ".join(ENCODINGS),
            received=encoding,
        )
        given = member(column, "geometry_types", None, f"the column '{name}'")
        fault = types_fault(given)
        if fault:
            fail(f"the types of geometries in '{name}' are none", received=fault)


@pytest.mark.check("PLA-GPQ-05", clause="OGC 24-013 crs; MIM7 R5.1", level="passive")
def test_columns_of_geometries_have_a_known_system(columns, table):
    """Every column of geometries has a reference system that PROJ knows, or the default one."""
    _ = table.footer
    for name, column in columns.items():
        assert_that(
            column.get("crs", {}) is not None,
            f"the reference system of '{name}' is unknown",
            expected="a system, or none for OGC:CRS84",
            received="null",
        )
        assert_that(
            is_known(column),
            f"the reference system of '{name}' is not known",
            expected="PROJJSON",
            received=column.get("crs"),
        )


@pytest.mark.check(
    "PLA-GPQ-06", clause="OGC 24-013 bbox", level="passive", rests_on=("PLA-GPQ-02",)
)
def test_boxes_of_columns_are_boxes(columns, table):
    """The box of a column has four or six numbers, the south before the north."""
    _ = table.footer
    boxes = {n: c["bbox"] for n, c in columns.items() if "bbox" in c}
    if not boxes:
        raise NotApplicable("not_offered", "no column of geometries has a box")
    for name, box in boxes.items():
        is_one = isinstance(box, list) and len(box) in (4, 6) and all(map(is_number, box))
        assert_that(
            is_one and Box.of(box).south <= Box.of(box).north,
            f"the box of '{name}' is none",
            expected="4 or 6 numbers, the lower ones first",
            received=box,
        )


@pytest.mark.check(
    "PLA-GPQ-07",
    clause="OGC 24-013 bbox; MIM7 R5.1",
    level="passive",
    rests_on=("PLA-GPQ-05", "PLA-GPQ-06"),
)
def test_boxes_of_columns_lie_in_the_area(columns, table, target):
    """The box of the primary column, x before y, lies in the area of the target file."""
    column = columns.get(table.about.get("primary_column"), {})
    system = system_name(column)
    if "bbox" not in column:
        raise NotApplicable("not_offered", "the primary column has no box")
    if system is None or (system != "OGC:CRS84" and system_of(system) is None):
        raise Inconclusive("precondition_unmet", "the reference system has no code that is known")
    box = Box.of(column["bbox"])
    given = ((box.west, box.south), (box.east, box.north))
    right, wrong = given, exchanged(given)
    if system != "OGC:CRS84":
        right = on_the_globe(system, given, as_written=True)
        wrong = on_the_globe(system, exchanged(given), as_written=True)
    assert_order(area_of(target), right, wrong, given)


@pytest.mark.check("PLA-GPQ-08", clause="OGC 24-013 version", level="passive", strength="should")
def test_geoparquet_is_of_a_published_version(about, table):
    """The file is of a published version of the standard, and not of a draft before it."""
    _ = table.footer
    version = member(about, "version", str, "'geo'")
    assert_that(
        VERSION.fullmatch(version) and "-" not in version,
        "the file is of a draft",
        expected="1.0.0 or 1.1.0",
        received=version,
    )
