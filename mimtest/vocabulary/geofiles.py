"""Data sets as files: what one is, by its content and never by its name."""

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.localfile import MOST_OF_A_FILE, LocalFile
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import assert_status

#: The formats that are recognised, as people call them.
FORMATS: Final = {
    "geojson": "GeoJSON",
    "geojson-sequence": "a sequence of GeoJSON",
    "geopackage": "a GeoPackage",
    "cityjson": "CityJSON",
    "cityjson-sequence": "a sequence of CityJSON",
    "gml": "GML",
    "citygml": "CityGML",
    "kml": "KML",
    "flatgeobuf": "FlatGeobuf",
    "geoparquet": "GeoParquet",
    "ifc": "IFC",
}
GEOJSON_TYPES: Final = (
    "FeatureCollection",
    "Feature",
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
_SQLITE: Final = b"SQLite format 3\x00"
_GEOPACKAGE_IDS: Final = (b"GPKG", b"GP10", b"GP11")
_HEAD: Final = 64 * 1024
_MOST_MEMBERS: Final = 1000
#: What an archive of KML starts with (OGC 07-147r2, Annex C).
_MAIN: Final = "doc.kml"
#: What stands beside data in an archive: descriptions, licences, styles and pictures of it.
_BESIDE: Final = re.compile(
    r"(?:\.(?:txt|md|pdf|html?|xml|xsd|xsl|csv|png|jpe?g|qml|sld|prj|cpg))?", re.IGNORECASE
)
_TYPE: Final = re.compile(rb'"type"\s*:\s*"(\w+)"')
_RECORD: Final = b"\x1e"


@dataclass(frozen=True, slots=True)
class GeoFile:
    """A file that was read. `format` is a key of FORMATS, or None for one that is not recognised.

    `path` is where it is on this machine, if it was read here and was not packed.
    """

    format: str | None
    answer: Answer
    path: Path | None = None
    _content: bytes = field(default=b"", repr=False)

    @property
    def body(self) -> bytes:
        """The content, unpacked; looking at it makes the answer evidence."""
        _ = self.answer.status
        return self._content

    @property
    def name(self) -> str:
        """The file's name, at the end of its address."""
        return self.answer.url.partition("?")[0].rpartition("/")[2] or self.answer.url

    @property
    def unknown_parts(self) -> list[str]:
        """What else is in the archive it came in, but descriptions, pictures and what goes with a KMZ."""
        if self._content is self.answer.body or not self.answer.body.startswith(b"PK\x03\x04"):
            return []
        with ZipFile(BytesIO(self.answer.body)) as archive:
            names = [i.filename for i in archive.infolist() if not i.is_dir()]
        if _MAIN in names:
            return []
        with_data = {name for name, _ in _members(self.answer.body)}
        return [
            n for n in names if n not in with_data and not _BESIDE.fullmatch(PurePath(n).suffix)
        ]

    def require(self, *formats: str) -> "GeoFile":
        """The file itself. Raises NotApplicable for one of another format."""
        if self.format not in formats:
            wanted = " or ".join(FORMATS[f] for f in formats)
            raise NotApplicable("not_offered", f"{self.name} is not {wanted}")
        return self


def read_file(client: Client) -> GeoFile:
    """The file of an interface of kind `file`. Raises Contradiction unless it is given."""
    answer = assert_status(client.get(), 200)
    content = unpacked(answer.body)
    path = client.path if isinstance(client, LocalFile) and content is answer.body else None
    return GeoFile(format_of(content), answer, path, content)


def unpacked(body: bytes) -> bytes:
    """What is in a gzip file, or the one data set in a ZIP archive; anything else as it is."""
    if body.startswith(b"\x1f\x8b"):
        with suppress(zlib.error):
            opened = zlib.decompressobj(zlib.MAX_WBITS | 16)
            return _limited(opened.decompress(body, MOST_OF_A_FILE + 1))
    if body.startswith(b"PK\x03\x04"):
        with suppress(BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
            known = dict(_members(body))
            alone = next(iter(known.values())) if len(known) == 1 else body
            return known.get(_MAIN, alone)
    return body


def _limited(content: bytes) -> bytes:
    if len(content) > MOST_OF_A_FILE:
        raise Inconclusive("too_large", f"the file unpacks to more than {MOST_OF_A_FILE} bytes")
    return content


def _members(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The data sets in an archive, by name."""
    with ZipFile(BytesIO(body)) as archive:
        for item in archive.infolist()[:_MOST_MEMBERS]:
            with archive.open(item) as member:
                if format_of(member.read(_HEAD)):
                    yield item.filename, _limited(archive.open(item).read(MOST_OF_A_FILE + 1))


def format_of(content: bytes) -> str | None:
    """The format of some content; its beginning is enough. None where it is not recognised."""
    if content.startswith(_SQLITE):
        is_one = content[68:72] in _GEOPACKAGE_IDS or b"gpkg_contents" in content
        return "geopackage" if is_one else None
    if content.startswith(b"fgb"):
        return "flatgeobuf"
    if content.startswith(b"PAR1"):
        return "geoparquet"
    text = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"ISO-10303-21"):
        return "ifc"
    if text.startswith((b"{", _RECORD)):
        return _json_format(content)
    return _xml_format(text) if text.startswith((b"<", b"\xff\xfe", b"\xfe\xff")) else None


def _json_format(content: bytes) -> str | None:
    """By the `type` of the whole, or of the first record of a sequence; else by any `type` there is."""
    records = _first_records(content)
    is_many = len(records) > 1 or content.lstrip().startswith(_RECORD)
    kinds = [r.get("type") for r in records[:1] if isinstance(r, dict)] or _types_in(content)
    if "CityJSONFeature" in kinds or ("CityJSON" in kinds and is_many):
        return "cityjson-sequence"
    if "CityJSON" in kinds:
        return "cityjson"
    if not set(kinds) & set(GEOJSON_TYPES):
        return None
    return "geojson-sequence" if is_many else "geojson"


def _types_in(content: bytes) -> list[Any]:
    """The `type` of a document; of what is no JSON, everything that stands under that name at its start."""
    with suppress(ValueError, RecursionError):
        whole = json.loads(content)
        return [whole.get("type")] if isinstance(whole, dict) else []
    return [k.decode(errors="replace") for k in _TYPE.findall(content[:_HEAD])]


def _first_records(content: bytes) -> list[Any]:
    """The first two records of JSON text sequences and of JSON in lines; none of other JSON."""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    parts = text.lstrip(_RECORD).split(_RECORD if text.startswith(_RECORD) else b"\n", 2)
    found = []
    for part in filter(None, (p.strip() for p in parts[:2])):
        try:
            found.append(json.loads(part))
        except (ValueError, RecursionError):
            break
    return found


class _Found(Exception):  # noqa: N818 - ends a parser, is no error
    """The root element and the namespaces it declares."""


def _xml_format(text: bytes) -> str | None:
    spaces: list[str] = []
    root: list[str] = []

    def start(name: str, _: Any) -> None:
        root.append(name)
        raise _Found

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartNamespaceDeclHandler = lambda _, uri: spaces.append(uri or "")
    parser.StartElementHandler = start
    with suppress(_Found, expat.ExpatError):
        parser.Parse(text, False)  # noqa: FBT003 - not the end
    if not root:
        return None
    space, _, local = root[0].rpartition(" ")
    if local == "kml":
        return "kml"
    if local == "CityModel":
        return "citygml"
    return "gml" if any("opengis.net/gml" in s for s in (space, *spaces)) else None


def json_records(file: GeoFile) -> list[Any]:
    """The JSON values of a file: one, or each record of a sequence. Raises Contradiction."""
    __tracebackhide__ = True
    body = file.body
    if file.format not in ("geojson-sequence", "cityjson-sequence"):
        return [parse_json(body)]
    text = body.strip()
    parts = text.lstrip(_RECORD).split(_RECORD if text.startswith(_RECORD) else b"\n")
    records = [parse_json(p) for p in (part.strip() for part in parts) if p]
    if not records:
        raise Contradiction("the sequence has no record")
    return records
