"""Every rule about values, and judging an entity by them."""

from collections.abc import Iterable, Mapping
from typing import Any

from mimtest.models import identifiers, links, places, texts, times, units  # noqa: F401 (they register rules)
from mimtest.models.facts import ModelFacts
from mimtest.models.findings import Finding
from mimtest.models.reading import Reading
from mimtest.models.rule import RULES, Rule, rule

__all__ = ["Rule", "all_rules", "judge", "rule", "rule_of", "rules_for"]


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of their ids."""
    return tuple(RULES[name] for name in sorted(RULES))


def rule_of(id: str) -> Rule:
    """The rule of an id."""
    return RULES[id]


def rules_for(form: str) -> tuple[Rule, ...]:
    """The rules that can be asked of entities that came in that form (`representations.FORMS`)."""
    whole = form in ("normalized", "concise")
    return tuple(r for r in all_rules() if whole or not r.normalized)


def judge(
    entity: Mapping[str, Any], facts: ModelFacts, rules: Iterable[Rule] | None = None
) -> list[Finding]:
    """What speaks against a normalized entity by these rules, by all where none are given."""
    reading = Reading(entity)
    chosen = RULES.values() if rules is None else rules
    return [finding for r in chosen for finding in r.findings(reading, facts)]
