"""The names in a subscription: what it says under one context, said under another (5.5.7)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.sandbox.ngsild.model import NULL
from mimtest.sandbox.ngsild.terms import Terms

Rename = Callable[[str], str]

_IN_TYPES: Final = re.compile(r"[^;,|()\s]+")
_IN_PROJECTION: Final = re.compile(r"[^{},|\s]+")
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_IN_Q: Final = re.compile(
    rf"(?P<kept>{_QUOTED}|\[[^\[\]]*\]"
    rf'|(?:!~=|~=|==|!=|<=|>=|<|>)(?:{_QUOTED}|\\.|\([^()]*\)|[^;|()"\\}}])*)'
    r"|(?<=\{)(?P<hint>(?!urn:)[^\W\d_]\w*(?:,[^\W\d_]\w*)*(?=:(?!//)))"
    r'|(?P<path>[^\s=!<>~;|()\[\]{}",]+)'
)


def translating(old: Terms, new: Terms) -> Rename:
    """Says under the new context what a name means under the old one."""

    def rename(name: str) -> str:
        iri = old.expand(name)
        return name if iri.startswith("@") or name == "*" else new.compact(iri)

    return rename


def renamed(document: Mapping[str, Any], rename: Rename) -> dict[str, Any]:
    """The subscription, or its `notification`, with other names; what is malformed stays."""
    return {
        k: _PARTS[k](v, rename) if k in _PARTS and v != NULL else v for k, v in document.items()
    }


def _names(value: Any, rename: Rename) -> Any:
    return [rename(v) if isinstance(v, str) else v for v in _listed(value)]


def _nested(value: Any, rename: Rename) -> Any:
    return [_in_text(_IN_PROJECTION, v, rename) for v in _listed(value)]


def _listed(value: Any) -> list[Any]:
    return value.split(",") if isinstance(value, str) else value


def _in_text(pattern: re.Pattern[str], value: Any, rename: Rename) -> Any:
    return pattern.sub(lambda m: rename(m[0]), value) if isinstance(value, str) else value


def _selectors(value: Any, rename: Rename) -> Any:
    if not isinstance(value, list):
        return value
    return [_selector(v, rename) if isinstance(v, dict) else v for v in value]


def _selector(value: dict[str, Any], rename: Rename) -> dict[str, Any]:
    return {k: _in_text(_IN_TYPES, v, rename) if k == "type" else v for k, v in value.items()}


def _place(value: Any, rename: Rename) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("geoproperty"), str):
        return value
    return {**value, "geoproperty": rename(value["geoproperty"])}


def _query(value: Any, rename: Rename) -> Any:
    def said(found: re.Match[str]) -> str:
        if found["path"]:
            return _path(found["path"], rename)
        return ",".join(map(rename, found["hint"].split(","))) if found["hint"] else found[0]

    return _IN_Q.sub(said, value) if isinstance(value, str) else value


def _path(path: str, rename: Rename) -> str:
    """A dotted path of names; the dots of an IRI before its last part are its own."""
    cut = max(path.rfind(sign) for sign in "/#:") + 1
    first, *others = path[cut:].split(".")
    return ".".join([rename(path[:cut] + first), *map(rename, others)])


_PARTS: Final[dict[str, Callable[[Any, Rename], Any]]] = {
    "entities": _selectors,
    "watchedAttributes": _names,
    "q": _query,
    "geoQ": _place,
    "expandValues": _names,
    "jsonKeys": _names,
    "notification": lambda v, r: renamed(v, r) if isinstance(v, dict) else v,
    "attributes": _names,
    "pick": _nested,
    "omit": _nested,
}
