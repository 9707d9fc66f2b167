"""Entities as an earlier version of the standard knew them (4.3.6.8, 6.3.6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mimtest.sandbox.ngsild.model import Attribute, Attributes, Entity, instance_of

#: The minor version of this broker.
LATEST: Final = 9
_PREFERENCE: Final = re.compile(
    r'(?:^|,)\s*ngsi-ld\s*=\s*"?1\.(\d{1,2})"?\s*(?=[,;]|$)', re.IGNORECASE
)
_MEMBERS: Final = {
    "observedAt": 3,
    "unitCode": 3,
    "objectType": 8,
    "expiresAt": 9,
    "valueType": 9,
}
_KINDS: Final = {
    "LanguageProperty": (4, "Property"),
    "JsonProperty": (8, "Property"),
    "VocabProperty": (8, "Property"),
    "ListProperty": (8, "Property"),
    "ListRelationship": (8, "Relationship"),
}
_SCOPES: Final = 4
_SEVERAL: Final = 3


@dataclass(frozen=True, slots=True)
class Version:
    """The version 1.`minor`."""

    minor: int

    @property
    def preference(self) -> str:
        """How the header names it."""
        return f"ngsi-ld=1.{self.minor}"

    @property
    def is_earlier(self) -> bool:
        """Whether answers are amended for it."""
        return self.minor < LATEST

    def entity(self, entity: Entity) -> Entity:
        """The entity with what the version knows, the rest told as near as it can."""
        types = entity.types if self.minor >= _SEVERAL else entity.types[:1]
        return replace(
            entity,
            types=types,
            scopes=entity.scopes if self.minor >= _SCOPES else (),
            attributes=self._attributes(entity.attributes),
            expires=None if self.is_earlier else entity.expires,
        )

    def _attributes(self, attributes: Attributes) -> Attributes:
        if self.minor >= _SEVERAL:
            return {n: tuple(map(self._attribute, i)) for n, i in attributes.items()}
        chosen = {n: instance_of(i, None) or i[0] for n, i in attributes.items()}
        return {n: (replace(self._attribute(i), dataset=None),) for n, i in chosen.items()}

    def _attribute(self, item: Attribute) -> Attribute:
        since, kind = _KINDS.get(item.kind, (0, item.kind))
        return replace(
            item,
            kind=kind if self.minor < since else item.kind,
            extra={n: v for n, v in item.extra.items() if self.minor >= _MEMBERS.get(n, 0)},
            parts=self._attributes(item.parts),
        )


def preferred_version(headers: Mapping[str, str]) -> Version | None:
    """The version a client prefers, as far as this broker has it."""
    found = _PREFERENCE.search(headers.get("prefer", ""))
    return Version(min(int(found[1]), LATEST)) if found else None
