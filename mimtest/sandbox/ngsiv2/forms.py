"""How entities are given out: whole or in part, normalized or simplified ("Filtering out …")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from mimtest.sandbox.ngsiv2.errors import bad_request
from mimtest.sandbox.ngsiv2.model import Attribute, Entity

#: The options that name a form.
FORMS: Final = ("keyValues", "values", "unique")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Form:
    """A representation; `attrs` and `metadata` are what is asked for, empty for all of one's own."""

    name: str = "normalized"
    attrs: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()

    def entity(self, entity: Entity) -> Any:
        """An entity in this form."""
        shown = self.attributes(entity)
        if isinstance(shown, list):
            return shown
        return {"id": entity.id, "type": entity.type, **shown}

    def attributes(self, entity: Entity) -> Any:
        """Its attributes alone, in this form."""
        chosen = self._chosen(entity)
        if self.name == "normalized":
            return {name: self.attribute(a) for name, a in chosen.items()}
        if self.name == "keyValues":
            return {name: a.value for name, a in chosen.items()}
        values = [a.value for a in chosen.values()]
        return _once(values) if self.name == "unique" else values

    def attribute(self, attribute: Attribute) -> dict[str, Any]:
        """One attribute with its type and metadata."""
        builtin: dict[str, Mapping[str, Any]] = {
            name: {"type": "DateTime", "value": moment}
            for name, moment in (
                ("dateCreated", attribute.created),
                ("dateModified", attribute.modified),
            )
        }
        shown = _picked(attribute.metadata, builtin, self.metadata)
        return {"type": attribute.type, "value": attribute.value, "metadata": shown}

    def _chosen(self, entity: Entity) -> dict[str, Attribute]:
        moments = (("dateCreated", entity.created), ("dateModified", entity.modified))
        builtin = {name: Attribute(m, "DateTime", {}, m, m) for name, m in moments}
        return _picked(entity.attributes, builtin, self.attrs)


def _picked(own: Mapping[str, T], builtin: Mapping[str, T], names: tuple[str, ...]) -> dict[str, T]:
    """What is named, in that order; all of one's own for `*` or without names."""
    found: dict[str, T] = {}
    for name in names or ("*",):
        found |= own if name == "*" else {}
        whole = {**own, **builtin}
        found |= {name: whole[name]} if name in whole else {}
    return found


def _once(values: list[Any]) -> list[Any]:
    return [v for n, v in enumerate(values) if not any(_same(v, w) for w in values[:n])]


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def form_of(options: frozenset[str], attrs: list[str], metadata: list[str]) -> Form:
    """The form that is asked for. Raises V2Error for two of them."""
    named = [f for f in FORMS if f in options]
    if len(named) > 1:
        raise bad_request(f"{' and '.join(named)} exclude each other")
    return Form(named[0] if named else "normalized", tuple(attrs), tuple(metadata))
