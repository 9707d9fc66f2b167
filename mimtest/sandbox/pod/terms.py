"""RDF as far as a pod needs it: statements, JSON-LD and Turtle written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
LDP: Final = "http://www.w3.org/ns/ldp#"
ACL: Final = "http://www.w3.org/ns/auth/acl#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
PIM: Final = "http://www.w3.org/ns/pim/space#"
SOLID: Final = "http://www.w3.org/ns/solid/terms#"
DCT: Final = "http://purl.org/dc/terms/"


class NotReadError(ValueError):
    """A text that is no RDF in its media type, in words for its sender."""


@dataclass(frozen=True, slots=True)
class Node:
    """An address, or with `blank` the name of a thing without one."""

    value: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A literal."""

    value: str
    datatype: str = f"{XSD}string"
    language: str = ""


Statement = tuple[Node, str, "Node | Text"]


def as_turtle(statements: Iterable[Statement]) -> bytes:
    """One statement a line: N-Triples, which is a part of Turtle."""
    lines = sorted({f"{_shown(s)} <{p}> {_shown(o)} ." for s, p, o in statements})
    return "".join(f"{line}\n" for line in lines).encode()


def _shown(term: Node | Text) -> str:
    if isinstance(term, Node):
        return f"_:{term.value}" if term.blank else f"<{term.value}>"
    quoted = json.dumps(term.value, ensure_ascii=False)
    if term.language:
        return f"{quoted}@{term.language}"
    return quoted if term.datatype == f"{XSD}string" else f"{quoted}^^<{term.datatype}>"


def as_json_ld(statements: Iterable[Statement]) -> bytes:
    """Expanded and flat JSON-LD."""
    things: dict[str, dict[str, Any]] = {}
    for subject, predicate, held in statements:
        name = _id(subject)
        thing = things.setdefault(name, {"@id": name})
        if predicate == f"{RDF}type" and isinstance(held, Node):
            thing.setdefault("@type", []).append(_id(held))
        else:
            thing.setdefault(predicate, []).append(_value(held))
    return json.dumps(list(things.values()), ensure_ascii=False).encode()


def _id(node: Node) -> str:
    return f"_:{node.value}" if node.blank else node.value


def _value(term: Node | Text) -> dict[str, str]:
    if isinstance(term, Node):
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype == f"{XSD}string":
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype}
