"""Web Map Tile Service: what it says of itself, and tiles that are where they belong.

OGC Web Map Tile Service 1.0.0 (07-057r7).
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_refused
from mimtest.vocabulary.pictures import recognise
from mimtest.vocabulary.tiles import Tile, around, assert_sound
from mimtest.vocabulary.wms_asking import picture_in
from mimtest.vocabulary.wmts import open_tiles, read

pytestmark = pytest.mark.interface("wmts")

OUTSIDE = 7
STEPS = 5


@pytest.fixture(scope="session")
def service(client):
    """The service with what it says of itself."""
    return open_tiles(client)


@pytest.fixture(scope="session")
def places(service):
    """Layers with a set of matrices and a tile in the middle of each."""
    found = []
    for layer in service.chosen:
        sets = [service.described.sets[n] for n in layer.sets if n in service.described.sets]
        for tiles in sets if layer.box and layer.picture_format else ():
            tile = tiles.over(layer.box)
            if tile:
                found.append((layer, tiles, tile))
    if not found:
        raise Inconclusive("no_data", "no layer has pictures, an extent and a set of matrices")
    return found


@pytest.fixture(scope="session")
def place(service, places):
    """One that a tile comes of: what is refused has a twin that is not."""
    layer, tiles, tile = places[0]
    _picture(service.tile(layer, tiles, tile), layer, tile)
    return places[0]


def _picture(answer, layer, tile):
    return picture_in(answer, layer.picture_format, tile.matrix.width, tile.matrix.height)


@pytest.mark.check("PLA-M-31", clause="OGC 07-057r7 7.1")
def test_the_capabilities_describe_a_tile_service(client):
    """The capabilities are those of version 1.0.0 and say how tiles are asked for."""
    described = open_tiles(client).described
    assert_that(described.layers, "no layer is listed", expected="a Layer")
    ways = described.by_parameters or any(x.templates for x in described.layers)
    told = "there is no way to ask for a tile"
    assert_that(ways, told, expected="the operation GetTile, or a ResourceURL")
    names = [x.id for x in described.layers]
    twice = sorted({n for n in names if names.count(n) > 1 or not n})
    assert_that(not twice, "layers without a name of their own", received=twice)


@pytest.mark.check("PLA-M-32", clause="OGC 07-057r7 7.1")
def test_layers_lead_to_matrices_styles_and_formats(service):
    """Every layer has a style, a format, and links to sets of matrices that are there."""
    described = read(service.described.answer)
    for layer in service.chosen:
        what = f"the layer '{layer.id}'"
        assert_that(layer.styles, f"{what} has no style", expected="a Style")
        assert_that(layer.formats, f"{what} has no format", expected="a Format")
        assert_that(layer.sets, f"{what} has no set of matrices", expected="a TileMatrixSetLink")
        missing = [n for n in layer.sets if n not in described.sets]
        told = f"{what} links to sets that are not there"
        assert_that(not missing, told, expected=sorted(described.sets), received=missing)
        many = layer.default_styles[1:]
        assert_that(not many, f"{what} has several default styles", received=layer.default_styles)


@pytest.mark.check("PLA-M-33", clause="MIMs Plus 9.0 MIM7 R5.1; OGC 07-057r7 6.1, 6.2, annex E")
def test_matrices_are_in_a_known_system(service):
    """Every set of matrices has a reference system that PROJ knows, and the scales of the well-known set it names."""
    sets = read(service.described.answer).sets.values()
    assert_that(sets, "there is no set of matrices", expected="a TileMatrixSet")
    for tiles in sets:
        assert_sound(tiles)


@pytest.mark.check("PLA-M-34", clause="OGC 07-057r7 6.1")
def test_layers_lie_in_their_matrices(service):
    """Every layer lies in the rows and columns of its sets, whose corners are in the order of their system's axes."""
    sets = read(service.described.answer).sets
    looked = 0
    for layer in service.chosen:
        for name in layer.sets if layer.box else ():
            if name in sets:
                _assert_inside(layer, sets[name])
                looked += 1
    if not looked:
        raise Inconclusive("no_data", "no layer has an extent and a set of matrices")


def _assert_inside(layer, tiles):
    box = layer.box
    grid = [
        (
            box.west + (box.east - box.west) * x / STEPS,
            box.south + (box.north - box.south) * y / STEPS,
        )
        for x in range(STEPS + 1)
        for y in range(STEPS + 1)
    ]
    for matrix in tiles.matrices:
        found = [t for t in (tiles.tile_at(matrix, *p) for p in grid) if t]
        told = f"no part of the layer '{layer.id}' lies in level {matrix.id} of '{tiles.id}'"
        assert_that(
            any(t.is_there for t in found),
            told,
            expected=f"{matrix.rows} rows and {matrix.columns} columns",
            received=f"row {found[0].row}, column {found[0].column}" if found else "nowhere",
        )


@pytest.mark.check("PLA-M-35", clause="OGC 07-057r7 7.2")
def test_a_tile_is_a_picture(service, places):
    """A tile in the middle of every layer looked at is a picture of the format and size that were promised."""
    for layer, tiles, tile in places:
        _picture(service.tile(layer, tiles, tile), layer, tile)


@pytest.mark.check("PLA-M-36", clause="OGC 07-057r7 7.2")
def test_a_tile_outside_is_refused(service, place):
    """A tile in a row that its level does not have is refused, with TileOutOfRange where parameters are used."""
    layer, tiles, tile = place
    beyond = Tile(tile.matrix, tile.matrix.rows + OUTSIDE, tile.column)
    answer = service.tile(layer, tiles, beyond)
    if service.described.by_parameters:
        assert_refused(answer, "TileOutOfRange", what="a row that is not there")
        return
    picture = recognise(answer.body) if answer.status == 200 else None
    told = "a tile came of a row that is not there"
    assert_that(picture is None, told, expected="status 404", received=f"status {answer.status}")


@pytest.mark.check("PLA-M-37", clause="OGC 07-057r7 7.2")
@pytest.mark.parametrize("name", ["LAYER", "TILEMATRIXSET", "TILEMATRIX"])
def test_what_is_not_there_is_refused(service, place, name, run_id):
    """A tile of a layer, a set or a level that nobody has is refused with InvalidParameterValue."""
    if not service.described.by_parameters:
        raise NotApplicable("not_offered", "tiles are not asked for with parameters")
    layer, tiles, tile = place
    answer = service.by_parameters(layer, tiles, tile, **{name: f"mimtest{run_id}"})
    assert_refused(answer, "InvalidParameterValue", what=f"{name} with a value that is not there")


@pytest.mark.check("PLA-M-38", clause="OGC 07-057r7 7.2", strength="should")
@pytest.mark.parametrize("name", ["LAYER", "TILEROW"])
def test_a_missing_parameter_is_refused(service, place, name):
    """A question for a tile without a parameter that is needed is refused with MissingParameterValue."""
    if not service.described.by_parameters:
        raise NotApplicable("not_offered", "tiles are not asked for with parameters")
    layer, tiles, tile = place
    answer = service.by_parameters(layer, tiles, tile, **{name: None})
    assert_refused(answer, "MissingParameterValue", what=f"a question without {name}")


@pytest.mark.check(
    "PLA-M-39", clause="MIMs Plus 9.0 MIM7 R1.1; OGC 07-057r7 7.2", strength="should"
)
def test_something_is_drawn_in_tiles(service, places):
    """Something is drawn in the tiles in the middle of at least one of the layers looked at."""
    for layer, tiles, tile in places:
        for near in around(tile):
            picture = _picture(service.tile(layer, tiles, near), layer, near)
            if not picture.is_blank:
                return
    names = [layer.id for layer, _, _ in places]
    assert_that(not names, "nothing is drawn in any tile", expected="a map", received=names)


@pytest.mark.check("PLA-M-40", clause="OGC 07-057r7 7.2, 10.2", strength="should")
def test_both_ways_lead_to_the_same_tile(service, places):
    """A tile by parameters and the one at its own address are the same picture."""
    both = [p for p in places if p[0].picture_format in p[0].templates]
    if not service.described.by_parameters or not both:
        raise NotApplicable("not_offered", "tiles are asked for in one way only")
    layer, tiles, tile = both[0]
    one = _picture(service.by_parameters(layer, tiles, tile), layer, tile)
    other = _picture(service.by_path(layer, tiles, tile), layer, tile)
    same = one.body == other.body or one.rows == other.rows
    told = f"two pictures of one tile of '{layer.id}'"
    assert_that(same, told, expected="the same points", received="other points")
