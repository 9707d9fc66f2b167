"""OGC API - Tiles (20-057): tile sets that links lead to, and their tiles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_that, member, objects
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ogcapi import (
    JSON,
    Collection,
    Link,
    Service,
    choose,
    collections_of,
    declared_classes,
    document,
    links_of,
)
from mimtest.vocabulary.tiles import CORNERS, MatrixSet, Tile, crs_name, matrix_set

#: Relations that lead to a list of tile sets, by their last part.
LISTS: Final = ("tilesets-vector", "tilesets-map")
MOST_SETS: Final = 6
_SCHEME: Final = "tiling-scheme"
_LIMITS: Final = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
_VARIABLES: Final = ("tileMatrix", "tileRow", "tileCol")


@dataclass(frozen=True, slots=True)
class TileSet:
    """A tile set: what is in its tiles, where they are, and the address of each.

    `described` is the answer that describes it, `box` the extent in longitudes and latitudes of what is in it.
    """

    name: str
    described: Answer
    document: Mapping[str, Any]
    kind: str
    matrices: MatrixSet
    template: Link
    box: Box | None
    limits: Mapping[str, tuple[int, int, int, int]]

    @property
    def accepts(self) -> str:
        """What to accept for a tile."""
        return self.template.type or "*/*"

    def address(self, tile: Tile) -> str:
        """Where a tile is."""
        return filled(self.template.href, self.matrices.id, tile.matrix.id, tile.row, tile.column)


def relation(rel: str) -> str:
    """A relation of OGC without what stands before its name: as a URI, or in short as `[ogc-rel:map]`."""
    return rel.strip("[]").replace("ogc-rel:", "/").rpartition("/")[2]


def led_by(links: Iterable[Link], *names: str) -> list[Link]:
    """The links of relations of OGC that can be followed, by the last part of their names."""
    return [k for k in links if relation(k.rel) in names and not k.is_template]


def filled(template: str, tiles: str, matrix: str, row: int, column: int) -> str:
    """The address of a tile from its template."""
    values = {
        "tileMatrixSetId": tiles,
        "tileMatrix": matrix,
        "tileRow": str(row),
        "tileCol": str(column),
    }
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def lists_of(service: Service) -> list[tuple[str, Box | None, Link]]:
    """Where lists of tile sets are, of the data set and of collections: a name, the extent, the link."""
    landing = service.get()
    page = document(landing)
    wanted = service.client.interface.collections
    found = (
        []
        if wanted
        else [("the data set", box_of(page), k) for k in led_by(links_of(landing, page), *LISTS)]
    )
    for collection in _collections(service):
        if not wanted or collection.id in wanted:
            box = collection.boxes[0] if collection.boxes else None
            found += [(f"'{collection.id}'", box, k) for k in led_by(collection.links, *LISTS)]
    by_kind = [[f for f in found if relation(f[2].rel) == name] for name in LISTS]
    return [f for kind in by_kind for f in kind[: MOST_SETS // len(LISTS)]]


def _collections(service: Service) -> list[Collection]:
    """The collections, none where the service lists none: data sets may have tiles without them."""
    landing = service.get()
    if choose(links_of(landing, document(landing)), "data", JSON) is None:
        return []
    return collections_of(service, service.linked("data", "/collections"))


def box_of(page: Mapping[str, Any]) -> Box | None:
    """The spatial extent that a document declares."""
    made = Collection("", page, (), "")
    return made.boxes[0] if made.boxes else None


def tile_sets(service: Service) -> list[TileSet]:
    """The tile sets to look at. Raises Contradiction for one that is not described; Inconclusive for none."""
    __tracebackhide__ = True
    found: list[TileSet] = []
    for name, box, link in lists_of(service):
        for item, answer in listed(service, link):
            found.append(_tile_set(service, name, box, item, answer))
    if not found:
        raise Inconclusive("no_data", "no link leads to a tile set")
    return found


def listed(service: Service, link: Link) -> list[tuple[Mapping[str, Any], Answer]]:
    """The tile sets of a list, at most two, and the answer they are in (/req/tilesets-list/tileset-links)."""
    __tracebackhide__ = True
    answer = service.get(link.href, accept=link.type or JSON)
    sets = objects(
        member(document(answer), "tilesets", list, "the list of tile sets"), "'tilesets'"
    )
    return [(s, answer) for s in sets[:2]]


def _tile_set(
    service: Service, name: str, box: Box | None, item: Mapping[str, Any], answer: Answer
) -> TileSet:
    __tracebackhide__ = True
    own = choose(links_of(answer, item), "self", JSON)
    assert_that(
        own, f"a tile set of {name} has no link to itself", expected="a link 'self'", received=item
    )
    described = service.get(own.href if own else "", accept=JSON)
    page = document(described)
    links = links_of(described, page)
    templates = [
        k for k in links if k.rel == "item" and all(f"{{{v}}}" in k.href for v in _VARIABLES)
    ]
    told = f"the tile set of {name} has no template for its tiles"
    assert_that(
        templates,
        told,
        expected="a link 'item' with {tileMatrix}, {tileRow}, {tileCol}",
        received=[k.rel for k in links],
    )
    kind = member(page, "dataType", str, f"the tile set of {name}")
    first = [k for k in templates if k.type in ("image/png", "application/vnd.mapbox-vector-tile")]
    return TileSet(
        name,
        described,
        page,
        kind,
        matrices_of(service, links, page, name),
        (first or templates)[0],
        box,
        _limits(page),
    )


def matrices_of(
    service: Service, links: list[Link], page: Mapping[str, Any], name: str
) -> MatrixSet:
    """The set of matrices that a tile set leads to (/req/tileset/description)."""
    __tracebackhide__ = True
    schemes = led_by(links, _SCHEME)
    told = f"the tile set of {name} has no link to its tile matrix set"
    assert_that(schemes, told, expected=f"a link '{_SCHEME}'", received=[k.rel for k in links])
    read = matrix_set(document(service.get(schemes[0].href, accept=schemes[0].type or JSON)))
    uri = page.get("tileMatrixSetURI")
    registered = isinstance(uri, str) and uri.rpartition("/")[2] in CORNERS
    scales = str(uri) if registered else read.scales
    return MatrixSet(read.id, read.crs or crs_name(page.get("crs")), scales, read.matrices)


def _limits(page: Mapping[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    """The first and last row and column by level, where a tile set has limits."""
    found = {}
    given = page.get("tileMatrixSetLimits")
    for limit in given if isinstance(given, list) else ():
        numbers = [limit.get(n) for n in _LIMITS] if isinstance(limit, Mapping) else []
        whole = [n for n in numbers if isinstance(n, int)]
        if len(whole) == len(_LIMITS):
            found[str(limit.get("tileMatrix"))] = (whole[0], whole[1], whole[2], whole[3])
    return found


def has_class(service: Service, part: str, name: str) -> bool:
    """Whether a conformance class of a part, such as `tiles-1`, is declared."""
    classes = declared_classes(service.linked("conformance", "/conformance"))
    return any(c.endswith(f"/conf/{name}") and f"/ogcapi-{part}/" in c for c in classes)


def middle_tile(tiles: TileSet) -> Tile:
    """A tile with the middle of what is in the set. Raises Inconclusive where it cannot be known."""
    if tiles.box is None:
        raise Inconclusive("precondition_unmet", f"{tiles.name} has no extent")
    within = [m for m in tiles.matrices.matrices if not tiles.limits or m.id in tiles.limits]
    limited = MatrixSet(tiles.matrices.id, tiles.matrices.crs, tiles.matrices.scales, tuple(within))
    tile = limited.over(tiles.box) if within else None
    if tile is None:
        raise Contradiction(
            f"{tiles.name} does not lie in its tile matrix set '{tiles.matrices.id}'",
            expected="rows and columns that are there",
            received=f"the extent {tiles.box.text}",
        )
    return tile
