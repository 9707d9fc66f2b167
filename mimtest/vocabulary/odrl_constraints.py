"""Constraints of policies in ODRL 2.2, and words that ODRL does not have."""

from collections.abc import Iterator

from mimtest.models.graph import Graph, Term
from mimtest.vocabulary.odrl import family, of, rules
from mimtest.vocabulary.odrl_words import NAMESPACE, RDF, terms

#: What leads out of a policy, to others or to what describes its words.
_AWAY = ("hasPolicy", "implies", "includedIn", "inheritFrom", "partOf", "profile")
_CREATIVE_COMMONS = "http://creativecommons.org/ns#"
_OPERANDS = ("rightOperand", "rightOperandReference")


def constraints(graph: Graph, policy: Term) -> list[Term]:
    """The constraints of a policy, wherever they are, and those that are put together to one."""
    found = [
        c for part in _parts(graph, policy) for c in of(graph, part, "constraint", "refinement")
    ]
    for node in found:
        joined = (_items(graph, n) for n in of(graph, node, *terms()["logical"]))
        found += [c for items in joined for c in items if c not in found]
    return list(dict.fromkeys(found))


def _parts(graph: Graph, policy: Term) -> list[Term]:
    """A policy and all that it is made of: rules, actions, assets, parties."""
    names = [n for kind in ("named", "things") for n in terms()[kind] if n not in _AWAY]
    found = family(graph, policy)
    own = set(found)
    for part in found:
        ahead = [t for t in of(graph, part, *names) if t.kind != "literal" and t not in own]
        own.update(ahead)
        found += [t for t in ahead if not any(_rules_of(graph, t))]
    return found


def _rules_of(graph: Graph, thing: Term) -> list[Term]:
    return of(graph, thing, "permission", "prohibition", "obligation")


def _items(graph: Graph, node: Term) -> Iterator[Term]:
    """The items of a list, or the thing itself."""
    first = graph.of(node, f"{RDF}first")
    if not first:
        if node.value != f"{RDF}nil":
            yield node
        return
    seen: set[Term] = set()
    while first and node not in seen:
        seen.add(node)
        yield first[0]
        node = next(iter(graph.of(node, f"{RDF}rest")), node)
        first = graph.of(node, f"{RDF}first")


def wrong_in_constraint(graph: Graph, node: Term, *, profiled: bool) -> str | None:
    """What a constraint has too few or too many of; None where it is whole, puts others together, or is elsewhere.

    A profile may bring further ways to put constraints together.
    """
    if of(graph, node, *terms()["logical"]) or (node.kind == "iri" and not graph.of(node)):
        return None
    if profiled and not names_at(graph, node):
        return None
    if all(of(graph, node, n) for n in _OPERANDS):
        return "a rightOperand and a rightOperandReference"
    wanted = (("leftOperand",), ("operator",), _OPERANDS)
    missing = next((names[0] for names in wanted if not of(graph, node, *names)), None)
    if missing:
        return f"no {missing}"
    several = [n for n in ("leftOperand", "operator") if len(of(graph, node, n)) > 1]
    return f"several values of {several[0]}" if several else None


def names_at(graph: Graph, node: Term) -> str:
    """The names of ODRL under which a thing has something."""
    known = (n for kind in ("named", "things", "texts", "logical") for n in terms()[kind])
    return ", ".join(n for n in known if of(graph, node, n))


def strange_operators(graph: Graph, policy: Term) -> list[str]:
    """The operators of a policy that are none of ODRL's."""
    used = {o for c in constraints(graph, policy) for o in of(graph, c, "operator")}
    return _strange(used, "operators")


def strange_terms(graph: Graph, policy: Term) -> list[str]:
    """The actions, left operands and ways out of conflicts of a policy that are none of ODRL's."""
    left = {o for c in constraints(graph, policy) for o in of(graph, c, "leftOperand")}
    done = {
        v
        for r in rules(graph, policy)
        for a in r.all("action")
        for v in graph.of(a, f"{RDF}value") or [a]
    }
    ways = {c for m in family(graph, policy) for c in of(graph, m, "conflict")}
    licences = {f"{_CREATIVE_COMMONS}{n}" for n in terms()["creative_commons"]}
    actions = set(_strange(done, "core_actions", "actions", "old_actions")) - licences
    operands = _strange(left, "operands", "old_operands")
    return sorted({*actions, *operands, *_strange(ways, "conflicts")})


def _strange(used: set[Term], *kinds: str) -> list[str]:
    known = {f"{NAMESPACE}{n}" for k in (*kinds, "misprints") for n in terms()[k]}
    return sorted(
        t.value if t.kind == "iri" else f"{t.value} (no IRI)"
        for t in used
        if t.kind != "iri" or t.value not in known
    )
