"""Entities and attributes out of what was sent ("JSON Entity Representation" and the simplified one)."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsiv2.call import unknown_names
from mimtest.sandbox.ngsiv2.errors import bad_request
from mimtest.sandbox.ngsiv2.geo import shape_of
from mimtest.sandbox.ngsiv2.model import THING, Attribute, Entity, default_type
from mimtest.sandbox.ngsiv2.moments import instant
from mimtest.sandbox.ngsiv2.syntax import attribute_name, harmless, identifier, metadata_name

_MEMBERS: Final = ("value", "type", "metadata")
_NOT_ATTRIBUTES: Final = ("id", "type")


def entity(body: Any, path: str, *, simple: bool) -> Entity:
    """An entity to be. Raises V2Error."""
    if not isinstance(body, dict):
        raise bad_request("an entity is a JSON object")
    if "id" not in body:
        raise bad_request("an entity has an id")
    own = identifier(body["id"], "the id of an entity")
    kind = identifier(body.get("type", THING), "the type of an entity")
    rest = {k: v for k, v in body.items() if k not in _NOT_ATTRIBUTES}
    return Entity(own, kind, attributes(rest, simple=simple), path)


def attributes(body: Mapping[str, Any], *, simple: bool) -> dict[str, Attribute]:
    """Attributes by name, `simple` for those that are values only. Raises V2Error."""
    read = plain if simple else attribute
    return {attribute_name(name): read(value) for name, value in body.items()}


def plain(value: Any) -> Attribute:
    """An attribute that is a value only."""
    return Attribute(harmless(value), default_type(value))


def attribute(body: Any) -> Attribute:
    """An attribute with its type and metadata. Raises V2Error."""
    if not isinstance(body, dict):
        raise bad_request("an attribute is a JSON object")
    unknown_names(body, _MEMBERS, "an attribute")
    value = harmless(body.get("value"))
    kind = _type(body, "the type of an attribute")
    given = body.get("metadata", {})
    if not isinstance(given, dict):
        raise bad_request("metadata is a JSON object")
    _require_fit(kind, value)
    return Attribute(value, kind, {metadata_name(n): _metadata(v) for n, v in given.items()})


def _metadata(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise bad_request("metadata is a JSON object")
    unknown_names(body, ("value", "type"), "metadata")
    return {"type": _type(body, "the type of metadata"), "value": harmless(body.get("value"))}


def _type(body: Mapping[str, Any], what: str) -> str:
    return identifier(body.get("type", default_type(body.get("value"))), what)


def _require_fit(kind: str, value: Any) -> None:
    """Raise V2Error for a value that is not what its type says, of the types with a meaning."""
    if kind == "DateTime" and value is not None and instant(value) is None:
        raise bad_request("a DateTime is written as ISO 8601 wants it")
    if kind.startswith("geo:") and value is not None:
        try:
            shape_of(kind, value)
        except NgsiError as error:
            raise bad_request(error.detail) from None
