"""How report.json is laid out, for those who write it and those who show it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

#: How the ids of exchanges end that the product began.
INCOMING: Final = "-in"


def digest_of(text: str) -> str:
    """The digest of a kept text, as the evidence names it."""
    return f"sha256:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def as_text(report: Mapping[str, Any]) -> str:
    """JSON in which each check, each exchange and so on has a line of its own."""
    members = (f"{_line(key)}: {_lines(value)}" for key, value in report.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _line(value)
    return "[\n" + ",\n".join(map(_line, value)) + "\n]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
