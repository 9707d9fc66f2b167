"""Entities of a type wherever they are served, and an honest sample of them.

A population gives its entities page by page, and some give those at any place in the list. The default
sample is the beginning of the first page; another size is drawn at random, each entity as likely as any other.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mimtest.models.sampling import Method, Statement
from mimtest.network.client import Answer

Item = Mapping[str, Any]

#: The sample that is read without drawing.
FIRST: Final = 20
#: At most so many entities are read for a sample.
MOST: Final = 10_000
#: So many are asked for at once.
PAGE: Final = 100
#: Up to so many are read one page after the other to draw from.
_WALKED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """Entities of an answer, as they came; `total` is how many there are in all, where it says so.

    `start` is the place of the first in the whole list, `following` the address of the next page.
    """

    answer: Answer
    items: tuple[Item, ...]
    total: int | None = None
    start: int = 0
    following: str | None = None


class Population(Protocol):
    """Entities of one type at one interface. Every method raises Contradiction for an answer that is none."""

    @property
    def form(self) -> str:
        """The representation they come in (`mimtest.models.representations`)."""

    def first(self, count: int) -> Page:
        """The first page, of that size where the interface lets one ask for it."""

    def after(self, page: Page) -> Page | None:
        """The page that follows, None on the last."""

    def part(self, start: int, count: int) -> Page | None:
        """So many entities from a place in the list on; None where that cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Entities drawn of a population, the answers they came in, and how they were drawn."""

    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    form: str
    population: int | None
    method: Method
    seed: int | None = None

    def statement(self, of: str) -> Statement:
        """What was looked at, in words."""
        return Statement(of, len(self.items), self.population, self.method, self.seed)


def draw(population: Population, size: int | None, seed: int) -> Drawn:
    """A sample: the first twenty, another number at random, or with None all, as far as ten thousand go."""
    if size is None:
        return _all(population)
    return _first(population) if size == FIRST else _random(population, size, seed)


def _first(population: Population) -> Drawn:
    page = population.first(FIRST)
    items = page.items[:FIRST]
    total = page.total
    if total is None and len(items) == len(page.items) and population.after(page) is None:
        total = len(items)
    method: Method = "all" if total is not None and total <= len(items) else "first"
    return Drawn(items, (page.answer,), population.form, total, method)


def _all(population: Population) -> Drawn:
    pages, ended = _walk(population, population.first(PAGE), MOST)
    items = _items(pages)[:MOST]
    total = len(items) if ended else _total(pages)
    answers = tuple(p.answer for p in pages)
    return Drawn(items, answers, population.form, total, "all" if ended else "first")


def _random(population: Population, size: int, seed: int) -> Drawn:
    rng = random.Random(seed)
    first = population.first(PAGE)
    total = first.total
    if total is not None and total > max(_WALKED, 2 * size) and population.part(0, 1) is not None:
        places = sorted(rng.sample(range(total), size))
        pages, items = _parts(population, places)
        answers = (first.answer, *(p.answer for p in pages))
        return Drawn(items, answers, population.form, total, "random", seed)
    pages, ended = _walk(population, first, max(MOST, size))
    items, answers = _items(pages), tuple(p.answer for p in pages)
    if not ended:
        return Drawn(items[:size], answers, population.form, _total(pages), "first")
    if len(items) <= size:
        return Drawn(items, answers, population.form, len(items), "all")
    chosen = tuple(items[i] for i in sorted(rng.sample(range(len(items)), size)))
    return Drawn(chosen, answers, population.form, len(items), "random", seed)


def _walk(population: Population, first: Page, most: int) -> tuple[list[Page], bool]:
    """The pages from the first on, and whether these are all."""
    pages, seen, count = [first], {first.answer.url}, len(first.items)
    while count < most:
        page = population.after(pages[-1])
        if page is None:
            return pages, True
        if page.answer.url in seen or not page.items:
            return pages, not page.items
        seen.add(page.answer.url)
        pages.append(page)
        count += len(page.items)
    return pages, count == _total(pages) or population.after(pages[-1]) is None


def _total(pages: list[Page]) -> int | None:
    return next((p.total for p in pages if p.total is not None), None)


def _items(pages: list[Page]) -> tuple[Item, ...]:
    """What the pages have, a thing that is on two of them once: lists move while they are read."""
    return _once(item for page in pages for item in page.items)


def _once(items: Iterator[Item]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for number, item in enumerate(items):
        found.setdefault(f"id {item['id']}" if "id" in item else f"place {number}", item)
    return tuple(found.values())


def _parts(population: Population, places: list[int]) -> tuple[list[Page], tuple[Item, ...]]:
    """The entities at these places, neighbours in one request."""
    pages, items = [], []
    for start, stretch in _stretches(places):
        page = population.part(start, stretch[-1] - start + 1)
        if page is None:
            continue
        pages.append(page)
        items += [page.items[p - start] for p in stretch if p - start < len(page.items)]
    return pages, _once(iter(items))


def _stretches(places: list[int]) -> Iterator[tuple[int, list[int]]]:
    stretch: list[int] = []
    for place in places:
        if stretch and place - stretch[0] >= PAGE:
            yield stretch[0], stretch
            stretch = []
        stretch.append(place)
    if stretch:
        yield stretch[0], stretch
