"""GeoParquet (OGC 24-013): the footer of a Parquet file, and what it says of geometries under the key `geo`."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import fail, member, of_type
from mimtest.vocabulary.geofiles import GeoFile
from mimtest.vocabulary.parquet import values
from mimtest.vocabulary.parts import first
from mimtest.vocabulary.thrift import Fields, Reader

#: At most so many geometries of a column are looked at.
MOST_ROWS: Final = 20_000
_MAGIC: Final = b"PAR1"
_TAIL: Final = 8
_BYTE_ARRAY: Final = 6
_REPEATED: Final = 2
#: A version of the format, as far as it is covered.
VERSION: Final = re.compile(r"1\.\d+\.\d+(-[\w.]+)?")
ENCODINGS: Final = (
    "WKB",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
)
_NAMES: Final = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
_TYPE: Final = re.compile(
    r"(Multi)?(Point|LineString|Polygon)( ZM?| M)?|GeometryCollection( ZM?| M)?"
)


@dataclass(frozen=True, slots=True)
class Element:
    """A column at the root of the schema, or a group of columns."""

    name: str
    kind: int | None
    repetition: int | None
    children: int

    @property
    def is_repeated(self) -> bool:
        """Whether a row has many of it."""
        return self.repetition == _REPEATED

    @property
    def is_binary(self) -> bool:
        """Whether it holds bytes."""
        return self.kind == _BYTE_ARRAY


@dataclass(frozen=True, slots=True)
class GeoParquet:
    """The footer of a file; looking at it makes the file evidence."""

    file: GeoFile
    _footer: Fields

    @property
    def footer(self) -> Fields:
        """The metadata of the file, by the numbers of its fields."""
        _ = self.file.body
        return self._footer

    @property
    def about(self) -> dict[str, Any]:
        """The JSON object under the key `geo`. Raises Contradiction without one."""
        pairs = of_type(self.footer.get(5, []), list, "the metadata of the file")
        found = [p[2] for p in pairs if isinstance(p, dict) and _is_geo(p)]
        if len(found) != 1:
            fail("the metadata have not one key 'geo'", expected="one", received=len(found))
        about: dict[str, Any] = of_type(parse_json(found[0]), dict, "the value of 'geo'")
        return about

    @property
    def columns(self) -> dict[str, Mapping[str, Any]]:
        """The columns of geometries, as 'geo' describes them. Raises Contradiction."""
        given = member(self.about, "columns", dict, "'geo'")
        return {n: of_type(c, dict, f"the column '{n}'") for n, c in given.items()}

    @property
    def roots(self) -> dict[str, Element]:
        """The columns and groups at the root of the schema, by name. Raises Contradiction."""
        listed = of_type(self.footer.get(2), list, "the schema")
        elements = [_element(e) for e in listed if isinstance(e, dict)]
        if not elements:
            fail("the file has no schema")
        found, rest = {}, elements[1:]
        while rest:
            first = rest.pop(0)
            found[first.name] = first
            beneath = first.children
            while beneath and rest:
                beneath += rest.pop(0).children - 1
        return found


def _is_geo(pair: Fields) -> bool:
    return pair.get(1) == b"geo" and isinstance(pair.get(2), bytes)


def _element(fields: Fields) -> Element:
    name = fields.get(4, b"")
    return Element(
        name.decode(errors="replace") if isinstance(name, bytes) else "",
        fields.get(1),
        fields.get(3),
        int(fields.get(5) or 0),
    )


def geoparquet_of(file: GeoFile) -> GeoParquet:
    """The file with its footer. Raises Contradiction."""
    __tracebackhide__ = True
    body = file.body
    if not (body.startswith(_MAGIC) and body.endswith(_MAGIC)) or len(body) < _TAIL + 4:
        fail("the file does not end as Parquet does", expected="PAR1", received=repr(body[-4:]))
    size = struct.unpack_from("<I", body, len(body) - _TAIL)[0]
    start = len(body) - _TAIL - size
    if start < len(_MAGIC):
        fail("the footer is longer than the file", received=f"{size} bytes")
    try:
        footer = Reader(body[start : start + size]).structure()
    except Contradiction as problem:
        fail(f"the footer cannot be read: {problem.message}")
        raise
    found = GeoParquet(file, footer)
    _ = found.roots
    return found


def geometries(
    table: GeoParquet, columns: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[bytes]]:
    """The values in columns of well-known binary by column, each of the first rows. Raises NotApplicable for none."""
    names = [n for n, c in columns.items() if c.get("encoding") == "WKB" and n in table.roots]
    if not names:
        raise NotApplicable("not_offered", "no column is of well-known binary")
    found = {n: _first_values(table, n) for n in names}
    if not any(found.values()):
        raise Inconclusive("no_data", "the file holds no geometry")
    return found


def _first_values(table: GeoParquet, name: str) -> list[bytes]:
    read = values(table.file.body, table.footer, name, table.roots[name].repetition)
    return first(read, MOST_ROWS, f"geometries of '{name}'")


def types_fault(given: Any) -> str | None:
    """Why a list of geometry types is none; None when it is one, empty for unknown types."""
    if not isinstance(given, list):
        return "no list"
    odd = [t for t in given if not isinstance(t, str) or not _TYPE.fullmatch(t)]
    if odd:
        return f"unknown: {odd[:3]}"
    return None if len(set(given)) == len(given) else "a type twice"


def system_name(column: Mapping[str, Any]) -> str | None:
    """The code of a column's system, OGC:CRS84 where it is left out; None without a code."""
    if "crs" not in column:
        return "OGC:CRS84"
    crs = column["crs"]
    code = crs.get("id") if isinstance(crs, Mapping) else None
    if not isinstance(code, Mapping) or "code" not in code:
        return None
    return f"{code.get('authority', 'EPSG')}:{code['code']}"


def is_known(column: Mapping[str, Any]) -> bool:
    """Whether PROJ makes a system of what a column says."""
    import pyproj  # noqa: PLC0415 - slow to load
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    if "crs" not in column:
        return True
    try:
        pyproj.CRS.from_json_dict(dict(column["crs"]))
    except (ProjError, TypeError, ValueError, AttributeError):
        return False
    return True


def spelled(kind: str) -> str | None:
    """A type of geometry as the standard spells it, with what its positions have more; None for one it does not allow."""
    name, _, more = kind.partition(" ")
    known = next((n for n in _NAMES if n.upper() == name), None)
    return f"{known} {more}".strip() if known else None
