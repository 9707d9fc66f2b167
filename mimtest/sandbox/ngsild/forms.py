"""How entities are shown: normalized, concise or simplified (4.5.2 to 4.5.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mimtest.sandbox.ngsild.model import (
    VALUE_MEMBERS,
    Attribute,
    Attributes,
    Entity,
    Instances,
    instance_of,
)
from mimtest.sandbox.ngsild.terms import Terms
from mimtest.sandbox.ngsild.values import compact_value

_BARE_WHEN_SIMPLIFIED = ("Property", "GeoProperty", "Relationship", "ListProperty")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to show entities. `lang` are wanted languages, the best first; empty for all."""

    terms: Terms
    kind: str = "normalized"
    stamps: bool = False
    lang: tuple[str, ...] = ()

    def entity(self, entity: Entity) -> dict[str, Any]:
        """The entity as a JSON object."""
        shown: dict[str, Any] = {"id": entity.id, "type": self.types(entity.types)}
        if entity.scopes:
            shown["scope"] = _one_or_all(entity.scopes)
        if self.stamps:
            shown |= {"createdAt": entity.created, "modifiedAt": entity.modified}
            shown |= {"expiresAt": entity.expires} if entity.expires else {}
        return shown | self.attributes(entity.attributes)

    def types(self, types: Iterable[str]) -> Any:
        """One type's name, or an array of several."""
        return _one_or_all([self.terms.compact(t) for t in types])

    def attributes(self, attributes: Attributes) -> dict[str, Any]:
        """The attributes by name."""
        return {self.terms.compact(n): self._attribute(i) for n, i in attributes.items()}

    def _attribute(self, instances: Instances) -> Any:
        if self.kind != "simplified":
            is_alone = len(instances) == 1
            return _one_or_all([self._instance(i, is_alone=is_alone) for i in instances])
        only = instance_of(instances, None)
        if only is not None and len(instances) == 1:
            return self.simple(only)
        return {"dataset": {i.dataset or "@none": self.simple(i) for i in instances}}

    def _instance(self, item: Attribute, *, is_alone: bool) -> Any:
        item, lang = self.in_language(item)
        shown: dict[str, Any] = {
            "type": item.kind,
            VALUE_MEMBERS[item.kind]: self.value(item),
            **({"lang": lang} if lang else {}),
            **({"datasetId": item.dataset} if item.dataset else {}),
            **{n: self._extra(n, v) for n, v in item.extra.items() if self._tells(n)},
        }
        if self.stamps:
            shown |= {"createdAt": item.created, "modifiedAt": item.modified}
        shown |= self.attributes(item.parts)
        return _concise(item, shown, is_alone=is_alone) if self.kind == "concise" else shown

    def simple(self, item: Attribute) -> Any:
        """The value alone, in a wrapping where it would be taken for another kind."""
        item, _ = self.in_language(item)
        if item.kind in _BARE_WHEN_SIMPLIFIED:
            return self.value(item)
        if item.kind == "ListRelationship":
            return item.value
        return {VALUE_MEMBERS[item.kind]: self.value(item)}

    def value(self, item: Attribute) -> Any:
        """What an instance holds, names in it as terms."""
        if item.kind in ("Property", "ListProperty"):
            return compact_value(self.terms, item.value)
        if item.kind == "VocabProperty":
            words = item.value if isinstance(item.value, list) else [item.value]
            names = [self.terms.compact(w) for w in words]
            return names if isinstance(item.value, list) else names[0]
        if item.kind == "ListRelationship":
            return [{"object": o} for o in item.value]
        return item.value

    def _tells(self, name: str) -> bool:
        return self.stamps or name != "expiresAt"

    def _extra(self, name: str, value: Any) -> Any:
        if name == "valueType":
            return self.terms.compact(value)
        return self.types(value) if name == "objectType" else value

    def in_language(self, item: Attribute) -> tuple[Attribute, str | None]:
        """A LanguageProperty as a Property in the best language there is (4.15)."""
        if item.kind != "LanguageProperty" or not self.lang:
            return item, None
        tag = best_language(item.value, self.lang)
        told = Attribute(
            "Property",
            item.value[tag],
            item.extra,
            item.dataset,
            item.parts,
            item.created,
            item.modified,
        )
        return told, tag


def best_language(texts: Mapping[str, Any], wanted: Iterable[str]) -> str:
    """The tag of the first wanted language there is, else of the default, else of any."""
    for tag in wanted:
        for known in texts:
            if known.lower() == tag.lower() or known.lower().startswith(f"{tag.lower()}-"):
                return known
        if tag == "*":
            break
    return "@none" if "@none" in texts else next(iter(texts))


def read_languages(text: str | None) -> tuple[str, ...]:
    """The languages of a `lang` parameter, which reads as Accept-Language, the best first."""
    weighted = []
    for part in (text or "").split(","):
        tag, _, rest = part.strip().partition(";")
        if tag:
            weighted.append((tag.strip(), _weight(rest)))
    return tuple(tag for tag, _ in sorted(weighted, key=lambda w: -w[1]))


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0


def _one_or_all(items: Iterable[Any]) -> Any:
    found = list(items)
    return found[0] if len(found) == 1 else found


def _concise(item: Attribute, shown: dict[str, Any], *, is_alone: bool) -> Any:
    """The attribute without what follows from the rest (4.5.2.3, 4.5.3.3)."""
    del shown["type"]
    if not is_alone or len(shown) > 1 or item.kind not in ("Property", "GeoProperty"):
        return shown
    value = shown["value"]
    is_plain = item.kind == "GeoProperty" or not isinstance(value, dict | list)
    return value if is_plain else shown
