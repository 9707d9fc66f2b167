"""What is in a GeoPackage's own tables, and the feature tables they describe (OGC 12-128)."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geopackage import GeoPackage, Row, is_cut, quoted
from mimtest.vocabulary.geopackage_blob import Blob, MalformedError, parse_blob
from mimtest.vocabulary.parts import tell

_SYSTEMS: Final = "gpkg_spatial_ref_sys"
_CONTENTS: Final = "gpkg_contents"
_GEOMETRIES: Final = "gpkg_geometry_columns"
_EXTENSIONS: Final = "gpkg_extensions"


@dataclass(frozen=True, slots=True)
class Definition:
    """A column of one of the format's own tables; several types say the same to SQLite."""

    name: str
    types: tuple[str, ...]
    is_required: bool = True
    key: bool = False


_TEXT: Final = ("TEXT",)
_WHOLE: Final = ("INTEGER", "INT")
_SMALL: Final = ("TINYINT",)
_REAL: Final = ("DOUBLE", "REAL")
#: The tables of R10, R13, R21 and R58.
DEFINITIONS: Final = {
    _SYSTEMS: (
        Definition("srs_name", _TEXT),
        Definition("srs_id", ("INTEGER",), key=True),
        Definition("organization", _TEXT),
        Definition("organization_coordsys_id", _WHOLE),
        Definition("definition", _TEXT),
        Definition("description", _TEXT, is_required=False),
    ),
    _CONTENTS: (
        Definition("table_name", _TEXT, key=True),
        Definition("data_type", _TEXT),
        Definition("identifier", _TEXT, is_required=False),
        Definition("description", _TEXT, is_required=False),
        Definition("last_change", ("DATETIME",)),
        Definition("min_x", _REAL, is_required=False),
        Definition("min_y", _REAL, is_required=False),
        Definition("max_x", _REAL, is_required=False),
        Definition("max_y", _REAL, is_required=False),
        Definition("srs_id", _WHOLE, is_required=False),
    ),
    _GEOMETRIES: (
        Definition("table_name", _TEXT, key=True),
        Definition("column_name", _TEXT, key=True),
        Definition("geometry_type_name", _TEXT),
        Definition("srs_id", _WHOLE),
        Definition("z", _SMALL),
        Definition("m", _SMALL),
    ),
    _EXTENSIONS: (
        Definition("table_name", _TEXT, is_required=False),
        Definition("column_name", _TEXT, is_required=False),
        Definition("extension_name", _TEXT),
        Definition("definition", _TEXT),
        Definition("scope", _TEXT),
    ),
}


def assert_defined(package: GeoPackage, table: str) -> None:
    """A table has the columns the format defines, with their types, keys and NOT NULL; more may be there."""
    __tracebackhide__ = True
    if not package.has(table):
        fail(f"there is no table {table}", expected=table, received=", ".join(package.tables))
    given = {c.name.lower(): c for c in package.columns(table)}
    for wanted in DEFINITIONS[table]:
        column = given.get(wanted.name)
        if column is None:
            fail(f"{table} has no column {wanted.name}", expected=wanted.name, received=list(given))
            return
        if column.type not in wanted.types:
            _differs(table, wanted, wanted.types[0], column.type or "no type")
        if wanted.key and not column.key:
            _differs(table, wanted, "part of the primary key", "not part of it")
        if wanted.is_required and not (column.is_required or column.key):
            _differs(table, wanted, "NOT NULL", "NULL allowed")


def _differs(table: str, wanted: Definition, expected: str, received: str) -> None:
    __tracebackhide__ = True
    fail(f"{table}.{wanted.name} is defined otherwise", expected=expected, received=received)


@dataclass(frozen=True, slots=True)
class Content:
    """A row of gpkg_contents; `bounds` is west, south, east and north, each None where it says nothing."""

    table: str
    data_type: str
    last_change: Any
    bounds: tuple[Any, ...]
    srs_id: Any


def contents_of(package: GeoPackage) -> list[Content]:
    """What the file says to hold."""
    names = ("table_name", "data_type", "last_change", "srs_id", "min_x", "min_y", "max_x", "max_y")
    return [
        Content(
            str(r["table_name"]),
            str(r["data_type"]),
            r["last_change"],
            (r["min_x"], r["min_y"], r["max_x"], r["max_y"]),
            r["srs_id"],
        )
        for r in package.records(_CONTENTS, *names)
    ]


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of gpkg_spatial_ref_sys."""

    srs_id: Any
    organization: str
    code: Any
    definition: str

    @property
    def uri(self) -> str | None:
        """Its code in the register of EPSG, None for another organisation's."""
        is_registered = self.organization.strip().upper() == "EPSG" and isinstance(self.code, int)
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.code}" if is_registered else None


def references_of(package: GeoPackage) -> dict[Any, Reference]:
    """The reference systems by srs_id."""
    names = ("srs_id", "organization", "organization_coordsys_id", "definition")
    return {
        r["srs_id"]: Reference(
            r["srs_id"],
            str(r["organization"]),
            r["organization_coordsys_id"],
            str(r["definition"] or ""),
        )
        for r in package.records(_SYSTEMS, *names)
    }


@dataclass(frozen=True, slots=True)
class Layer:
    """A row of gpkg_geometry_columns."""

    table: str
    column: str
    type: Any
    srs_id: Any
    z: Any
    m: Any


def layers_of(package: GeoPackage) -> list[Layer]:
    """The geometry columns."""
    names = ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m")
    return [
        Layer(str(r["table_name"]), str(r["column_name"]), *(r[n] for n in names[2:]))
        for r in package.records(_GEOMETRIES, *names)
    ]


def extensions_of(package: GeoPackage) -> list[dict[str, Any]]:
    """The rows of gpkg_extensions, none without the table."""
    if not package.has(_EXTENSIONS):
        return []
    names = tuple(d.name for d in DEFINITIONS[_EXTENSIONS])
    return package.records(_EXTENSIONS, *names)


def key_of(package: GeoPackage, layer: Layer) -> str | None:
    """The integer primary key of a feature table, or the first column of a view."""
    columns = package.columns(layer.table)
    if package.tables.get(layer.table.lower()) == "view":
        return columns[0].name if columns else None
    keys = [c for c in columns if c.key]
    return keys[0].name if len(keys) == 1 and keys[0].type == "INTEGER" else None


def values_of(package: GeoPackage, layer: Layer) -> list[Row]:
    """Key and geometry of each row of a feature table, as they are stored; of the first by key where there are many."""
    key = key_of(package, layer)
    named = quoted(key) if key else "NULL"
    source = f"{quoted(layer.column)} FROM {quoted(layer.table)}"
    found = package.rows(f"SELECT {named}, {source} ORDER BY 1")
    if is_cut(found):
        _tell(layer, len(found))
    return found


def _tell(layer: Layer, number: int) -> None:
    tell(f"the first {number} rows of '{layer.table}'")


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry and the key of its row."""

    key: Any
    blob: Blob


def geometries_of(package: GeoPackage, layer: Layer) -> list[Geometry]:
    """The geometries of a layer that can be read, those in the standard encoding."""
    cut_at, found = package.kept(layer, lambda: _standard(package, layer))
    if cut_at:
        _tell(layer, cut_at)
    return found


def _standard(package: GeoPackage, layer: Layer) -> tuple[int, list[Geometry]]:
    """How many rows were read where there are more, else 0; and their geometries."""
    values = values_of(package, layer)
    blobs = ((key, _read(value)) for key, value in values)
    cut_at = len(values) if is_cut(values) else 0
    return cut_at, [Geometry(k, blob) for k, blob in blobs if blob and not blob.is_extended]


def _read(value: Any) -> Blob | None:
    if isinstance(value, bytes):
        with suppress(MalformedError):
            return parse_blob(value)
    return None


def polygons_of(package: GeoPackage, layers: list[Layer]) -> list[tuple[Layer, Geometry]]:
    """The geometries with polygons in them. Raises NotApplicable for none."""
    found = [(n, g) for n in layers for g in geometries_of(package, n) if g.blob.has_rings]
    if not found:
        raise NotApplicable("not_offered", "the GeoPackage holds no polygons")
    return found
