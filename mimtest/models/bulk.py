"""Judging entities in bulk, block by block, by the schemas and rules of their models."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from mimtest.errors import Inconclusive
from mimtest.models.bulk_forms import candidates
from mimtest.models.bulk_outcome import Outcome, Said, cut
from mimtest.models.bulk_records import (
    Block,
    Trouble,
    UnreadableError,
    entities_in,
    parse_record,
)
from mimtest.models.facts import ModelFacts
from mimtest.models.findings import Finding
from mimtest.models.known_defects import defect_like
from mimtest.models.representations import normalized
from mimtest.models.schema import Schema

_NAMED: Final = 8
#: Rules about what only whole attributes say: their kind and their unit.
_UNSAID: Final = frozenset(("attribute-of-another-kind", "link-as-text", "unit-missing"))
_BARE: Final = ("simplified", "plain", "feature")
#: Bytes above which only the first violation of an entity is told: each costs memory, and most of it lies in arrays.
_LARGE: Final = 64 * 1024


@dataclass(frozen=True)
class Standard:
    """What entities are judged by, of one type or of any.

    `model` is the name of the standard model that the schema is, if it is one; `facts` are for rules about values.
    """

    schema: Schema
    type: str | None = None
    model: str | None = None
    facts: ModelFacts | None = None

    @property
    def entity_type(self) -> str | None:
        """The type the schema speaks of, where that is known."""
        return self.type or (self.model.rpartition("/")[2] if self.model else None)


@dataclass(frozen=True)
class Specification:
    """How a bulk is judged: with formats asserted or not. It can be sent to other processes."""

    standards: tuple[Standard, ...]
    formats: bool = False

    def standard_for(self, types: list[str]) -> Standard | None:
        """The standard of one of the types, else the one that is for any."""
        return next((s for s in self.standards if s.type is None or s.type in types), None)


class Judge:
    """Judges blocks by a specification."""

    def __init__(self, specification: Specification) -> None:
        self._specification = specification

    def judge(self, block: Block) -> Outcome:
        """What comes of a block."""
        outcome = Outcome()
        records = zip(block.lines, block.records, strict=True)
        for number, (line, record) in enumerate(records, block.first):
            for entity in _entities(record):
                outcome.entities += 1
                said = self._judge(entity, outcome)
                if said:
                    outcome.note(said, {"file": block.source, "line": line, "record": number})
        return outcome

    def _judge(self, entity: Any, outcome: Outcome) -> list[Said]:
        """Count an entity, and say what speaks against it."""
        if isinstance(entity, Trouble):
            return _of_trouble(entity, outcome)
        if not isinstance(entity, dict):
            received = cut(orjson.dumps(entity).decode())
            message = "this is no entity but another value"
            trouble = Trouble("not-an-entity", message, received, "GS CIM 009 5.2.4")
            return _of_trouble(trouble, outcome)
        types = _types(entity)
        standard = self._specification.standard_for(types)
        if standard is None:
            named = ", ".join(types[:_NAMED]) or "none"
            return _unjudged(entity, "no-model", f"no model is given for the type {named}", outcome)
        try:
            return self._by(standard, entity, outcome)
        except Inconclusive as reason:
            return _unjudged(entity, reason.code, reason.detail, outcome)

    def _by(self, standard: Standard, entity: dict[str, Any], outcome: Outcome) -> list[Said]:
        strict = self._specification.formats
        form, forms = candidates(entity, standard.entity_type)
        verdict = _best(standard.schema, forms)
        said = [] if verdict.whole else _against(standard, verdict, strict=strict)
        if standard.facts is not None:
            said += _of_values(normalized(entity, form), form, standard.facts)
        invalid = any(s.counts for s in said)
        valid = not invalid and (
            verdict.asserted if strict else verdict.annotated or verdict.asserted
        )
        outcome.forms[form] += 1
        outcome.annotated += verdict.annotated
        outcome.asserted += verdict.asserted
        outcome.valid += valid
        outcome.invalid += invalid
        outcome.unjudged += not (valid or invalid)
        return said


@dataclass(frozen=True, slots=True)
class _Verdict:
    """An entity in the form that was judged; whether it is valid with formats as annotations, and asserted."""

    entity: dict[str, Any]
    annotated: bool
    asserted: bool

    @property
    def whole(self) -> bool:
        """Whether it is valid either way."""
        return self.annotated and self.asserted


def _best(schema: Schema, forms: Iterable[dict[str, Any]]) -> _Verdict:
    """The verdict on the form that the schema accepts, else on the first."""
    best: _Verdict | None = None
    for form in forms:
        verdict = _Verdict(form, schema.is_valid(form), schema.is_valid(form, formats=True))
        if verdict.asserted:
            return verdict
        if best is None or (verdict.annotated and not best.annotated):
            best = verdict
    return best or _Verdict({}, annotated=False, asserted=False)


def _against(standard: Standard, verdict: _Verdict, *, strict: bool) -> list[Said]:
    """What the schema has against an entity, and what only its formats have. An entity is valid if either reading has it so."""
    schema, entity, name = standard.schema, verdict.entity, _name(verdict.entity)
    large = len(orjson.dumps(entity)) > _LARGE
    tell = schema.first_finding if large else schema.findings
    plain = [] if verdict.annotated else tell(entity, name)
    formats = [] if verdict.asserted else tell(entity, name, formats=True)
    counting = formats if strict else plain if not verdict.asserted else []
    listed = [("schema", f) for f in plain] + [("formats", f) for f in formats if f not in plain]
    return [_said(v, f, standard, counts=f in counting) for v, f in listed]


def _said(verdict: str, finding: Finding, standard: Standard, *, counts: bool) -> Said:
    defect = defect_like(finding, standard.model) if counts else None
    if defect is None:
        return Said(verdict, finding, counts)
    return Said("known", replace(finding, message=f"{finding.message}; {defect}"))


def _of_values(entity: Mapping[str, Any], form: str, facts: ModelFacts) -> list[Said]:
    from mimtest.models.rules import all_rules, judge  # noqa: PLC0415 - its tables are large

    unsaid = _UNSAID if form in _BARE else ()
    rules = {r.id: r for r in all_rules() if r.id not in unsaid}
    return [
        Said("values", f, counts=True) if rules[f.rule].kind == "value" else Said("suspect", f)
        for f in judge(entity, facts, rules.values())
    ]


def _entities(record: bytes | Trouble) -> Iterator[Any]:
    """The entities of a record, or why there are none."""
    if isinstance(record, Trouble):
        yield record
        return
    try:
        yield from entities_in(parse_record(record))
    except UnreadableError as error:
        yield error.trouble


def _of_trouble(trouble: Trouble, outcome: Outcome) -> list[Said]:
    outcome.unjudged += trouble.beyond
    outcome.invalid += not trouble.beyond
    told = trouble.rule, "", "", trouble.message, "", trouble.received, trouble.clause
    return [Said("unjudged" if trouble.beyond else "json", Finding(*told), not trouble.beyond)]


def _unjudged(entity: Mapping[str, Any], rule: str, why: str, outcome: Outcome) -> list[Said]:
    outcome.unjudged += 1
    return [Said("unjudged", Finding(rule, _name(entity), "", why))]


def _types(entity: Mapping[str, Any]) -> list[str]:
    """The types of an entity; those of a feature are among its properties."""
    inner = entity.get("properties") if entity.get("type") == "Feature" else None
    types = inner.get("type") if isinstance(inner, dict) else entity.get("type")
    return [t for t in (types if isinstance(types, list) else [types]) if isinstance(t, str)]


def _name(entity: Mapping[str, Any]) -> str:
    name = entity.get("id", "")
    return name if isinstance(name, str) else orjson.dumps(name).decode()
