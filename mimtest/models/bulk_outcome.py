"""What came of judging many entities: numbers, groups of findings, a line for each violation.

Outcomes add up in any order, so blocks can be judged anywhere; none grows with the number of valid entities.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any, Final

import orjson

from mimtest.models.findings import Finding, Group, Tally

#: The most violations of an entity that are written down.
MOST: Final = 100
_LONGEST: Final = 400
_TEXTS: Final = ("rule", "entity", "pointer", "message", "expected", "received", "clause")
_NUMBERS: Final = (
    "entities",
    "valid",
    "invalid",
    "unjudged",
    "annotated",
    "asserted",
    "violations",
    "unlisted",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A finding, whether it counts as a violation, and the verdict it is part of.

    That is `json`, `schema`, `formats` (only if they are asserted), `values`, `suspect`, `known` (so is the published
    example) or `unjudged`.
    """

    verdict: str
    finding: Finding
    counts: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of some records.

    `valid`, `invalid` and `unjudged` add up to `entities`, broken records among them. `annotated` and `asserted` are
    the two verdicts of JSON Schema: how many are valid with formats as annotations, and with formats asserted.
    `unlisted` counts violations that were not written down because their entity has very many.
    """

    entities: int = 0
    valid: int = 0
    invalid: int = 0
    unjudged: int = 0
    annotated: int = 0
    asserted: int = 0
    violations: int = 0
    unlisted: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    lines: list[bytes] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Take what came of other records, but not its lines."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.forms += other.forms
        self.tally.merge(other.tally.groups(), other.tally.uncounted)

    def note(self, said: Sequence[Said], place: Mapping[str, Any]) -> None:
        """Count and write down what speaks against an entity."""
        listed = [Said(s.verdict, _short(s.finding), s.counts) for s in islice(said, MOST)]
        self.lines += [_line(s, place) for s in listed]
        self.unlisted += len(said) - len(listed)
        self.violations += sum(s.counts for s in said)
        self.tally.add([s.finding for s in listed])

    def as_dict(self) -> dict[str, Any]:
        """Plain builtins, of which `of_dict` makes the outcome again; the lines are left out."""
        return {
            **{name: getattr(self, name) for name in _NUMBERS},
            "forms": dict(self.forms),
            "groups": [asdict(g) for g in self.tally.groups()],
            "uncounted": self.tally.uncounted,
        }

    @classmethod
    def of_dict(cls, data: Mapping[str, Any]) -> "Outcome":
        """The outcome that `as_dict` described."""
        outcome = cls(**{name: data[name] for name in _NUMBERS}, forms=Counter(data["forms"]))
        groups = (
            Group(**{**g, "examples": [Finding(**f) for f in g["examples"]]})
            for g in data["groups"]
        )
        outcome.tally.merge(groups, data["uncounted"])
        return outcome


def _line(said: Said, place: Mapping[str, Any]) -> bytes:
    finding = said.finding
    return orjson.dumps(
        {
            **place,
            "entity": finding.entity,
            "verdict": said.verdict,
            "counts": said.counts,
            "rule": finding.rule,
            "pointer": finding.pointer,
            "message": finding.message,
            "expected": finding.expected,
            "received": finding.received,
            "clause": finding.clause,
        }
    )


def _short(finding: Finding) -> Finding:
    """The finding with texts of a length that can be kept."""
    if max(len(getattr(finding, n)) for n in _TEXTS) <= _LONGEST:
        return finding
    return replace(finding, **{n: cut(getattr(finding, n)) for n in _TEXTS})


def cut(text: str) -> str:
    """The beginning of a text, of a length that can be kept."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
