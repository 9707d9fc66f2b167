"""GeoPackage files: the container, its reference systems and what it says to hold.

OGC GeoPackage Encoding Standard (12-128), clauses 1 and 2.3; the numbers of requirements are those of
version 1.4, which keeps them from version 1.0 on.
"""

import re
from collections import Counter

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_that, fail
from mimtest.vocabulary.geopackage import CURRENT, OLDER
from mimtest.vocabulary.geopackage_tables import (
    assert_defined,
    contents_of,
    extensions_of,
    references_of,
)

pytestmark = pytest.mark.interface("file")

FIRST_VERSION = 10200
LAST_VERSION = 99999
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")
EXTENSION = re.compile(r"[A-Za-z0-9]+_[A-Za-z0-9_]+")
SCOPES = ("read-write", "write-only")
USER_DATA = ("features", "tiles", "attributes", "2d-gridded-coverage")


@pytest.mark.check("PLA-K-01", clause="OGC 12-128 R1", level="passive")
def test_it_is_a_database_that_can_be_read(geopackage):
    """The file is a database of SQLite 3 whose own tables are listed and read."""
    assert_that(geopackage.tables, "the database holds no table", received="no table")
    for name, kind in geopackage.tables.items():
        if kind == "table" and name.startswith("gpkg_"):
            geopackage.columns(name)
            geopackage.records(name, *[c.name for c in geopackage.columns(name)][:1])


@pytest.mark.check("PLA-K-02", clause="OGC 12-128 R2", level="passive", rests_on=("PLA-K-01",))
def test_the_file_says_what_it_is(geopackage):
    """The header names the format and, since version 1.2, its version in five digits."""
    given = geopackage.application_id
    assert_that(
        given in (CURRENT, *OLDER),
        "application_id names no GeoPackage",
        expected="GPKG, or GP10 or GP11 of older versions",
        received=f"0x{given.hex()}",
    )
    if given == CURRENT:
        assert_that(
            FIRST_VERSION <= geopackage.user_version <= LAST_VERSION,
            "user_version is no version",
            expected="five digits such as 10300",
            received=geopackage.user_version,
        )


@pytest.mark.check("PLA-K-03", clause="OGC 12-128 R3", strength="should", level="passive")
def test_the_file_is_named_as_one(file, geopackage):
    """The file's name ends in .gpkg."""
    said = re.search(r'filename="?([^";]+)', file.answer.headers.get("content-disposition") or "")
    name = said.group(1) if said else file.name
    stem, dot, ending = name.rpartition(".")
    if not dot or "/" in ending or file.body is not file.answer.body:
        raise Inconclusive("needs_review", f"what is given as '{name}' has no file name of its own")
    assert_that(
        geopackage.tables and ending.lower() == "gpkg",
        "the file is named otherwise",
        expected=f"{stem}.gpkg",
        received=name,
    )


@pytest.mark.check("PLA-K-04", clause="OGC 12-128 R6", level="passive", rests_on=("PLA-K-01",))
def test_the_database_is_whole(geopackage):
    """SQLite finds the database whole."""
    found = [str(row[0]) for row in geopackage.rows("PRAGMA integrity_check(5)")]
    assert_that(found == ["ok"], "integrity_check finds faults", expected="ok", received=found)


@pytest.mark.check("PLA-K-05", clause="OGC 12-128 R7", level="passive", rests_on=("PLA-K-01",))
def test_rows_refer_to_rows_that_are_there(geopackage):
    """Every foreign key leads to a row."""
    found = geopackage.rows("PRAGMA foreign_key_check")
    seen = sorted({f"a row of {row[0]} refers to none of {row[2]}" for row in found})
    assert_that(
        not found, "foreign keys lead nowhere", expected="none", received="; ".join(seen[:5])
    )


@pytest.mark.check("PLA-K-06", clause="OGC 12-128 R10", level="passive", rests_on=("PLA-K-01",))
def test_the_table_of_reference_systems_is_as_defined(geopackage):
    """The table gpkg_spatial_ref_sys has the columns of the standard."""
    assert_defined(geopackage, "gpkg_spatial_ref_sys")


@pytest.mark.check("PLA-K-07", clause="OGC 12-128 R11", level="passive", rests_on=("PLA-K-06",))
def test_the_three_reference_systems_of_every_file_are_there(geopackage):
    """WGS 84 and the two undefined reference systems are listed, with their organisation and code."""
    given = references_of(geopackage)
    for srs_id, organization in ((4326, "EPSG"), (-1, "NONE"), (0, "NONE")):
        row = given.get(srs_id)
        if row is None:
            fail(f"there is no reference system {srs_id}", expected=srs_id, received=list(given))
        assert_equal(row.organization.upper(), organization, f"the organisation of {srs_id}")
        assert_equal(row.code, srs_id, f"organization_coordsys_id of {srs_id}")
        if srs_id in (-1, 0):
            assert_equal(row.definition.strip().lower(), "undefined", f"the definition of {srs_id}")


@pytest.mark.check("PLA-K-08", clause="OGC 12-128 R13", level="passive", rests_on=("PLA-K-01",))
def test_the_table_of_contents_is_as_defined(geopackage):
    """The table gpkg_contents has the columns of the standard."""
    assert_defined(geopackage, "gpkg_contents")


@pytest.mark.check("PLA-K-09", clause="OGC 12-128 R14", level="passive", rests_on=("PLA-K-08",))
def test_what_is_listed_is_there(geopackage):
    """Every table in gpkg_contents is a table or view of the database, and is listed once."""
    listed = [c.table for c in _contents(geopackage)]
    missing = [t for t in listed if not geopackage.has(t)]
    assert_that(not missing, "tables are listed that are not there", received=missing)
    twice = [t for t, n in Counter(t.lower() for t in listed).items() if n > 1]
    assert_that(not twice, "tables are listed twice", received=twice)


@pytest.mark.check("PLA-K-10", clause="OGC 12-128 R15, R5", level="passive", rests_on=("PLA-K-08",))
def test_the_last_change_is_a_time(geopackage):
    """The time of the last change is given as ISO 8601 in UTC."""
    for content in _contents(geopackage):
        assert_that(
            isinstance(content.last_change, str) and MOMENT.fullmatch(content.last_change),
            f"last_change of '{content.table}' is no date and time in UTC",
            expected="such as 2026-10-14T08:15:00.000Z",
            received=content.last_change,
        )


@pytest.mark.check(
    "PLA-K-11", clause="OGC 12-128 R16, R12", level="passive", rests_on=("PLA-K-08",)
)
def test_contents_name_reference_systems_that_are_listed(geopackage):
    """The reference system of everything listed is a row of gpkg_spatial_ref_sys; features have one."""
    known = references_of(geopackage)
    for content in _contents(geopackage):
        if content.srs_id is None and content.data_type != "features":
            continue
        assert_that(
            content.srs_id in known,
            f"the reference system of '{content.table}' is not listed",
            expected=list(known),
            received=content.srs_id,
        )


@pytest.mark.check("PLA-K-12", clause="OGC 12-128 2 (R17)", strength="should", level="passive")
def test_the_file_holds_data(geopackage):
    """The file lists at least one table of features, tiles or attributes."""
    kinds = {c.data_type for c in contents_of(geopackage)}
    assert_that(
        kinds & set(USER_DATA),
        "the file lists no features, tiles or attributes",
        expected=" or ".join(USER_DATA),
        received=", ".join(sorted(kinds)) or "no row in gpkg_contents",
    )


@pytest.mark.check(
    "PLA-K-22", clause="OGC 12-128 R58, R60 to R64", level="passive", rests_on=("PLA-K-01",)
)
def test_extensions_are_registered_as_defined(geopackage):
    """Extensions are registered by author and name, with a scope, for tables and columns that are there."""
    if not geopackage.has("gpkg_extensions"):
        raise NotApplicable("not_offered", "the file registers no extension")
    assert_defined(geopackage, "gpkg_extensions")
    for row in extensions_of(geopackage):
        name = str(row["extension_name"])
        assert_that(EXTENSION.fullmatch(name), "an extension has no author", received=name)
        assert_that(
            row["scope"] in SCOPES, f"the scope of '{name}'", expected=SCOPES, received=row["scope"]
        )
        table, column = row["table_name"], row["column_name"]
        if table is None:
            assert_that(column is None, f"'{name}' names a column of no table", received=column)
        elif column is not None and geopackage.has(str(table)):
            columns = [c.name.lower() for c in geopackage.columns(str(table))]
            assert_that(
                str(column).lower() in columns,
                f"'{name}' is registered for a column that '{table}' has not",
                expected=columns,
                received=column,
            )


def _contents(geopackage):
    """What is listed. Raises Inconclusive for nothing."""
    found = contents_of(geopackage)
    if not found:
        raise Inconclusive("no_data", "gpkg_contents lists nothing")
    return found
