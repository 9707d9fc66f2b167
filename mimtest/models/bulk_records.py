"""One record of a bulk file, and its JSON read strictly: what is read has one meaning, or none is given.

Records come from anybody: text that is not JSON, names given twice, nesting without end.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final, NoReturn

import orjson

#: The deepest nesting that is read.
MAX_DEPTH: Final = 100
_STRUCTURE: Final = b'[]{}"'
_OTHERS: Final = bytes(set(range(256)) - set(_STRUCTURE))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a record is no entity. `beyond` says that it only exceeds what is read: no word against it."""

    rule: str
    message: str
    received: str = ""
    clause: str = "RFC 8259"
    beyond: bool = False


class UnreadableError(Exception):
    """A record that gives no value."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two records: bytes, lines and records before it.

    `level` is how many containers are open there, `first` whether nothing stands in the innermost yet; `address`
    that of the page to come, where data comes in pages.
    """

    offset: int = 0
    line: int = 1
    records: int = 0
    level: int = 0
    first: bool = True
    address: str = ""


@dataclass(slots=True)
class Block:
    """Records that follow each other, with the line each begins in.

    A `Trouble` stands where no record could be made out. `end` is None where reading cannot go on from.
    """

    source: str
    first: int
    lines: list[int] = field(default_factory=list)
    records: list[bytes | Trouble] = field(default_factory=list)
    end: Place | None = None


def parse_record(record: bytes) -> Any:
    """The value of a record. Raises UnreadableError."""
    if record.count(b"{") + record.count(b"[") > MAX_DEPTH:
        _require_shallow(record)
    try:
        value = orjson.loads(record)
    except orjson.JSONDecodeError:
        raise UnreadableError(_explained(record)) from None
    # A name given twice is lost in `value`, and its colon with it; only `\u003a` could make up for one.
    if record.count(b":") != orjson.dumps(value).count(b":") or b"\\u003" in record:
        _require_single_names(record)
    return value


def entities_in(value: Any) -> Iterator[Any]:
    """What a record holds: itself, the items of an array, or the features of a collection."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict) and is_collection(value):
        yield from value["features"]
    else:
        yield value


def is_collection(value: dict[str, Any]) -> bool:
    """Whether an object is a GeoJSON FeatureCollection (RFC 7946 3.3)."""
    return value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list)


def _require_shallow(record: bytes) -> None:
    marks = record.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
    outside = b"".join(marks.split(b'"')[::2])
    depth = max(accumulate(map(_STEPS.__getitem__, outside)), default=0)
    if depth > MAX_DEPTH:
        raise UnreadableError(beyond(f"it is nested {depth} levels deep, more than {MAX_DEPTH}"))


def beyond(why: str) -> Trouble:
    """Why a record is not judged."""
    return Trouble("beyond-limits", f"this is beyond what is read: {why}", beyond=True)


class _RepeatedNameError(ValueError):
    """A name that an object has twice."""


def _require_single_names(record: bytes) -> None:
    try:
        json.loads(record, object_pairs_hook=_single)
    except _RepeatedNameError as error:
        message = f"an object has the name {error} twice"
        trouble = Trouble("json-repeated-name", message, str(error), "RFC 8259 section 4")
        raise UnreadableError(trouble) from None


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedNameError(_cut(next(n for n in names if names.count(n) > 1)))
    return made


def _explained(record: bytes) -> Trouble:
    """Why a text is not JSON; what Python's own reader takes is beyond limits only."""
    try:
        text = record.decode()
    except UnicodeDecodeError as error:
        received = f"byte 0x{record[error.start]:02x}"
        message = f"this is not UTF-8 from its byte {error.start} on"
        return Trouble("json", message, received, "RFC 8259 section 8.1")
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"column {error.colno}"
        if "\n" in text:
            place = f"line {error.lineno} of it, {place}"
        start = max(error.pos - _SHOWN // 2, 0)
        return Trouble("json", f"this is not JSON: {error.msg} at {place}", text[start:][:_SHOWN])
    except _ConstantError as error:
        return Trouble("json", f"this is not JSON: {error} is no value", str(error))
    except (ValueError, RecursionError):
        return beyond("it holds a number of thousands of digits")
    return beyond("it holds a number no double can have, or half of a surrogate pair")


class _ConstantError(Exception):
    """NaN or an infinity."""


def _no_constant(word: str) -> NoReturn:
    raise _ConstantError(word)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
