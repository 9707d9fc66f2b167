"""Names of members that mean the same in whatever form: with a prefix, in capitals, with joints."""

from collections.abc import Mapping
from typing import Any


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
