"""Constraints of policies in ODRL 2.2, and words that ODRL does not have."""

from collections.abc import Iterator

from mimtest.models.graph import Graph, Term
from mimtest.vocabulary.odrl import DEEPEST, NAMESPACE, RDF, of, rules, terms


def constraints(graph: Graph, policy: Term) -> list[Term]:
    """The constraints of a policy, wherever they are, and those that are put together to one."""
    around = graph.around(policy, DEEPEST)
    found = (c for thing in around for c in of(graph, thing, "constraint", "refinement"))
    inner = (
        c
        for thing in around
        for n in of(graph, thing, *terms()["logical"])
        for c in _items(graph, n)
    )
    return list(dict.fromkeys([*found, *inner]))


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


def lacks_in_constraint(graph: Graph, node: Term) -> str | None:
    """What a constraint does not have; None where it is whole, or puts others together."""
    if of(graph, node, *terms()["logical"]) or (node.kind == "iri" and not graph.of(node)):
        return None
    wanted = (("leftOperand",), ("operator",), ("rightOperand", "rightOperandReference"))
    return next((names[0] for names in wanted if not of(graph, node, *names)), None)


def names_at(graph: Graph, node: Term) -> str:
    """The names of ODRL under which a thing has something."""
    known = (n for kind in ("named", "things", "texts", "logical") for n in terms()[kind])
    return ", ".join(n for n in known if of(graph, node, n))


def strange_operators(graph: Graph, policy: Term) -> list[str]:
    """The operators of a policy that are none of ODRL's."""
    known = {f"{NAMESPACE}{n}" for n in terms()["operators"]}
    used = (o.value for c in constraints(graph, policy) for o in of(graph, c, "operator"))
    return sorted(set(used) - known)


def strange_terms(graph: Graph, policy: Term) -> list[str]:
    """The actions and left operands of a policy that are none of ODRL's."""
    words = terms()
    actions = {
        f"{NAMESPACE}{n}" for k in ("core_actions", "actions", "old_actions") for n in words[k]
    }
    operands = {f"{NAMESPACE}{n}" for n in words["operands"]}
    left = {o.value for c in constraints(graph, policy) for o in of(graph, c, "leftOperand")}
    done = {a for r in rules(graph, policy) for a in r.actions}
    return sorted((done - actions) | (left - operands))
