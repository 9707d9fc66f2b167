"""What each kind of attribute may hold (4.5.2 to 4.5.24)."""

from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.geometry import read_shape
from mimtest.sandbox.ngsild.model import NULL
from mimtest.sandbox.ngsild.syntax import instant, is_language_tag, is_uri
from mimtest.sandbox.ngsild.terms import Terms
from mimtest.sandbox.ngsild.values import expand_value, has_null


def read_identifier(value: Any) -> str:
    """The id of an entity. Raises NgsiError (BadRequestData) when it is no URI."""
    if not is_uri(value):
        msg = "an id is a URI"
        raise bad_data(msg)
    return str(value)


def read_dataset(value: Any) -> str | None:
    """A datasetId; None for the default instance. Raises NgsiError (BadRequestData)."""
    if value is None or value == "@none":
        return None
    if not is_uri(value):
        msg = "a datasetId is a URI"
        raise bad_data(msg)
    return str(value)


def read_extra(member: str, value: Any, terms: Terms) -> str:
    """What an attribute says besides its value. Raises NgsiError (BadRequestData)."""
    if not isinstance(value, str) or not value:
        msg = f"{member} is a text"
        raise bad_data(msg)
    if member in ("observedAt", "expiresAt") and instant(value) is None:
        msg = f"{member} is a DateTime with a time zone"
        raise bad_data(msg)
    return terms.expand(value) if member == "valueType" else value


def read_value(kind: str, value: Any, terms: Terms, *, nulls: bool = False) -> Any:
    """The value as it is kept. Raises NgsiError (BadRequestData) when the kind cannot hold it.

    `nulls` says that texts of a language map may be the null marker.
    """
    if kind == "LanguageProperty":
        return _language_map(value, nulls=nulls)
    return _READERS[kind](value, terms)


def _plain(value: Any, terms: Terms) -> Any:
    if has_null(value):
        msg = "null is no value"
        raise bad_data(msg)
    return expand_value(terms, value)


def _geometry(value: Any, _terms: Terms) -> Any:
    read_shape(value)
    if has_null(value):
        msg = "null is no part of a geometry"
        raise bad_data(msg)
    return value


def _reference(value: Any, _terms: Terms) -> Any:
    if is_uri(value) or (isinstance(value, list) and value and all(map(is_uri, value))):
        return value
    msg = "the object of a Relationship is a URI"
    raise bad_data(msg)


def _word(value: Any, terms: Terms) -> Any:
    if isinstance(value, list):
        return [_word(v, terms) for v in value]
    if isinstance(value, str) and value:
        return terms.expand(value)
    msg = "a vocab is a word or an array of words"
    raise bad_data(msg)


def _json(value: Any, _terms: Terms) -> Any:
    if value is None:
        msg = "null is no value"
        raise bad_data(msg)
    return value


def _list(value: Any, terms: Terms) -> Any:
    if isinstance(value, list):
        return _plain(value, terms)
    msg = "a valueList is an array"
    raise bad_data(msg)


def _references(value: Any, _terms: Terms) -> Any:
    if not isinstance(value, list):
        raise _not_references()
    objects = [v.get("object") if isinstance(v, dict) else v for v in value]
    if not all(map(is_uri, objects)):
        raise _not_references()
    return objects


def _not_references() -> NgsiError:
    return bad_data("an objectList is an array of objects of relationships")


def _language_map(value: Any, *, nulls: bool) -> Any:
    if not isinstance(value, dict) or not value:
        msg = "a languageMap is an object with a text for each language"
        raise bad_data(msg)
    for tag, text in value.items():
        texts = text if isinstance(text, list) else [text]
        if not is_language_tag(tag) or not all(isinstance(t, str) for t in texts):
            msg = f"the languageMap says something else than texts for '{tag[:40]}'"
            raise bad_data(msg)
        if NULL in texts and not nulls:
            msg = f"{NULL} is no text"
            raise bad_data(msg)
    return value


_READERS: Final[dict[str, Callable[[Any, Terms], Any]]] = {
    "Property": _plain,
    "GeoProperty": _geometry,
    "Relationship": _reference,
    "VocabProperty": _word,
    "JsonProperty": _json,
    "ListProperty": _list,
    "ListRelationship": _references,
}
