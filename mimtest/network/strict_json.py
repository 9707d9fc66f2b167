"""JSON as RFC 8259 has it, from a sender that may be broken or hostile.

`json.loads` takes NaN, overflows the stack on deep nesting and has numbers become infinite.
Here what is not JSON is a `Contradiction` with one readable line; what is JSON but beyond the limits of
this reader (RFC 8259 section 9 allows such limits) is `BrokenAnswer("too_large")`: no word against the sender.
"""

import json
import math
from itertools import accumulate
from typing import Any, Final, NoReturn

from mimtest.errors import Contradiction
from mimtest.network.failures import BrokenAnswer

#: The deepest nesting that is read.
MAX_DEPTH: Final = 100
_STRUCTURE: Final = b'[]{}"'
_OTHERS: Final = bytes(set(range(256)) - set(_STRUCTURE))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SHOWN: Final = 80
#: Numbers of more digits than these may be larger than a double holds.
_DOUBLE: Final = 300


def parse_json(body: bytes) -> Any:
    """The value in a body. Raises Contradiction when it is not JSON, BrokenAnswer beyond the limits."""
    text = _decoded(body)
    depth = nesting(body)
    if depth > MAX_DEPTH:
        _beyond(f"it is nested {depth} levels deep, more than {MAX_DEPTH}")
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        _refuse(f"{error.msg} at {place}", _excerpt(text, error.pos))
    except RecursionError:
        _beyond("it is nested too deep")


def nesting(body: bytes) -> int:
    """How deep arrays and objects are nested, found without parsing."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return 0
    marks = body.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
    outside = b"".join(marks.split(b'"')[::2])
    return max(accumulate(map(_STEPS.__getitem__, outside)), default=0)


def _decoded(body: bytes) -> str:
    if not body.strip():
        _refuse("the body is empty", "an empty body")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"byte {error.start} is not UTF-8", f"byte 0x{body[error.start]:02x}")


def _excerpt(text: str, position: int) -> str:
    start = max(position - _SHOWN // 2, 0)
    return " ".join(text[start : start + _SHOWN].split())


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        _beyond(f"it holds a number beyond the range of a double, {digits[:_SHOWN]}")
    return number


def _whole(digits: str) -> int:
    if len(digits) > _DOUBLE:
        _finite(digits)
    return int(digits)


def _no_constant(word: str) -> NoReturn:
    _refuse(f"{word} is not a JSON value", word)


def _beyond(why: str) -> NoReturn:
    raise BrokenAnswer("too_large", f"the body is JSON beyond what is read: {why}")


def _refuse(why: str, received: str) -> NoReturn:
    msg = f"The body is not JSON that can be read: {why}."
    raise Contradiction(msg, expected="JSON (RFC 8259)", received=received)
