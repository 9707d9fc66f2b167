"""Filters to try on the stock: values that part it, and what a query with them has to find."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_same_set
from mimtest.vocabulary.ngsild import attributes_of, ids_in
from mimtest.vocabulary.ngsild_q import Query, Term, targets
from mimtest.vocabulary.ngsild_stock import Column, Entity, Stock
from mimtest.vocabulary.waiting import at_rest

_PLAIN_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,40}")
_NAME: Final = re.compile(r"[^\W\d_]\w*")
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_LARGEST: Final = 2**31

Form = Literal["bare", "quoted"]


@dataclass(frozen=True, slots=True)
class Choice:
    """An attribute, and different values of it that filters can be made of, in order.

    They are values of its sub-attribute `part`, or stand `inside` its value, if there is one.
    """

    column: Column
    values: tuple[Any, ...]
    part: str | None = None
    inside: str | None = None

    @property
    def name(self) -> str:
        """The attribute, with the sub-attribute."""
        return f"{self.column.name}.{self.part}" if self.part else self.column.name

    def term(self, sign: str = "", value: Any = None) -> Term:
        """A condition on it."""
        return Term(self.name, sign, value, self.inside)

    @property
    def middle(self) -> Any:
        """A value in the middle."""
        return self.values[len(self.values) // 2]


def numbers(stock: Stock, least: int) -> Choice:
    """A column with so many different whole numbers."""
    return choose(stock, "number", least, lambda values: {v for v in values if _is_whole(v)})


def texts(stock: Stock, least: int) -> Choice:
    """A column with so many different plain texts."""
    return choose(stock, "text", least, lambda values: {v for v in values if _is_plain(v)})


def ordered_texts(stock: Stock, least: int) -> Choice:
    """A column with so many texts in an order that no collation changes.

    Each of them begins with a letter no other begins with, all of one case.
    """
    return choose(stock, "text", least, _with_own_initials)


def _with_own_initials(values: Collection[Any]) -> set[str]:
    known = {v for v in values if isinstance(v, str) and v}
    initials = [v[0] for v in known]
    alike = all("a" <= i <= "z" for i in initials) or all("A" <= i <= "Z" for i in initials)
    alone = {v for v in known if initials.count(v[0]) == 1 and _is_plain(v)}
    return alone if alike and len(known) == len(values) else set()


def words(stock: Stock) -> Choice:
    """A column of texts, and words that some of them contain and others do not."""
    return choose(stock, "text", 1, _parting_words)


def _parting_words(values: Collection[Any]) -> set[str]:
    known = [v for v in values if isinstance(v, str)]
    found = {w for v in known if v.isascii() for w in _WORD.findall(v)}
    return {w for w in found if 0 < sum(w in v for v in known) < len(known)}


def choose(
    stock: Stock, role: str, least: int, usable: Callable[[Collection[Any]], set[Any]]
) -> Choice:
    """The column with most usable values, at least so many. Raises Inconclusive."""
    return _best([_choice(stock, c, usable) for c in stock.columns(role)], least, role)


def members(stock: Stock, depth: int, role: str = "object", *, lacked: bool = False) -> Choice:
    """Plain values inside objects, so deep; if `lacked`, ones that some of the objects do not have."""
    found = [
        _choice(stock, column, _plain_values, inside=inside)
        for column in stock.columns(role)
        for inside in _paths(_values(stock, column), depth)
        if not lacked or len(_values(stock, column, None, inside)) < len(_values(stock, column))
    ]
    return _best(found, 2, f"members {depth} deep inside objects")


def parts(stock: Stock) -> Choice:
    """Plain values of sub-attributes."""
    found = [
        _choice(stock, column, _plain_values, part)
        for column in stock.columns("anything")
        for part in _parts(stock, column)
    ]
    return _best(found, 1, "sub-attributes")


def parts_members(stock: Stock) -> Choice:
    """Plain values inside objects that are values of sub-attributes."""
    found = [
        _choice(stock, column, _plain_values, part, inside)
        for column in stock.columns("anything")
        for part in _parts(stock, column)
        for inside in _paths(_values(stock, column, part), 1)
    ]
    return _best(found, 1, "objects of sub-attributes")


def _best(found: Collection[Choice], least: int, what: str) -> Choice:
    best = max(found, key=lambda c: len(c.values), default=None)
    if best is None or len(best.values) < least:
        raise Inconclusive("no_data", f"no attribute has {least} values to filter by: {what}")
    return best


def _choice(
    stock: Stock,
    column: Column,
    usable: Callable[[Collection[Any]], set[Any]],
    part: str | None = None,
    inside: str | None = None,
) -> Choice:
    held = _values(stock, column, part, inside)
    plain = [v for v in held if isinstance(v, str | int | float) and not isinstance(v, bool)]
    return Choice(column, tuple(sorted(usable(plain))), part, inside)


def _values(
    stock: Stock, column: Column, part: str | None = None, inside: str | None = None
) -> list[Any]:
    path = f"{column.name}.{part}" if part else column.name
    held = [e for e in stock.of(column.type) if e["id"] in column.ids]
    return [v for e in held for v in targets(e, path, inside)]


def _parts(stock: Stock, column: Column) -> list[str]:
    """The sub-properties."""
    instances = [i for e in stock.of(column.type) for i in attributes_of(e).get(column.name, [])]
    pairs = [(n, p) for i in instances for n, p in i.items() if isinstance(p, dict)]
    return sorted({n for n, p in pairs if _NAME.fullmatch(n) and p.get("type") == "Property"})


def _paths(values: Collection[Any], depth: int) -> list[str]:
    """Where something stands so deep inside objects."""
    held = [(n, i) for v in values if isinstance(v, dict) for n, i in v.items()]
    named = [(n, i) for n, i in held if _NAME.fullmatch(n)]
    if depth == 1:
        return sorted({n for n, _ in named})
    return sorted({f"{n}.{p}" for n, i in named for p in _paths([i], depth - 1)})


def _plain_values(values: Collection[Any]) -> set[Any]:
    """The plain texts, or else the whole numbers."""
    return {v for v in values if _is_plain(v)} or {v for v in values if _is_whole(v)}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and _PLAIN_TEXT.fullmatch(value) is not None


def assert_finds(
    stock: Stock,
    column: Column,
    query: Query,
    *,
    parts: bool = True,
    free: Callable[[Entity], bool] = lambda _: False,
    **params: Any,
) -> None:
    """A query finds exactly those that meet it; those that are `free` may be found or not.

    Raises Inconclusive where it does not part them, unless `parts` says that it need not.
    """
    __tracebackhide__ = True

    def look() -> None:
        now = stock.now(column.type, column.ids)
        judged = {e["id"]: query.holds(e) for e in now if not free(e)}
        if parts and set(judged.values()) != {True, False}:
            raise Inconclusive("no_data", f"{query.text} tells no entities apart")
        ignored = {e["id"] for e in now} - set(judged)
        found = ids_in(stock.query(column.type, column.ids, q=query.text, **params))
        expected = [i for i, met in judged.items() if met]
        assert_same_set([i for i in found if i not in ignored], expected, f"q={query.text}")

    at_rest(look)


def assert_finds_in_a_form(stock: Stock, column: Column, query: Query, **params: Any) -> Form:
    """As `assert_finds`, with times, URIs or patterns bare or else in quotes; which of the two."""
    __tracebackhide__ = True
    try:
        assert_finds(stock, column, query, **params)
    except Contradiction as bare:
        if (bare.received or "").startswith("status 5"):
            raise
        try:
            assert_finds(stock, column, query.in_quotes(), **params)
        except Contradiction:
            raise bare from None
        return "quoted"
    return "bare"
