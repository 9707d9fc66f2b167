"""What the names of a model stand for under a JSON-LD @context: every name looked up at once, by expanding them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.models.reading import CORE_MEMBERS, VALUES
from mimtest.models.representations import attributes_of
from mimtest.vocabulary.jsonld import CORE, DEFAULT_VOCABULARY, Loader, expand, is_core

_NGSI: Final = "https://uri.etsi.org/ngsi-ld/"
_VALUE: Final = "https://uri.etsi.org/ngsi-ld/hasValue"
#: Members of attributes that have their meaning from the core @context, or none of their own.
_OF_ATTRIBUTES: Final = frozenset(VALUES) | frozenset(
    ("type", "datasetId", "observedAt", "unitCode", "valueType", "objectType", "lang", "instanceId")
)
_DEEPEST: Final = 8
_STANDARD: Final = "https://smartdatamodels.org/"
_TERMS: Final = (
    "https://smart-data-models.github.io/data-models/terms.jsonld#",
    "https://raw.githubusercontent.com/smart-data-models/data-models/master/terms.jsonld#",
)
#: How the IRIs of Smart Data Models began in the @contexts that were published from 2020 to 2021.
_FORMER: Final = (
    "https://uri.fiware.org/ns/data-models#",
    *_TERMS,
    *(f"{start}/definitions/" for start in _TERMS),
)
#: What these @contexts took from schema.org.
_OF_SCHEMA_ORG: Final = frozenset(
    (
        "address",
        "aggregateRating",
        "alternateName",
        "areaServed",
        "description",
        "image",
        "name",
        "openingHours",
    )
)


def iris_of(
    names: Iterable[str], context: Any, load: Loader, types: Sequence[str] = ()
) -> dict[str, str]:
    """The IRI of each name in an entity of these types; a name the @context makes nothing of is not in it.

    Raises Contradiction for a @context that is none; Unsettled as `load` does.
    """
    asked = sorted(n for n in set(names) if not n.startswith("@"))
    try:
        return _looked_up(asked, context, load, types)
    except Contradiction:
        _ = _looked_up([], context, load, types)
    found: dict[str, str] = {}
    for name in asked:  # one of them cannot be the name of an attribute
        with suppress(Contradiction):
            found |= _looked_up([name], context, load, types)
    return found


def _looked_up(
    names: list[str], context: Any, load: Loader, types: Sequence[str]
) -> dict[str, str]:
    attributes = {n: {"type": "Property", "value": i} for i, n in enumerate(names)}
    entity = {"id": "urn:ngsi-ld:x:x", "type": list(types) or "x", **attributes}
    node = expand({**entity, "@context": context}, load)
    numbers = {n: iri for iri, held in node.items() for n in _numbers(held)}
    return {name: numbers[i] for i, name in enumerate(names) if i in numbers}


def _numbers(held: Any) -> Iterator[int]:
    """The numbers given to the attributes, wherever a container has put them."""
    if isinstance(held, list):
        for item in held:
            yield from _numbers(item)
    elif isinstance(held, Mapping):
        if "@list" in held:
            yield from _numbers(held["@list"])
        elif "@graph" in held:
            yield from _numbers(held["@graph"])
        else:
            for value in held.get(_VALUE, ()):
                number = value.get("@value") if isinstance(value, Mapping) else None
                if isinstance(number, int):
                    yield number


def naming(entity: Mapping[str, Any], context: Any, load: Loader) -> Callable[[str], str]:
    """A function that gives the IRI of each name in an entity, and any other name as it is."""
    types = _types_of(entity)
    names = [*types, *attributes_of(entity), *names_inside(entity)]
    found = iris_of(names, context, load, types)
    return lambda name: found.get(name, name)


def names_inside(entity: Mapping[str, Any]) -> set[str]:
    """The names of the attributes of attributes, and of the members of structured values."""
    found: set[str] = set()
    for instances in attributes_of(entity).values():
        for instance in instances:
            found |= _inside(instance)
    return found


def _inside(instance: Mapping[str, Any], depth: int = 0) -> set[str]:
    found: set[str] = set()
    if instance.get("type") == "Property" and "value" in instance:
        found |= _members(instance["value"])
    for name, part in instance.items():
        listed = part if isinstance(part, list) else [part]
        parts = [p for p in listed if isinstance(p, dict) and any(v in p for v in VALUES)]
        if name not in _OF_ATTRIBUTES and parts and depth < _DEEPEST:
            found |= {name}.union(*(_inside(p, depth + 1) for p in parts))
    return found


def _members(value: Any, depth: int = 0) -> set[str]:
    if isinstance(value, list) and depth < _DEEPEST:
        return set().union(*(_members(v, depth + 1) for v in value))
    if not isinstance(value, dict) or "@value" in value or depth >= _DEEPEST:
        return set()
    own = {n for n in value if not n.startswith("@") and n not in ("type", "id")}
    return own.union(*(_members(v, depth + 1) for v in value.values()))


def _types_of(entity: Mapping[str, Any]) -> list[str]:
    types = entity.get("type")
    return [t for t in (types if isinstance(types, list) else [types]) if isinstance(t, str)]


def own_terms(entities: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of the attributes of entities that the core @context does not give them."""
    return {n for e in entities for n in attributes_of(e)} - CORE_MEMBERS - CORE.keys()


def unnamed_in(entity: Mapping[str, Any], context: Any, load: Loader) -> set[str]:
    """The names anywhere in an entity that its @context leaves to the default vocabulary."""
    node = expand({**entity, "@context": context}, load)
    return {iri.removeprefix(DEFAULT_VOCABULARY) for iri in _iris(node) if not is_named(iri)}


def _iris(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _iris(item)
    elif isinstance(value, dict) and "@value" not in value:
        yield from (n for n in value if not n.startswith("@"))
        yield from (t for t in value.get("@type", ()) if isinstance(t, str))
        for held in value.values():
            yield from _iris(held)


def redefined(context: Any, load: Loader) -> dict[str, str]:
    """The terms of the core @context that another one gives another IRI, with that."""
    found: dict[str, str] = {}
    waiting, seen = [context], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and part not in seen and not is_core(part):
            seen.add(part)
            document = load(part)
            waiting.append(document.get("@context") if isinstance(document, Mapping) else None)
        elif isinstance(part, Mapping):
            found |= {n: i for n, i in _terms(part) if n in CORE and i not in (n, _core_iri(n))}
    return found


def _terms(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The terms that a context defines, with their IRIs; prefixes of its own written out."""
    for name, definition in context.items():
        iri = definition.get("@id", name) if isinstance(definition, Mapping) else definition
        if name.startswith("@") or not isinstance(iri, str):
            continue
        prefix, colon, rest = iri.partition(":")
        start = context.get(prefix) if colon and not rest.startswith("//") else None
        start = start.get("@id") if isinstance(start, Mapping) else start
        yield name, f"{start}{rest}" if isinstance(start, str) else iri.replace("ngsi-ld:", _NGSI)


def _core_iri(name: str) -> str:
    held = CORE[name]
    return str(held["@id"] if isinstance(held, Mapping) else held)


def is_named(iri: str) -> bool:
    """Whether an IRI is one that somebody gave: absolute, and outside of the default vocabulary."""
    return ":" in iri and not iri.startswith((DEFAULT_VOCABULARY, "_:"))


def was_given(name: str, iri: str | None, standard: str, subject: str) -> bool:
    """Whether a name had this IRI in a @context of Smart Data Models before it got the `standard` one.

    Names have gone from a subject to what all models share, and back.
    """
    if not standard.startswith(_STANDARD):
        return False
    starts = (*_FORMER, _STANDARD, f"{_STANDARD}dataModel.{subject}/")
    if name in _OF_SCHEMA_ORG:
        starts += ("https://schema.org/", "http://schema.org/")
    return iri in {f"{start}{name}" for start in starts}
