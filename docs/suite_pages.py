"""Write `docs/suites/`: a page for each suite, made of the catalogue, the checks and the faults.

Run `python docs/suite_pages.py` after a change to any of these; a test says when that was forgotten.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mimtest.ambiguities import Ambiguity, load_ambiguities
from mimtest.catalogue import Edition, Requirement, load_editions
from mimtest.checks import SUITE_NAMES, Check, load_checks
from mimtest.report import requirements_by_check
from mimtest.resources import SUITES
from mimtest.sandbox.faults import Fault, all_faults
from mimtest.target import Level

FOLDER: Final = Path(__file__).parent / "suites"
#: What each suite asks, and the MIMs it is about.
QUESTIONS: Final = {
    "context": (
        "MIM0, MIM1",
        "Does a broker keep what is known about the things of a city, find it again, and say what it means?",
    ),
    "data_models": (
        "MIM2",
        "Does the data follow the models that are claimed for it, wherever it is claimed to be?",
    ),
    "contracts": (
        "MIM3",
        "Can data be found, offered, asked for and used on terms that both sides know?",
    ),
    "trust": (
        "MIM4, MIM6",
        "Do people rule over their data, and can others rely on who they are?",
    ),
    "security": ("MIM6", "Does only the right one get in, and nobody read along?"),
    "places": ("MIM7, MIM0", "Can places be shared between systems without conversion by hand?"),
}
_NOTE: Final = "<!-- Made by docs/suite_pages.py: change the checks, the catalogue or the faults, and run it again. -->"
_MARKED: Final = re.compile(r"([\\`*_|\[\]])")


def pages() -> dict[str, str]:
    """The text of each page by its file's name."""
    checks, faults, editions = load_checks(), all_faults(), load_editions()
    made = {f"{suite}.md": _page(suite, checks, faults, editions) for suite in SUITE_NAMES}
    return {**made, "README.md": _index(checks, faults)}


def _index(checks: Sequence[Check], faults: Sequence[Fault]) -> str:
    rows = []
    for suite, (mims, question) in QUESTIONS.items():
        own = [c for c in checks if c.suite == suite]
        broken = Counter(f.kind for f in faults if f.suite == suite)
        rows.append(
            f"| [{suite}]({suite}.md) | {mims} | {question} | {len(own)} | {broken['fault']} | {broken['variant']} |"
        )
    return _text(
        "# The suites",
        _NOTE,
        "Each page lists the interfaces a suite looks at, which of its checks answer which requirement, and for each check its purpose, "
        "clause, strength, level and the faults that prove it can fail. `mimtest explain ID` says the same of one.",
        _table(("suite", "MIM", "asks", "checks", "faults", "variants"), rows),
    )


def _page(
    suite: str, checks: Sequence[Check], faults: Sequence[Fault], editions: Sequence[Edition]
) -> str:
    mims, question = QUESTIONS[suite]
    own = [c for c in checks if c.suite == suite]
    return _text(
        f"# {suite} ({mims})",
        _NOTE,
        question,
        f"Keys of the target file, options and limits: [suites/{suite}/README.md](../../suites/{suite}/README.md). "
        f"To run it: `mimtest run mimtest.toml --suite {suite}`.",
        *_interfaces(own),
        *_requirements(own, editions),
        *_checks(own, faults, editions),
        *_open_points(suite),
    )


def _interfaces(checks: Sequence[Check]) -> Iterator[str]:
    kinds = dict.fromkeys(k for c in checks for k in c.interfaces)
    levels = [level for level in Level if any(c.level is level for c in checks)]
    rows = []
    for kind in kinds:
        counted = Counter(c.level for c in checks if kind in c.interfaces)
        numbers = " | ".join(str(counted[level] or "") for level in levels)
        rows.append(f"| `{kind}` | {counted.total()} | {numbers} |")
    yield "## Interfaces"
    yield "A check may be for several kinds; the levels say what a run has to be allowed to do."
    yield _table(("kind", "checks", *levels), sorted(rows))


def _requirements(checks: Sequence[Check], editions: Iterable[Edition]) -> Iterator[str]:
    ids = {c.id for c in checks}
    yield "## Requirements and the checks that answer them"
    for edition in editions:
        rows = [
            f"| `{r.full_id}` | {r.level} | {_plain(r.statement)} | {_answering(r, ids)} |"
            for r in edition.requirements
            if ids & {*r.checks}
        ]
        if rows:
            yield f"### {edition.title}"
            yield _table(("requirement", "level", "in our words", "mechanism: checks"), rows)


def _answering(requirement: Requirement, ids: set[str]) -> str:
    parts = [
        f"{m.id}: {', '.join(_link(c) for c in m.checks if c in ids)}"
        for m in requirement.mechanisms
        if ids & {*m.checks}
    ]
    return "<br>".join(parts)


def _checks(
    checks: Sequence[Check], faults: Iterable[Fault], editions: Iterable[Edition]
) -> Iterator[str]:
    killers: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        for killed in fault.kills:
            killers[killed].append(fault.id)
    about = requirements_by_check(editions)
    topics: defaultdict[str, list[Check]] = defaultdict(list)
    for check in checks:
        topics[check.id.rpartition("-")[0]].append(check)
    yield "## Checks"
    for topic, members in topics.items():
        yield f"### {topic}"
        yield "\n\n".join(_check(c, killers[c.id], about) for c in members)


def _check(check: Check, faults: Sequence[str], about: Mapping[str, Sequence[str]]) -> str:
    facts = [
        f"{_plain(check.clause)}, {check.strength}",
        f"level {check.level}",
        f"{', '.join(check.interfaces)}",
        f"since {check.since}" if check.since else "",
        f"option `{check.option}`" if check.option else "",
    ]
    lines = [
        f'<a id="{check.id.lower()}"></a>**{check.id}** {_plain(check.purpose)}',
        f"{'; '.join(filter(None, facts))}.",
        f"Requirements: {', '.join(about.get(check.id, ())) or 'none'}."
        + (f" Rests on: {', '.join(check.rests_on)}." if check.rests_on else ""),
        f"Faults: {', '.join(f'`{f}`' for f in faults)}.",
    ]
    return "\\\n".join(lines)


def _open_points(suite: str) -> Iterator[str]:
    file = SUITES / suite / "ambiguities.toml"
    if not file.exists():
        return
    names = tomllib.loads(file.read_text(encoding="utf-8"))
    yield "## Points the standards leave open"
    yield "Each reading is accepted; a report says which one a product takes."
    yield _table(
        ("point", "about", "clause", "readings"),
        [_open_point(load_ambiguities()[n]) for n in names],
    )


def _open_point(point: Ambiguity) -> str:
    readings = "; ".join(_plain(words) for words in point.readings.values())
    return f"| {point.id} | {_plain(point.point)} | {_plain(point.clause)} | {readings} |"


def _link(check: str) -> str:
    return f"[{check}](#{check.lower()})"


def _table(heads: Sequence[str], rows: Iterable[str]) -> str:
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *rows])


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKED.sub(r"\\\1", text).replace("<", "&lt;")


def _text(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
