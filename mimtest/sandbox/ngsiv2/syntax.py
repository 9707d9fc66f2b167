"""What names and values may be made of ("Field syntax restrictions", and the names that are taken)."""

import re
from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.ngsiv2.errors import bad_request

#: Attributes and metadata the broker itself knows.
BUILTIN_ATTRIBUTES: Final = ("dateCreated", "dateModified", "dateExpires")
BUILTIN_METADATA: Final = ("dateCreated", "dateModified", "previousValue", "actionType")
_IDENTIFIER: Final = re.compile(r"[!-~]{1,256}")
_NOT_IN_IDENTIFIERS: Final = frozenset("&?/#")
#: Kept out of every field, so that nothing in it can be a script.
_DANGEROUS: Final = frozenset("<>\"'=;()")
_TAKEN_ATTRIBUTES: Final = frozenset(("id", "type", "geo:distance", "*", *BUILTIN_ATTRIBUTES))
_TAKEN_METADATA: Final = frozenset(("*", *BUILTIN_METADATA))


def identifier(value: Any, what: str) -> str:
    """The value as an identifier. Raises V2Error."""
    if not isinstance(value, str):
        raise bad_request(f"{what} is a text")
    if not _IDENTIFIER.fullmatch(value) or (_NOT_IN_IDENTIFIERS | _DANGEROUS) & set(value):
        raise bad_request(
            f"{what} has 1 to 256 characters of ASCII, without space and &?/#<>\"'=;()"
        )
    return value


def attribute_name(value: Any) -> str:
    """The value as the name of an attribute. Raises V2Error."""
    name = identifier(value, "the name of an attribute")
    if name in _TAKEN_ATTRIBUTES:
        raise bad_request(f"{name} cannot be the name of an attribute")
    return name


def metadata_name(value: Any) -> str:
    """The value as the name of metadata. Raises V2Error."""
    name = identifier(value, "the name of metadata")
    if name in _TAKEN_METADATA:
        raise bad_request(f"{name} cannot be the name of metadata")
    return name


def harmless(value: Any) -> Any:
    """The value, in which no text can be a script. Raises V2Error."""
    if any(_DANGEROUS & set(text) for text in _texts(value)):
        raise bad_request("a value has one of the characters < > \" ' = ; ( )")
    return value


def _texts(value: Any) -> Iterable[str]:
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            pending += found
        elif isinstance(found, dict):
            pending += [*found.keys(), *found.values()]
