"""Samples: collections downloaded once, so that every later answer can be recomputed from them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.vocabulary.geojson import Shape, shape_of
from mimtest.vocabulary.ogcapi import Collection, Service
from mimtest.vocabulary.ogcapi_pages import Walk, features_of, next_page, walk

#: At most so many features of a collection are downloaded.
MOST_FEATURES: Final = 2000
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Feature:
    """A downloaded feature. `shape` is None without a place, or where the geometry is none."""

    id: str
    document: Mapping[str, Any]
    shape: Shape | None

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its properties, empty where there are none."""
        given = self.document.get("properties")
        return given if isinstance(given, Mapping) else {}


#: Whether a feature belongs in an answer; None where it may or may not.
Judge = Callable[[Feature], bool | None]
#: What of a feature must not have changed for a comparison to count.
View = Callable[[Feature], object]
_T = TypeVar("_T")


def identifier(document: Mapping[str, Any]) -> str | None:
    """A feature's id as it stands in addresses; 7 and 7.0 are one; None without."""
    given = document.get("id")
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    known = isinstance(given, str | int | float) and not isinstance(given, bool)
    return str(given) if known and given != "" else None


def read(document: Mapping[str, Any]) -> Feature | None:
    """A feature as it came; None without an id."""
    name = identifier(document)
    if name is None:
        return None
    return Feature(name, document, place_of(document))


def place_of(document: Mapping[str, Any]) -> Shape | None:
    """A feature's shape; None without one, and for a broken geometry, which one check looks for."""
    try:
        return shape_of(document.get("geometry"))
    except Contradiction:
        return None


@dataclass(frozen=True, slots=True)
class Sample:
    """A collection with features, downloaded as far as the budget goes.

    `known` holds the features with an id of their own, `most` the parameters for as much as possible.
    `leads_on` says whether a page that is not the last has a link to the next: that is recommended
    only (/rec/core/fc-next-1), and without it no page shows that it is the last.
    """

    service: Service
    collection: Collection
    walk: Walk
    known: Mapping[str, Feature]
    most: Mapping[str, int]
    leads_on: bool = True

    @property
    def told(self) -> str | None:
        """What of the collection it is, in words; None where it is all."""
        if self.walk.ended or not self.leads_on:
            return None
        return f"the first {len(self.walk.found)} features of '{self.collection.id}'"

    @property
    def shapes(self) -> list[Shape]:
        """The shapes there are."""
        return [f.shape for f in self.known.values() if f.shape]

    def page(self, *, fresh: bool = False, **params: Any) -> Answer:
        """The first page of an answer."""
        return self.service.features(self.collection.items, fresh=fresh, **params)

    def ask(self, *, fresh: bool = False, **params: Any) -> Walk:
        """The whole answer to a question, as far as the budget goes. Raises Contradiction."""
        __tracebackhide__ = True
        first = self.page(fresh=fresh, **{**self.most, **params})
        whole = walk(self.service, first, MOST_FEATURES, fresh=fresh)
        return whole if self.leads_on else replace(whole, ended=False)

    def confirm(self, view: View) -> None:
        """Raise Inconclusive when the features, as `view` sees them, are no longer as downloaded."""
        now = take(self.service, self.collection, fresh=True)
        if now is None or _views(now, view) != _views(self, view):
            msg = f"the collection '{self.collection.id}' changed while it was read"
            raise Inconclusive("unstable", msg)


@dataclass(frozen=True, slots=True)
class Offer:
    """A sample and the URIs of the reference systems its collection lists (18-058r1, 6.2)."""

    sample: Sample
    systems: tuple[str, ...]


def _views(sample: Sample, view: View) -> dict[str, object]:
    return {name: view(f) for name, f in sample.known.items()}


def take(service: Service, collection: Collection, *, fresh: bool = False) -> Sample | None:
    """Download a collection; None when it is empty. Raises Contradiction when it is unreadable."""
    most: dict[str, Any] = {"limit": _PAGE}
    first = service.features(collection.items, fresh=fresh, **most)
    if first.status >= 400:  # noqa: PLR2004 - version 1.0.0 let servers refuse a high limit
        most = {}
        first = service.features(collection.items, fresh=fresh)
    whole = _as_far_as_possible(service, first)
    if not whole.found:
        return None
    leads_on = _leads_on(service, collection, whole)
    if not leads_on:
        whole = replace(whole, ended=False)
    return Sample(service, collection, whole, _unique(whole.found), most, leads_on)


def _leads_on(service: Service, collection: Collection, whole: Walk) -> bool:
    """False when a page of one of several features has no link to the next."""
    if len(whole.pages) > 1 or not whole.ended or len(whole.found) == 1:
        return True
    one = service.features(collection.items, limit=1)
    return one.status != 200 or len(features_of(one)) > 1 or next_page(one) is not None  # noqa: PLR2004


def _as_far_as_possible(service: Service, first: Answer) -> Walk:
    """All pages, or the first alone where paging is broken: that is for another check to say."""
    start = walk(service, first, 0)
    if start.ended:
        return start
    try:
        whole = walk(service, first, MOST_FEATURES)
    except (Contradiction, Inconclusive):
        return start
    ids = [identifier(f) for f in whole.found]
    return whole if len(set(ids)) == len(ids) else start


def absent_id(run_id: str, known: str) -> str:
    """A made-up id that looks like a given one, for something that is not there."""
    if known.isdecimal():
        return "2000000011"
    if len(known) == 36 and known.count("-") == 4:  # noqa: PLR2004 - a UUID
        return f"{run_id:0<8}-0000-4000-8000-000000000000"
    return f"{known}-mimtest-{run_id}"


def page_size(total: int) -> int:
    """A limit that spreads so many features over a few pages."""
    return max(1, min(total // 3, 100))


def _unique(found: Iterable[Mapping[str, Any]]) -> dict[str, Feature]:
    features = [f for f in map(read, found) if f]
    ids = [f.id for f in features]
    once = {i for i in ids if ids.count(i) == 1} if len(set(ids)) < len(ids) else set(ids)
    return {f.id: f for f in features if f.id in once}


def for_each(things: Iterable[_T], ask: Callable[[_T], object], nothing: str) -> None:
    """Ask every thing. Raises what speaks against the target first, then what is left open.

    A thing that cannot answer raises Inconclusive "no_data"; when none can, the check has no answer.
    """
    __tracebackhide__ = True
    answered, unsettled = 0, []
    for thing in things:
        try:
            ask(thing)
            answered += 1
        except Inconclusive as reason:
            if reason.code != "no_data":
                unsettled.append(reason)
    if unsettled:
        raise unsettled[0]
    if not answered:
        raise Inconclusive("no_data", nothing)
