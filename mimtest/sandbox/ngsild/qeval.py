"""Whether an entity meets a query (4.9)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from operator import ge, gt, le, lt
from typing import Any, Final

from mimtest.sandbox.ngsild.model import VALUE_MEMBERS, Attribute, Entity, Instances, objects_of
from mimtest.sandbox.ngsild.qlang import AllOf, AnyOf, Link, Node, Range, Term, Word
from mimtest.sandbox.ngsild.syntax import instant
from mimtest.sandbox.ngsild.terms import Terms

_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_STAMPS: Final = ("createdAt", "modifiedAt", "expiresAt")
_EXACT: Final = ("Relationship", "ListRelationship", "VocabProperty")
_RAW: Final = ("JsonProperty", "GeoProperty")
#: The entity of an id, if there is one.
Find = Callable[[str], Entity | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value the query finds at its target; `exact` ones only know equality (URIs, words)."""

    value: Any
    exact: bool = False


def nowhere(_: str) -> None:
    """Finds no entity."""


def meets(entity: Entity, node: Node, terms: Terms, find: Find = nowhere) -> bool:
    """Whether the entity meets the query, names being read with `terms` and others found by id."""
    if isinstance(node, AllOf):
        return all(meets(entity, item, terms, find) for item in node.items)
    if isinstance(node, AnyOf):
        return any(meets(entity, item, terms, find) for item in node.items)
    found = list(targets(entity, node, terms, find))
    if not node.operator:
        return bool(found)
    return any(_holds(node, _with_items(target)) for target in found)


def targets(entity: Entity, term: Term, terms: Terms, find: Find = nowhere) -> Iterator[Candidate]:
    """The values the path leads to, one for each instance that has it."""
    if term.links:
        link, *links = term.links
        further = replace(term, links=tuple(links))
        for linked in _linked(entity, link, terms, find):
            yield from targets(linked, further, terms, find)
        return
    first, *others = term.path
    if first in _STAMPS and not others:
        ends = (entity.created, entity.modified, entity.expires)
        moment = dict(zip(_STAMPS, ends, strict=True))[first]
        yield from () if moment is None else (Candidate(moment),)
        return
    if first in ("id", "type", "scope") and not others:
        yield from _own(entity, first)
        return
    for item in entity.attributes.get(terms.expand(first), ()):
        yield from _below(item, tuple(others), term.inside, terms)


def _linked(entity: Entity, link: Link, terms: Terms, find: Find) -> Iterator[Entity]:
    """The entities at the other end of a relationship (4.5.23)."""
    types = {terms.expand(t) for t in link.types}
    for item in entity.attributes.get(terms.expand(link.name), ()):
        for id_ in objects_of(item):
            found = find(id_)
            if found is not None and (not types or types & {*found.types}):
                yield found


def _own(entity: Entity, name: str) -> Iterator[Candidate]:
    values = {"id": (entity.id,), "type": entity.types, "scope": entity.scopes}[name]
    for value in values:
        yield Candidate(value, exact=True)


def _below(
    item: Attribute, path: tuple[str, ...], inside: tuple[str, ...] | None, terms: Terms
) -> Iterator[Candidate]:
    if not path:
        yield from _inside(item, inside, terms)
        return
    name, *others = path
    if not others and inside is None and name in (*_STAMPS, "datasetId", "observedAt", "unitCode"):
        value = _system_value(item, name)
        if value is not None:
            yield Candidate(value)
        return
    if not others and name == VALUE_MEMBERS[item.kind]:
        yield from _inside(item, inside, terms)
        return
    deeper: Instances = item.parts.get(terms.expand(name), ())
    for part in deeper:
        yield from _below(part, tuple(others), inside, terms)


def _system_value(item: Attribute, name: str) -> Any:
    values = {"createdAt": item.created, "modifiedAt": item.modified, "datasetId": item.dataset}
    return values[name] if name in values else item.extra.get(name)


def _inside(item: Attribute, inside: tuple[str, ...] | None, terms: Terms) -> Iterator[Candidate]:
    """The value, or what is at that place inside it."""
    if item.kind == "LanguageProperty":
        wanted = item.value if inside in (None, ("*",)) else (inside or ())[:1]
        held = [item.value[t] for t in wanted if t in item.value]
        texts = [t for h in held for t in ([h] if isinstance(h, str) else h)]
        yield from (Candidate(texts),) if texts else ()
        return
    value = item.value
    for name in inside or ():
        key = name if item.kind in _RAW else terms.expand(name)
        if not isinstance(value, dict) or not (key in value or name in value):
            return
        value = value[key] if key in value else value[name]
    yield Candidate(value, exact=item.kind in _EXACT)


def _with_items(target: Candidate) -> list[Candidate]:
    """The target and, of an array, its items."""
    value = target.value
    items = value if isinstance(value, list) else [value]
    return [Candidate(plain_value(v), target.exact) for v in items]


def plain_value(value: Any) -> Any:
    """What a typed value of JSON-LD says."""
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def _holds(term: Term, targets: list[Candidate]) -> bool:
    if term.operator in ("==", "!="):
        equal = any(_equals(t, v) for t in targets for v in term.values)
        return equal == (term.operator == "==")
    word = term.values[0]
    if not isinstance(word, Word):
        return False
    if term.operator in ("~=", "!~="):
        texts = [t.value for t in targets if isinstance(t.value, str)]
        fits = any(word.value.search(t) for t in texts)
        return bool(texts) and fits == (term.operator == "~=")
    return any(_ordered(t, word, _ORDERS[term.operator]) for t in targets)


def _equals(target: Candidate, wanted: Word | Range) -> bool:
    if isinstance(wanted, Range):
        return _ordered(target, wanted.low, ge) and _ordered(target, wanted.high, le)
    pair = _comparable(target.value, wanted)
    return pair is not None and bool(pair[0] == pair[1])


def _ordered(target: Candidate, word: Word, order: Callable[[Any, Any], bool]) -> bool:
    if target.exact or isinstance(target.value, bool):
        return False
    pair = _comparable(target.value, word)
    return pair is not None and order(*pair)


def _comparable(value: Any, word: Word) -> tuple[Any, Any] | None:
    """Both as values of one kind, or None where they are of different kinds."""
    wanted = word.value
    if isinstance(value, bool) or isinstance(wanted, bool):
        return (value, wanted) if type(value) is type(wanted) else None
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value, wanted
    if not isinstance(value, str) or not isinstance(wanted, str):
        return None
    moments = instant(value), instant(wanted)
    return moments if all(moments) else (value, wanted)


def expand_words(node: Node, names: Iterable[str], terms: Terms) -> Node:
    """The query with the values of these attributes read as words of the vocabulary."""
    if not isinstance(node, Term):
        return type(node)(tuple(expand_words(i, names, terms) for i in node.items))
    if node.path[0] not in names:
        return node
    values = tuple(
        Word(terms.expand(v.value)) if isinstance(v, Word) and isinstance(v.value, str) else v
        for v in node.values
    )
    return replace(node, values=values)
