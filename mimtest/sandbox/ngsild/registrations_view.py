"""Registrations as answers and notifications show them (5.2.9)."""

from typing import Any

from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.registrations_reading import STANDARD
from mimtest.sandbox.ngsild.terms import Terms
from mimtest.sandbox.ngsild.values import compact_value


def view(registration: Registration, terms: Terms, *, stamps: bool = False) -> dict[str, Any]:
    """The registration by the names of a context."""
    document = {
        name if name in STANDARD else terms.compact(name): (
            value if name in STANDARD else compact_value(terms, value)
        )
        for name, value in registration.document.items()
    }
    information = [_information(i.document, terms) for i in registration.information]
    times = {"createdAt": registration.created, "modifiedAt": registration.modified}
    return {
        "id": registration.id,
        **document,
        "information": information,
        **registration.traffic.as_dict(),
        **(times if stamps else {}),
    }


def _information(info: Any, terms: Terms) -> dict[str, Any]:
    return {k: _INSIDE[k](v, terms) if k in _INSIDE else v for k, v in info.items()}


def _names(names: Any, terms: Terms) -> Any:
    return [terms.compact(n) for n in names] if isinstance(names, list) else terms.compact(names)


def _entities(entities: Any, terms: Terms) -> Any:
    return [{**e, "type": _names(e["type"], terms)} for e in entities]


_INSIDE = {"propertyNames": _names, "relationshipNames": _names, "entities": _entities}
