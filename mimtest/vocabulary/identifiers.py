"""Signs that an identifier will not last: it says where or how something is kept, not what it is.

MIMs Plus 9.0, MIM1 R1.5 and mechanism 3.1c. Each sign is narrow: years, house numbers, inventory
numbers and UUIDs are none.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

_FEWEST_ROWS: Final = 4
_YEARS: Final = range(1900, 2101)
_INNER: Final = re.compile(
    r"(?:^|[/:@.])(localhost|[\w-]+(?:\.[\w-]+)*\.(?:local|localdomain|lan|internal|intranet))"
    r"(?=$|[/:?#])"
)
_QUAD: Final = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\w)")
_PORT: Final = re.compile(
    r"(?:\.[a-z]{2,}|localhost|\d\.\d{1,3}):[1-9]\d{3,4}(?=$|[/?#])", re.IGNORECASE
)
_SESSION: Final = re.compile(
    r"(?:[;?&](?:jsessionid|phpsessid|aspsessionid\w*|sid|session_?id|access_token|token)=)"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.",
    re.IGNORECASE,
)
_ROW: Final = re.compile(
    r"(?:^|[/:?&#;._-])(?:row_?(?:id|num|number)|objectid)[=:/]\d+", re.IGNORECASE
)
_NUMBERED: Final = re.compile(r"(.*[:/#=])([1-9]\d{0,8})")


def fleeting_signs(id: str) -> list[str]:
    """What in an identifier belongs to a server, a session or a table, each in a few words."""
    return list(dict.fromkeys(_signs(unquote(id))))


def _signs(text: str) -> Iterator[str]:
    yield from _signs_of_the_host(text)
    if _INNER.search(text):
        yield "a host name that holds on one network only"
    if any(_is_inner_address(q) for q in _QUAD.findall(text)):
        yield "an IP address"
    if _PORT.search(text):
        yield "a port"
    if _SESSION.search(text):
        yield "a session or token"
    if _ROW.search(text):
        yield "a row number"


def _signs_of_the_host(text: str) -> Iterator[str]:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return
    if parts.scheme not in ("http", "https"):
        return
    if _is_address(host):
        yield "an IP address"
    elif "." not in host and host != "localhost":
        yield "a host name that holds on one network only"
    if port is not None:
        yield "a port"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_inner_address(quad: str) -> bool:
    """Whether four numbers are an address that only a network of somebody's own has."""
    return _is_address(quad) and (ip_address(quad).is_private or ip_address(quad).is_loopback)


def row_numbers(ids: Iterable[str], entity_type: str) -> list[str]:
    """The identifiers of one type that are nothing but the type and a count without gaps.

    Few ids, and numbers that can be years, say nothing.
    """
    counted: dict[str, dict[int, str]] = {}
    for name in ids:
        found = _NUMBERED.fullmatch(name)
        if found and _names_only_the_type(found[1], entity_type):
            counted.setdefault(found[1], {})[int(found[2])] = name
    return [n for numbers in counted.values() if _is_a_count(numbers) for n in numbers.values()]


def _names_only_the_type(start: str, entity_type: str) -> bool:
    """Whether what comes before the number ends with the type, so that no street or site is in it."""
    words = [w for w in re.split(r"[:/#=?&]", start) if w]
    last = re.split(r"[/#:]", entity_type)[-1].lower()
    return bool(words) and words[-1].lower() in (last, f"{last}s", "entities", "id")


def _is_a_count(numbers: Iterable[int]) -> bool:
    found = sorted(numbers)
    dense = len(found) >= _FEWEST_ROWS and found[-1] - found[0] + 1 == len(found)
    return dense and not all(n in _YEARS for n in found)
