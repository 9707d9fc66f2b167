"""What differs between two tests: only a test of the same kind lets a changed verdict speak of the product."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.procurement.marks import profile_mark

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; `a` and `b` are codes, names and digests, never sentences."""

    code: str
    a: str
    b: str


def _filters(report: Report) -> str:
    scope = report["scope"]
    shard = scope.get("shard")
    part = (f"shard {shard['index']}/{shard['of']}",) if shard else ()
    return " ".join([*(scope["suites"] or ()), *(scope["checks"] or ()), *part]) or "-"


def _claims(report: Report) -> str:
    scope = report["scope"]
    return " ".join(sorted({*scope["mims"], *scope["options"], *scope["mechanisms"]}))


def _interfaces(report: Report) -> str:
    """Each interface with the data it was looked at for."""
    found = report["subject"]["interfaces"]
    return " ".join(sorted(" ".join((i["kind"], i["url"], *data_of(i))) for i in found))


def data_of(interface: Mapping[str, Any]) -> list[str]:
    """The types and collections an interface was looked at for."""
    return [*sorted(interface["types"]), *sorted(interface["collections"])]


def _catalogue(report: Report) -> str:
    return " ".join(f"{e} {d}" for e, d in sorted(report["tool"]["catalogue"].items()))


def _editions(report: Report) -> str:
    return " ".join(a["edition"] for a in report["assessments"])


def _product(report: Report) -> str:
    subject = report["subject"]
    return f"{subject['product']}, {subject['supplier']}"


#: What has to be the same for like to stand beside like, the gravest first.
_CONDITIONS: Final[Mapping[str, Callable[[Report], str]]] = {
    "product": _product,
    "version": lambda r: r["subject"]["version"],
    "configuration": lambda r: r["subject"]["configuration"] or "-",
    "addresses": _interfaces,
    "claims": _claims,
    "profile": lambda r: profile_mark(r["scope"]["profile"]),
    "edition": _editions,
    "catalogue": _catalogue,
    "rules": lambda r: r["tool"]["rules"],
    "tool": lambda r: f"{r['tool']['version']} {r['tool']['checks']}",
    "level": lambda r: r["assessment"]["level"],
    "checks": _filters,
    "incomplete": lambda r: "whole" if is_whole(r) else "broken off",
    "mode": lambda r: r["assessment"]["mode"],
    "seed": lambda r: str(r["seed"]),
}
#: All codes of differences.
CODES: Final = tuple(_CONDITIONS)


def differences(a: Report, b: Report) -> tuple[Difference, ...]:
    """What differs between the two tests. Who tested, from where and when is not among it."""
    both = ((code, read(a), read(b)) for code, read in _CONDITIONS.items())
    return tuple(Difference(code, left, right) for code, left, right in both if left != right)


def is_whole(report: Report) -> bool:
    """Whether the run came to its end."""
    return bool(report["assessment"]["completed"])


def summary_of(report: Report) -> dict[str, Any]:
    """What a comparison says of a report: enough to find it again."""
    subject = report["subject"]
    return {
        "reportId": report["reportId"],
        "sha256": report["digest"]["sha256"],
        "supplier": subject["supplier"],
        "product": subject["product"],
        "version": subject["version"],
        "party": report["assessment"]["party"],
        "endedAt": report["assessment"]["endedAt"],
        "toolVersion": report["tool"]["version"],
    }
