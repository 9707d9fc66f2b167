"""Generated parts of entities: legal and unusual ones, and ones that no broker may take (GS CIM 009 4.6, 5.2.4).

Alphabets are written out, so that examples depend on the seed alone. Left out is what the standard leaves to the
broker: null, characters of scripts (`<`, `>`, quotes, `=`, `;`, parentheses), integers beyond 2**53, arrays
of one, names with a colon, and members that have a meaning of their own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Values = SearchStrategy[Any]

_LETTERS: Final = "abcxyzABCXYZ"
_UNUSUAL: Final = "äßéøñçŁžΩλЖяשمहि中あ한ﬁ½№€→✓😀𐍈"
_COMBINING: Final = ("e\u0301", "o\u0308", "A\u030a")
_SIGNS: Final = " .,:!?/|\\#%&*+-_~^@$[]{}"
_DIGITS: Final = "0123456789"
_ID_SIGNS: Final = "-._~!$*+@:"
_DEPTH: Final = 5
_EXACT: Final = 2**53 - 1


def _text(characters: Sequence[str], shortest: int, longest: int) -> Values:
    """Text of these characters. `st.text` would first make a table of all there are."""
    drawn = st.lists(st.sampled_from(characters), min_size=shortest, max_size=longest)
    return drawn.map("".join)


texts: Final[Values] = _text([*_LETTERS, *_DIGITS, *_UNUSUAL, *_COMBINING * 3, *_SIGNS], 0, 40)
_names: Final[Values] = _text(_LETTERS, 2, 8).map(lambda n: f"mt{n}")
_floats: Final[Values] = st.floats(-1e15, 1e15, allow_nan=False).map(lambda f: float(f"{f:.12g}"))
_extremes: Final[Values] = st.sampled_from(
    [0, -0.5, 1e-9, 1e21, 1.7e300, 2.5e-300, _EXACT, -_EXACT, 2**31, -(2**31) - 1, 0.1]
)
_scalars: Final[Values] = st.one_of(
    st.booleans(), st.integers(-_EXACT, _EXACT), _floats, _extremes, texts, st.just("")
)


def _nested(inner: Values) -> Values:
    lists = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(lists, st.dictionaries(_names, inner, min_size=1, max_size=3))


def _is_shallow(value: Any, depth: int = _DEPTH) -> bool:
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inner, list):
        return True
    return depth > 0 and all(_is_shallow(v, depth - 1) for v in inner)


#: What a Property can hold: text, numbers, truth, arrays and objects in each other.
values: Final[Values] = st.recursive(_scalars, _nested, max_leaves=8).filter(_is_shallow)

#: The end of an identifier: characters of RFC 3986 that are no delimiters, and percent-encoded ones.
id_tails: Final[Values] = st.one_of(
    _text(_LETTERS + _DIGITS + _ID_SIGNS, 1, 60),
    _text(_UNUSUAL, 1, 5).map(lambda t: quote(t, safe="")),
).filter(lambda t: t[-1] not in ".:")

#: DateTimes with up to six digits after the second (4.6.3).
moments: Final[Values] = st.builds(
    lambda at, digits: (
        at.strftime("%Y-%m-%dT%H:%M:%S")
        + (f".{at.microsecond:06}"[: digits + 1] if digits else "")
        + "Z"
    ),
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001 - UTC is written after
    st.integers(0, 6),
)


def _wrong(attribute: Any) -> dict[str, Any]:
    return {"odd": attribute}


#: Members that make an entity invalid, whatever else it has (4.5.2, 4.5.3, 4.7, 5.2.4).
defects: Final[Values] = st.one_of(
    st.builds(lambda v: {"type": v}, st.sampled_from(["", [], 7, True, {"a": 1}])),
    st.builds(lambda v: {"id": v}, st.one_of(st.just(""), st.integers(), st.just("no uri at all"))),
    st.builds(
        lambda v: _wrong({"type": "Relationship", "object": v}),
        st.one_of(st.integers(), st.just("no uri at all"), st.booleans()),
    ),
    st.builds(
        lambda kind, at: _wrong(
            {"type": "GeoProperty", "value": {"type": kind, "coordinates": at}}
        ),
        st.sampled_from(["Point", "Polygon", "LineString"]),
        st.sampled_from(["7.9,51.6", {}, ["a", "b"], True]),
    ),
    st.builds(
        lambda v: _wrong({"type": "Property", "value": 1, "observedAt": v}),
        st.one_of(st.sampled_from(["yesterday", "2026-13-45T99:00:00Z", ""]), st.integers(0, 9)),
    ),
    st.builds(
        lambda v: _wrong({"type": v, "value": 1}), st.sampled_from(["Attribute", "Nothing", ""])
    ),
)
