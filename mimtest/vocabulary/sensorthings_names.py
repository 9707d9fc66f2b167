"""Filters over the names and properties of entities that were all downloaded."""

from collections.abc import Mapping, Sequence
from typing import Any

from mimtest.errors import Inconclusive
from mimtest.vocabulary.sensorthings import Document, literal
from mimtest.vocabulary.sensorthings_questions import Question
from mimtest.vocabulary.sensorthings_sample import Judge, gap_of


def _name(entity: Document) -> str:
    return str(entity["name"])


def _plain_names(names: list[str]) -> list[str]:
    """Names whose letters are ASCII, so that their capitals are undisputed."""
    found = [n for n in names if n.isascii() and n.strip() == n and len(n) > 2]  # noqa: PLR2004
    if not found:
        raise Inconclusive("no_data", "no name is plain enough")
    return found


def strings(names: list[str]) -> Mapping[str, Question]:
    """Questions about the names of entities, all of them downloaded. Raises Inconclusive."""
    name = _plain_names(sorted(names))[0]
    lengths = [len(n) for n in names]
    part, head, tail = name[1:-1], name[:2], name[-2:]
    small, large = name.lower(), name.upper()
    quoted = literal(name)
    return {
        "substringof": (
            f"substringof({literal(part)},name)",
            lambda e: part in _name(e) or (None if part.lower() in _name(e).lower() else False),
        ),
        "startswith": (
            f"startswith(name,{literal(head)})",
            lambda e: _name(e).startswith(head) or _open(_name(e).lower().startswith(head.lower())),
        ),
        "endswith": (
            f"endswith(name,{literal(tail)})",
            lambda e: _name(e).endswith(tail) or _open(_name(e).lower().endswith(tail.lower())),
        ),
        "length": (f"length(name) gt {int(gap_of(lengths))}", _longer(int(gap_of(lengths)))),
        "substring": (
            f"substring(name,1) eq {literal(name[1:])}",
            lambda e: _name(e)[1:] == name[1:],
        ),
        "tolower": (
            f"tolower(name) eq {literal(small)}",
            lambda e: _name(e).lower() == small,
        ),
        "toupper": (
            f"toupper(name) eq {literal(large)}",
            lambda e: _name(e).upper() == large,
        ),
        "trim": (f"trim(name) eq {quoted}", lambda e: _name(e).strip() == name),
        "concat": (
            f"concat(name,'-x') eq {literal(name + '-x')}",
            lambda e: _name(e) == name,
        ),
    }


def _open(like: bool) -> bool | None:  # noqa: FBT001
    """What is alike but for its capitals may be selected: collations differ."""
    return None if like else False


def _longer(edge: int) -> Judge:
    return lambda e: len(_name(e)) > edge


def scalar_property(things: Sequence[Document]) -> tuple[str, Any]:
    """The name and a value of a member of `properties` that some entities have and others do not."""
    for thing in things:
        properties = thing.get("properties")
        for name, value in properties.items() if isinstance(properties, Mapping) else ():
            simple = isinstance(value, str | int) and not isinstance(value, bool)
            if simple and name.isidentifier() and _differs(things, name, value):
                return name, value
    raise Inconclusive("no_data", "no member of 'properties' tells entities apart")


def _differs(things: Sequence[Document], name: str, value: Any) -> bool:
    held = [p.get(name) for t in things if isinstance(p := t.get("properties"), Mapping)]
    return any(isinstance(h, type(value)) and h != value for h in held)
