"""Two reports side by side: what was kept, what regressed, what improved, and what cannot be compared.

A requirement regresses when report A shows it met and report B does not; it improves the other way round. Where
neither shows it, two different verdicts are no step in either direction. A changed verdict that may come from
another test instead of another product is not comparable, and says why.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from mimtest.compare_checks import CheckRow, CheckState, compare_checks
from mimtest.compare_runs import Difference, differences, summary_of
from mimtest.compare_sides import Row, Side, checks_of, claimed_of, mechanisms_of

SCHEMA_VERSION: Final = "1.0.0"
KEPT: Final = "kept"
REGRESSED: Final = "regressed"
IMPROVED: Final = "improved"
NOT_COMPARABLE: Final = "not_comparable"
CHANGES: Final = (REGRESSED, IMPROVED, NOT_COMPARABLE, KEPT)
#: What the catalogue says of a requirement, as far as a verdict depends on it.
_DEFINITION: Final = ("level", "kind", "every", "statement")
#: Why a check was not run, by its reason code, in the words of a comparison.
_SILENCE: Final = {
    "level": "level",
    "interface_not_claimed": "claims",
    "option_not_claimed": "claims",
    "version_not_claimed": "claims",
    "model_not_claimed": "claims",
    "no_result": "incomplete",
    "worker_crash": "incomplete",
}
#: All codes that can stand in `why`.
WHY: Final = (
    *(
        "edition",
        "catalogue",
        "product",
        "rules",
        "tool",
        "claims",
        "interfaces",
        "level",
        "checks",
    ),
    *("incomplete", "seed", "not_shown", "contradicted", "unanswered", "profile"),
)


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One requirement in both reports; `a` and `b` are verdicts, None where the report does not list it.

    `required` says whether each report requires it. `why` has codes: for a row that is not comparable what stands
    in the way, for any other what is worth knowing beside it.
    """

    id: str
    mim: str
    a: str | None
    b: str | None
    change: str
    why: tuple[str, ...]
    required: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Report A beside report B; `differences` between the two tests make them not like for like."""

    a: Mapping[str, Any]
    b: Mapping[str, Any]
    differences: tuple[Difference, ...]
    requirements: tuple[RequirementRow, ...]
    checks: tuple[CheckRow, ...]

    @property
    def like_for_like(self) -> bool:
        """Whether product, configuration, claims, scope and tool are the same in both."""
        return not self.differences

    @property
    def exit_code(self) -> int:
        """1 when a required item regressed or a check that must pass newly fails, else 3 when one cannot be compared.

        Of two products no check fails newly: they have no history in common.
        """
        changes = {r.change for r in self.requirements if any(r.required)}
        one_product = not any(d.code == "product" for d in self.differences)
        new = any(c.state is CheckState.NEW and c.strength == "must" for c in self.checks)
        if REGRESSED in changes or (one_product and new):
            return 1
        return 3 if NOT_COMPARABLE in changes else 0

    def as_dict(self) -> dict[str, Any]:
        """As in schemas/mimtest/comparison.schema.json."""
        changes = Counter(r.change for r in self.requirements)
        states = Counter(c.state for c in self.checks)
        return {
            "schemaVersion": SCHEMA_VERSION,
            "a": dict(self.a),
            "b": dict(self.b),
            "likeForLike": self.like_for_like,
            "differences": [asdict(d) for d in self.differences],
            "counts": {
                "requirements": {c: changes[c] for c in CHANGES},
                "checks": {s.value: states[s] for s in CheckState},
            },
            "requirements": [
                asdict(r) | {"why": list(r.why), "required": list(r.required)}
                for r in self.requirements
            ],
            "checks": [asdict(c) for c in self.checks],
            "exitCode": self.exit_code,
        }


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> Comparison:
    """Compare two reports of the published schema, requirement by requirement, in catalogue order."""
    found = differences(a, b)
    sides = (Side.of(a), Side.of(b))
    codes = frozenset(d.code for d in found)
    return Comparison(
        a=summary_of(a),
        b=summary_of(b),
        differences=found,
        requirements=tuple(_row(name, sides, codes) for name in _order(*sides)),
        checks=compare_checks(a, b),
    )


def _order(a: Side, b: Side) -> list[str]:
    """All requirements in the order of B's catalogue; what only A has comes after the rest of its edition."""
    editions = dict.fromkeys(i.partition("/")[0] for i in (*b.rows, *a.rows))
    names = dict.fromkeys((*b.rows, *a.rows))
    return [n for e in editions for n in names if n.startswith(f"{e}/")]


def _row(name: str, sides: tuple[Side, Side], codes: frozenset[str]) -> RequirementRow:
    a, b = (side.rows.get(name) for side in sides)
    row = a or b or {}
    change, why = _change(a, b, sides, codes)
    return RequirementRow(
        id=name,
        mim=row["mim"],
        a=a["verdict"] if a else None,
        b=b["verdict"] if b else None,
        change=change,
        why=why,
        required=(bool(a and a["required"]), bool(b and b["required"])),
    )


def _change(
    a: Row | None, b: Row | None, sides: tuple[Side, Side], codes: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """What became of a requirement, and why."""
    if a is None or b is None:
        return NOT_COMPARABLE, ("edition",)
    beside = ("profile",) if a["required"] != b["required"] else ()
    if any(a[key] != b[key] for key in _DEFINITION) or mechanisms_of(a) != mechanisms_of(b):
        return NOT_COMPARABLE, ("catalogue", *beside)
    if a["verdict"] == b["verdict"]:
        return KEPT, beside
    obstacles = tuple(dict.fromkeys(_obstacles(a, b, sides, codes)))
    if obstacles:
        return NOT_COMPARABLE, (*obstacles, *beside)
    return (REGRESSED if a["verdict"] == "met" else IMPROVED), (_kind(a, b), *beside)


def _obstacles(a: Row, b: Row, sides: tuple[Side, Side], codes: frozenset[str]) -> Iterator[str]:
    """What may have changed the verdict without any change in the product."""
    yield from (c for c in ("product", "rules", "tool") if c in codes)
    if claimed_of(a) != claimed_of(b) or "not_applicable" in (a["verdict"], b["verdict"]):
        yield "claims"
    left, right = (s.places for s in sides)
    if any(left[c] != right[c] for c in checks_of(a) if c in left and c in right):
        yield "interfaces"
    yield from _unlike_tests(a, b, sides)
    if "seed" in codes and any(s.drawn.intersection(checks_of(a)) for s in sides):
        yield "seed"
    if "met" not in (a["verdict"], b["verdict"]):
        yield "not_shown"


def _unlike_tests(a: Row, b: Row, sides: tuple[Side, Side]) -> Iterator[str]:
    """Why checks ran in one report and not in the other."""
    left, right = sides
    missing = ((left, left.ran(a)), (right, right.ran(b)))
    for (side, ran), (_, other) in (missing, missing[::-1]):
        for check in sorted(other - ran):
            codes = side.reasons.get(check, frozenset({"filtered"}))
            yield next((_SILENCE[c] for c in sorted(codes) if c in _SILENCE), "checks")
    if not (left.whole and right.whole) and left.ran(a) != right.ran(b):
        yield "incomplete"


def _kind(a: Row, b: Row) -> str:
    """Whether a contradiction decides, or only the answer is there no more."""
    return "contradicted" if "not_met" in (a["verdict"], b["verdict"]) else "unanswered"
