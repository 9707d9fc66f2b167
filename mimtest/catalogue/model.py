"""The catalogue's concepts as values: editions, MIMs, requirements, mechanisms and links."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import translate
from pathlib import Path

from mimtest.errors import UsageError


class Modality(StrEnum):
    """How strongly the specification asks, normalised; `NONE` where it has no modal word."""

    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    MAY = "MAY"
    NONE = "NONE"


class Kind(StrEnum):
    """What a row is in its source."""

    REQUIREMENT = "requirement"
    BEST_PRACTICE = "best-practice"
    CAPABILITY = "capability"
    MECHANISM = "mechanism"
    CANDIDATE_MECHANISM = "candidate-mechanism"
    OBJECTIVE = "objective"
    PREREQUISITE = "prerequisite"


class Testability(StrEnum):
    """What an answer takes: requests alone, requests and the supplier's help, or documents."""

    __test__ = False  # it is not a test class, whatever pytest makes of its name

    AUTOMATED = "automated"
    ASSISTED = "assisted"
    ATTESTED = "attested"


class Coverage(StrEnum):
    """How mimtest answers a row today."""

    AUTOMATED = "automated"
    ASSISTED = "assisted"
    ATTESTED = "attested"
    NOT_YET = "not_yet"


class Status(StrEnum):
    """Whether an edition is the newest."""

    CURRENT = "current"
    EARLIER = "earlier"


class Relation(StrEnum):
    """What a later row is, compared with the earlier one."""

    SAME = "same"
    BROADER = "broader"
    NARROWER = "narrower"
    SPLIT = "split"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way to meet a requirement, tested by `checks`.

    It is claimed by a target that has an interface of one of these kinds and claims all `options`.
    """

    id: str
    title: str
    interfaces: tuple[str, ...]
    checks: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of an edition, in own words.

    It applies when every token of `conditional_on` is claimed: `option:NAME` or
    `mechanism:EDITION/MIM/NAME`; `condition` says so in words. It is met by any one mechanism, or
    needs every claimed one where it speaks of all data or interfaces (`every`). Where nothing that is
    claimed can meet it, it is required all the same if the MIM is nothing without it (`always`).
    `needs` is what the supplier has to declare, `evidence` the documents that show it, `source` how
    completely the text could be read. `supporting` are patterns of checks (`SEC-TOK-*`) shown beside
    a row that only documents show: they speak for or against the answer and decide nothing.
    """

    edition: str
    id: str
    mim: str
    kind: Kind
    official: bool
    level: Modality
    source_word: str
    statement: str
    testability: Testability
    url: str
    source: str
    capability: str = ""
    conditional_on: tuple[str, ...] = ()
    condition: str = ""
    how: tuple[str, ...] = ()
    needs: str = ""
    evidence: str = ""
    not_tested_because: str = ""
    every: bool = False
    supporting: tuple[str, ...] = ()
    always: bool = False
    mechanisms: tuple[Mechanism, ...] = ()

    @property
    def full_id(self) -> str:
        """The id with edition and MIM, such as `9.0/MIM1/R1.1`; alone it is ambiguous."""
        return f"{self.edition}/{self.mim}/{self.id}"

    @property
    def conditional(self) -> bool:
        """Whether claims may exclude it; an unconditional requirement cannot be declared away."""
        return bool(self.conditional_on)

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks of all its mechanisms, each once."""
        return tuple(dict.fromkeys(c for m in self.mechanisms for c in m.checks))

    def beside(self, checks: Iterable[str]) -> list[str]:
        """Those of the checks that are shown beside it."""
        fits = re.compile("|".join(map(translate, self.supporting)) or "(?!)").match
        return [c for c in checks if fits(c)]

    @property
    def coverage(self) -> Coverage:
        """How mimtest answers it: by checks, by the supplier's word alone, or not yet."""
        if self.checks:
            automated = self.testability is Testability.AUTOMATED
            return Coverage.AUTOMATED if automated else Coverage.ASSISTED
        attested = self.testability is Testability.ATTESTED
        return Coverage.ATTESTED if attested else Coverage.NOT_YET


@dataclass(frozen=True, slots=True)
class Mim:
    """A minimal interoperability mechanism of an edition; `question` is what a city asks of it."""

    id: str
    title: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One release of the MIMs; `checksum` is the SHA-256 of the bytes of `file` it was read from."""

    edition: str
    title: str
    status: Status
    published: str
    url: str
    note: str
    mims: tuple[Mim, ...]
    requirements: tuple[Requirement, ...]
    file: Path
    checksum: str

    def demands(self, mim: str) -> bool:
        """Whether it has a row of that MIM by which something is required or recommended."""
        return any(r.mim == mim and r.level is not Modality.NONE for r in self.requirements)

    def requirement(self, full_id: str) -> Requirement:
        """The row of that full id. Raises UsageError for one it does not have."""
        for requirement in self.requirements:
            if requirement.full_id == full_id:
                return requirement
        near = get_close_matches(full_id, [r.full_id for r in self.requirements], 1)
        message = f"'{full_id}' is no requirement of {self.title}."
        raise UsageError(message, f"Did you mean '{near[0]}'?" if near else "")


@dataclass(frozen=True, slots=True)
class Link:
    """What became of the row `origin` in a later edition; `to` is empty when nothing takes it up."""

    origin: str
    to: tuple[str, ...]
    relation: Relation
    note: str = ""
