"""Find what `mimtest explain` is asked about, under each kind of name that mimtest prints."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from mimtest.ambiguities import load_ambiguities
from mimtest.catalogue import Requirement, load_editions
from mimtest.checks import SUITE_NAMES, Check, load_checks
from mimtest.cli.explaining_words import explain_word
from mimtest.procurement.table import REASONS as TABLE_REASONS
from mimtest.profile import FULL, TECHNICAL, Profile, load_profile, ready_made
from mimtest.reasons import REASONS
from mimtest.rendering.words import FAMILIES

if TYPE_CHECKING:
    from mimtest.sandbox.faults import Fault

#: Names that are offered instead of one there is not.
_NEAR: Final = 5


def explain(name: str) -> str | None:
    """A text on whatever has that name; capitals do not matter. None for an unknown name."""
    text = _explained(name)
    if text is None:
        other = next((n for n in known_names() if n.lower() == name.lower()), None)
        text = _explained(other) if other else None
    return text


def _explained(name: str) -> str | None:
    finders = (explain_word, _of_check, _of_rows, _of_tenders, _of_fault)
    return "\n\n".join(text for find in finders if (text := find(name))) or None


def _of_check(name: str) -> str | None:
    check = _checks().get(name)
    if check:
        from mimtest.cli.explaining_checks import explain_check

        return explain_check(check, [f.id for f in _faults().values() if name in f.kills])
    point = load_ambiguities().get(name)
    if point:
        from mimtest.cli.explaining_checks import explain_ambiguity

        return explain_ambiguity(point)
    return None


def _of_rows(name: str) -> str | None:
    from mimtest.cli import explaining_rows as rows

    if name in _requirements():
        return rows.explain_requirement(_requirements()[name])
    edition = next((e for e in load_editions() if e.edition == name), None)
    if edition:
        return rows.explain_edition(edition)
    if any(m.id == name for e in load_editions() for m in e.mims):
        return rows.explain_mim(name, load_editions())
    if name in SUITE_NAMES:
        return rows.explain_suite(name, load_checks())
    if name in _kinds():
        return rows.explain_kind(name, load_checks(), load_editions())
    return None


def _of_tenders(name: str) -> str | None:
    from mimtest.cli import explaining_tenders as tenders
    from mimtest.procurement.checklist import load_checklist

    row = load_checklist().row(name)
    if row:
        return tenders.explain_row(row, _profiles())
    head, _, about = name.partition("/")
    profile = next((p for p in _profiles() if p.id == head), None)
    item = next((i for i in profile.items if about in i.about), None) if profile else None
    if profile and not about:
        return tenders.explain_profile(profile)
    return tenders.explain_item(profile, about, item) if profile and item else None


def _of_fault(name: str) -> str | None:
    from mimtest.cli.explaining_checks import explain_fault

    known = "-" in name and name in _faults()
    return explain_fault(_faults()[name], _checks()) if known else None


def known_names() -> tuple[str, ...]:
    """Every name `explain` knows, each once."""
    return tuple(dict.fromkeys(_names()))


def _names() -> Iterator[str]:
    from mimtest.procurement.checklist import load_checklist

    yield from _checks()
    yield from _requirements()
    yield from (*REASONS, *FAMILIES["verdict"], *TABLE_REASONS)
    yield from (e.edition for e in load_editions())
    yield from (m.id for e in load_editions() for m in e.mims)
    yield from (r.number for r in load_checklist().rows)
    for profile in _profiles():
        yield profile.id
        yield from (f"{profile.id}/{about}" for i in profile.items for about in i.about)
    yield from SUITE_NAMES
    yield from _kinds()
    yield from load_ambiguities()
    yield from _faults()


def near_names(name: str) -> list[str]:
    """What somebody may have meant: names that end or begin so, such as `R1.1` and `CTX-ENT`, then similar ones."""
    asked = name.lower().rstrip("*?-")
    known = {n.lower(): n for n in known_names()}
    within = [n for n in known if n.endswith(f"/{asked}")] + [
        n for n in known if len(asked) > 1 and n.startswith(asked)
    ]
    found = dict.fromkeys((*within[:_NEAR], *get_close_matches(asked, known, _NEAR, 0.7)))
    return [known[n] for n in found][:_NEAR]


@cache
def _checks() -> dict[str, Check]:
    return {c.id: c for c in load_checks()}


@cache
def _kinds() -> tuple[str, ...]:
    kinds = {k for c in load_checks() for k in c.interfaces}
    ways = {k for r in _requirements().values() for m in r.mechanisms for k in m.interfaces}
    return tuple(sorted(kinds | ways))


@cache
def _requirements() -> dict[str, Requirement]:
    return {r.full_id: r for e in load_editions() for r in e.requirements}


@cache
def _faults() -> "dict[str, Fault]":
    from mimtest.sandbox.faults import all_faults

    return {f.id: f for f in all_faults()}


@cache
def _profiles() -> tuple[Profile, ...]:
    return (TECHNICAL, FULL, *map(load_profile, ready_made()))
