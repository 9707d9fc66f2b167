"""Profiles: what a buyer requires, how strongly, and which evidence counts.

The specification's own level stays beside it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from mimtest.catalogue import load_edition
from mimtest.errors import UsageError
from mimtest.procurement.checklist import load_checklist
from mimtest.profile_parts import PROOFS, Evidence, Item, refuse_both, refuse_twice
from mimtest.resources import PROFILES
from mimtest.userfile import dates_as_text, read_toml, require_valid

_Found = TypeVar("_Found")
#: Kinds of catalogue rows that can be required; the others are advice or headings.
_REQUIRABLE: Final = frozenset({"requirement", "capability", "mechanism", "prerequisite"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A selection of requirements.

    `base` is `technical` (every SHALL of a claimed MIM that can be tested from outside), `full` (those
    that only documents show, too) or `none`; `required` and `excused` are ids that differ from it.
    `expected` ones are asked for less strongly. `edition` is judged even where nobody asks for it.
    """

    id: str
    title: str
    base: str
    origin: str = "default"
    reference: str | None = None
    required: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    edition: str | None = None
    expected: frozenset[str] = frozenset()
    evidence: Evidence = Evidence()  # noqa: RUF009 - frozen
    items: tuple[Item, ...] = ()

    def requires(
        self, full_id: str, *, kind: str, level: str, applies: bool, testable: bool, claimed: bool
    ) -> bool:
        """Whether a requirement has to be met. What the profile names is, whatever is claimed.

        `applies` says that the claims do not exclude it, `testable` that a claimed mechanism has checks,
        `claimed` that its MIM is claimed.
        """
        if full_id in self.required:
            return True
        if full_id in self.excused or self.base == "none" or not (applies and claimed):
            return False
        binding = level in ("SHALL", "SHALL NOT") and kind in _REQUIRABLE
        return binding and (testable or self.base == "full")

    def as_dict(self) -> dict[str, Any]:
        """As in `report.json` `.scope.profile`."""
        return {
            "id": self.id,
            "title": self.title,
            "origin": self.origin,
            "reference": self.reference,
            "extends": self.base,
            "require": sorted(self.required),
            "excuse": sorted(self.excused),
            "edition": self.edition,
            "expect": sorted(self.expected),
            "evidence": self.evidence.as_dict(),
            "items": [i.as_dict() for i in self.items],
        }

    @classmethod
    def of_dict(cls, data: Mapping[str, Any]) -> "Profile":
        """The profile a report names, with all that it requires and excuses."""
        return cls(
            id=data["id"],
            title=data["title"],
            base=data["extends"],
            origin=data["origin"],
            reference=data["reference"],
            required=frozenset(data["require"]),
            excused=frozenset(data["excuse"]),
            edition=data.get("edition"),
            expected=frozenset(data.get("expect", ())),
            evidence=Evidence.of_dict(data["evidence"]) if "evidence" in data else Evidence(),
            items=tuple(map(Item.of_dict, data.get("items", ()))),
        )


TECHNICAL: Final = Profile("technical", "What can be tested from outside", "technical")
FULL: Final = Profile("full", "Everything the claimed MIMs require", "full")
_BUILT_IN: Final = {p.id: p for p in (TECHNICAL, FULL)}


def ready_made() -> tuple[str, ...]:
    """The names of the shipped tender profiles."""
    return tuple(sorted(f.stem for f in PROFILES.glob("*.toml")))


def ready_file(name: str) -> Path:
    """The file of a shipped profile. Raises UsageError for a name there is none of."""
    if name not in ready_made():
        raise UsageError(
            f"'{name}' is no ready-made profile.", f"There are: {', '.join(ready_made())}."
        )
    return PROFILES / f"{name}.toml"


def load_profile(name: str) -> Profile:
    """A profile by its built-in or ready-made name, or from a TOML file. Raises UsageError."""
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    if name in ready_made():
        return parse_profile(read_toml(ready_file(name)), f"{name}.toml", origin="ready")
    path = Path(name)
    if not path.suffix:
        known = (*_BUILT_IN, *ready_made())
        near = get_close_matches(name, known, 1)
        told = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(known)}."
        raise UsageError(f"There is no profile '{name}'.", f"{told} A file of yours ends in .toml.")
    return parse_profile(read_toml(path), path.name)


def shipped(told: Mapping[str, Any]) -> Profile | None:
    """The built-in or ready-made profile that a report's profile is said to be; None where it is said to be another."""
    if told["origin"] == "file" and told["id"] not in _BUILT_IN:
        return None
    return next((p for p in _all_shipped() if p.id == told["id"]), None)


@cache
def _all_shipped() -> tuple[Profile, ...]:
    return (*_BUILT_IN.values(), *map(load_profile, ready_made()))


def parse_profile(
    data: Mapping[str, Any], name: str = "profile", *, origin: str = "file"
) -> Profile:
    """A profile from a file's content. Raises UsageError with the key's path."""
    data = dates_as_text(data)
    require_valid(data, "profile.schema.json", name)
    head = data["profile"]
    if head["id"] in _BUILT_IN:
        raise UsageError(f"{name}: profile.id: '{head['id']}' is built in.", "Give it another id.")
    _require_known(data, name)
    items = tuple(_item(i, f"{name}: items[{n}]") for n, i in enumerate(data.get("items", ())))
    required = (*data.get("require", ()), *(r for i in items for r in i.requirements))
    refuse_twice(items, name)
    refuse_both(required, data.get("excuse", ()), name)
    return Profile(
        id=head["id"],
        title=head["title"],
        base=head.get("extends", "technical"),
        origin=origin,
        reference=head.get("reference"),
        required=frozenset(data.get("require", ())) | _asked(items, "mandatory"),
        excused=frozenset(data.get("excuse", ())),
        edition=head.get("edition"),
        expected=_asked(items, "expected") - _asked(items, "mandatory"),
        evidence=Evidence.of_file(data.get("evidence", {}), name),
        items=items,
    )


def _require_known(data: Mapping[str, Any], name: str) -> None:
    """Every edition and requirement that is named is there. Raises UsageError."""
    edition = data["profile"].get("edition")
    if edition:
        _found(lambda: load_edition(edition), f"{name}: profile.edition")
    for key in ("require", "excuse"):
        for n, about in enumerate(data.get(key, ())):
            _meant(about, f"{name}: {key}[{n}]")


def _item(data: Mapping[str, Any], place: str) -> Item:
    about = tuple(data["about"])
    meant = dict.fromkeys(x for n, a in enumerate(about) for x in _meant(a, f"{place}.about[{n}]"))
    mechanisms = tuple(data.get("mechanisms", ()))
    _require_mechanisms(mechanisms, meant, place)
    rows = [r for r in map(load_checklist().row, about) if r]
    mechanisms = mechanisms or tuple(dict.fromkeys(m for r in rows for m in r.mechanisms))
    return Item(
        about,
        tuple(meant),
        data.get("strength", "mandatory"),
        data.get("text"),
        tuple(data.get("proofs", PROOFS)),
        mechanisms,
    )


def _require_mechanisms(names: Iterable[str], meant: Iterable[str], place: str) -> None:
    """Each one named belongs to a requirement of the item. Raises UsageError."""
    rows = [load_edition(i.partition("/")[0]).requirement(i) for i in meant]
    known = {m.id: None for r in rows for m in r.mechanisms}
    for name in names:
        if name not in known:
            message = f"{place}.mechanisms: '{name}' is no mechanism of what the item is about."
            raise UsageError(message, f"There are: {', '.join(known) or 'none'}.")


def _meant(about: str, place: str) -> tuple[str, ...]:
    """The full ids of a requirement or of a row. Raises UsageError for one there is not.

    What belongs to the selection of bidders or to the contract is nothing a product meets.
    """
    if "/" in about:
        edition = about.partition("/")[0]
        return (_found(lambda: load_edition(edition).requirement(about).full_id, place),)
    row = load_checklist().row(about)
    if row is None:
        message = f"{place}: '{about}' is no row of the compliance table."
        raise UsageError(message, "Rows are 0.1 to 8.4 and X.1 to X.4.")
    return (*row.decisive, *row.shown) if row.belongs == "specification" else ()


def _found(look: Callable[[], _Found], place: str) -> _Found:
    """What was looked for; a UsageError about it says where it is named."""
    try:
        return look()
    except UsageError as error:
        raise UsageError(f"{place}: {error.message}", error.hint) from None


def _asked(items: Iterable[Item], strength: str) -> frozenset[str]:
    return frozenset(r for i in items if i.strength == strength for r in i.requirements)
