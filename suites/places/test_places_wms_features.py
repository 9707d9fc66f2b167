"""Maps and features of one supplier tell of the same places.

MIMs Plus 9.0 MIM7 R1.1, R5.1; OGC Web Map Service 1.3.0 (06-042) 7.3.4.
"""

from contextlib import suppress

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.vocabulary.crs import is_finite, project
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.planes import is_north_first
from mimtest.vocabulary.things import KINDS, kind_name, things_of
from mimtest.vocabulary.wms_asking import SIDE, open_maps

pytestmark = pytest.mark.interface("wms")

#: Points of the picture: how far from its place a thing may be drawn, by its symbol's size and anchor.
REACH = 12
FEWEST = 3
#: The share of things that have to be drawn; styles may leave some out.
ENOUGH = 0.5
#: From this share of the picture on, being drawn at a place proves nothing.
CROWDED = 0.4
_MOST = 100


@pytest.fixture(scope="session")
def maps(client):
    """The service with what it says of itself."""
    return open_maps(client)


@pytest.fixture(scope="session")
def told(neighbours, target):
    """The places of things by their kind, as other interfaces tell of them."""
    aliases = {m.collection: m.entity_type for m in target.claims.models if m.collection}
    found = {}
    for client in neighbours.values():
        if client.interface.kind in KINDS:
            with suppress(Inconclusive, NotApplicable):
                for thing in things_of(client, aliases).found:
                    for kind in thing.kinds:
                        found.setdefault(kind, {}).setdefault(thing.id, thing)
    if not found:
        detail = "the target file has no other interface that tells of things"
        raise NotApplicable("interface_not_claimed", detail)
    return found


@pytest.mark.check(
    "PLA-M-26", clause="MIMs Plus 9.0 MIM7 R1.1, R5.1; OGC 06-042 7.3.4", strength="should"
)
def test_things_are_drawn_where_they_are(maps, told):
    """Things that another interface tells of are drawn at their places in the layer of the same name."""
    layers = [x for x in maps.described.named if kind_name(x.name) in told][:FEWEST]
    if not layers:
        raise NotApplicable("not_offered", "no layer has the name of things told of elsewhere")
    compared = [c for c in (_compared(maps, layer, told) for layer in layers) if c]
    if not compared:
        raise Inconclusive("no_data", "no layer can be compared with the places of its things")
    for layer, places, there in compared:
        _judge(layer, places, there)


def _compared(maps, layer, told):
    """The layer, the places of its things in its picture, and those at which something is drawn."""
    try:
        view = maps.view(layer)
        drawn = set(maps.picture(view).drawn)
    except (Contradiction, Unsettled):
        return None
    places = _places(view, told[kind_name(layer.name)].values())
    if len(places) < FEWEST or not drawn or _covered(drawn) > CROWDED:
        return None
    return layer, places, [p for p in places if _is_near(drawn, p)]


def _judge(layer, places, there):
    apart = f"{len(places) - len(there)} of {len(places)} things are not drawn at their place"
    assert_that(
        len(there) >= ENOUGH * len(places),
        f"in the layer '{layer.name}' {apart}",
        expected="something drawn at the place of each",
        received=f"something at {len(there)} places",
    )


def _places(view, things):
    """Column and row of the middle of each thing that is in the picture."""
    found = []
    for thing in list(things)[:_MOST]:
        if thing.shape is None or not thing.shape.points:
            continue
        there = project(view.uri, thing.shape.points[:1])
        if is_finite(there):
            x, y = there[0][::-1] if is_north_first(view.uri) else there[0]
            column = (x - view.box.west) / (view.box.east - view.box.west) * view.width
            row = (view.box.north - y) / (view.box.north - view.box.south) * view.height
            if 0 <= column < view.width and 0 <= row < view.height:
                found.append((int(column), int(row)))
    return found


def _is_near(drawn, place):
    x, y = place
    return any(
        (x + dx, y + dy) in drawn
        for dx in range(-REACH, REACH + 1)
        for dy in range(-REACH, REACH + 1)
    )


def _covered(drawn):
    """The share of a picture that is near something drawn, on a grid."""
    step = SIDE // 16
    grid = [(x, y) for x in range(step // 2, SIDE, step) for y in range(step // 2, SIDE, step)]
    return sum(_is_near(drawn, p) for p in grid) / len(grid)
