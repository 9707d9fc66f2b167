"""Web Map Tile Service 1.0.0 (OGC 07-057r7): what a service says of itself, and its tiles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client, OutOfScope
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import Kvp, Operation, operations_of
from mimtest.vocabulary.tiles import Matrix, MatrixSet, Tile
from mimtest.vocabulary.xml import XML, local, namespace, parse, text_of, texts_of

NAMESPACE: Final = "http://www.opengis.net/wmts/1.0"
DOCUMENT: Final = "/1.0.0/WMTSCapabilities.xml"
ANYTHING: Final = "*/*"
MOST_LAYERS: Final = 5


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer. `limits` are the first and last row and column by set and level, `templates` addresses by format."""

    id: str
    box: Box | None
    styles: tuple[str, ...]
    default_styles: tuple[str, ...]
    formats: tuple[str, ...]
    sets: tuple[str, ...]
    templates: Mapping[str, str]
    dimensions: Mapping[str, str]
    limits: Mapping[tuple[str, str], tuple[int, int, int, int]]

    @property
    def style(self) -> str:
        """The style to ask for."""
        return next(iter((*self.default_styles, *self.styles)), "default")

    @property
    def picture_format(self) -> str | None:
        """The format of pictures to ask for."""
        first = [f for f in self.formats if f.startswith("image/png")]
        return next((f for f in (*first, *self.formats) if f.startswith("image/")), None)


@dataclass(frozen=True, slots=True)
class Described:
    """What a service says it has."""

    answer: Answer
    version: str
    operations: Mapping[str, Operation]
    layers: tuple[Layer, ...]
    sets: Mapping[str, MatrixSet]

    @property
    def by_parameters(self) -> bool:
        """Whether tiles are asked for with parameters."""
        found = self.operations.get("GetTile")
        return bool(found and found.get)


@dataclass(slots=True)
class TileService:
    """The service under test, and the layers of it that are looked at."""

    kvp: Kvp
    described: Described
    chosen: tuple[Layer, ...]

    def tile(self, layer: Layer, tiles: MatrixSet, tile: Tile, **changes: str | None) -> Answer:
        """A tile, by parameters where that is offered, else by its address."""
        if self.described.by_parameters:
            return self.by_parameters(layer, tiles, tile, **changes)
        return self.by_path(layer, tiles, tile, **changes)

    def by_parameters(
        self, layer: Layer, tiles: MatrixSet, tile: Tile, **changes: str | None
    ) -> Answer:
        """A tile by parameters (07-057r7 table 29)."""
        asked: dict[str, Any] = {
            "LAYER": layer.id,
            "STYLE": layer.style,
            "FORMAT": layer.picture_format,
            "TILEMATRIXSET": tiles.id,
            "TILEMATRIX": tile.matrix.id,
            "TILEROW": str(tile.row),
            "TILECOL": str(tile.column),
            **layer.dimensions,
        }
        return self.kvp.ask("GetTile", accept=ANYTHING, **{**asked, **changes})

    def by_path(self, layer: Layer, tiles: MatrixSet, tile: Tile, **changes: str | None) -> Answer:
        """A tile at its own address (07-057r7 10.2.1). Raises Inconclusive without a template."""
        template = layer.templates.get(layer.picture_format or "")
        if template is None:
            detail = f"the layer '{layer.id}' has neither parameters nor addresses for pictures"
            raise Inconclusive("precondition_unmet", detail)
        values = {
            "style": layer.style,
            "tilematrixset": tiles.id,
            "tilematrix": tile.matrix.id,
            "tilerow": str(tile.row),
            "tilecol": str(tile.column),
            **{n.lower(): v for n, v in layer.dimensions.items()},
            **{n.lower(): v or "" for n, v in changes.items()},
        }
        return self.kvp.get(_filled(template, values), accept=ANYTHING)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """An address from a template, names in any case; those nobody knows stay."""
    parts = template.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        made.append(values.get(name.lower(), f"{{{name}}}") + rest)
    return "".join(made)


def open_tiles(client: Client) -> TileService:
    """The service by its capabilities, asked for by parameters or as a document. Raises Contradiction."""
    __tracebackhide__ = True
    kvp = Kvp(client, "WMTS", "1.0.0")
    described = read(_capabilities(kvp))
    nothing = kvp.ask(f"Mimtest{client.run_id}")
    if described.by_parameters and nothing.status == 200 and nothing.body == described.answer.body:  # noqa: PLR2004
        detail = f"{nothing.url} asks for nothing there is, and gets the capabilities"
        raise Inconclusive("control_failed", detail)
    wanted = client.interface.collections
    layers = [x for x in described.layers if not wanted or x.id in wanted][:MOST_LAYERS]
    return TileService(kvp, described, tuple(layers))


def _capabilities(kvp: Kvp) -> Answer:
    if urlsplit(kvp.client.url()).path.endswith(".xml"):
        return kvp.get(kvp.client.url())
    asked = kvp.ask("GetCapabilities")
    if asked.received.status == 200 and b"Capabilities" in asked.received.body[:2000]:  # noqa: PLR2004
        return asked
    try:
        document = kvp.get(
            f"{kvp.client.url().partition('?')[0].rstrip('/')}{DOCUMENT}", accept=XML
        )
    except OutOfScope:
        return asked
    return document if document.received.status == 200 else asked  # noqa: PLR2004


def read(answer: Answer) -> Described:
    """What capabilities say. Raises Contradiction for others than those of WMTS 1.0.0."""
    __tracebackhide__ = True
    root = parse(assert_status(answer, 200))
    if (local(root), namespace(root)) != ("Capabilities", NAMESPACE):
        fail(
            "no capabilities of a WMTS",
            expected=f"Capabilities in {NAMESPACE}",
            received=f"{local(root)} in {namespace(root) or 'no namespace'}",
        )
    assert_that(
        root.get("version") == "1.0.0",
        "another version",
        expected="1.0.0",
        received=root.get("version"),
    )
    sets = [_set(e) for e in root.findall("{*}Contents/{*}TileMatrixSet")]
    return Described(
        answer,
        root.get("version", ""),
        operations_of(root),
        tuple(_layer(e) for e in root.findall("{*}Contents/{*}Layer")),
        {s.id: s for s in sets},
    )


def _layer(element: Element) -> Layer:
    styles = element.findall("{*}Style")
    links = element.findall("{*}TileMatrixSetLink")
    urls = [u for u in element.findall("{*}ResourceURL") if u.get("resourceType") == "tile"]
    return Layer(
        text_of(element, "Identifier") or "",
        _box(element.find("{*}WGS84BoundingBox")),
        tuple(text_of(s, "Identifier") or "" for s in styles),
        tuple(
            text_of(s, "Identifier") or "" for s in styles if s.get("isDefault") in ("true", "1")
        ),
        tuple(texts_of(element, "Format")),
        tuple(t for link in links if (t := text_of(link, "TileMatrixSet"))),
        {u.get("format", ""): u.get("template", "") for u in urls},
        {
            text_of(d, "Identifier") or "": text_of(d, "Default") or ""
            for d in element.findall("{*}Dimension")
        },
        {key: value for link in links for key, value in _limits(link)},
    )


def _limits(link: Element) -> Iterator[tuple[tuple[str, str], tuple[int, int, int, int]]]:
    for limit in link.findall("{*}TileMatrixSetLimits/{*}TileMatrixLimits"):
        names = ("MinTileRow", "MaxTileRow", "MinTileCol", "MaxTileCol")
        numbers = [n for t in names if (n := whole(text_of(limit, t) or "")) is not None]
        if len(numbers) == len(names):
            key = (text_of(link, "TileMatrixSet") or "", text_of(limit, "TileMatrix") or "")
            first, last, left, right = numbers
            yield key, (first, last, left, right)


def _box(element: Element | None) -> Box | None:
    corners = [(text_of(element, n) or "").split() for n in ("LowerCorner", "UpperCorner")]
    try:
        (west, south), (east, north) = ([float(n) for n in c] for c in corners)
    except ValueError:
        return None
    return Box(west, south, east, north)


def _set(element: Element) -> MatrixSet:
    return MatrixSet(
        text_of(element, "Identifier") or "",
        text_of(element, "SupportedCRS") or "",
        text_of(element, "WellKnownScaleSet"),
        tuple(_matrix(m) for m in element.findall("{*}TileMatrix")),
    )


def _matrix(element: Element) -> Matrix:
    __tracebackhide__ = True
    sizes = [
        text_of(element, n) or ""
        for n in ("TileWidth", "TileHeight", "MatrixWidth", "MatrixHeight")
    ]
    try:
        x, y = (float(n) for n in (text_of(element, "TopLeftCorner") or "").split())
        scale = float(text_of(element, "ScaleDenominator") or "")
        width, height, columns, rows = (int(n) for n in sizes)
    except ValueError:
        told = "a TileMatrix has no readable scale, corner or size"
        raise Contradiction(told, expected="numbers", received=str(sizes)) from None
    return Matrix(text_of(element, "Identifier") or "", scale, (x, y), width, height, columns, rows)
