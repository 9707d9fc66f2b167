"""From JSON to entities and attributes: what may be written, and in which forms (4.5, 5.5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.core_context import NGSI
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geometry import is_geometry
from mimtest.sandbox.ngsild.model import (
    ABSENT,
    NULL,
    VALUE_MEMBERS,
    Attribute,
    Attributes,
    Entity,
    Fragment,
    Instances,
    instance_of,
)
from mimtest.sandbox.ngsild.syntax import is_name
from mimtest.sandbox.ngsild.terms import CORE, Terms
from mimtest.sandbox.ngsild.valuetypes import (
    read_dataset,
    read_extra,
    read_identifier,
    read_value,
)

_EXTRA: Final = ("observedAt", "unitCode", "expiresAt", "objectType", "valueType")
#: System members a client may send and the broker does not believe (5.2.2).
_IGNORED: Final = ("createdAt", "modifiedAt", "deletedAt", "instanceId", "lang")
_KNOWN: Final = {
    CORE.expand(n): n for n in ("type", "datasetId", *_EXTRA, *_IGNORED, *VALUE_MEMBERS.values())
}
_SYSTEM: Final = frozenset(CORE.expand(n) for n in _IGNORED)
_KINDS: Final = {f"{NGSI}{kind}": kind for kind in VALUE_MEMBERS}
_BY_MEMBER: Final = {m: k for k, m in reversed(VALUE_MEMBERS.items())}
_IN_SIMPLIFIED: Final = frozenset(_BY_MEMBER) - {"value", "object"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads entities as one request means them.

    `nulls` admits the null marker, `partial` attributes without a value, and with `structured` an object
    is never the bare value of one. `simplified` says that the body has bare values, which take the kind
    of what is there; `lang` then is the language of bare texts.
    """

    terms: Terms
    now: str
    nulls: bool = False
    partial: bool = False
    structured: bool = False
    simplified: bool = False
    lang: str | None = None

    def entity(self, data: Any) -> Entity:
        """A whole entity (5.2.4). Raises NgsiError (BadRequestData)."""
        part = self.fragment(data)
        if part.id is None or part.types is None:
            msg = "an entity has an id and a type"
            raise bad_data(msg)
        scopes, expires = part.scopes or (), part.expires
        return Entity(part.id, part.types, scopes, part.attributes, self.now, self.now, expires)

    def fragment(self, data: Any, known: Attributes | None = None) -> Fragment:
        """A part of an entity; `known` are the attributes it is meant for. Raises NgsiError."""
        if not isinstance(data, dict):
            msg = "an entity is a JSON object"
            raise bad_data(msg)
        members = self._members(data, {})
        scope = members.pop(f"{NGSI}scope", None)
        expires = members.pop(f"{NGSI}expiresAt", None)
        id_, types = members.pop("@id", None), members.pop("@type", None)
        attributes = {
            name: self.instances(raw, (known or {}).get(name, ()))
            for name, raw in members.items()
            if name not in _SYSTEM
        }
        return Fragment(
            id=None if id_ is None else read_identifier(id_),
            types=None if types is None else self._types(types),
            scopes=None if scope is None else self._scopes(scope),
            attributes=attributes,
            expires=None if expires is None else self._extra("expiresAt", expires),
        )

    def instances(self, raw: Any, known: Instances = ()) -> Instances:
        """The instances of one attribute (4.5.5). Raises NgsiError (BadRequestData)."""
        several = isinstance(raw, list) and self._are_instances(raw)
        found = tuple(self.instance(r, known) for r in (raw if several else [raw]))
        if len({i.dataset for i in found}) < len(found):
            msg = "two instances of an attribute have the same datasetId, or none"
            raise bad_data(msg)
        return found

    def instance(self, raw: Any, known: Instances = ()) -> Attribute:
        """One instance in its normalized, concise or simplified form. Raises NgsiError."""
        if not isinstance(raw, dict):
            return self._bare(raw, instance_of(known, None))
        members = self._members(raw)
        dataset = read_dataset(members.pop("datasetId", None))
        there = instance_of(known, dataset)
        kind = self._kind(raw, members, there)
        if kind is None:
            return self._bare(raw, there)
        value = members.pop(VALUE_MEMBERS[kind], ABSENT) if kind else ABSENT
        if value is ABSENT and not self.partial:
            msg = f"a {kind} has a member '{VALUE_MEMBERS[kind]}'"
            raise bad_data(msg)
        if value is not ABSENT:
            value = self._value(kind, value)
        members.pop("type", None)
        return self._assembled(kind, value, dataset, members)

    def _assembled(
        self, kind: str, value: Any, dataset: str | None, members: dict[str, Any]
    ) -> Attribute:
        extra: dict[str, Any] = {m: self._extra(m, members.pop(m)) for m in _EXTRA if m in members}
        wrong = [m for m in members if m in _BY_MEMBER or m == "@id"]
        if wrong:
            msg = f"a {kind or 'part of an attribute'} has no member '{wrong[0]}'"
            raise bad_data(msg)
        inner = replace(self, partial=False, structured=False) if self.structured else self
        parts = {n: inner.instances(v) for n, v in members.items() if n not in _IGNORED}
        return Attribute(kind, value, extra, dataset, parts, self.now, self.now)

    def _bare(self, value: Any, known: Attribute | None) -> Attribute:
        """A value without a structure around it: that of what is there, else a Property."""
        if value == NULL and self.nulls:
            return Attribute(known.kind if known else "Property", NULL)
        kind = known.kind if known and self.simplified else "Property"
        if kind == "Property" and is_geometry(value):
            kind = "GeoProperty"
        if kind == "LanguageProperty" and isinstance(value, str):
            value = {self.lang or "@none": value}
        return Attribute(kind, self._value(kind, value), created=self.now, modified=self.now)

    def _kind(
        self, raw: dict[str, Any], members: Mapping[str, Any], known: Attribute | None
    ) -> str | None:
        """The kind of attribute an object says or shows; "" for a part of one, None for a value."""
        if self.simplified:
            return _simplified_kind(members)
        if "type" in members:
            return self._stated_kind(raw, members["type"])
        shown = next((k for m, k in _BY_MEMBER.items() if m in members), None)
        if shown == "Property" and is_geometry(members["value"]):
            return "GeoProperty"
        is_part = self.structured or (self.partial and _is_part(members, known))
        return shown or ("" if is_part else None)

    def _stated_kind(self, raw: dict[str, Any], stated: Any) -> str | None:
        kind = _KINDS.get(self.terms.expand(stated)) if isinstance(stated, str) else None
        if kind is not None:
            return kind
        if is_geometry(raw):
            return None
        msg = f"{stated} is not a type of attribute"
        raise bad_data(msg)

    def _are_instances(self, items: list[Any]) -> bool:
        """Whether an array has the instances of an attribute, and is not a value itself."""
        if not items or not all(isinstance(i, dict) for i in items):
            return False
        members = [self._members(i) for i in items]
        told = [self.terms.expand(str(m.get("type", ""))) in _KINDS for m in members]
        shown = [any(v in m for v in _BY_MEMBER) for m in members]
        if not all(t or s for t, s in zip(told, shown, strict=True)):
            return False
        return any(told) or any("datasetId" in m for m in members)

    def _members(
        self, data: Mapping[str, Any], names: Mapping[str, str] = _KNOWN
    ) -> dict[str, Any]:
        """The members by IRI, those of an attribute by their name in the core context."""
        members: dict[str, Any] = {}
        for name, value in data.items():
            iri = self.terms.expand(name)
            known = iri in ("@id", "@type")
            if not known and (
                iri.startswith("@") or not (self.terms.defines(name) or is_name(name))
            ):
                msg = f"'{name[:60]}' cannot be a name"
                raise bad_data(msg)
            key = names.get(iri, iri)
            if key in members:
                msg = f"'{name}' is there twice, under two names"
                raise bad_data(msg)
            members[key] = value
        return members

    def _types(self, value: Any) -> tuple[str, ...]:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(n, str) and is_name(n) for n in names):
            msg = "a type is a name, or an array of names"
            raise bad_data(msg)
        return tuple(dict.fromkeys(self.terms.expand(n) for n in names))

    def _scopes(self, value: Any) -> tuple[str, ...]:
        scopes = value if isinstance(value, list) else [value]
        if not scopes or not all(isinstance(s, str) and s for s in scopes):
            msg = "a scope is a path, or an array of paths"
            raise bad_data(msg)
        if NULL in scopes:
            return (NULL,) if self.nulls else _refuse_null()
        return tuple(dict.fromkeys(s if s.startswith("/") else f"/{s}" for s in scopes))

    def _value(self, kind: str, value: Any) -> Any:
        if value == NULL:
            return NULL if self.nulls else _refuse_null()
        return read_value(kind, value, self.terms, nulls=self.nulls)

    def _extra(self, member: str, value: Any) -> Any:
        if value == NULL and self.nulls:
            return NULL
        if member == "objectType":
            return self._types(value)
        return read_extra(member, value, self.terms)


def _refuse_null() -> Any:
    msg = f"{NULL} is no value"
    raise bad_data(msg)


def _simplified_kind(members: Mapping[str, Any]) -> str | None:
    only = next(iter(members), "") if len(members) == 1 else ""
    return _BY_MEMBER[only] if only in _IN_SIMPLIFIED else None


def _is_part(members: Mapping[str, Any], known: Attribute | None) -> bool:
    """Whether an object without kind and value is a part of the attribute rather than its value."""
    if any(m in members for m in _EXTRA):
        return True
    return known is not None and not (known.kind == "Property" and isinstance(known.value, dict))
