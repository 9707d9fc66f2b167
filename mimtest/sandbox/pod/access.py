"""Web Access Control: who may do what with a resource, by the statements of an ACL resource."""

from collections.abc import Iterable, Mapping
from typing import Final

from mimtest.sandbox.pod.terms import ACL, FOAF, RDF, Node, Statement

MODES: Final = ("read", "append", "write", "control")
#: Everybody, and everybody who is known.
_PUBLIC: Final = f"{FOAF}Agent"
_KNOWN: Final = f"{ACL}AuthenticatedAgent"


def granted(
    statements: Iterable[Statement], resource: str, agent: str | None, *, own: bool
) -> set[str]:
    """The access modes that an agent has by an ACL resource; of nobody known by name when None.

    `own` says that the ACL resource is the resource's; else it is that of a container, whose defaults hold.
    """
    rules: dict[Node, dict[str, set[str]]] = {}
    for subject, predicate, held in statements:
        if isinstance(held, Node):
            rules.setdefault(subject, {}).setdefault(predicate, set()).add(held.value)
    modes: set[str] = set()
    for rule in rules.values():
        if _applies(rule, resource, own=own) and _is_for(rule, agent):
            modes |= {m.removeprefix(ACL).lower() for m in rule.get(f"{ACL}mode", ())}
    return (modes | ({"append"} if "write" in modes else set())) & set(MODES)


def _applies(rule: Mapping[str, set[str]], resource: str, *, own: bool) -> bool:
    typed = f"{ACL}Authorization" in rule.get(f"{RDF}type", ())
    return typed and resource in rule.get(f"{ACL}accessTo" if own else f"{ACL}default", ())


def _is_for(rule: Mapping[str, set[str]], agent: str | None) -> bool:
    classes = rule.get(f"{ACL}agentClass", set())
    if _PUBLIC in classes:
        return True
    return agent is not None and (agent in rule.get(f"{ACL}agent", ()) or _KNOWN in classes)


def rule(
    name: str, resource: str, modes: Iterable[str], *, agent: str | None, default: bool
) -> list[Statement]:
    """An authorisation for a resource, and for what is in it where `default`; for everybody without an agent."""
    node = Node(f"{resource}.acl#{name}")
    who = (f"{ACL}agent", Node(agent)) if agent else (f"{ACL}agentClass", Node(_PUBLIC))
    held = [(f"{ACL}mode", Node(f"{ACL}{m.capitalize()}")) for m in modes]
    about = [(f"{ACL}accessTo", Node(resource))]
    below = [(f"{ACL}default", Node(resource))] if default else []
    pairs = [(f"{RDF}type", Node(f"{ACL}Authorization")), who, *about, *below, *held]
    return [(node, predicate, value) for predicate, value in pairs]
