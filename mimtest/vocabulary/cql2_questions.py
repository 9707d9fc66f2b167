"""Questions to choose from, for each rule of CQL2: made of the values that the features have."""

from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from typing import Any, Final

from mimtest.vocabulary import cql2, cql2_classes
from mimtest.vocabulary.cql2 import Condition
from mimtest.vocabulary.cql2_asking import Column, Filterable, Questions, plain_texts

_MOST_VALUES: Final = 6
_LEAST_OF_A_PATTERN: Final = 3


def middle(values: list[Any]) -> Iterator[Any]:
    """Values from the middle outwards."""
    yield from sorted(values, key=lambda v: abs(values.index(v) - (len(values) - 1) / 2))


def thresholds(column: Column) -> Iterator[float]:
    """Numbers that part a column: its own where they are whole, else between two of them."""
    steps = column.steps
    if all(float(n).is_integer() for n in steps):
        yield from (int(n) for n in middle(steps))
    else:
        yield from (round((a + b) / 2, 6) for a, b in middle(list(pairwise(steps))))


def ordered(op: str) -> Questions:
    """A number is less or greater than one from the middle."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("number"):
            yield from (cql2.order(column.name, op, n) for n in thresholds(column))

    return questions


def equal_numbers(*, unequal: bool = False) -> Questions:
    """A whole number is one of those there are."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("number"):
            whole = [int(n) for n in column.common if float(n).is_integer()]
            yield from (cql2.equal(column.name, n, unequal=unequal) for n in whole)

    return questions


def equal_texts(*, unequal: bool = False) -> Questions:
    """A text is one of those there are."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("text"):
            yield from (cql2.equal(column.name, v, unequal=unequal) for v in plain_texts(column))

    return questions


def booleans(asked: Filterable) -> Iterator[Condition]:
    """A truth value is true."""
    for column in asked.columns("boolean"):
        yield cql2.equal(column.name, value=True)


def patterns(make: Callable[[str], str]) -> Questions:
    """A text fits a pattern made of one there is."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("text"):
            for value in plain_texts(column):
                if len(value) >= _LEAST_OF_A_PATTERN:
                    yield cql2.like(column.name, make(value))

    return questions


def lists(asked: Filterable) -> Iterator[Condition]:
    """A value is one of two."""
    for column in asked.columns("text"):
        for texts in islice(pairwise(plain_texts(column)), _MOST_VALUES):
            yield cql2.among(column.name, texts)
    for column in asked.columns("number"):
        whole = [int(n) for n in column.common if float(n).is_integer()]
        for numbers in islice(pairwise(whole), _MOST_VALUES):
            yield cql2.among(column.name, numbers)


def ranges(asked: Filterable) -> Iterator[Condition]:
    """A number lies between two of those there are."""
    for column in asked.columns("number"):
        borders = sorted(thresholds(column))
        for low in range(len(borders)):
            for high in range(len(borders) - 1, low, -1):
                yield cql2.between(column.name, borders[low], borders[high])


def basic(asked: Filterable) -> Iterator[Condition]:
    """Conditions of the simplest kinds."""
    yield from equal_texts()(asked)
    yield from ordered("<")(asked)
    yield from booleans(asked)


def _two(asked: Filterable) -> Iterator[tuple[Condition, Condition]]:
    """Pairs of telling conditions on different properties."""
    kinds = (equal_texts(), ordered("<"), ordered(">"), booleans)
    found = [c for c in (asked.telling(kind(asked)) for kind in kinds) if c]
    yield from ((a, b) for a in found for b in found if a is not b)


def together(join: Callable[[Condition, Condition], Condition]) -> Questions:
    """Two conditions joined."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        yield from (join(a, b) for a, b in _two(asked))

    return questions


def closely(asked: Filterable) -> Iterator[Condition]:
    """`a OR b AND c`, where the other grouping would say something else."""
    for a, b in _two(asked):
        for c in (~a, ~b, a, b):
            right, wrong = cql2.without_brackets(a, b, c), (a | b) & c
            known = asked.sample.known.values()
            if any({right.judge(f), wrong.judge(f)} == {True, False} for f in known):
                yield right


def folded_case(asked: Filterable) -> Iterator[Condition]:
    """A text is one there is, in the other case."""
    for column in asked.columns("text"):
        for value in plain_texts(column):
            if value.isascii() and value != value.swapcase():
                other = value.swapcase()
                yield cql2_classes.folded(column.name, "CASEI", other, str.casefold)


def folded_accents(asked: Filterable) -> Iterator[Condition]:
    """A text is one there is, without its accents."""
    for column in asked.columns("text"):
        for value in plain_texts(column):
            if cql2.plain(value) != value:
                bare = cql2.plain(value)
                yield cql2_classes.folded(column.name, "ACCENTI", bare, cql2.plain)


def arrays(function: str) -> Questions:
    """An array in a relation to one of those there are."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("array"):
            for value in dict.fromkeys(tuple(v) for v in column.values):
                yield cql2_classes.in_array(function, column.name, value)

    return questions


def turned(asked: Filterable) -> Iterator[Condition]:
    """A number or text on the left of the property."""
    for column in asked.columns("number"):
        for n in thresholds(column):
            yield cql2_classes.turned(cql2.order(column.name, "<", n), column.name, "<", n)
    for column in asked.columns("text"):
        for v in plain_texts(column):
            yield cql2_classes.turned(cql2.equal(column.name, v), column.name, "=", v)


def two_properties(asked: Filterable) -> Iterator[Condition]:
    """One property is less than another."""
    columns = asked.columns("number")
    for a in columns:
        yield from (cql2_classes.less_than_other(a.name, b.name) for b in columns if a is not b)
