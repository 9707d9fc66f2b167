"""Creating, updating and deleting entities and their attributes."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.sandbox.ngsiv2.call import JSON, TEXT, Call, parse
from mimtest.sandbox.ngsiv2.errors import bad_request, missing, unprocessable
from mimtest.sandbox.ngsiv2.model import Attribute, Entity, default_type, now
from mimtest.sandbox.ngsiv2.reading import attribute, attributes, entity
from mimtest.sandbox.ngsiv2.store import Tenant
from mimtest.sandbox.ngsiv2.syntax import harmless

_WORDS: Final = {"true": True, "false": False, "null": None}


def create(call: Call) -> Entity:
    """Create Entity; with `upsert` one that exists is updated. Raises V2Error."""
    call.only("keyValues", "upsert")
    new = entity(call.object(), call.place.own, simple="keyValues" in call.options)
    known = call.tenant.entities.get(new.key)
    if known and "upsert" not in call.options:
        raise unprocessable("Already Exists")
    append(call.tenant, known or new, new.attributes)
    return new


def append(
    tenant: Tenant, known: Entity, new: Mapping[str, Attribute], *, strict: bool = False
) -> None:
    """Update attributes and add those that are not there; `strict`: only add. Raises V2Error."""
    twice = sorted(set(new) & set(known.attributes)) if known.created else []
    if strict and twice:
        raise unprocessable(f"the entity has {', '.join(twice)} already")
    tenant.put(known.with_attributes({**known.attributes, **new}, now()))


def update(tenant: Tenant, known: Entity, new: Mapping[str, Attribute]) -> None:
    """Update attributes that are there. Raises V2Error."""
    strange = sorted(set(new) - set(known.attributes))
    if strange:
        raise unprocessable(f"the entity has no {', '.join(strange)}")
    append(tenant, known, new)


def replace_all(tenant: Tenant, known: Entity, new: Mapping[str, Attribute]) -> None:
    """Have these attributes and no others."""
    tenant.put(known.with_attributes(new, now()))


def remove(tenant: Tenant, known: Entity, names: list[str]) -> None:
    """Remove attributes, or the entity where none is named. Raises V2Error."""
    for name in names:
        require(known, name)
    if not names:
        del tenant.entities[known.key]
        return
    left = {k: v for k, v in known.attributes.items() if k not in names}
    tenant.put(known.with_attributes(left, now()))


def change_attributes(call: Call, known: Entity) -> None:
    """POST, PATCH and PUT on the attributes of an entity. Raises V2Error."""
    strict = call.request.method == "POST"
    call.only("keyValues", "append") if strict else call.only("keyValues")
    body = call.object()
    for name in ("id", "type"):
        if name in body:
            raise bad_request(f"the {name} of an entity does not change")
    new = attributes(body, simple="keyValues" in call.options)
    if call.request.method == "POST":
        append(call.tenant, known, new, strict="append" in call.options)
    elif call.request.method == "PATCH":
        update(call.tenant, known, new)
    else:
        replace_all(call.tenant, known, new)


def change_attribute(call: Call, known: Entity, name: str) -> None:
    """Update Attribute Data. Raises V2Error."""
    require(known, name)
    append(call.tenant, known, {name: attribute(call.object())})


def change_value(call: Call, known: Entity, name: str) -> None:
    """Update Attribute Value; type and metadata stay. Raises V2Error."""
    before = require(known, name)
    kind, data = call.body(JSON, TEXT)
    value = harmless(_text_value(data) if kind == TEXT else _json_value(data))
    changed = Attribute(value, _kept_type(before, value), before.metadata)
    append(call.tenant, known, {name: changed})


def _kept_type(before: Attribute, value: Any) -> str:
    """The type stays unless it was one that only told the kind of value."""
    return default_type(value) if before.type == default_type(before.value) else before.type


def _json_value(data: bytes) -> Any:
    value = parse(data)
    if not isinstance(value, dict | list):
        raise bad_request("as JSON a value is an object or an array")
    return value


def _text_value(data: bytes) -> Any:
    text = data.decode("utf-8", errors="replace")
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return text[1:-1]
    if text in _WORDS:
        return _WORDS[text]
    try:
        return float(text) if set(text) & set(".eE") else int(text)
    except ValueError:
        raise bad_request("a text is in quotes, a number, true, false or null") from None


def require(known: Entity, name: str) -> Attribute:
    """An attribute of an entity. Raises V2Error."""
    if name not in known.attributes:
        raise missing("attribute")
    return known.attributes[name]
