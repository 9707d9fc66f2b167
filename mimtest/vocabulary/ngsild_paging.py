"""Reading many entities page by page (GS CIM 009 5.5.9, 6.3.10), and counting them (6.3.13)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from mimtest.network.client import Answer
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild import Broker, ids_in
from mimtest.vocabulary.ngsild_sample import Sample
from mimtest.vocabulary.ngsild_stock import PAGE, Stock

#: A type is read in about so many pages, which may be shorter than asked for (5.5.9.1).
_PAGES: Final = 8
_SHORTEST: Final = 2
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The entities of one type; `ours` are their ids where nothing else has that type."""

    broker: Broker
    type: str
    ours: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether all entities of the type are known."""
        return bool(self.ours)

    def get(self, link: str | None = None, **params: Any) -> Answer:
        """A page of the type, or the page a link leads to."""
        return (
            self.broker.query(type=self.type, **params) if link is None else self.broker.get(link)
        )

    def known(self) -> list[str]:
        """Identifiers of entities that are there: all that are ours, else some."""
        return list(self.ours) or ids_in(self.get(limit=PAGE))

    def count(self) -> int | None:
        """How many there are, as the broker counts them."""
        return count_of(self.get(limit=1, count=True))

    def knows_offsets(self) -> bool:
        """Whether pages begin at an offset, which is one way to page among others (5.5.9.2)."""
        first = self.get(limit=1)
        link = link_to(first, "next") or {}
        return "offset=" in link.get("href", "") or ids_in(first) != ids_in(
            self.get(limit=1, offset=1)
        )


def shelves_of(stock: Stock, reader: Broker, samples: Iterable[Sample]) -> tuple[Shelf, ...]:
    """The types of the stock, and those of the samples besides."""
    if not stock.own:
        return tuple(Shelf(stock.broker, t) for t in stock.types)
    ours = (Shelf(stock.broker, t, tuple(stock.ids(t))) for t in stock.types)
    return (*ours, *(Shelf(reader, s.type) for s in samples))


@dataclass(frozen=True, slots=True)
class Walk:
    """How a number of entities is read: pages of which size, and how many at most.

    `exact` says that there are not more than `held`.
    """

    held: int
    size: int
    most: int
    exact: bool

    @classmethod
    def of(cls, held: int, *, exact: bool = True) -> Self:
        """The walk for so many entities; very many are only begun."""
        size = min(max(_SHORTEST, -(-held // _PAGES)), _LONGEST)
        most = 2 * _PAGES + 2 if held <= size * _PAGES else _PAGES
        return cls(held, size, most, exact)


def walk(turn: Callable[[str | None], Answer], plan: Walk, what: str) -> tuple[list[str], bool]:
    """The ids on all pages, and whether the last one was met; `turn` follows a link, or begins.

    Raises Contradiction for pages that are too long, repeat an entity, or go on when all were met.
    """
    __tracebackhide__ = True
    found: list[str] = []
    link = None
    for _ in range(plan.most):
        answer = turn(link)
        page = ids_in(answer)
        long = f"a page of {what} is too long"
        assert_that(len(page) <= plan.size, long, expected=f"{plan.size}", received=len(page))
        twice = sorted(set(page) & set(found))
        assert_that(not twice, f"entities of {what} come twice", expected="once", received=twice)
        found += page
        link = (link_to(answer, "next") or {}).get("href")
        if link is None:
            return found, True
    goes_on = page and (len(found) < plan.held or not plan.exact)
    assert_that(goes_on, f"the pages of {what} do not end", expected="a last page", received=link)
    return found, False


def link_to(answer: Answer, relation: str) -> Mapping[str, str] | None:
    """The link to a neighbouring page: "next" or "prev"."""
    return next((k for k in answer.links if relation in k.get("rel", "").split()), None)


def count_of(answer: Answer) -> int | None:
    """The number in NGSILD-Results-Count; None where there is none."""
    return whole(answer.headers.get("NGSILD-Results-Count", ""))
