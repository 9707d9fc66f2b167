"""Examples of a model: one entity of the town in the forms in which it is given out."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.sandbox.http import dump

_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
_OWN: Final = ("id", "type", "@context", "scope")
Entity = Mapping[str, Any]


def example(file: str, entity: Entity | None, context: str) -> tuple[str, bytes] | None:
    """Media type and body of an example file; None where there is no such file."""
    made = _FILES.get(file)
    if made is None or entity is None:
        return None
    kind, make = made
    value = make(entity)
    named = {"@context": [context, _CORE]} if kind == "application/ld+json" else {}
    return kind, dump({**value, **named})


def _whole(entity: Entity) -> dict[str, Any]:
    return dict(entity)


def _simplified(entity: Entity) -> dict[str, Any]:
    return {n: v if n in _OWN else _value(v) for n, v in entity.items()}


def _value(attribute: Any) -> Any:
    """The value of an attribute; of several instances the first."""
    first = attribute[0] if isinstance(attribute, list) else attribute
    return next((first[m] for m in ("value", "object", "languageMap") if m in first), first)


def _feature(entity: Entity) -> dict[str, Any]:
    rest = {n: v for n, v in _simplified(entity).items() if n not in ("id", "location")}
    place = entity.get("location", {}).get("value")
    return {"type": "Feature", "id": entity["id"], "geometry": place, "properties": rest}


_FILES: Final[Mapping[str, tuple[str, Callable[[Entity], dict[str, Any]]]]] = {
    "example.json": ("application/json", _simplified),
    "example.jsonld": ("application/ld+json", _simplified),
    "example-normalized.jsonld": ("application/ld+json", _whole),
    "example-geojsonfeature.json": ("application/geo+json", _feature),
}
