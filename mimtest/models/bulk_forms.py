"""What of an entity a schema may speak of, found quickly: the forms are those of `representations`.

Published schemas describe the simplified form. Most entities of a bulk come in it, or are plain enough that it
can be read off; whatever is not goes the long way.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mimtest.models.representations import (
    OWN_MEMBERS,
    VALUE_MEMBERS,
    form_of,
    normalized,
    simplified,
)

_MOST_TYPES: Final = 8
_AS_THEY_ARE: Final = ("simplified", "plain")
_HOLDING: Final = frozenset(VALUE_MEMBERS.values())
_WITH_VALUE: Final = ("Property", "GeoProperty")
_OF_V2: Final = frozenset(("type", "value", "metadata"))
_NOT_READ_OFF: Final = frozenset(VALUE_MEMBERS) - {"Relationship"}
_TEXT_PLACES: Final = "geo:"


def candidates(entity: dict[str, Any], wanted: str | None) -> tuple[str, Iterable[dict[str, Any]]]:
    """The form of an entity, and the forms of it to look at: the simplified one first.

    Of one with several types there is one for each type, or for the `wanted` one alone.
    """
    if "@context" in entity:
        entity = {n: v for n, v in entity.items() if n != "@context"}
    form, made = _forms(entity)
    types = entity.get("type")
    return form, _of_each_type(made, types, wanted) if isinstance(types, list) else made


def _forms(entity: dict[str, Any]) -> tuple[str, Iterable[dict[str, Any]]]:
    if not _may_be_structured(entity):
        return "simplified" if "type" in entity else "plain", (entity,)
    quick = read_off(entity)
    if quick is not None:
        form, first = quick
        return form, (first, entity)
    form = form_of(entity)
    return form, (entity,) if form in _AS_THEY_ARE else _simplified(entity, form)


def _may_be_structured(entity: Mapping[str, Any]) -> bool:
    """Whether an attribute looks like more than its value."""
    for value in entity.values():
        kind = type(value)
        if kind is dict and not _HOLDING.isdisjoint(value):
            return True
        if kind is list and value and type(value[0]) is dict and not _HOLDING.isdisjoint(value[0]):
            return True
    return entity.get("type") == "Feature"


def read_off(entity: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The form and the simplified form of an entity whose attributes have one plain instance each, else None."""
    made: dict[str, Any] = {}
    linked = older = False
    for name, attribute in entity.items():
        if name in OWN_MEMBERS:
            made[name] = attribute
            continue
        if type(attribute) is not dict:
            return None
        kind = attribute.get("type")
        if kind in _WITH_VALUE and "value" in attribute and "metadata" not in attribute:
            linked, value = True, attribute["value"]
        elif kind == "Relationship" and "object" in attribute and "value" not in attribute:
            linked, value = True, attribute["object"]
        elif _is_plain_v2(attribute, kind):
            older, value = True, attribute["value"]
        else:
            return None
        made[name] = value["@value"] if type(value) is dict and "@value" in value else value
    if linked is older or "id" not in made or "type" not in made:
        return None
    return "normalized" if linked else "ngsi-v2", made


def _is_plain_v2(attribute: Mapping[str, Any], kind: Any) -> bool:
    return (
        type(kind) is str
        and kind not in _NOT_READ_OFF
        and "value" in attribute
        and attribute.keys() <= _OF_V2
        and (kind == "geo:json" or not kind.startswith(_TEXT_PLACES))
    )


def _simplified(entity: dict[str, Any], form: str) -> Iterator[dict[str, Any]]:
    """The simplified form, then with nothing wrapped, then the entity as it came."""
    whole = normalized(entity, form)
    first = simplified(whole)
    yield first
    bare = simplified(whole, bare=True)
    if bare != first:
        yield bare
    yield entity


def _of_each_type(
    forms: Iterable[dict[str, Any]], types: list[Any], wanted: str | None
) -> Iterator[dict[str, Any]]:
    """Schemas speak of one type: an entity of several is looked at as each of them."""
    for form in forms:
        yield from ({**form, "type": t} for t in ([wanted] if wanted else types[:_MOST_TYPES]))
