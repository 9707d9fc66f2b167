"""Filters for WFS, made from downloaded features, each with what it has to select.

Filter Encoding 2.0 (OGC 09-026r2) and 1.1 (04-095).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from mimtest.errors import Inconclusive
from mimtest.vocabulary.times import instant, read_time
from mimtest.vocabulary.wfs_features import Feature, Sample
from mimtest.vocabulary.wfs_schema import is_number
from mimtest.vocabulary.wfs_selected import Judge

_FES: Final = {"2": "http://www.opengis.net/fes/2.0", "1": "http://www.opengis.net/ogc"}
_GML: Final = {"2": "http://www.opengis.net/gml/3.2", "1": "http://www.opengis.net/gml"}
_REFERENCE: Final = {"2": "ValueReference", "1": "PropertyName"}
_ZONED: Final = re.compile(r"T.*(Z|[+-]\d\d:\d\d)$")
_LEAST_OF_A_TEXT: Final = 3


@dataclass(frozen=True, slots=True)
class Words:
    """How filters on features of a sample are written in the service's version."""

    sample: Sample

    @property
    def _version(self) -> str:
        return self.sample.wfs.version[:1]

    def whole(self, content: str) -> str:
        """A filter as a document."""
        kind = self.sample.kind
        spaces = {"xmlns:f": _FES[self._version], "xmlns:gml": _GML[self._version]}
        if kind.prefix and kind.namespace:
            spaces[f"xmlns:{kind.prefix}"] = kind.namespace
        declared = " ".join(f"{n}={quoteattr(u)}" for n, u in spaces.items())
        return f"<f:Filter {declared}>{content}</f:Filter>"

    def name(self, name: str) -> str:
        """A property's name in a filter."""
        prefix = f"{self.sample.kind.prefix}:" if self.sample.kind.prefix else ""
        tag = _REFERENCE[self._version]
        return f"<f:{tag}>{prefix}{name}</f:{tag}>"

    def compare(self, operator: str, name: str, literal: str, attributes: str = "") -> str:
        """A comparison of a property with a literal."""
        return f"<f:PropertyIs{operator}{attributes}>{self.name(name)}{_literal(literal)}</f:PropertyIs{operator}>"

    def between(self, name: str, low: str, high: str) -> str:
        """A property between two literals."""
        ends = f"<f:LowerBoundary>{_literal(low)}</f:LowerBoundary>"
        ends += f"<f:UpperBoundary>{_literal(high)}</f:UpperBoundary>"
        return f"<f:PropertyIsBetween>{self.name(name)}{ends}</f:PropertyIsBetween>"

    def like(self, name: str, pattern: str) -> str:
        """A property like a pattern, `*` standing for anything and `#` for one sign."""
        return self.compare("Like", name, pattern, ' wildCard="*" singleChar="#" escapeChar="!"')

    def when(self, operator: str, name: str, moment: str) -> str:
        """A relation in time."""
        return f"<f:{operator}>{self.name(name)}{moment}</f:{operator}>"


def _literal(text: str) -> str:
    return f"<f:Literal>{escape(text)}</f:Literal>"


def point_in_time(moment: datetime) -> str:
    """An instant in GML."""
    position = f"<gml:timePosition>{instant(moment)}</gml:timePosition>"
    return f'<gml:TimeInstant gml:id="t1">{position}</gml:TimeInstant>'


def span_of_time(start: datetime, end: datetime) -> str:
    """A period in GML."""
    ends = f"<gml:beginPosition>{instant(start)}</gml:beginPosition>"
    ends += f"<gml:endPosition>{instant(end)}</gml:endPosition>"
    return f'<gml:TimePeriod gml:id="t1">{ends}</gml:TimePeriod>'


@dataclass(frozen=True, slots=True)
class Column:
    """A property several features have, and a value in the middle of its values."""

    name: str
    read: Callable[[str], Any]
    middle: str
    texts: tuple[str, ...]


def text_column(sample: Sample, kinds: Mapping[str, str | None]) -> Column:
    """A property of text with more than one value, the middle one its most frequent. Raises Inconclusive."""
    for name in _names(sample):
        texts = _texts(sample, name)
        plain = all(t == t.strip() and not _is_numeric(t) for t in texts)
        if kinds.get(name, "string") == "string" and plain and len(set(texts)) > 1:
            middle = Counter(texts).most_common(1)[0][0]
            return Column(name, str, middle, texts)
    raise Inconclusive("no_data", "no property of text has two values")


def telling_pair(sample: Sample, kinds: Mapping[str, str | None]) -> list[tuple[str, str]] | None:
    """Texts of two properties, each shared by features that lack the other, and by one that has both."""
    texts = [n for n in _names(sample) if kinds.get(n, "string") == "string"]
    names = [n for n in texts if all(map(_is_plain, _texts(sample, n)))]
    for one, other in permutations(names, 2):
        both = Counter((f.values.get(one), f.values.get(other)) for f in sample.known.values())
        for first, second in both:
            alone = {(a == first, b == second) for a, b in both}
            if first and second and {(True, False), (False, True)} <= alone:
                return [(one, first), (other, second)]
    return None


def _is_plain(text: str) -> bool:
    """Whether a text compares as itself: no number, no time, nothing that may be trimmed or folded."""
    return text == text.strip() and not _is_numeric(text) and read_time(text) is None


def number_column(sample: Sample, kinds: Mapping[str, str | None]) -> Column:
    """A property of numbers by the schema with more than one value. Raises Inconclusive."""
    for name in _names(sample):
        texts = _texts(sample, name)
        if is_number(kinds.get(name)) and len(set(texts)) > 1 and all(map(_is_numeric, texts)):
            ordered = sorted(texts, key=float)
            return Column(name, float, ordered[len(ordered) // 2], texts)
    raise Inconclusive("no_data", "no property of numbers has two values")


def time_column(sample: Sample, kinds: Mapping[str, str | None]) -> Column:
    """A property of instants by the schema with more than one value. Raises Inconclusive."""
    for name in _names(sample):
        texts = _texts(sample, name)
        if kinds.get(name) == "dateTime" and len(set(texts)) > 1 and all(map(moment_of, texts)):
            ordered = sorted(texts, key=_order)
            return Column(name, moment_of, ordered[len(ordered) // 2], texts)
    raise Inconclusive("no_data", "no property of instants has two values")


def moment_of(text: str) -> datetime | None:
    """An instant with its zone; None without one, as a server's own zone is not known."""
    span = read_time(text.strip()) if _ZONED.search(text.strip()) else None
    return span.start.astimezone(UTC) if span and span.start else None


def _order(text: str) -> datetime:
    return moment_of(text) or datetime.min.replace(tzinfo=UTC)


def _names(sample: Sample) -> list[str]:
    return list(dict.fromkeys(n for f in sample.known.values() for n in f.values))


def _texts(sample: Sample, name: str) -> tuple[str, ...]:
    return tuple(f.values[name] for f in sample.known.values() if name in f.values)


def _is_numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def judge_by(column: Column, test: Callable[[Any], bool | None]) -> Judge:
    """A feature belongs in the answer when its value passes; without a value it may or may not."""

    def judge(feature: Feature) -> bool | None:
        text = feature.values.get(column.name)
        return None if text is None else test(column.read(text))

    return judge


def absent_is_out(column: Column, judge: Judge) -> Judge:
    """The same judge for operators that a missing value never fulfils."""
    return lambda feature: judge(feature) if column.name in feature.values else False


def stem_of(text: str) -> str:
    """The beginning of a text, without signs that patterns give a meaning. Raises Inconclusive."""
    stem = text[: max(_LEAST_OF_A_TEXT, len(text) // 2)]
    if any(s in "*#!%_" for s in stem) or len(text) < _LEAST_OF_A_TEXT:
        raise Inconclusive("no_data", f"'{text}' makes no pattern")
    return stem


def window(column: Column) -> tuple[datetime, datetime]:
    """A span of time around the middle value, which no value is close to the ends of. Raises Inconclusive."""
    moments = sorted({m for t in column.texts if (m := moment_of(t))})
    middle = moment_of(column.middle)
    if middle is None:
        raise Inconclusive("no_data", "no instant")
    gap = min((b - a for a, b in pairwise(moments)), default=timedelta(days=1))
    half = max(gap / 2, timedelta(seconds=1))
    return middle - half, middle + half
