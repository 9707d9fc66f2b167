"""Profiles: which requirements a buyer requires. The specification's own level stays beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.userfile import read_toml, require_valid

#: Kinds of catalogue rows that can be required; the others are advice or headings.
_REQUIRABLE: Final = frozenset({"requirement", "capability", "mechanism", "prerequisite"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A selection of requirements.

    `base` is `technical` (every SHALL of a claimed MIM that can be tested from outside), `full` (those
    that only documents show, too) or `none`; `required` and `excused` are ids that differ from it.
    """

    id: str
    title: str
    base: str
    origin: str = "default"
    reference: str | None = None
    required: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()

    def requires(
        self, full_id: str, *, kind: str, level: str, applies: bool, testable: bool
    ) -> bool:
        """Whether a requirement of a claimed MIM has to be met.

        `applies` says that the claims do not exclude it, `testable` that a claimed mechanism has checks.
        """
        if full_id in self.required:
            return True
        if full_id in self.excused or self.base == "none" or not applies:
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
        )


TECHNICAL: Final = Profile("technical", "What can be tested from outside", "technical")
FULL: Final = Profile("full", "Everything the claimed MIMs require", "full")


def load_profile(name: str) -> Profile:
    """A built-in profile by name, or one from a TOML file. Raises UsageError."""
    builtin = {p.id: p for p in (TECHNICAL, FULL)}
    if name in builtin:
        return builtin[name]
    path = Path(name)
    if not path.suffix:
        raise UsageError(
            f"--profile {name}: not known.", f"Known are {', '.join(builtin)}, or a TOML file."
        )
    return parse_profile(read_toml(path), path.name)


def parse_profile(data: Mapping[str, Any], name: str = "profile") -> Profile:
    """A profile from a file's content. Raises UsageError with the key's path."""
    require_valid(data, "profile.schema.json", name)
    head = data["profile"]
    if head["id"] in (TECHNICAL.id, FULL.id):
        raise UsageError(f"{name}: profile.id: '{head['id']}' is built in.", "Give it another id.")
    return Profile(
        id=head["id"],
        title=head["title"],
        base=head.get("extends", "technical"),
        origin="file",
        reference=head.get("reference"),
        required=frozenset(data.get("require", ())),
        excused=frozenset(data.get("excuse", ())),
    )
