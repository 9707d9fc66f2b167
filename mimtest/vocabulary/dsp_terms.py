"""Terms in messages of the Dataspace Protocol: datasets with their offers, and agreements."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.vocabulary.dsp import NEW, OLD, RULES, faults_of_service, lacking

_DATE_TIME: Final = re.compile(
    r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-4]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]\d\d:[0-5]\d)?"
)


def faults_of_dataset(version: str, dataset: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a dataset of a catalogue, and with its offers; in 2024-1 it needs no distribution."""
    name = dataset.get("@id")
    if not isinstance(name, str):
        yield "a dataset has no @id"
    for part in ("hasPolicy", "distribution") if version == NEW else ("hasPolicy",):
        if not (isinstance(dataset.get(part), list) and dataset[part]):
            yield f"{name} has no {part} that is a list with something in it"
    for offer in _parts(dataset, "hasPolicy"):
        yield from (f"an offer of {name}: {f}" for f in _faults_of_offer(version, offer))
    for distribution in _parts(dataset, "distribution"):
        held = distribution if isinstance(distribution, Mapping) else {}
        yield from (f"a distribution of {name}: {f}" for f in _faults_of_access(version, held))


def _faults_of_access(version: str, distribution: Mapping[str, Any]) -> Iterator[str]:
    service = distribution.get("accessService")
    if not service:
        yield "there is no accessService"
    if version == OLD:
        return
    yield from lacking(distribution, "format")
    if isinstance(service, Mapping):
        yield from faults_of_service(version, service)
    elif service and not isinstance(service, str):
        yield "accessService is neither text nor object"


def _faults_of_offer(version: str, offer: Any) -> Iterator[str]:
    if not isinstance(offer, Mapping):
        yield "it is no object"
        return
    yield from faults_of_policy(version, offer, "Offer")
    if "target" in offer:
        yield "it has a target, which its place says already"


def faults_of_policy(version: str, policy: Mapping[str, Any], kind: str) -> Iterator[str]:
    """What is wrong with an offer or an agreement."""
    yield from lacking(policy, "@id")
    if policy.get("@type") != kind:
        yield f"its @type is {policy.get('@type')!r} and not {kind}"
    if not any(policy.get(n) for n in ("permission", "prohibition")):
        yield "nothing is permitted or forbidden: there is neither permission nor prohibition"
    for name in RULES:
        rules = policy.get(name, [])
        if not isinstance(rules, list):
            yield f"{name} is no list"
            continue
        yield from (f"{name} {f}" for r in rules for f in _faults_of_rule(version, r))


def _faults_of_rule(version: str, rule: Any) -> Iterator[str]:
    action = rule.get("action") if isinstance(rule, Mapping) else None
    if not action:
        yield "has a rule without action"
    elif version == NEW and not isinstance(action, str):
        yield "has an action that is no text"
    if isinstance(rule, Mapping) and "target" in rule:
        yield "has a rule with a target of its own"


def faults_of_agreement(version: str, agreement: Any, dataset: str) -> Iterator[str]:
    """What is wrong with an agreement about a dataset."""
    if not isinstance(agreement, Mapping):
        yield "there is no agreement"
        return
    yield from faults_of_policy(version, agreement, "Agreement")
    yield from lacking(agreement, "assigner", "assignee", "timestamp")
    if agreement.get("target") != dataset:
        yield f"its target is {agreement.get('target')!r} and not {dataset}"
    at = agreement.get("timestamp")
    if isinstance(at, str) and not _DATE_TIME.fullmatch(at):
        yield f"its timestamp is no date and time: {at}"


def rules_of(policy: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What a policy permits, forbids and asks for."""
    return {name: policy[name] for name in RULES if policy.get(name)}


def same_terms(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two policies permit, forbid and ask for the same, in whatever order."""
    return bool(_in_order(rules_of(one)) == _in_order(rules_of(other)))


def _in_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _in_order(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def actions_of(policy: Mapping[str, Any]) -> dict[str, list[str]]:
    """The actions of a policy's rules, by kind of rule."""
    rules = rules_of(policy)
    return {
        n: sorted(str(r.get("action")) for r in rules[n] if isinstance(r, Mapping)) for n in rules
    }


def _parts(value: Mapping[str, Any], name: str) -> list[Any]:
    held = value.get(name)
    return held if isinstance(held, list) else []
