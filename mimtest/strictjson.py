"""JSON that no two readers can take for two things (I-JSON, RFC 7493): no member twice, whole numbers that a double holds.

RFC 8785 gives only such JSON one byte form.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

#: The largest whole number that every reader of JSON takes for the same one.
LARGEST: Final = 2**53 - 1


class TwofoldError(ValueError):
    """JSON that two readers could take for two things; the text says where."""


def loads(content: bytes) -> Any:
    """What UTF-8 JSON says. Raises TwofoldError, and ValueError or RecursionError for what is no JSON."""
    return json.loads(
        content.decode("utf-8"),
        object_pairs_hook=_once,
        parse_int=_whole,
        parse_float=_no_number,
        parse_constant=_no_number,
    )


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TwofoldError("a member is there twice")
    return found


def _whole(text: str) -> int:
    # Longer ones than these are not even converted: that takes time with the square of their length.
    if len(text) > 17 or abs(int(text)) > LARGEST:  # noqa: PLR2004
        raise TwofoldError(f"{text[:40]} is larger than a number can be")
    if text == "-0":
        raise TwofoldError("-0 is not a whole number")
    return int(text)


def _no_number(text: str) -> Any:
    raise TwofoldError(f"{text[:40]} is not a whole number")
