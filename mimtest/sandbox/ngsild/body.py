"""The JSON body of a request, within bounds."""

import json
from typing import Any, Final, NoReturn

from mimtest.sandbox.ngsild.errors import bad_data, invalid

_MAX_DEPTH: Final = 100


def read_json(body: bytes) -> Any:
    """The body as JSON. Raises NgsiError: InvalidRequest when it is none, BadRequestData for odd ones."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        msg = "the body is not JSON in UTF-8"
        raise invalid(msg) from None
    _require_depth(value)
    if b"\\u" in body:
        _require_characters(value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _too_deep() -> Exception:
    return bad_data(f"the body is nested more than {_MAX_DEPTH} deep")


def _require_depth(value: Any) -> None:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise _too_deep()


def _require_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        msg = "the body has half of a surrogate pair"
        raise bad_data(msg) from None
