"""What `mimtest explain` says of the catalogue: requirements, MIMs, editions, suites, kinds of interface."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from mimtest.catalogue import Coverage, Edition, Mechanism, Mim, Requirement, successors
from mimtest.checks import Check
from mimtest.cli.explaining_layout import lay_out
from mimtest.rendering.words import load

_CLAIM: Final = 'in the target file: [interfaces.NAME] with kind = "{kind}" and url'
_INIT: Final = "mimtest init URL finds those that stand where a standard says"
_ON_TLS: Final = "nothing: it stands for each host and port whose url begins with https"
_TO_DO: Final = {
    Coverage.AUTOMATED: "Claim its MIM and have an interface of such a kind in the target file; then: mimtest run",
    Coverage.ASSISTED: "As below, help the test or declare what it needs to know; then: mimtest run",
    Coverage.ATTESTED: "Declare it, with the documents that show it, in [[declarations]] of the target file.",
    Coverage.NOT_YET: "Declare it, with evidence, in [[declarations]] of the target file: no check answers it yet.",
}


def explain_requirement(requirement: Requirement) -> str:
    """A requirement: how strong it is, what tests it, what to declare, and where its text is."""
    need = "each that is claimed" if requirement.every else "one is enough"
    return lay_out(
        requirement.full_id,
        requirement.statement,
        ("Level", f"{requirement.level} (source: {requirement.source_word})"),
        ("Coverage", load("en").of("coverage", requirement.coverage)),
        ("Only if", requirement.condition),
        (f"Mechanisms ({need})", [_mechanism(m) for m in requirement.mechanisms]),
        ("Not tested because", requirement.not_tested_because),
        ("How it can be tested", list(requirement.how)),
        ("What to do", _TO_DO[requirement.coverage]),
        ("To declare", requirement.needs),
        ("Evidence", requirement.evidence),
        ("Shown beside it, deciding nothing", ", ".join(requirement.supporting)),
        ("Taken up later by", ", ".join(successors(requirement.full_id))),
        ("Text that governs", [requirement.url]),
    )


def _mechanism(mechanism: Mechanism) -> str:
    kinds = ", ".join((*mechanism.interfaces, *(f"option {o}" for o in mechanism.options)))
    checks = ", ".join(mechanism.checks) or "no checks yet"
    return f"{mechanism.id} ({kinds}): {mechanism.title}: {checks}"


def explain_edition(edition: Edition) -> str:
    """An edition: its MIMs, and how a run is judged under it."""
    return lay_out(
        edition.edition,
        f"{edition.title}, published {edition.published}.",
        ("State", f"{edition.status}"),
        ("MIMs", [f"{m.id}: {m.title}" for m in edition.mims]),
        ("Requirements", f"{len(edition.requirements)}; {edition.note}"),
        (
            "What to do",
            [
                f"mimtest list requirements --edition {edition.edition}",
                f"mimtest run mimtest.toml --edition {edition.edition}",
            ],
        ),
        ("Source", [edition.url]),
    )


def explain_mim(name: str, editions: Iterable[Edition]) -> str:
    """A MIM in each edition that has it, and the rows of the newest one."""
    found = [(e, m) for e in editions for m in e.mims if m.id == name]
    newest, mim = found[0]
    rows = [r for r in newest.requirements if r.mim == name]
    return lay_out(
        name,
        f"{mim.title}. {mim.question}",
        ("Editions", ", ".join(_called(e, m, mim) for e, m in found)),
        (f"Requirements of {newest.edition}", [f"{r.full_id}  {r.statement}" for r in rows]),
        ("What to do", f'Claim it in the target file, mims = ["{name}"]; then: mimtest run'),
        ("Source", [newest.url]),
    )


def _called(edition: Edition, mim: Mim, newest: Mim) -> str:
    return edition.edition if mim.title == newest.title else f"{edition.edition} (as '{mim.title}')"


def explain_kind(kind: str, checks: Iterable[Check], editions: Iterable[Edition]) -> str:
    """A kind of interface: the suites that look at it, and the requirements it is a way to meet."""
    counted = Counter(c.suite for c in checks if kind in c.interfaces)
    newest = next(iter(editions))
    rows = [
        r.full_id for r in newest.requirements if any(kind in m.interfaces for m in r.mechanisms)
    ]
    return lay_out(
        kind,
        "A kind of interface, which decides the checks that apply to it.",
        (
            "Suites",
            [f"{suite}: checks: {n}; docs/suites/{suite}.md" for suite, n in counted.items()],
        ),
        (f"Requirements of {newest.edition} it is a way to meet", ", ".join(rows) or "none"),
        ("What to do", [_ON_TLS] if kind == "https" else [_CLAIM.format(kind=kind), _INIT]),
        ("Source", "schemas/mimtest/target.schema.json"),
    )


def explain_suite(suite: str, checks: Iterable[Check]) -> str:
    """A suite: the kinds of interface it looks at, and the topics of its checks."""
    own = [c for c in checks if c.suite == suite]
    kinds = Counter(k for c in own for k in c.interfaces)
    topics = Counter(c.id.rpartition("-")[0] for c in own)
    return lay_out(
        suite,
        f"A suite of {len(own)} checks.",
        ("Kinds of interface", [f"{kind}: checks: {n}" for kind, n in kinds.items()]),
        ("Checks by topic", ", ".join(f"{topic} {n}" for topic, n in topics.items())),
        (
            "What to do",
            [f"mimtest list checks --suite {suite}", f"mimtest run mimtest.toml --suite {suite}"],
        ),
        ("Source", f"suites/{suite}/, docs/suites/{suite}.md"),
    )
