"""Things with a place, whichever interface they are read from: features, sensors' things, entities.

The same thing is recognised by an identifier, or by its place among things of one kind.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary import ngsild, ogcapi, ogcapi_pages, sensorthings, wfs, wfs_features, xml
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.crs import CRS84
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.geo import Box, close
from mimtest.vocabulary.geojson import Shape, shape_of
from mimtest.vocabulary.samples import identifier, place_of
from mimtest.vocabulary.wfs_crs import find, moved

#: Kinds of interfaces that things are read from.
KINDS: Final = ("ogc-api-features", "wfs", "sensorthings", "ngsi-ld")
MOST_KINDS: Final = 5
MOST_THINGS: Final = 100
#: Degrees: what rounding, and another datum, can have moved a place by.
NEAR: Final = 3e-5
_NAMES: Final = re.compile(
    r"id|identifier|localid|inspireid|uri|urn|uid|uuid|gml_id", re.IGNORECASE
)
#: Some of the answers, and the things in them.
_Part = tuple[Iterable[Answer], list["Thing"]]
_WORD: Final = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing: its identifier here, everything else that identifies it, and its place in CRS84.

    `kinds` are what it is called a kind of, in small letters and the singular; `document` is as it came.
    """

    id: str
    names: frozenset[str]
    kinds: frozenset[str]
    shape: Shape | None
    document: Any = field(repr=False, default=None)

    @property
    def at(self) -> tuple[float, float] | None:
        """The middle of its place, rounded; None without one."""
        if self.shape is None or not self.shape.positions:
            return None
        box = Box.around(self.shape.positions)
        return round((box.west + box.east) / 2, 4), round((box.south + box.north) / 2, 4)


@dataclass(frozen=True, slots=True)
class Things:
    """What was read from an interface; looking at it makes the answers evidence."""

    kind: str
    answers: tuple[Answer, ...] = field(repr=False)
    _found: tuple[Thing, ...] = field(repr=False)

    @property
    def found(self) -> tuple[Thing, ...]:
        """The things."""
        for answer in self.answers:
            _ = answer.status
        return self._found


def kind_name(name: str) -> str:
    """A kind as it is called in different places: `city:Streetlights`, `street-lights`, `Streetlight`."""
    word = _WORD.sub("", re.split(r"[:#/]", name)[-1].lower())
    return word.removesuffix("s")


def things_of(client: Client, aliases: Mapping[str, str]) -> Things:
    """The things of an interface, of some kinds; `aliases` are names of entity types by collection.

    Raises Inconclusive for none.
    """
    __tracebackhide__ = True
    read: Mapping[str, Callable[[Client], Iterator[_Part]]] = {
        "ogc-api-features": _features,
        "wfs": _wfs_features,
        "sensorthings": _sensors,
        "ngsi-ld": _entities,
    }
    try:
        pages = list(read[client.interface.kind](client))
    except Contradiction as strange:
        raise Inconclusive("precondition_unmet", strange.message) from None
    found = [_also(thing, aliases) for _, things in pages for thing in things]
    if not found:
        raise Inconclusive("no_data", f"{client.interface.name} holds no thing that can be read")
    answers = tuple(a for part, _ in pages for a in part)
    return Things(client.interface.kind, answers, tuple(found))


def _also(thing: Thing, aliases: Mapping[str, str]) -> Thing:
    more = {kind_name(t) for c, t in aliases.items() if kind_name(c) in thing.kinds}
    return Thing(thing.id, thing.names, thing.kinds | more, thing.shape, thing.document)


def _features(client: Client) -> Iterator[_Part]:
    service = ogcapi.Service(client)
    wanted = client.interface.collections
    every = ogcapi.collections_of(service, service.linked("data", "/collections"))
    chosen = [c for c in every if c.holds_features and (not wanted or c.id in wanted)]
    for collection in chosen[:MOST_KINDS]:
        first = service.features(collection.items, limit=MOST_THINGS)
        walk = ogcapi_pages.walk(service, first, MOST_THINGS)
        made = [_feature(f, collection.id) for f in walk.found]
        yield walk.pages, [t for t in made if t]


def _feature(document: Mapping[str, Any], kind: str) -> Thing | None:
    own = identifier(document)
    given = document.get("properties")
    properties = given if isinstance(given, Mapping) else {}
    if own is None:
        return None
    names = _identifying(properties) | {own}
    return Thing(own, names, frozenset({kind_name(kind)}), place_of(document), document)


def _identifying(properties: Mapping[str, Any]) -> frozenset[str]:
    texts = {n: str(v) for n, v in properties.items() if isinstance(v, str | int)}
    return frozenset(v for n, v in texts.items() if _NAMES.fullmatch(n) and v)


def _wfs_features(client: Client) -> Iterator[_Part]:
    service = wfs.open_wfs(client)
    for kind in wfs.chosen_types(service)[:MOST_KINDS]:
        sample = wfs_features.take(service, kind)
        if sample:
            made = [_gml(f, kind.name, kind.default) for f in sample.features]
            yield [p.answer for p in sample.pages], [t for t in made if t]


def _gml(feature: wfs_features.Feature, kind: str, default: str | None) -> Thing | None:
    if feature.id is None:
        return None
    names = _identifying(feature.values) | {feature.id} | _identifiers(feature.element)
    return Thing(
        feature.id,
        names,
        frozenset({kind_name(kind)}),
        _in_crs84(feature, default),
        dict(feature.values),
    )


def _identifiers(element: Element) -> frozenset[str]:
    """The text of `identifier` anywhere in a feature's own properties, and INSPIRE identifiers (localId)."""
    own = set(xml.texts_of(element, "identifier"))
    inspire = {
        f"{xml.text_of(e, 'namespace') or ''}/{local}"
        for e in element.iter()
        if xml.local(e) == "Identifier" and (local := xml.text_of(e, "localId"))
    }
    return frozenset(own | inspire)


def _in_crs84(feature: wfs_features.Feature, default: str | None) -> Shape | None:
    """The place in longitude and latitude; None where the order of its axes is open."""
    place = feature.place
    source = find(place.system or default) if place and place.shape else None
    target = find(CRS84)
    if place is None or place.shape is None or source is None or target is None or source.is_short:
        return None
    return moved(place.shape, source, target)


def _sensors(client: Client) -> Iterator[_Part]:
    service = sensorthings.sensing_of(client)
    address = service.address("Things")
    walk = sensorthings.walk(service, address, MOST_THINGS, top=MOST_THINGS, expand="Locations")
    yield walk.pages, list(map(_sensor, walk.found))


def _sensor(document: Mapping[str, Any]) -> Thing:
    own = document.get("@iot.id")
    given = document.get("properties")
    properties = given if isinstance(given, Mapping) else {}
    places = document.get("Locations")
    shapes = [_shape(p.get("location")) for p in places or () if isinstance(p, Mapping)]
    said = properties.get("type")
    kinds = frozenset({kind_name(said)}) if isinstance(said, str) else frozenset[str]()
    names = _identifying(properties) | {str(own)}
    return Thing(str(own), names, kinds, next((s for s in shapes if s), None), document)


def _shape(value: Any) -> Shape | None:
    inner = value.get("geometry") if isinstance(value, Mapping) and "geometry" in value else value
    try:
        return shape_of(inner)
    except Contradiction:
        return None


def _entities(client: Client) -> Iterator[_Part]:
    broker = ngsild.Broker(client, context_link(client.interface))
    for name in client.interface.types[:MOST_KINDS]:
        try:
            answer = broker.query(type=name, limit=MOST_THINGS)
            held = ngsild.entities_in(assert_status(answer, 200))
        except Unsettled:
            continue
        yield [answer], [_entity(e, name) for e in held]


def _entity(document: Mapping[str, Any], kind: str) -> Thing:
    place = document.get("location")
    value = place.get("value") if isinstance(place, Mapping) else None
    own = str(document.get("id"))
    return Thing(own, frozenset({own}), frozenset({kind_name(kind)}), _shape(value), document)


def pairs(here: Iterable[Thing], there: Iterable[Thing]) -> list[tuple[Thing, Thing]]:
    """Things that share an identifier."""
    by_name = {name: t for t in there for name in t.names}
    found = [(t, by_name[n]) for t in here for n in sorted(t.names) if n in by_name]
    return list({a.id: (a, b) for a, b in reversed(found)}.values())[::-1]


def at_one_place(here: Iterable[Thing], there: Iterable[Thing]) -> list[tuple[Thing, Thing]]:
    """Things of one kind that are alone of it at their place, here and there."""
    found = []
    for kind in sorted({k for t in here for k in t.kinds}):
        ours, theirs = (_alone(side, kind) for side in (here, there))
        found += [(ours[at], theirs[at]) for at in ours if at in theirs]
    return found


def _alone(things: Iterable[Thing], kind: str) -> dict[tuple[float, float], Thing]:
    held: dict[tuple[float, float], list[Thing]] = {}
    for thing in things:
        if kind in thing.kinds and thing.at:
            held.setdefault(thing.at, []).append(thing)
    return {at: found[0] for at, found in held.items() if len(found) == 1}


def same_place(one: Thing, other: Thing) -> bool | None:
    """Whether two things are at one place; None where one of them has none that is read."""
    if not one.shape or not other.shape or not one.shape.positions or not other.shape.positions:
        return None
    return close(one.shape.positions, other.shape.positions, NEAR)
