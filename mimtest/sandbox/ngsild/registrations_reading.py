"""From JSON to a registration: what may be written (5.2.8 to 5.2.11, 5.2.34)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geometry import read_shape
from mimtest.sandbox.ngsild.registrations_model import (
    GROUPS,
    MODES,
    OPERATIONS,
    EntityInfo,
    Registration,
    RegistrationInfo,
)
from mimtest.sandbox.ngsild.syntax import instant, is_name, is_uri
from mimtest.sandbox.ngsild.terms import CORE, Terms
from mimtest.sandbox.ngsild.values import expand_value, has_null

TYPE: Final = "ContextSourceRegistration"
#: Members the broker makes itself and does not believe (table 5.2.9-2, 5.2.2).
_IGNORED: Final = (
    "status", "timesSent", "timesFailed", "lastSuccess", "lastFailure",
    "createdAt", "modifiedAt", "deletedAt",
)  # fmt: skip
_REQUIRED: Final = ("type", "endpoint", "information")
_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
)
_ALIAS: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z:/\[\]-]+")


def read_members(data: Any, terms: Terms) -> dict[str, Any]:
    """The members of a registration or of a part of one, their names as IRIs.

    Raises NgsiError (BadRequestData) for what is none.
    """
    if not isinstance(data, dict):
        msg = "a registration is a JSON object"
        raise bad_data(msg)
    members = {_member(name, terms): value for name, value in data.items()}
    kept = {k: v for k, v in members.items() if k not in _IGNORED}
    return {k: _expanded(k, v, terms) for k, v in kept.items()}


def read_registration(id_: str, document: Mapping[str, Any]) -> Registration:
    """The registration with these members. Raises NgsiError (BadRequestData)."""
    lacking = [m for m in _REQUIRED if m not in document]
    if lacking:
        msg = f"a registration has a member '{lacking[0]}'"
        raise bad_data(msg)
    for member, value in document.items():
        _require(member, _CHECKS.get(member, _is_own)(value))
    if document.get("mode") == "auxiliary":
        _require_read_only(document.get("operations", ["federationOps"]))
    information = tuple(_information(i) for i in document["information"])
    if document.get("mode") == "exclusive":
        _require_narrow(information)
    return Registration(id_, document, information)


def _member(name: str, terms: Terms) -> str:
    if not name:
        msg = "a member has a name"
        raise bad_data(msg)
    iri = terms.expand(name)
    return _KNOWN.get(iri, iri)


def _expanded(member: str, value: Any, terms: Terms) -> Any:
    if member == "information" and isinstance(value, list):
        return [_expanded_info(i, terms) for i in value]
    return value if member in _CHECKS else expand_value(terms, value)


def _expanded_info(info: Any, terms: Terms) -> Any:
    if not isinstance(info, dict):
        return info
    info = {_INSIDE.get(terms.expand(k), k): v for k, v in info.items()}
    for key in ("propertyNames", "relationshipNames"):
        if key in info:
            info[key] = _names(info[key], terms)
    if isinstance(info.get("entities"), list):
        info["entities"] = [_expanded_entity(e, terms) for e in info["entities"]]
    return info


def _expanded_entity(entity: Any, terms: Terms) -> Any:
    if not isinstance(entity, dict):
        return entity
    entity = {_INSIDE.get(terms.expand(k), k): v for k, v in entity.items()}
    return entity | {"type": _names(entity["type"], terms)} if "type" in entity else entity


def _names(value: Any, terms: Terms) -> Any:
    """The names as IRIs. Raises NgsiError (BadRequestData) for what cannot be a name."""
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(n, str) and is_name(n) for n in names):
        msg = "names of types and attributes are words or IRIs, and at least one"
        raise bad_data(msg)
    return [terms.expand(n) for n in value] if isinstance(value, list) else terms.expand(value)


def _information(info: Any) -> RegistrationInfo:
    entities = info.get("entities")
    names = [info.get(k) for k in ("propertyNames", "relationshipNames")]
    _require("information", entities is not None or any(n is not None for n in names))
    _require("propertyNames", all(n is None or isinstance(n, list) for n in names))
    if entities is not None:
        _require("entities", isinstance(entities, list) and bool(entities))
    return RegistrationInfo(
        info,
        tuple(_entity(e) for e in entities or ()),
        frozenset(n for listed in names for n in listed or ()),
    )


def _entity(info: Any) -> EntityInfo:
    _require("entities", isinstance(info, dict) and "type" in info)
    types, id_, pattern = info["type"], info.get("id"), info.get("idPattern")
    _require("id", id_ is None or is_uri(id_))
    _require("idPattern", pattern is None or isinstance(pattern, str))
    try:
        compiled = None if pattern is None else re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        msg = "idPattern is not a regular expression"
        raise bad_data(msg) from None
    return EntityInfo(tuple(types) if isinstance(types, list) else (types,), id_, compiled)


def _require_narrow(information: tuple[RegistrationInfo, ...]) -> None:
    """An exclusive registration is about attributes of single entities (4.3.6.3)."""
    single = all(
        i.entities and all(e.id and not e.pattern for e in i.entities) for i in information
    )
    if not single or not all(i.names for i in information):
        msg = "an exclusive registration has ids of entities, no idPattern, and names of attributes"
        raise bad_data(msg)


def _require_read_only(operations: list[str]) -> None:
    """An auxiliary source is only read (5.9.2.4)."""
    if not set(operations) <= {"retrieveOps", "retrieveEntity", "queryEntity"}:
        msg = "the operations of an auxiliary registration are retrieveEntity and queryEntity"
        raise bad_data(msg)


def _require(member: str, holds: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        msg = f"a registration does not have such a '{member[:60]}'"
        raise bad_data(msg)


def _is_own(value: Any) -> bool:
    return not has_null(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_shape(value: Any) -> bool:
    return bool(read_shape(value))


def _is_interval(value: Any) -> bool:
    if not isinstance(value, dict) or not (start := instant(value.get("startAt"))):
        return False
    end = instant(value.get("endAt"))
    return "endAt" not in value or (end is not None and start <= end)


def _is_scope(value: Any) -> bool:
    scopes = value if isinstance(value, list) else [value]
    return bool(scopes) and all(_is_text(s) for s in scopes)


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(p, dict) and _is_text(p.get("key")) and isinstance(p.get("value"), str)
        for p in value
    )


def _is_management(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    numbers = [value[k] for k in ("timeout", "cooldown") if k in value]
    return (
        all(type(n) in (int, float) and n > 0 for n in numbers)
        and isinstance(value.get("localOnly", False), bool)
        and ("cacheDuration" not in value or _is_duration(value["cacheDuration"]))
    )


def _is_duration(value: Any) -> bool:
    return isinstance(value, str) and _DURATION.fullmatch(value) is not None


def _among(*allowed: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in allowed


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(fits, value))


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "type": _among(TYPE),
    "endpoint": is_uri,
    "information": _list_of(lambda i: isinstance(i, dict)),
    "registrationName": _is_text,
    "description": _is_text,
    "tenant": _is_text,
    "contextSourceAlias": lambda v: isinstance(v, str) and _ALIAS.fullmatch(v) is not None,
    "contextSourceInfo": _are_pairs,
    "datasetId": _list_of(lambda d: d == "@none" or is_uri(d)),
    "expiresAt": lambda v: instant(v) is not None,
    "location": _is_shape,
    "observationSpace": _is_shape,
    "operationSpace": _is_shape,
    "observationInterval": _is_interval,
    "managementInterval": _is_interval,
    "management": _is_management,
    "mode": _among(*MODES),
    "operations": _list_of(_among(*OPERATIONS, *GROUPS)),
    "refreshRate": _is_duration,
    "scope": _is_scope,
}
#: The members that the standard names.
STANDARD: Final = frozenset(_CHECKS)
_KNOWN: Final = {CORE.expand(n): n for n in ("id", *_CHECKS, *_IGNORED)}
_INSIDE: Final = {
    CORE.expand(n): n
    for n in ("entities", "propertyNames", "relationshipNames", "id", "type", "idPattern")
}
