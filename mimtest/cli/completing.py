"""What the shell completes beside commands and options: names of checks, faults, profiles and so on.

Most are found by searching the shipped files, without parsing them: an answer has to come before it is missed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import click
from click.shell_completion import CompletionItem

_CHECK: Final = re.compile(r'^@pytest\.mark\.check\(\s*"([^"]+)"', re.MULTILINE)
_KINDS: Final = re.compile(r"pytest\.mark\.interface\(([^)]*)\)")
_NUMBER: Final = re.compile(r'^number = "([^"]+)"', re.MULTILINE)
_ABOUT: Final = re.compile(r"^about = \[([^\]]*)\]", re.MULTILINE)
_POINT: Final = re.compile(r"^\[([A-Z]\d+)\]$", re.MULTILINE)
_QUOTED: Final = re.compile(r'"([^"]+)"')

_Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(find: Callable[[], Iterable[str]]) -> _Complete:
    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        return _beginning(find(), begun)

    return complete


def _beginning(found: Iterable[str], begun: str) -> list[CompletionItem]:
    """Those that begin so, each once; capitals do not matter."""
    return [CompletionItem(n) for n in dict.fromkeys(found) if n.lower().startswith(begun.lower())]


def files_and(*find: Callable[[], Iterable[str]]) -> _Complete:
    """Completes names, or files where none begins so."""

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        found = _beginning((n for f in find for n in f()), begun)
        return found or [CompletionItem(begun, type="file")]

    return complete


def check_ids() -> Iterator[str]:
    """The ids of all checks."""
    for text in _texts("suites", "*/test_*.py"):
        yield from _CHECK.findall(text)


def fault_ids() -> Iterator[str]:
    """The ids of all faults and variants; loops make some of them, so the modules are asked."""
    from mimtest.sandbox.faults import all_faults

    return (f.id for f in all_faults())


def edition_names() -> Iterator[str]:
    """The names of all editions."""
    from mimtest.resources import EDITIONS

    return (p.stem for p in sorted(EDITIONS.glob("*.toml")) if p.stem != "crosswalk")


def suite_names() -> Iterator[str]:
    """The names of all suites."""
    from mimtest.resources import SUITES

    return (p.parent.name for p in sorted(SUITES.glob("*/conftest.py")))


def profile_names() -> Iterator[str]:
    """The profiles that are built in or ready-made."""
    from mimtest.resources import PROFILES

    yield from ("technical", "full")
    yield from (p.stem for p in sorted(PROFILES.glob("*.toml")))


def requirement_ids() -> Iterator[str]:
    """The full ids of all requirements."""
    from mimtest.catalogue import load_editions

    return (r.full_id for e in load_editions() for r in e.requirements)


def reason_codes() -> Iterator[str]:
    """The reason codes of reports."""
    from mimtest.reasons import REASONS

    return iter(REASONS)


def _kinds() -> Iterator[str]:
    for text in _texts("suites", "*/test_*.py"):
        for named in _KINDS.findall(text):
            yield from _QUOTED.findall(named)


def _rows() -> Iterator[str]:
    for text in _texts("suites/procurement", "checklist.toml"):
        yield from _NUMBER.findall(text)


def _items() -> Iterator[str]:
    from mimtest.resources import PROFILES

    for path in sorted(PROFILES.glob("*.toml")):
        for about in _ABOUT.findall(path.read_text(encoding="utf-8")):
            yield from (f"{path.stem}/{a}" for a in _QUOTED.findall(about))


def _points() -> Iterator[str]:
    for text in _texts("suites", "*/ambiguities.toml"):
        yield from _POINT.findall(text)


def _texts(folder: str, pattern: str) -> Iterator[str]:
    from mimtest.resources import ROOT

    for path in sorted((ROOT / folder).glob(pattern)):
        yield path.read_text(encoding="utf-8")


def _names(begun: str) -> Iterator[str]:
    """What `mimtest explain` knows that begins so; faults, which take longest, only where one is begun."""
    for find in (check_ids, requirement_ids, reason_codes, edition_names, profile_names):
        yield from find()
    for find in (_kinds, _rows, _items, _points):
        yield from find()
    if "-" in begun and begun.islower():
        yield from fault_ids()


def names(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Completes whatever `mimtest explain` takes."""
    return _beginning(_names(begun), begun)


checks = _completing(check_ids)
faults = _completing(fault_ids)
editions = _completing(edition_names)
suites = _completing(suite_names)
profiles = files_and(profile_names)
