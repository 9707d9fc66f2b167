"""Rules about values, asserted of a sample: what speaks against it is told by what it has in common."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mimtest.errors import Inconclusive
from mimtest.models.facts import ModelFacts
from mimtest.models.findings import Finding, Group, Tally
from mimtest.models.reading import Reading
from mimtest.models.rules import Rule, rule_of
from mimtest.models.sampling import Statement
from mimtest.vocabulary.expect import fail, shown

_TOLD = 3


class Sampled(Protocol):
    """Entities of a type, and how they were chosen."""

    @property
    def statement(self) -> Statement:
        """How many of how many they are."""

    def entities(self) -> list[dict[str, Any]]:
        """The normalized entities."""


Judged = tuple[Sampled, ModelFacts]


def assert_none(sample: Sampled, facts: ModelFacts, *rule_ids: str) -> None:
    """No rule of these ids has anything against a sampled entity. Raises as `assert_none_of` does."""
    __tracebackhide__ = True
    assert_none_of([(sample, facts)], *rule_ids)


def assert_none_of(judged: Sequence[Judged], *rule_ids: str) -> None:
    """No rule of these ids has anything against an entity of one of the samples.

    Raises Contradiction with the group of findings that most entities have, Inconclusive (no_data) where no
    entity has anything that the rules look at.
    """
    __tracebackhide__ = True
    rules = [rule_of(name) for name in rule_ids]
    found = [_against(sample, facts, rules) for sample, facts in judged]
    if not any(looked for looked, _ in found):
        told = "; ".join(rule.sentence for rule in rules)
        sizes = ", ".join(str(sample.statement) for sample, _ in judged)
        raise Inconclusive("no_data", f"none of the {sizes} has anything to look at: {told}")
    kinds = [
        (tally.groups(), s.statement) for (_, tally), (s, _) in zip(found, judged, strict=True)
    ]
    worst = max(kinds, key=lambda kind: kind[0][0].entities if kind[0] else 0)
    if worst[0]:
        others = sum(len(groups) for groups, _ in kinds) - len(worst[0])
        fail_with(worst[0], worst[1], others=others)


def _against(sample: Sampled, facts: ModelFacts, rules: Sequence[Rule]) -> tuple[int, Tally]:
    """How much the rules look at in a sample, and what they have against it."""
    tally, looked = Tally(), 0
    for entity in sample.entities():
        reading = Reading(entity)
        looked += sum(1 for rule in rules for _ in rule.of(reading, facts))
        tally.add([f for rule in rules for f in rule.findings(reading, facts)])
    return looked, tally


def assert_nothing_found(findings: Mapping[str, list[Finding]], statement: Statement) -> None:
    """No entity, by its id, has findings. Raises Contradiction as `assert_none` does."""
    __tracebackhide__ = True
    tally = Tally()
    for found in findings.values():
        tally.add(found)
    if tally.groups():
        fail_with(tally.groups(), statement)


def fail_with(groups: list[Group], statement: Statement, *, others: int = 0) -> None:
    """Raise Contradiction: how many of how many have the most common finding, with its first example."""
    __tracebackhide__ = True
    group = groups[0]
    first = group.examples[0]
    more = len(groups) - 1 + others
    parts = [
        f"{group.entities} of the {statement}: {first.message}",
        f"{first.entity} {first.pointer}",
        statement.bound(group.entities),
        f"and {more} further groups of findings" if more else "",
    ]
    fail(
        "; ".join(p for p in parts if p),
        expected=first.expected or None,
        received=shown([f.received for f in group.examples])
        if len(group.examples) > 1
        else first.received,
    )
