"""Names of members that mean the same in whatever form: with a prefix, in capitals, with joints."""

import re
from collections.abc import Mapping
from typing import Any, Final

#: A day in figures, or seconds or milliseconds since 1970.
_WHEN: Final = re.compile(
    r"\b(?:19|20)\d\d-?[01]\d-?[0-3]\d|\b[0-3]?\d[./][01]?\d[./](?:19|20)\d\d\b|\b1[0-9]{9}(?:\d{3})?\b"
)


def says_when(text: str) -> bool:
    """Whether a text says when something was, in whatever form."""
    return bool(_WHEN.search(text))


def values_of(value: Any, name: str) -> list[str]:
    """The texts under members of a name, whatever prefix and letter case the name has."""
    found: list[str] = []
    if isinstance(value, Mapping):
        for key, held in value.items():
            if local_name(key) == local_name(name) and isinstance(held, str):
                found.append(held)
            found += values_of(held, name)
    elif isinstance(value, list):
        for part in value:
            found += values_of(part, name)
    return found


def local_name(name: str) -> str:
    """A name without prefix or namespace, and without letter case, blanks and joints."""
    last = name.replace("#", "/").replace(":", "/").rstrip("/").rpartition("/")[2]
    return "".join(c for c in last.lower() if c.isalnum())
