"""Whether policies fit what a rulebook says, by actions of the same name: what they mean is not weighed."""

from collections.abc import Iterable

from mimtest.models.graph import Graph, Term
from mimtest.vocabulary.odrl import NAMESPACE, Rule, policies, rules


def contradictions(rulebook: Graph, graph: Graph, offered: Iterable[Term]) -> list[str]:
    """Where a policy permits what the rulebook forbids without condition, or has not the duty it demands."""
    said = [r for p in policies(rulebook) for r in rules(rulebook, p)]
    denied = {
        a for r in said if r.kind == "prohibition" and not r.is_conditional for a in r.actions
    }
    demanded = {
        a for r in said if r.kind == "obligation" and not r.is_conditional for a in r.actions
    }
    return [line for policy in offered for line in _of_policy(graph, policy, denied, demanded)]


def _of_policy(graph: Graph, policy: Term, denied: set[str], demanded: set[str]) -> list[str]:
    held = list(rules(graph, policy))
    permitted = {a for r in held if r.kind == "permission" for a in r.actions}
    owed = {a for r in held if _is_owed(r) for a in r.actions}
    lines = [
        f"{policy} permits {_name(a)}, which the rulebook forbids"
        for a in sorted(permitted & denied)
    ]
    missing = sorted(demanded - owed) if permitted else []
    return lines + [
        f"{policy} leaves out the duty {_name(a)}, which the rulebook demands" for a in missing
    ]


def _is_owed(rule: Rule) -> bool:
    return rule.kind in ("obligation", "duty")


def _name(action: str) -> str:
    return action.removeprefix(NAMESPACE)
