"""What the published examples of standard models break in their own schemas.

Who sends what the model's own example shows is not told to have failed: the list in
`schemas/models/known-defects.toml` has, of each such place, the rule and the shape of the value.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.models import addresses
from mimtest.models.findings import Finding
from mimtest.resources import SCHEMAS

#: The rule of attributes that a model's example has and its schema does not know.
UNKNOWN: Final = "unknown-attribute"
_EXACT: Final = ("const", "enum")
_TYPES: Final = {"{": "object", "[": "array", "t": "boolean", "f": "boolean", "n": "null"}
_WORD: Final = re.compile(r"[^\W\d_]+")
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Defect:
    """One place: which rule is broken where, by what, in which forms of the example.

    `formats` tells that only asserting formats shows it.
    """

    model: str
    rule: str
    pointer: str
    received: str
    forms: tuple[str, ...]
    formats: bool = False

    def __str__(self) -> str:
        """In words, for reports."""
        return f"the published example of {self.model} breaks the same rule, {self.rule}, at {self.pointer}"


def model_followed(address: str, document: Any, named: str | None = None) -> str | None:
    """The standard model whose rules a schema has: it is published as that, or refers to it.

    `named` is the model that entities are claimed to follow; whoever wrote rules of their own answers for these.
    """
    own = addresses.identifier(document)
    published = addresses.model_at(address) or (addresses.model_at(own) if own else None)
    if published or named is None:
        return published
    key = addresses.key(addresses.schema_address(named))
    refers = any(addresses.key(a) == key for a in addresses.references(document, address))
    return named if refers else None


def defect_like(finding: Finding, model: str | None) -> Defect | None:
    """The known defect that a finding is a case of; `model` is the name of the standard model, if any."""
    if model is None:
        return None
    return _by_key().get((model.lower(), *key_of(finding)))


def parted(
    findings: Iterable[Finding], model: str | None
) -> tuple[list[Finding], list[tuple[Finding, Defect]]]:
    """The findings that count, and those that the model's own example gives rise to as well."""
    held: list[Finding] = []
    known: list[tuple[Finding, Defect]] = []
    for finding in findings:
        defect = defect_like(finding, model)
        if defect is None:
            held.append(finding)
        else:
            known.append((finding, defect))
    return held, known


def key_of(finding: Finding) -> tuple[str, str, str]:
    """What two cases of one defect have in common: rule, place, and the shape of the value."""
    rule, _, pointer = finding.group
    return rule, pointer, finding.received if rule in _EXACT else shape(finding.received)


def shape(received: str) -> str:
    """What kind of value is shown: of text where it has letters and digits, else the JSON type."""
    if received.startswith('"'):
        return _DIGIT.sub("0", _WORD.sub("a", received))
    return "" if received.startswith("members ") else _TYPES.get(received[:1], "number")


@cache
def defects() -> tuple[Defect, ...]:
    """Every known defect."""
    path = SCHEMAS / "models" / "known-defects.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["models"]
    return tuple(_defect(model["model"], row) for model in listed for row in model["defects"])


def _defect(model: str, row: dict[str, Any]) -> Defect:
    return Defect(
        model,
        row["rule"],
        row["pointer"],
        row.get("received", ""),
        tuple(row["forms"]),
        row.get("formats", False),
    )


@cache
def _by_key() -> dict[tuple[str, str, str, str], Defect]:
    return {(d.model.lower(), d.rule, d.pointer, d.received): d for d in defects()}
