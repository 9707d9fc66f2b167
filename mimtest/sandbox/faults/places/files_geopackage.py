"""Faults of the town's GeoPackage: its tables and rows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from struct import pack, unpack_from
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.downloads.geopackage import add_functions
from mimtest.sandbox.faults.places.files import Change, of_bytes
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

NAME: Final = "town.gpkg"
#: Where the well-known binary of a geometry begins, and its first number.
WKB: Final = 40
_HEADER: Final = 100
_PAGE: Final = 4096

Edit = Callable[[sqlite3.Connection], object]


def of_database(
    id: str, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[Edit], Change]:
    """Register a function that changes the open database; without `kills` it is a variant."""

    def register(edit: Edit) -> Change:
        def act(body: bytes) -> bytes:
            with closing(sqlite3.connect(":memory:")) as database:
                database.deserialize(body)
                add_functions(database)
                edit(database)
                database.commit()
                return database.serialize()

        act.__doc__ = edit.__doc__
        return of_bytes(NAME, id, kills, beside)(act)

    return register


def defined(database: sqlite3.Connection, table: str, old: str, new: str) -> None:
    """Change the text that defines a table, and nothing that is stored."""
    database.execute("PRAGMA writable_schema = ON")
    database.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?", (old, new, table)
    )


def each(database: sqlite3.Connection, table: str, change: Change) -> None:
    """Change every geometry of a table as it is stored; indexes stay."""
    database.executescript("".join(drops(database, table)))
    database.create_function("changed", 1, change)
    database.execute(f"UPDATE {table} SET geom = changed(geom)")  # noqa: S608 (ours)


def drops(database: sqlite3.Connection, table: str) -> list[str]:
    """Without triggers an index stays as it is."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return [f"DROP TRIGGER {name};" for (name,) in database.execute(asked, (table,))]


def in_system(database: sqlite3.Connection, table: str, srs_id: int) -> None:
    """Say of a table in all places that it is in another reference system."""
    for own in ("gpkg_contents", "gpkg_geometry_columns"):
        asked = f"UPDATE {own} SET srs_id = ? WHERE table_name = ?"  # noqa: S608 (ours)
        database.execute(asked, (srs_id, table))
    each(database, table, lambda b: b[:4] + pack("<i", srs_id) + b[8:])


@of_bytes(NAME, "pla-gpkg-damaged", kills=("PLA-K-01",), beside=("PLA-K-*",))
def damaged(body: bytes) -> bytes:
    """The first page of the database is overwritten behind the header."""
    return body[:_HEADER] + b"\xff" * (_PAGE - _HEADER) + body[_PAGE:]


@of_database("pla-gpkg-of-no-kind", kills=("PLA-K-02",))
def of_no_kind(database: sqlite3.Connection) -> None:
    """The header names no kind of database."""
    database.execute("PRAGMA application_id = 0")


@of_database("pla-gpkg-of-no-version", kills=("PLA-K-02",))
def of_no_version(database: sqlite3.Connection) -> None:
    """The header says version 1, not 10400."""
    database.execute("PRAGMA user_version = 1")


@of_database("pla-gpkg-row-against-its-table", kills=("PLA-K-04",))
def row_against_its_table(database: sqlite3.Connection) -> None:
    """A row lacks a value that its table demands."""
    database.execute("UPDATE street_lights SET name = NULL WHERE fid = 1")
    defined(database, "street_lights", "name TEXT", "name TEXT NOT NULL")


@of_database("pla-gpkg-key-to-nothing", kills=("PLA-K-05",))
def key_to_nothing(database: sqlite3.Connection) -> None:
    """A row refers to a row that is not there."""
    database.execute(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, light INTEGER REFERENCES street_lights (fid))"
    )
    database.execute("INSERT INTO visits VALUES (1, 999999)")


@of_database("pla-gpkg-systems-without-texts", kills=("PLA-K-06",))
def systems_without_texts(database: sqlite3.Connection) -> None:
    """Reference systems need no definition."""
    defined(database, "gpkg_spatial_ref_sys", "definition TEXT NOT NULL", "definition TEXT")


@of_database("pla-gpkg-system-missing", kills=("PLA-K-07",))
def system_missing(database: sqlite3.Connection) -> None:
    """The undefined geographic reference system is not listed."""
    database.execute("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 0")


@of_database("pla-gpkg-undefined-defined", kills=("PLA-K-07",))
def undefined_defined(database: sqlite3.Connection) -> None:
    """The undefined plane is said to be Gauss and Krueger's."""
    database.execute("UPDATE gpkg_spatial_ref_sys SET organization = 'EPSG' WHERE srs_id = -1")


@of_database("pla-gpkg-contents-otherwise", kills=("PLA-K-08",))
def contents_otherwise(database: sqlite3.Connection) -> None:
    """The last change is declared as text."""
    defined(database, "gpkg_contents", "last_change DATETIME", "last_change TEXT")


@of_database("pla-gpkg-listed-not-there", kills=("PLA-K-09",))
def listed_not_there(database: sqlite3.Connection) -> None:
    """A table is listed that is not there."""
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('trees', 'attributes')"
    )


@of_database("pla-gpkg-change-in-local-time", kills=("PLA-K-10",))
def change_in_local_time(database: sqlite3.Connection) -> None:
    """The last change is given as people write it."""
    database.execute("UPDATE gpkg_contents SET last_change = '2026-10-14 10:15:00'")


@of_database("pla-gpkg-contents-in-unlisted-system", kills=("PLA-K-05", "PLA-K-11", "PLA-K-23"))
def contents_in_unlisted_system(database: sqlite3.Connection) -> None:
    """A table is listed in a reference system that is not."""
    database.execute("UPDATE gpkg_contents SET srs_id = 31467 WHERE table_name = 'street_lights'")


@of_database("pla-gpkg-nothing-known", kills=("PLA-K-12",))
def nothing_known(database: sqlite3.Connection) -> None:
    """All tables are listed as something of the supplier's own."""
    database.execute("UPDATE gpkg_contents SET data_type = 'supplier_layer'")


@of_database("pla-gpkg-column-not-registered", kills=("PLA-K-13",))
def column_not_registered(database: sqlite3.Connection) -> None:
    """A table of features has no row in gpkg_geometry_columns."""
    database.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = 'street_lights'")


@of_database("pla-gpkg-type-in-small-letters", kills=("PLA-K-13", "PLA-K-17"))
def type_in_small_letters(database: sqlite3.Connection) -> None:
    """The type of a geometry column is registered as 'Point'."""
    database.execute(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'Point'"
        " WHERE table_name = 'street_lights'"
    )


@of_database("pla-gpkg-no-key", kills=("PLA-K-14",))
def no_key(database: sqlite3.Connection) -> None:
    """The rows of a table of features have text for a key."""
    database.executescript(
        "CREATE TABLE copy (fid TEXT PRIMARY KEY, geom POINT, identifier TEXT, name TEXT);"
        "INSERT INTO copy SELECT 'L' || fid, geom, identifier, name FROM street_lights;"
        "DROP TABLE street_lights; ALTER TABLE copy RENAME TO street_lights;"
    )


@of_database("pla-gpkg-column-without-type", kills=("PLA-K-24",))
def column_without_type(database: sqlite3.Connection) -> None:
    """The geometry column of a table is declared as a blob."""
    defined(database, "buildings", "geom POLYGON", "geom BLOB")


@of_database("pla-gpkg-two-geometry-columns", kills=("PLA-K-24",))
def two_geometry_columns(database: sqlite3.Connection) -> None:
    """A table of features has a second geometry column."""
    database.execute("ALTER TABLE street_lights ADD COLUMN lit_area POLYGON")


@of_database("pla-gpkg-tables-disagree", kills=("PLA-K-23",))
def tables_disagree(database: sqlite3.Connection) -> None:
    """The list of contents names another reference system than the geometry column."""
    database.execute("UPDATE gpkg_contents SET srs_id = 4326 WHERE table_name = 'buildings'")


@of_database("pla-gpkg-scope-unknown", kills=("PLA-K-22",))
def scope_unknown(database: sqlite3.Connection) -> None:
    """An extension has a scope the standard does not know."""
    database.execute("UPDATE gpkg_extensions SET scope = 'read-only'")


@of_database("pla-gpkg-extension-of-no-column", kills=("PLA-K-22",))
def extension_of_no_column(database: sqlite3.Connection) -> None:
    """An extension is registered for a column that its table has not."""
    database.execute(
        "INSERT INTO gpkg_extensions VALUES ('buildings', 'storeys', 'town_storeys',"
        " 'https://exampleton.example/storeys', 'read-write')"
    )


@fault("pla-gpkg-named-otherwise", kills=("PLA-K-03",))
def named_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The file is offered under a name that ends in .sqlite."""
    return under_name(request, proceed(request), "town.sqlite")


def under_name(request: Request, response: Response, name: str) -> Response:
    """The answer with a file name of its own, where it is the GeoPackage."""
    if request.path != f"/downloads/{NAME}":
        return response
    return response.with_header("Content-Disposition", f'attachment; filename="{name}"')


def numbers(blob: bytes, at: int, count: int) -> tuple[float, ...]:
    """Numbers of a geometry from a place on."""
    return unpack_from(f"<{count}d", blob, at)
