"""Names inside values: JSON-LD gives the members of an object a meaning at every depth (5.5.7)."""

from collections.abc import Callable
from typing import Any

from mimtest.sandbox.ngsild.terms import Terms


def expand_value(terms: Terms, value: Any) -> Any:
    """The value with its member names as IRIs; keywords and their aliases stay as written."""
    return _renamed(value, lambda name: _expanded(terms, name), terms.expand)


def compact_value(terms: Terms, value: Any) -> Any:
    """The value with its member names as the context's terms."""
    return _renamed(value, terms.compact, terms.compact)


def _expanded(terms: Terms, name: str) -> str:
    iri = terms.expand(name)
    return name if not name or iri.startswith("@") else iri


def _renamed(value: Any, key: Callable[[str], str], kind: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_renamed(v, key, kind) for v in value]
    if not isinstance(value, dict):
        return value
    return {
        key(k): _kinds(v, kind) if k in ("type", "@type") else _renamed(v, key, kind)
        for k, v in value.items()
    }


def _kinds(value: Any, kind: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_kinds(v, kind) for v in value]
    return kind(value) if isinstance(value, str) else value


def has_null(value: Any) -> bool:
    """Whether JSON's null is in it anywhere."""
    if isinstance(value, dict):
        return any(has_null(v) for v in value.values())
    if isinstance(value, list):
        return any(has_null(v) for v in value)
    return value is None
