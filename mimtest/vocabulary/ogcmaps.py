"""OGC API - Maps (20-058): maps that links lead to, and the headers that say what they show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.outgoing import with_params
from mimtest.vocabulary.crs import CRS84
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that, excerpt, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ogcapi import (
    JSON,
    Link,
    Service,
    choose,
    collections_of,
    document,
    links_of,
)
from mimtest.vocabulary.ogctiles import box_of, led_by
from mimtest.vocabulary.pictures import Picture, recognise
from mimtest.vocabulary.planes import known

PICTURES: Final = "image/png, image/jpeg;q=0.5"
MOST_MAPS: Final = 5
_FOUR: Final = 4


@dataclass(frozen=True, slots=True)
class Map:
    """A map: of what, its address, and what is known of it: its extent and reference systems."""

    name: str
    link: Link
    box: Box | None
    systems: tuple[str, ...]


@dataclass(slots=True)
class Maps:
    """The service under test and the maps looked at."""

    service: Service
    chosen: tuple[Map, ...]

    def ask(self, one: Map, **params: Any) -> Answer:
        """A map; names of parameters have `_` for `-`."""
        asked = {n.replace("_", "-"): v for n, v in params.items()}
        return self.service.get(with_params(one.link.href, asked), accept=PICTURES)

    def picture(self, one: Map, **params: Any) -> tuple[Answer, Picture]:
        """The picture of a map. Raises Contradiction."""
        __tracebackhide__ = True
        answer = assert_status(self.ask(one, **params), 200, what=f"the map of {one.name}")
        found = recognise(answer.body)
        if found is None:
            fail(f"the map of {one.name} is no picture", received=excerpt(answer) or "no body")
            raise AssertionError
        assert_media_type(answer, found.media_type)
        return answer, found


def open_maps(service: Service) -> Maps:
    """The maps that links of the landing page and of collections lead to."""
    landing = service.get()
    page = document(landing)
    wanted = service.client.interface.collections
    links = links_of(landing, page)
    found = []
    if not wanted:
        found = [_map("the data set", k, page) for k in _best(led_by(links, "map"))]
    if choose(links, "data", JSON):
        for collection in collections_of(service, service.linked("data", "/collections")):
            if not wanted or collection.id in wanted:
                own = _best(led_by(collection.links, "map"))
                found += [_map(f"'{collection.id}'", k, collection.document) for k in own]
    return Maps(service, tuple(found[:MOST_MAPS]))


def _best(links: list[Link]) -> list[Link]:
    """One link of several to a map: to PNG, else of no type, else to any other picture."""

    def rank(link: Link) -> int:
        kind = link.type or ""
        return (
            0 if kind == "image/png" else 1 if not kind else 2 if kind.startswith("image/") else 3
        )

    fitting = sorted(links, key=rank)[:1]
    return [k for k in fitting if rank(k) <= 2]  # noqa: PLR2004


def _map(name: str, link: Link, page: Mapping[str, Any]) -> Map:
    listed = page.get("crs")
    systems = [c for c in listed if isinstance(c, str)] if isinstance(listed, list) else []
    return Map(name, link, box_of(page), tuple(systems))


def shown_system(answer: Answer) -> str:
    """The URI of the reference system a map is in (/req/core/map-response C). Raises Contradiction."""
    __tracebackhide__ = True
    given = answer.headers.get("content-crs")
    uri = known(given.strip().strip("<>")) if given else CRS84
    told = "'Content-Crs' names no reference system that is known"
    assert_that(uri, told, expected=f"such as <{CRS84}>", received=given)
    return uri or CRS84


def shown_box(answer: Answer) -> Box:
    """What a map shows, in the order of its system's axes (/req/core/map-response D). Raises Contradiction."""
    __tracebackhide__ = True
    given = answer.headers.get("content-bbox")
    try:
        numbers = [float(n) for n in (given or "").split(",")]
    except ValueError:
        numbers = []
    told = "'Content-Bbox' does not have four numbers"
    assert_that(
        len(numbers) == _FOUR, told, expected="four numbers", received=given or "no such field"
    )
    return Box(*numbers)


def require_extent(one: Map) -> Box:
    """The extent of a map. Raises Inconclusive without one."""
    if one.box is None or one.box.size <= 0:
        raise Inconclusive("precondition_unmet", f"{one.name} has no extent")
    return one.box
