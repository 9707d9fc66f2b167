"""What a policy in ODRL 2.2 has to have. Each raises Contradiction; Inconclusive where another policy may bring it."""

from mimtest.models.graph import Graph, Term
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.odrl import (
    assert_in_policy,
    inherits_itself,
    is_profiled,
    kind_of,
    rules,
)
from mimtest.vocabulary.odrl_constraints import (
    constraints,
    names_at,
    strange_operators,
    strange_terms,
    wrong_in_constraint,
)


def assert_rules(graph: Graph, policy: Term) -> None:
    """A policy has a rule at least, and each rule an action and what it is about (2.1, 2.6, 2.9)."""
    __tracebackhide__ = True
    what = f"the {kind_of(graph, policy)} {policy}"
    assert_that(
        not inherits_itself(graph, policy),
        f"{what} inherits from itself",
        expected="odrl:inheritFrom that leads to other policies",
        received="a circle",
    )
    held = list(rules(graph, policy))
    _assert(graph, policy, held, f"{what} has no rule", "a permission, prohibition or obligation")
    for rule in held:
        told = f"a {rule.kind} of {what} has no action"
        _assert(graph, policy, rule.actions, told, "odrl:action")
        _assert(
            graph,
            policy,
            rule.targets or not rule.wants_target,
            f"a {rule.kind} of {what} is about nothing",
            "odrl:target at the rule or the policy, or odrl:hasPolicy that leads to it",
        )


def assert_constraints(graph: Graph, policy: Term) -> bool:
    """Each constraint has both operands and an operator, one of ODRL's unless a profile brings others (2.5); whether there is one."""
    __tracebackhide__ = True
    what, profiled = f"the {kind_of(graph, policy)} {policy}", is_profiled(graph, policy)
    found = constraints(graph, policy)
    for node in found:
        wrong = wrong_in_constraint(graph, node, profiled=profiled)
        assert_that(
            wrong is None,
            f"a constraint of {what} has {wrong}",
            expected="leftOperand, operator, and either rightOperand or rightOperandReference",
            received=names_at(graph, node) or "nothing",
        )
    strange = strange_operators(graph, policy)
    assert_in_policy(
        graph,
        policy,
        not strange or profiled,
        f"{what} has operators that ODRL does not have, and names no profile",
        expected="an operator of ODRL 2.2",
        received=", ".join(strange),
    )
    return bool(found)


def assert_words(graph: Graph, policy: Term) -> None:
    """A policy with words that ODRL does not have names the profile they are from (2.1, 3.2)."""
    __tracebackhide__ = True
    strange = strange_terms(graph, policy)
    assert_in_policy(
        graph,
        policy,
        not strange or is_profiled(graph, policy),
        f"the {kind_of(graph, policy)} {policy} uses words that ODRL does not have, and names no profile",
        expected="odrl:profile with the IRI of the profile they are from",
        received=", ".join(strange),
    )


def _assert(graph: Graph, policy: Term, holds: object, told: str, expected: str) -> None:
    assert_in_policy(graph, policy, holds, told, expected=expected, received="none")
