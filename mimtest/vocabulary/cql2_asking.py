"""Collections that can be asked with filters: what is known of their properties, and asking them."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.cql2 import JSON, TEXT, Condition
from mimtest.vocabulary.feature_schemas import FeatureSchema, declared, fits, require
from mimtest.vocabulary.samples import Sample
from mimtest.vocabulary.samples_compared import assert_selected
from mimtest.vocabulary.times import read_time

#: So many collections are asked the same kind of question.
MOST_ASKED: Final = 2
_MOST_TEXT: Final = 100
_MOST_COLUMNS: Final = 12
_MOST_CONDITIONS: Final = 500
#: Numbers up to here are exact in every server.
_GREATEST: Final = 1e12
_CQL2: Final = "cql2"


@dataclass(frozen=True, slots=True)
class Column:
    """A queryable that is a property of the downloaded features; `values` are those that are set."""

    name: str
    kind: str
    values: tuple[Any, ...]
    is_whole: bool

    @property
    def common(self) -> list[Any]:
        """The different values, the most frequent first."""
        return [value for value, _ in Counter(self.values).most_common()]

    @property
    def steps(self) -> list[Any]:
        """The different values in order."""
        return sorted(set(self.values))


@dataclass(frozen=True, slots=True)
class Filterable:
    """A downloaded collection with its queryables, and the languages it is asked in."""

    sample: Sample
    schema: FeatureSchema
    classes: tuple[str, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The declared encodings of CQL2; text, where none is."""
        found = [k for k in (TEXT, JSON) if declared([*self.classes], _CQL2, k)]
        return tuple(found) or (TEXT,)

    def columns(self, *kinds: str) -> list[Column]:
        """The queryables of these kinds: text, number, boolean, time, array."""
        found = (self._column(name, told) for name, told in self.schema.properties.items())
        return [c for c in found if c and c.kind in kinds][:_MOST_COLUMNS]

    def _column(self, name: str, told: Mapping[str, Any]) -> Column | None:
        given = [f.properties.get(name) for f in self.sample.known.values()]
        values = [v for v in given if v is not None]
        if not values or not all(fits(told, v) for v in values):
            return None
        kind = _kind(told, values)
        if kind is None:
            return None
        return Column(name, kind, tuple(values), len(values) == len(given))

    def spelled(self, condition: Condition, language: str = "") -> dict[str, str]:
        """The parameters that send a condition."""
        chosen = language or self.languages[0]
        text = condition.text if chosen == TEXT else _dumped(condition.json)
        return {"filter": text, "filter_lang": chosen}

    def telling(self, conditions: Iterable[Condition]) -> Condition | None:
        """The first condition that is true of some of the features and false of others."""
        return next((c for c in conditions if self._verdicts(c) >= {True, False}), None)

    def _verdicts(self, condition: Condition) -> set[bool | None]:
        return {condition.judge(f) for f in self.sample.known.values()}

    def assert_holds(self, condition: Condition, language: str = "", **params: Any) -> None:
        """The features that come are those the condition is true of."""
        __tracebackhide__ = True
        given = {**self.spelled(condition, language), **params}
        assert_selected(self.sample, condition.judge, **given)


def _dumped(condition: Any) -> str:
    return json.dumps(condition, ensure_ascii=False, separators=(",", ":"))


def _kind(told: Mapping[str, Any], values: list[Any]) -> str | None:
    """What a column holds; None for what no question can be put to."""
    if all(isinstance(v, bool) for v in values):
        return "boolean"
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return "number" if all(abs(v) < _GREATEST for v in values) else None
    if all(isinstance(v, list) and v and all(isinstance(i, str) for i in v) for v in values):
        return "array"
    if not all(isinstance(v, str) for v in values):
        return None
    if told.get("format") == "date-time":
        spans = [read_time(v) for v in values]
        return "time" if all(s and not s.slack for s in spans) else None
    return "text" if told.get("format") in (None, "uri", "uri-reference", "uuid") else None


def plain_texts(column: Column) -> list[str]:
    """Values of a text column that can be sent without doubt, the most frequent first."""
    return [v for v in column.common if is_plain(v)]


def is_plain(text: str) -> bool:
    """Whether a text is short, printable and without marks that have a meaning of their own."""
    return (
        0 < len(text) <= _MOST_TEXT
        and text == text.strip()
        and text.isprintable()
        and not set(text) & set("\\%_")
    )


#: Conditions to choose from, given what is known of a collection.
Questions = Callable[[Filterable], Iterator[Condition]]


def assert_answered(
    filterables: Iterable[Filterable],
    questions: Questions,
    nothing: str,
    *needs: str,
    language: str = "",
) -> None:
    """A telling question of a kind is answered rightly by the collections that have one.

    Raises NotApplicable where a class of CQL2 that it needs is not declared, Inconclusive where the
    data tell nothing.
    """
    __tracebackhide__ = True
    found = []
    for filterable in filterables:
        for need in needs:
            require([*filterable.classes], _CQL2, need)
        conditions = sorted(_some(questions(filterable)), key=lambda c: not c.is_sharp)
        condition = filterable.telling(conditions)
        if condition is not None:
            found.append((filterable, condition))
    if not found:
        raise Inconclusive("no_data", nothing)
    for filterable, condition in sorted(found, key=lambda pair: not pair[1].is_sharp)[:MOST_ASKED]:
        filterable.assert_holds(condition, language)


def _some(conditions: Iterator[Condition]) -> list[Condition]:
    return list(islice(conditions, _MOST_CONDITIONS))
