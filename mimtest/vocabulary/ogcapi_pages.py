"""Pages of features, as a visitor turns them."""

from dataclasses import dataclass
from typing import Any, Final

from mimtest.network.answer import Answer
from mimtest.vocabulary.geojson import assert_feature_collection
from mimtest.vocabulary.ogcapi import FEATURES, GEOJSON, JSON, Service, choose, document, links_of

_MOST_PAGES: Final = 25
_MOST_EMPTY: Final = 3


@dataclass(frozen=True, slots=True)
class Walk:
    """Features of successive pages. `ended` says that no further page was announced."""

    pages: tuple[Answer, ...]
    found: tuple[dict[str, Any], ...]
    ended: bool

    @property
    def features(self) -> tuple[dict[str, Any], ...]:
        """The features; looking at them makes their pages evidence."""
        for page in self.pages:
            _ = page.status
        return self.found


def features_of(answer: Answer) -> list[dict[str, Any]]:
    """The features of a page. Raises Contradiction unless it is a FeatureCollection."""
    __tracebackhide__ = True
    return assert_feature_collection(document(answer))


def next_page(answer: Answer) -> str | None:
    """Where the next page is, if one is announced."""
    link = choose(links_of(answer, answer.json()), "next", GEOJSON, JSON)
    return link.href if link else None


def walk(service: Service, first: Answer, most: int, *, fresh: bool = False) -> Walk:
    """Follow the pages from the first on, until `most` features are there or no page is new.

    Empty pages in a row are the end, whatever they link to. Raises Contradiction for a page that is none.
    """
    __tracebackhide__ = True
    pages, found = [first], list(features_of(first))
    seen, empty = {first.url}, 0 if found else 1
    ahead = next_page(first)
    while ahead and ahead not in seen and len(found) < most and len(pages) < _MOST_PAGES:
        seen.add(ahead)
        page = service.get(ahead, accept=FEATURES, fresh=fresh)
        more = features_of(page)
        pages.append(page)
        found += more
        empty = 0 if more else empty + 1
        ahead = next_page(page) if empty < _MOST_EMPTY else None
    return Walk(tuple(pages), tuple(found), ended=ahead is None)
