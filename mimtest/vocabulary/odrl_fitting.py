"""Whether policies fit what a rulebook says, by actions of the same name: what they mean is not weighed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mimtest.models.graph import Graph, Term
from mimtest.vocabulary.odrl import Rule, of, policies, rules
from mimtest.vocabulary.odrl_words import NAMESPACE


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where a policy goes against the rulebook; `sure` where that binds everybody, about the same data or a whole it is part of."""

    told: str
    sure: bool


def rulings(rulebook: Graph) -> list[Rule]:
    """What a rulebook forbids and demands without condition."""
    said = (r for p in policies(rulebook) for r in rules(rulebook, p))
    return [r for r in said if r.kind in ("prohibition", "obligation") and not r.is_conditional]


def permissions(graph: Graph, offered: Iterable[Term]) -> list[Rule]:
    """What policies permit."""
    return [r for p in offered for r in rules(graph, p) if r.kind == "permission"]


def misfits(said: Iterable[Rule], permitted: Iterable[Rule]) -> list[Misfit]:
    """Where a permission is of what the rulebook forbids, or is without the duty that it demands."""
    told = list(said)
    return [m for permission in permitted for ruling in told for m in _of(ruling, permission)]


def _of(ruling: Rule, permission: Rule) -> Iterator[Misfit]:
    sure = _is_about_the_same(ruling, permission) and not ruling.all("assignee")
    for action in ruling.actions:
        name = action.removeprefix(NAMESPACE)
        if ruling.kind == "prohibition" and action in permission.actions:
            yield Misfit(f"{permission.policy} permits {name}, which the rulebook forbids", sure)
        if ruling.kind == "obligation" and action not in _owed(permission):
            told = f"{permission.policy} leaves out the duty {name}, which the rulebook demands"
            yield Misfit(told, sure)


def _owed(permission: Rule) -> set[str]:
    """What has to be done for a permission, by its own duties or by its policy's."""
    held = rules(permission.graph, permission.policy)
    due = (*permission.duties, *(r for r in held if r.kind == "obligation"))
    return {a for r in due for a in r.actions}


def _is_about_the_same(ruling: Rule, permission: Rule) -> bool:
    """Whether a permission is about what the rulebook speaks of, or about a part of it; so it is where that names nothing."""
    meant = {t.value for t in ruling.targets}
    wholes = list(permission.targets)
    for thing in wholes:
        around = (of(g, thing, "partOf") for g in (ruling.graph, permission.graph))
        wholes += [t for found in around for t in found if t not in wholes]
    return not meant or any(t.value in meant for t in wholes)
