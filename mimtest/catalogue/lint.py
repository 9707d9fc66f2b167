"""What is wrong with a catalogue, as sentences: rules that a file's syntax cannot hold."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from mimtest.catalogue.model import Edition, Link, Mechanism, Relation, Requirement, Testability

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_TOKEN: Final = re.compile(rf"option:[a-z0-9-]+|mechanism:({_NAME}/MIM[0-9]+)/{_NAME}")
#: Stands for every kind of interface in a check's list.
_ANY: Final = "*"


def lint(
    editions: Iterable[Edition],
    check_ids: Mapping[str, Collection[str]],
    crosswalk: Iterable[Link] = (),
) -> tuple[str, ...]:
    """The problems of a catalogue, none if it is clean.

    `check_ids` gives the kinds of interface of every check there is, by id; `*` stands for all.
    """
    loaded = tuple(editions)
    rows = [r for e in loaded for r in e.requirements]
    mims = {f"{e.edition}/{m.id}" for e in loaded for m in e.mims}
    return (
        *(f"{i}: the id is given {n} times." for i, n in _repeated(r.full_id for r in rows)),
        *(f"{r.full_id}: {p}." for r in rows for p in _of_requirement(r, mims)),
        *(f"{r.full_id}: {p}." for r in rows for p in _of_support(r, check_ids)),
        *(
            f"{r.full_id}, mechanism {m.id}: {p}."
            for r in rows
            for m in r.mechanisms
            for p in _of_mechanism(m, check_ids)
        ),
        *_of_crosswalk(tuple(crosswalk), {r.full_id for r in rows}),
    )


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, n) for name, n in Counter(names).items() if n > 1]


def _of_requirement(row: Requirement, mims: Collection[str]) -> Iterator[str]:
    if f"{row.edition}/{row.mim}" not in mims:
        yield f"the edition does not list {row.mim}"
    if not row.statement.endswith("."):
        yield "the statement is no sentence"
    yield from (
        f"mechanism {i} is given {n} times" for i, n in _repeated(m.id for m in row.mechanisms)
    )
    yield from _of_coverage(row)
    yield from _of_condition(row, mims)


def _of_coverage(row: Requirement) -> Iterator[str]:
    if not row.checks and not row.not_tested_because:
        yield "has no check and does not say why it is not tested"
    if row.not_tested_because and row.mechanisms and all(m.checks for m in row.mechanisms):
        yield "has checks for every mechanism, yet says why it is not tested"
    if row.checks and row.testability is Testability.ATTESTED:
        yield "only documents show it, yet it names checks"


def _of_support(row: Requirement, check_ids: Collection[str]) -> Iterator[str]:
    """Supporting checks stand beside what only documents show, and they are there."""
    if row.supporting and row.testability is Testability.AUTOMATED:
        yield "requests alone show it, yet it names supporting checks"
    for pattern in row.supporting:
        found = [c for c in check_ids if fnmatchcase(c, pattern)]
        if not found:
            yield f"no check fits {pattern}"
        if set(found) & set(row.checks):
            yield f"{pattern} fits checks that its mechanisms have"


def _of_condition(row: Requirement, mims: Collection[str]) -> Iterator[str]:
    if row.conditional != bool(row.condition):
        yield "conditional_on and condition come together or not at all"
    for token in row.conditional_on:
        match = _TOKEN.fullmatch(token)
        if not match:
            yield f"'{token}' is no condition; write option:NAME or mechanism:EDITION/MIM/NAME"
        elif match[1] and match[1] not in mims:
            yield f"'{token}' names a MIM that no edition has"


def _of_mechanism(mechanism: Mechanism, check_ids: Mapping[str, Collection[str]]) -> Iterator[str]:
    if not mechanism.interfaces:
        yield "names no kind of interface"
    yield from (f"{check} is given {n} times" for check, n in _repeated(mechanism.checks))
    for check in mechanism.checks:
        if check not in check_ids:
            yield f"there is no check {check}"
        elif _ANY not in check_ids[check]:
            missing = [kind for kind in mechanism.interfaces if kind not in check_ids[check]]
            if missing:
                some = "on none" if len(missing) == len(mechanism.interfaces) else "not on all"
                yield f"{check} runs {some} of its kinds of interface, without {', '.join(missing)}"


def _of_crosswalk(links: tuple[Link, ...], ids: Collection[str]) -> Iterator[str]:
    pairs = [f"{link.origin} to {to or 'nothing'}" for link in links for to in link.to or ("",)]
    yield from (f"Crosswalk: {pair} is given {n} times." for pair, n in _repeated(pairs))
    for link in links:
        missing = [end for end in (link.origin, *link.to) if end not in ids]
        yield from (f"Crosswalk: no edition has {end}." for end in missing)
        if (link.relation is Relation.GONE) == bool(link.to):
            yield f"Crosswalk: {link.origin} is '{link.relation}' with {len(link.to)} successors."
        if any(to.partition("/")[0] == link.origin.partition("/")[0] for to in link.to):
            yield f"Crosswalk: {link.origin} leads to its own edition."
