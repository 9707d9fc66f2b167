"""GeoPackages are read without acting on what is in them, whatever that is."""

import sqlite3
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import geopackage as written
from mimtest.vocabulary import geopackage
from mimtest.vocabulary.geopackage import opened, quoted
from mimtest.vocabulary.geopackage_places import known, usable
from mimtest.vocabulary.geopackage_tables import (
    DEFINITIONS,
    assert_defined,
    contents_of,
    extensions_of,
    geometries_of,
    key_of,
    layers_of,
    references_of,
)

BODY = written.file(load_city())
NULLABLE = """
DROP TABLE gpkg_extensions;
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT, definition TEXT, scope TEXT);
"""


def changed(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(BODY)
        written.add_functions(database)
        for statement in statements:
            database.executescript(statement)
        database.commit()
        return database.serialize()


def survey(body: bytes) -> None:
    """Read everything there is to read."""
    with opened(body) as package:
        for table in DEFINITIONS:
            assert_defined(package, table)
        contents_of(package)
        extensions_of(package)
        references_of(package)
        for layer in layers_of(package):
            key_of(package, layer)
            geometries_of(package, layer)
        package.rows("PRAGMA integrity_check(5)")


def test_what_is_in_a_file_is_found() -> None:
    with opened(BODY) as package:
        assert package.application_id == b"GPKG"
        assert package.user_version == 10400
        assert [c.table for c in contents_of(package)] == [
            "buildings",
            "street_lights",
            "waste_containers",
        ]
        buildings, lights, _ = layers_of(package)
        assert (buildings.type, buildings.srs_id, lights.srs_id) == ("POLYGON", 25832, 4326)
        assert key_of(package, buildings) == "fid"
        assert len(geometries_of(package, buildings)) == 8
        systems = references_of(package)
        assert known(systems[25832]).tolerance > 0
        assert usable(systems[-1]) is None
    survey(BODY)


def test_reading_is_noted() -> None:
    seen = []
    with opened(BODY, lambda: seen.append(1)) as package:
        package.has("gpkg_contents")
        before = len(seen)
        package.has("gpkg_contents")
        assert len(seen) > before > 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM buildings",
        "UPDATE gpkg_contents SET srs_id = 0",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE x (y)",
        "PRAGMA writable_schema = ON",
        "SELECT load_extension('x')",
        "VACUUM INTO 'mimtest-never'",
    ],
)
def test_only_reading_passes(statement: str) -> None:
    with opened(BODY) as package, pytest.raises(Inconclusive):
        package.rows(statement)


def test_what_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "_SECONDS", 0.2)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    body = changed(f"CREATE VIEW endless AS {endless} SELECT count(*) AS c FROM n")
    with opened(body) as package, pytest.raises(Inconclusive, match="budget"):
        package.rows("SELECT * FROM endless")


def test_what_is_too_much_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "MOST_ROWS", 10)
    with opened(BODY) as package:
        assert len(package.rows("SELECT * FROM street_lights")) == 10
    monkeypatch.setattr(geopackage, "_MOST_BYTES", 100)
    with opened(BODY) as package, pytest.raises(Inconclusive, match="budget"):
        package.rows("SELECT geom FROM buildings")


def test_names_are_quoted() -> None:
    name = 'a"; DROP TABLE buildings; --'
    body = changed(f"CREATE TABLE {quoted(name)} (x)")
    with opened(body) as package:
        assert package.has(name)
        assert [c.name for c in package.columns(name)] == ["x"]


@pytest.mark.parametrize("body", [b"", b"SQLite format 3", b"no database" * 20])
def test_what_is_no_database_is_said(body: bytes) -> None:
    with pytest.raises(Contradiction), opened(body):
        pass


@pytest.mark.parametrize(
    ("statement", "table", "words"),
    [
        ("DROP TABLE gpkg_extensions", "gpkg_extensions", "there is no table"),
        (
            "ALTER TABLE gpkg_contents DROP COLUMN description",
            "gpkg_contents",
            "no column description",
        ),
        (
            NULLABLE,
            "gpkg_extensions",
            "extension_name is defined otherwise",
        ),
    ],
)
def test_tables_are_held_against_their_definition(statement: str, table: str, words: str) -> None:
    with opened(changed(statement)) as package, pytest.raises(Contradiction, match=words):
        assert_defined(package, table)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(16, len(BODY) - 1), st.integers(0, 255)), max_size=30))
def test_damage_is_never_our_error(changes: list[tuple[int, int]]) -> None:
    body = bytearray(BODY)
    for place, value in changes:
        body[place] = value
    with suppress(Contradiction, Unsettled):
        survey(bytes(body))
