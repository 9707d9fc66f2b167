"""OGC API Tiles: links lead to sets of tiles, and tiles are where they belong.

OGC API - Tiles - Part 1: Core (20-057), 2D Tile Matrix Set and Tile Set Metadata (17-083r4).
"""

from dataclasses import replace

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    member,
    objects,
)
from mimtest.vocabulary.mvt import MEDIA_TYPES, read
from mimtest.vocabulary.ogcapi import JSON, choose, document, links_of
from mimtest.vocabulary.ogctiles import (
    has_class,
    led_by,
    lists_of,
    middle_tile,
    tile_sets,
)
from mimtest.vocabulary.pictures import recognise
from mimtest.vocabulary.planes import known
from mimtest.vocabulary.tiles import CORNERS, Tile, around, assert_sound, crs_name

pytestmark = pytest.mark.interface("ogc-api-tiles")

EMPTY = 204
REFUSED = (400, 404)
OUTSIDE = 7
#: How far the parts of a feature may reach beyond what was said to hold it, as a share of a tile.
LOOSE = 0.25
MOST_COMPARED = 40


@pytest.fixture(scope="session")
def sets(service):
    """The tile sets looked at."""
    return tile_sets(service)


def _tile(service, tiles, tile):
    """The tile; None for one that is said to be empty (/req/core/tc-error B)."""
    answer = service.get(tiles.address(tile), accept=tiles.accepts)
    assert_status(answer, 200, EMPTY, what=f"the tile at {answer.url}")
    return None if answer.status == EMPTY else answer


@pytest.mark.check(
    "PLA-M-41", clause="OGC 20-057 /req/core/conformance-success, /req/dataset-tilesets/landingpage"
)
def test_links_lead_to_tile_sets(service):
    """Tiles Core is declared, and links of the landing page or of a collection lead to lists of tile sets."""
    declared = has_class(service, "tiles-1", "core")
    assert_that(declared, "Tiles Core is not declared", expected="ogcapi-tiles-1/1.0/conf/core")
    lists = lists_of(service)
    assert_that(lists, "no link leads to tile sets", expected="a link 'tilesets-vector' or -map")
    if has_class(service, "tiles-1", "dataset-tilesets"):
        landing = service.get()
        links = links_of(landing, document(landing))
        own = led_by(links, "tilesets-vector", "tilesets-map", "tilesets-coverage")
        told = "tiles of the data set are declared, and the landing page does not lead to them"
        assert_that(own, told, expected="a link 'tilesets-…'", received=[k.rel for k in links])


@pytest.mark.check("PLA-M-42", clause="OGC 20-057 /req/tilesets-list/tileset-links")
def test_lists_of_tile_sets_say_what_is_in_them(service):
    """Every tile set of a list has the type of its data, a reference system, and links to itself and its matrices."""
    lists = lists_of(service)
    if not lists:
        raise Inconclusive("no_data", "no link leads to a list of tile sets")
    for name, _, link in lists:
        answer = service.get(link.href, accept=link.type or JSON)
        what = f"a tile set of {name}"
        listed = objects(member(document(answer), "tilesets", list, "the list"), "'tilesets'")
        assert_that(listed, f"the list of tile sets of {name} is empty", expected="a tile set")
        for item in listed:
            member(item, "dataType", str, what)
            member(item, "crs", None, what)
            links = links_of(answer, item)
            rels = [k.rel for k in links]
            assert_that(choose(links, "self", JSON), f"{what} has no link to itself", received=rels)
            schemes = led_by(links, "tiling-scheme")
            told = f"{what} has no link to its tile matrix set"
            assert_that(schemes, told, expected="tiling-scheme", received=rels)


@pytest.mark.check("PLA-M-43", clause="OGC 20-057 /req/tileset/description", rests_on=("PLA-M-42",))
def test_tile_sets_have_templates(service):
    """Every tile set looked at has readable matrices and a template for its tiles that is marked as one."""
    for tiles in tile_sets(service):
        links = [k for k in document(tiles.described).get("links", []) if k.get("rel") == "item"]
        marked = [k for k in links if k.get("templated") is True]
        told = f"no template for tiles of {tiles.name} is marked as one"
        assert_that(marked, told, expected='"templated": true', received=links)


@pytest.mark.check("PLA-M-44", clause="MIMs Plus 9.0 MIM7 R5.1; OGC 17-083r4 /req/tilematrixset")
def test_tile_matrix_sets_are_in_a_known_system(sets):
    """Every tile matrix set has a reference system that PROJ knows, and is the registered one it says it is."""
    for tiles in sets:
        said = crs_name(document(tiles.described).get("crs"))
        told = f"the tile set of {tiles.name} has no reference system that is known"
        assert_that(known(said), told, expected="such as EPSG:3857", received=said)
        told = f"the tile set of {tiles.name} is in another system than its matrices"
        same = known(said) == known(tiles.matrices.crs)
        assert_that(same, told, expected=tiles.matrices.crs, received=said)
        assert_sound(tiles.matrices)


@pytest.mark.check(
    "PLA-M-45", clause="OGC 20-057 /req/core/tc-success, /req/mvt/content, /req/png/content"
)
def test_a_tile_is_what_its_template_says(service, sets):
    """A tile in the middle of every set looked at has the type and size that were promised, and can be read."""
    read_ = 0
    for tiles in sets:
        tile = middle_tile(tiles)
        answer = _tile(service, tiles, tile)
        if answer is None:
            continue
        read_ += 1
        if tiles.template.type:
            assert_media_type(answer, tiles.template.type)
        if answer.media_type in MEDIA_TYPES:
            read(answer.body)
        elif answer.media_type.startswith("image/"):
            _assert_picture(answer, tile)
    if not read_:
        raise Inconclusive("no_data", "the tiles in the middle of all sets are empty")


def _assert_picture(answer, tile):
    found = recognise(answer.body)
    told = "the tile is no picture of its type"
    kind = found.media_type if found else "something else"
    assert_that(kind == answer.media_type, told, expected=answer.media_type, received=kind)
    size, wanted = (found.width, found.height), (tile.matrix.width, tile.matrix.height)
    told = "the picture has another size than tiles of its level"
    assert_that(size == wanted, told, expected=str(wanted), received=str(size))


@pytest.mark.check("PLA-M-46", clause="OGC 20-057 /req/core/tc-error")
@pytest.mark.parametrize("beyond", ["row", "column", "level"])
def test_a_tile_outside_is_refused(service, sets, beyond):
    """A tile in a row, a column or a level that is not there is refused with 404 or 400."""
    tiles = sets[0]
    tile = middle_tile(tiles)
    _tile(service, tiles, tile)
    wrong = {
        "row": Tile(tile.matrix, tile.matrix.rows + OUTSIDE, tile.column),
        "column": Tile(tile.matrix, tile.row, tile.matrix.columns + OUTSIDE),
    }
    address = tiles.address(wrong.get(beyond, tile))
    if beyond == "level":
        href = tiles.template.href.replace("{tileMatrix}", "mimtest99")
        address = replace(tiles, template=replace(tiles.template, href=href)).address(tile)
    answer = service.get(address, accept=tiles.accepts)
    assert_status(answer, *REFUSED, what=f"the answer for a {beyond} that is not there")


@pytest.mark.check("PLA-M-47", clause="OGC 20-057 /req/core/tc-success B, /req/mvt/content")
def test_what_is_in_a_vector_tile_lies_there(service, sets):
    """What is in a vector tile of a collection lies where the collection is said to be."""
    looked = 0
    for tiles in sets:
        tile = middle_tile(tiles) if tiles.kind == "vector" else None
        answer = _tile(service, tiles, tile) if tile else None
        if answer is None or answer.media_type not in MEDIA_TYPES:
            continue
        for layer in read(answer.body):
            looked += len(layer.features)
            _assert_inside(tiles, tile, layer)
    if not looked:
        raise NotApplicable("not_offered", "no vector tile with something in it was found")


def _assert_inside(tiles, tile, layer):
    """Each feature has a part in the tile and in the extent, both in units of the tile."""
    box = tiles.box
    corners = [
        tiles.matrices.exact(tile.matrix, x, y)
        for x in (box.west, box.east)
        for y in (box.south, box.north)
    ]
    left, right = min(c[0] for c in corners), max(c[0] for c in corners)
    top, bottom = min(c[1] for c in corners), max(c[1] for c in corners)
    for feature in layer.features[:MOST_COMPARED]:
        places = [(tile.column + x / layer.extent, tile.row + y / layer.extent) for x, y in feature]
        inside = any(
            left - LOOSE <= x <= right + LOOSE and top - LOOSE <= y <= bottom + LOOSE
            for x, y in places
        )
        told = f"something in a tile of {tiles.name} lies outside of its extent"
        assert_that(inside, told, expected=box.text, received=f"column and row {places[0]}")


@pytest.mark.check(
    "PLA-M-48", clause="MIMs Plus 9.0 MIM7 R1.1; OGC 20-057 /req/core/tc-success", strength="should"
)
def test_something_is_in_the_tiles(service, sets):
    """Something is in the tiles in the middle of at least one set, for each type of data there is."""
    for kind in sorted({t.kind for t in sets}):
        told = f"nothing is in any tile of type '{kind}'"
        empty = [t.name for t in sets if t.kind == kind]
        full = any(_is_full(service, t) for t in sets if t.kind == kind)
        assert_that(full, told, expected="something in a tile", received=empty)


def _is_full(service, tiles):
    for tile in around(middle_tile(tiles)):
        answer = _tile(service, tiles, tile)
        if answer is None or not answer.body:
            continue
        if answer.media_type in MEDIA_TYPES:
            if any(layer.features for layer in read(answer.body)):
                return True
        elif answer.media_type != "image/png" or not recognise(answer.body).is_blank:
            return True
    return False


@pytest.mark.check("PLA-M-49", clause="OGC 20-057 /req/tileset/description C", strength="should")
def test_registered_tile_matrix_sets_are_named(sets):
    """A tile set that follows a registered tile matrix set names that one's URI."""
    follow = [t for t in sets if t.matrices.id in CORNERS]
    if not follow:
        raise NotApplicable("not_offered", "no tile set follows a registered tile matrix set")
    for tiles in follow:
        uri = document(tiles.described).get("tileMatrixSetURI")
        right = isinstance(uri, str) and uri.rpartition("/")[2] == tiles.matrices.id
        told = f"the tile set of {tiles.name} does not name the URI of '{tiles.matrices.id}'"
        wanted = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{tiles.matrices.id}"
        assert_that(right, told, expected=wanted, received=uri)
