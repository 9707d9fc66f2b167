"""Features of a WFS: collections of them in GML, read once, so that later answers can be recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.vocabulary import xml
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.parts import Some
from mimtest.vocabulary.wfs import Wfs, shown_params
from mimtest.vocabulary.wfs_capabilities import FeatureType
from mimtest.vocabulary.wfs_crs import Named, find
from mimtest.vocabulary.wfs_gml import GML, Place, envelope_of, places_of

MOST_FEATURES: Final = 1000
_PAGE: Final = 250
_MOST_PAGES: Final = 6


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature. `values` are the texts of its simple properties; one that is there twice is left out.

    `places` are its geometries, one for each property that has one.
    """

    id: str | None
    element: Element
    places: tuple[Place, ...]
    values: Mapping[str, str]

    @property
    def place(self) -> Place | None:
        """The first of its geometries; None without."""
        return self.places[0] if self.places else None


@dataclass(frozen=True, slots=True)
class Page:
    """A collection as it came. `matched` is None where it is unknown or not told; 1.1 has one number."""

    answer: Answer
    root: Element
    matched: int | None
    returned: int | None
    next: str | None
    features: tuple[Feature, ...]


def read_page(answer: Answer, what: str) -> Page:
    """A collection of features. Raises Contradiction when the answer is none."""
    __tracebackhide__ = True
    root = xml.parse(assert_given(answer, what))
    assert_that(
        xml.local(root) == "FeatureCollection",
        f"{what} is answered with another document",
        expected="FeatureCollection",
        received=xml.local(root),
    )
    envelope = envelope_of(root)
    system = envelope.get("srsName") if envelope is not None else None
    return Page(
        answer,
        root,
        _number(root, "numberMatched"),
        _number(root, "numberReturned")
        if root.get("numberReturned")
        else _number(root, "numberOfFeatures"),
        root.get("next") or None,
        tuple(read_feature(e, system) for e in members_of(root)),
    )


def _number(root: Element, name: str) -> int | None:
    """A number of a collection; None without, and for 'unknown'. Raises Contradiction."""
    __tracebackhide__ = True
    given = root.get(name)
    if given is None or given == "unknown":
        return None
    found = whole(given.strip())
    if found is None:
        fail(f"{name} is no number", expected="a whole number, or unknown", received=given[:80])
    return found


def members_of(root: Element) -> list[Element]:
    """The features of a collection, also those of collections in it."""
    found: list[Element] = []
    for member in root:
        if xml.local(member) in ("member", "featureMember", "featureMembers"):
            for element in member:
                inner = xml.local(element) == "FeatureCollection"
                found += members_of(element) if inner else [element]
    return found


def read_feature(element: Element, system: str | None = None) -> Feature:
    """A feature from its element. Raises Contradiction for a place that is no numbers."""
    __tracebackhide__ = True
    texts: dict[str, list[str]] = {}
    for child in element:
        if not len(child) and xml.namespace(child) not in GML:
            texts.setdefault(xml.local(child), []).append(child.text or "")
    values = {name: t[0] for name, t in texts.items() if len(t) == 1 and t[0].strip()}
    return Feature(id_of(element), element, tuple(places_of(element, system)), values)


def id_of(element: Element) -> str | None:
    """A feature's gml:id, or the fid of older versions; None without."""
    return next((v for s in GML if (v := element.get(f"{{{s}}}id"))), element.get("fid") or None)


@dataclass(frozen=True, slots=True)
class Sample:
    """A type with features, downloaded as far as the budget goes. `known` are those with an id of their own.

    `ended` says that there are no more; `system` is the reference system of the places by the capabilities.
    """

    wfs: Wfs
    kind: FeatureType
    pages: tuple[Page, ...]
    known: Mapping[str, Feature]
    ended: bool
    system: Named | None

    @property
    def features(self) -> list[Feature]:
        """Every feature; looking at them makes their pages evidence."""
        for page in self.pages:
            _ = page.answer.status
        return [f for page in self.pages for f in page.features]

    def page(self, *, fresh: bool = False, **wishes: Any) -> Page:
        """The answer to a question. Raises Contradiction."""
        __tracebackhide__ = True
        what = self.told(wishes)
        return read_page(self.wfs.features(self.kind, fresh=fresh, **wishes), what)

    def told(self, wishes: Mapping[str, Any]) -> str:
        """A question as it is told to people."""
        params = self.wfs.wishes_of(self.kind, **wishes)
        return f"GetFeature with {shown_params(params)}"[:300]


def take(wfs: Wfs, kind: FeatureType, *, fresh: bool = False) -> Sample | None:
    """Download a type; None when it is empty. Raises Contradiction when it is unreadable."""
    __tracebackhide__ = True
    what = f"GetFeature for {kind.name}"
    pages = [read_page(wfs.features(kind, fresh=fresh, count=_PAGE), what)]
    while _goes_on(wfs, pages):
        try:
            pages.append(read_page(wfs.kvp.get(pages[-1].next or "", fresh=fresh), what))
        except (Contradiction, Unsettled):  # paging is for another check to judge
            break
    found = [f for page in pages for f in page.features]
    if not found:
        return None
    ids = [f.id for f in found if f.id]
    once = {i for i in set(ids) if ids.count(i) == 1} if len(set(ids)) < len(ids) else set(ids)
    known = {f.id: f for f in found if f.id in once}
    ended = _is_all(wfs, kind, pages, len(found))
    return Sample(wfs, kind, tuple(pages), known, ended, find(kind.default))


def _is_all(wfs: Wfs, kind: FeatureType, pages: list[Page], found: int) -> bool:
    """Whether no feature is left. A server may hold back what is beyond a limit of its own."""
    if pages[-1].next or len(pages[-1].features) >= _PAGE:
        return pages[0].matched == found
    told = pages[0].matched
    if told is None or told <= found:
        return True
    if not wfs.capabilities.constraints.get("ImplementsResultPaging"):
        return False
    try:
        rest = read_page(wfs.features(kind, count=1, startindex=found), "the features after")
    except (Contradiction, Unsettled):
        return False
    return not rest.features


def _goes_on(wfs: Wfs, pages: list[Page]) -> bool:
    seen = {p.answer.url for p in pages}
    total = sum(len(p.features) for p in pages)
    ahead = pages[-1].next
    within = wfs.is_2 and total < MOST_FEATURES and len(pages) < _MOST_PAGES
    return bool(ahead and within and ahead not in seen and pages[-1].features)


def samples_of(wfs: Wfs, kinds: Some[FeatureType], most: int) -> Some[Sample]:
    """Types that hold features, at most so many. Raises Inconclusive when none does."""
    found: list[Sample | None] = []
    problems: list[str] = []
    for kind in kinds:
        try:
            found.append(take(wfs, kind))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
        if sum(s is not None for s in found) == most:
            break
    stocked = [s for s in found if s]
    if not stocked:
        raise Inconclusive("no_data", f"no type holds features: {(problems or ['all empty'])[0]}")
    left = len(kinds) - len(found) - len(problems)
    part = [f"{len(stocked)} feature types with features"] if left else []
    cut = [f"the first {len(s.features)} features of {s.kind.name}" for s in stocked if not s.ended]
    return Some(stocked, [*kinds.told, *part, *cut])
