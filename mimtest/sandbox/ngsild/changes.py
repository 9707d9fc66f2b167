"""How an entity changes: appended, updated, replaced and merged (5.5.8, 5.5.12, 5.6). Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.model import (
    ABSENT,
    NULL,
    Attribute,
    Attributes,
    Entity,
    Fragment,
    Instances,
    instance_of,
    with_instance,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An entity after a change: which attributes (IRIs) took it, and which did not and why."""

    entity: Entity
    updated: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def replaced(old: Entity, new: Fragment, now: str) -> Entity:
    """The entity with other types, scopes and attributes; only when it was created stays."""
    attributes = {n: _aged(old.attributes.get(n, ()), i) for n, i in new.attributes.items()}
    return replace(
        old,
        types=new.types or old.types,
        scopes=new.scopes or (),
        attributes=attributes,
        modified=now,
        expires=new.expires,
    )


def appended(old: Entity, new: Fragment, now: str, *, overwrite: bool = True) -> Outcome:
    """The entity with more attributes; those that are there are overwritten or left (5.6.3)."""
    attributes = dict(old.attributes)
    updated: list[str] = []
    refused: dict[str, str] = {}
    for name, instances in new.attributes.items():
        fresh = _appended(attributes.get(name, ()), instances, overwrite=overwrite)
        if fresh is None:
            refused[name] = "it is there already"
        else:
            attributes[name] = fresh
            updated.append(name)
    scopes = _scopes(old, new, overwrite=overwrite)
    entity = replace(_with_own(old, new), scopes=scopes, attributes=attributes)
    entity = old if entity == old else replace(entity, modified=now)
    return Outcome(entity, tuple(updated), refused)


def updated(old: Entity, new: Fragment, now: str) -> Outcome:
    """The entity with those attributes overwritten or appended (5.6.2); a null value removes one."""
    attributes = dict(old.attributes)
    done: list[str] = []
    refused: dict[str, str] = {}
    for name, instances in new.attributes.items():
        known = attributes.get(name, ())
        if any(_is_null(i) and instance_of(known, i.dataset) is None for i in instances):
            refused[name] = "there is no such attribute"
            continue
        attributes[name] = _overwritten_by(known, instances)
        done.append(name)
    entity = replace(
        _with_own(old, new),
        scopes=_scopes(old, new, overwrite=True) if old.scopes else (),
        attributes={n: i for n, i in attributes.items() if i},
        modified=now,
    )
    return Outcome(entity, tuple(done), refused)


def _overwritten_by(known: Instances, new: Instances) -> Instances:
    result = known
    for item in _aged(known, new):
        fresh = _complete(item)
        if fresh is None:
            result = tuple(i for i in result if i.dataset != item.dataset)
        else:
            result = with_instance(result, fresh)
    return result


def merged(old: Entity, part: Fragment, now: str, observed: str | None = None) -> Entity:
    """The entity with the parts merged in at every depth (5.5.12).

    `observed` is the new observedAt of the changed attributes that have one.
    """
    return replace(
        _with_own(old, part),
        scopes=_scopes(old, part, overwrite=True),
        attributes=_merged_attributes(old.attributes, part.attributes, observed),
        modified=now,
    )


def _with_own(old: Entity, new: Fragment) -> Entity:
    """With the end that is said; types are added and never taken away."""
    types = tuple(dict.fromkeys((*old.types, *(new.types or ()))))
    expires = old.expires if new.expires is None else new.expires
    return replace(old, types=types, expires=None if expires == NULL else expires)


def _scopes(old: Entity, new: Fragment, *, overwrite: bool) -> tuple[str, ...]:
    if new.scopes is None:
        return old.scopes
    if NULL in new.scopes:
        return ()
    return new.scopes if overwrite else tuple(dict.fromkeys((*old.scopes, *new.scopes)))


def _aged(known: Instances, new: Instances) -> Instances:
    """The new instances, created when those they replace were."""
    old = {i.dataset: i.created for i in known}
    return tuple(i.since(old.get(i.dataset, i.created)) for i in new)


def _appended(known: Instances, new: Instances, *, overwrite: bool) -> Instances | None:
    """The instances with the new ones; None when nothing may be written."""
    result = known
    for item in _aged(known, new):
        if overwrite or instance_of(known, item.dataset) is None:
            result = with_instance(result, item)
    return None if result == known else result


def _is_null(item: Attribute) -> bool:
    """Whether the instance asks for its own removal (4.5.0)."""
    if item.kind == "LanguageProperty" and isinstance(item.value, dict):
        return bool(item.value == {"@none": NULL})
    return bool(item.value == NULL)


def _complete(item: Attribute) -> Attribute | None:
    """A new attribute from a part, without null markers; None when nothing is left of it.

    Raises NgsiError (BadRequestData) when the part has no value.
    """
    if item.value is ABSENT or not item.kind:
        msg = "a new attribute has a value"
        raise bad_data(msg)
    extra = {k: v for k, v in item.extra.items() if v != NULL}
    value = merged_value(ABSENT, item.value)
    fresh = replace(item, value=value, extra=extra, parts=_merged_attributes({}, item.parts))
    return None if _is_null(item) or _is_empty(fresh) else fresh


def _is_empty(item: Attribute) -> bool:
    return item.kind == "LanguageProperty" and not item.value


def _merged_attributes(old: Attributes, new: Attributes, observed: str | None = None) -> Attributes:
    result = dict(old)
    for name, instances in new.items():
        known = result.get(name, ())
        for item in instances:
            known = _with_merged(known, item, observed)
        result[name] = known
    return {n: i for n, i in result.items() if i}


def _with_merged(known: Instances, item: Attribute, observed: str | None) -> Instances:
    there = instance_of(known, item.dataset)
    fresh: Attribute | None
    if there is None:
        fresh = None if _is_null(item) else _complete(item)
    elif _is_null(item):
        fresh = None
    else:
        fresh = merged_instance(there, item, observed)
    if fresh is None or _is_empty(fresh):
        return tuple(i for i in known if i is not there)
    return with_instance(known, fresh)


def merged_instance(old: Attribute, part: Attribute, observed: str | None = None) -> Attribute:
    """An attribute with a part of one merged in. Raises NgsiError (BadRequestData)."""
    same = part.kind in ("", old.kind)
    if part.value is ABSENT and not same:
        msg = f"a {old.kind} does not become a {part.kind} without a value"
        raise bad_data(msg)
    extra = {**old.extra, **part.extra}
    if observed and "observedAt" in old.extra and "observedAt" not in part.extra:
        extra["observedAt"] = observed
    return replace(
        old,
        kind=part.kind or old.kind,
        value=merged_value(old.value if same else ABSENT, part.value),
        extra={k: v for k, v in extra.items() if v != NULL},
        parts=_merged_attributes(old.parts, part.parts),
        modified=part.modified,
    )


def overwritten(old: Attribute, part: Attribute) -> Attribute | None:
    """An attribute with those members of a part in place of its own (5.6.4); None when removed.

    Raises NgsiError (BadRequestData) for a part of another kind.
    """
    if _is_null(part):
        return None
    if part.kind not in ("", old.kind):
        msg = f"a {old.kind} does not become a {part.kind}"
        raise bad_data(msg)
    value = old.value if part.value is ABSENT else part.value
    fresh = replace(
        old,
        value=value,
        extra={**old.extra, **part.extra},
        parts={**old.parts, **part.parts},
        modified=part.modified,
    )
    return _complete(fresh)


def merged_value(old: Any, new: Any) -> Any:
    """A value with another merged in, member by member where both are objects."""
    if new is ABSENT:
        return old
    if not isinstance(new, dict):
        return new
    result = dict(old) if isinstance(old, dict) else {}
    for name, value in new.items():
        if value == NULL:
            result.pop(name, None)
        else:
            result[name] = merged_value(result.get(name, ABSENT), value)
    return result
