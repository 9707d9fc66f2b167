"""The parts of a profile: what a tender says of single items, and which evidence it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mimtest.errors import UsageError

#: How strongly a tender asks: a mandatory item is required; an expected one is judged and told apart.
STRENGTHS: Final = ("mandatory", "expected")
#: What a tender takes as proof of an item. An explained equivalent is always taken (Directive 2014/24/EU, Article 42).
PROOFS: Final = ("test", "document")


@dataclass(frozen=True, slots=True)
class Item:
    """What a tender says of some requirements.

    `about` is as the buyer wrote it: full ids, or numbers of the compliance table's rows; `requirements` are
    the full ids this comes to. `text` is the tender's own wording, `proofs` what it takes as proof,
    `mechanisms` the ones it names, or those its rows name; whether another one is equivalent is the buyer's to judge.
    """

    about: tuple[str, ...]
    requirements: tuple[str, ...]
    strength: str = "mandatory"
    text: str | None = None
    proofs: tuple[str, ...] = PROOFS
    mechanisms: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As in `report.json` `.scope.profile.items[]`."""
        return {
            "about": list(self.about),
            "requirements": list(self.requirements),
            "strength": self.strength,
            "text": self.text,
            "proofs": list(self.proofs),
            "mechanisms": list(self.mechanisms),
        }

    @classmethod
    def of_dict(cls, data: Mapping[str, Any]) -> "Item":
        """The item a report holds."""
        return cls(
            tuple(data["about"]),
            tuple(data["requirements"]),
            data["strength"],
            data["text"],
            tuple(data["proofs"]),
            tuple(data["mechanisms"]),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which runs a tender takes as evidence.

    `parties` are those who may have run the test (empty: whoever), `not_before` the first day it may have
    ended, as `2026-01-31`; with `exchanges` each answer needs a recorded exchange.
    """

    parties: tuple[str, ...] = ()
    not_before: str | None = None
    exchanges: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As in `report.json` `.scope.profile.evidence`."""
        return {
            "parties": list(self.parties),
            "notBefore": self.not_before,
            "exchanges": self.exchanges,
        }

    @classmethod
    def of_file(cls, data: Mapping[str, Any], name: str) -> "Evidence":
        """The rules that a profile's file has, called `name`. Raises UsageError for a day there is not."""
        day = data.get("not_before")
        try:
            day = date.fromisoformat(day).isoformat() if day else None
        except ValueError:
            raise UsageError(
                f"{name}: evidence.not_before: '{day}' is not a day.", "Write it as 2027-01-31."
            ) from None
        return cls(tuple(data.get("parties", ())), day, data.get("exchanges", False))

    @classmethod
    def of_dict(cls, data: Mapping[str, Any]) -> "Evidence":
        """The rules a report holds."""
        return cls(tuple(data["parties"]), data["notBefore"], data["exchanges"])


def refuse_twice(items: Iterable[Item], name: str) -> None:
    """What two items are about could be told of otherwise in each. Raises UsageError for it."""
    seen: set[str] = set()
    for n, item in enumerate(items):
        for about in dict.fromkeys((*item.about, *item.requirements)):
            if about in seen:
                raise UsageError(
                    f"{name}: items[{n}].about: '{about}' has an item already.", "Keep one."
                )
        seen.update(item.about, item.requirements)


def refuse_both(required: Sequence[str], excused: Iterable[str], name: str) -> None:
    """What is excused is not asked for. Raises UsageError for what is both."""
    for n, about in enumerate(excused):
        if about in required:
            raise UsageError(
                f"{name}: excuse[{n}]: '{about}' is asked for, too.", "Excuse it or ask for it."
            )
