"""Start pytest for a run, out of reach of the user's own pytest settings."""

import gc
import os
import re
import signal
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from mimtest.catalogue import load_edition
from mimtest.checks import load_checks
from mimtest.errors import MimtestError, UsageError
from mimtest.network.permission import Credentials, require_private
from mimtest.network.redaction import Redactor
from mimtest.network.trust import shared_context
from mimtest.plan import Selection, selected
from mimtest.profile import load_profile
from mimtest.rendering.words import ENGLISH, load
from mimtest.report import require_folder
from mimtest.resources import SUITES
from mimtest.session.controller import REPORT
from mimtest.session.listed import require_listed
from mimtest.session.progress import Progress
from mimtest.session.surveying import Survey, Surveyor
from mimtest.shards import Shard
from mimtest.target import Level, Tls, load_target
from mimtest.waivers import load_waivers

_BROKEN: Final = (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9._~-]{8,64}")
_FOREIGN: Final = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
#: Plugins of pytest that look on in each phase of each check, and show what nobody sees here.
_IDLE: Final = (
    *("cacheprovider", "terminal", "logging", "warnings", "unraisableexception", "threadexception"),
    *("faulthandler", "unittest", "doctest", "junitxml", "pastebin", "stepwise", "setuponly"),
    "setupplan",
)
#: Objects made before garbage is looked for. A run keeps its exchanges: looking often is walking through all of them.
_SELDOM: Final = 100_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a user asked of `mimtest run`; without `pages` only `report.json` is written.

    `lang` is the language of the page for people, report.html; `evidence` says how much of an answer is kept: an excerpt, or the whole, which a replay needs; `challenge` is a text that every request carries; `repeats` a report whose profile is required, `replays` one
    whose answers are used instead of the target's; `shard` the part of the plan that is run.
    """

    target: Path
    suites: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    profile: str = "technical"
    waivers: Path | None = None
    level: Level | None = None
    workers: int = 1
    seed: int = 0
    output: Path = Path("mimtest-report")
    pages: bool = True
    evidence: str = "excerpt"
    challenge: str | None = None
    lang: str = ENGLISH
    repeats: Path | None = None
    replays: Path | None = None
    shard: Shard | None = None


def launch(order: Order, watchers: Sequence[object] = ()) -> Mapping[str, Any]:
    """Make the run and return its report, which is then on disk, too.

    `watchers` are plugins of pytest that look on. Raises UsageError for anything wrong in the order or the files it names, MimtestError when pytest
    ended without a report.
    """
    _require_sound(order)
    catcher = _Catcher()
    with _own_settings(), _heeding_termination(), _collecting_seldom():
        ended = pytest.main(_arguments(order), plugins=[catcher, Progress(), *watchers])
    if catcher.report is None or ended in _BROKEN:
        reason = catcher.trouble or f"pytest ended with {ended!r}"
        raise MimtestError(f"mimtest itself failed: {reason}")
    return catcher.report


def survey(order: Order) -> Survey:
    """What such a run would do, as far as that can be known without asking: nothing is sent or written."""
    target = load_target(order.target)
    require_listed(target, order.target.name)
    require_private(target.with_level(order.level or target.scope.level))
    require_known(order)
    surveyor = Surveyor()
    with _own_settings():
        arguments = [*_arguments(replace(order, workers=1)), "--collect-only"]
        ended = pytest.main(arguments, plugins=[surveyor])
    if surveyor.survey is None or ended in _BROKEN:
        raise MimtestError(f"mimtest itself failed: pytest ended with {ended!r}")
    return surveyor.survey


def _require_sound(order: Order) -> None:
    """Find every mistake of the user's before anything is sent."""
    require_challenge(order.challenge)
    if order.replays:
        require_known(order)
        return
    target = load_target(order.target)
    require_listed(target, order.target.name)
    level = order.level or target.scope.level
    secrets = target.with_level(level).secrets()
    if order.shard and level is Level.PASSIVE:
        raise UsageError(
            "--shard: a passive run is not cut into parts.",
            "What it may ask of an interface holds for the whole of it: run it in one piece.",
        )
    Redactor.of(target, secrets)
    for interface in target.interfaces:
        Credentials(interface, secrets)
        if target.tls(interface) != Tls():
            shared_context(target.tls(interface))
    require_private(target)
    require_folder(order.output)
    require_known(order)


def require_challenge(text: str | None) -> None:
    """Raise UsageError for a challenge that would not stand in a header field as it is."""
    if text is not None and not _CHALLENGE.fullmatch(text):
        raise UsageError(
            f"--challenge: {text!r} is no challenge: 8 to 64 letters, digits, '.', '_', '~' or '-'.",
            "Make one that nobody can guess, such as by 'openssl rand -hex 16'.",
        )


def require_known(order: Order) -> None:
    """Raise UsageError unless every profile, edition, suite and check that is named is there."""
    load_profile(order.profile)
    load(order.lang)
    for edition in order.editions:
        load_edition(edition)
    if order.waivers:
        load_waivers(order.waivers)
    selected(load_checks(), Selection(order.suites, order.checks))


def _arguments(order: Order) -> list[str]:
    processes = ("-p", "xdist.plugin", "-n", str(order.workers), "--dist", "loadfile")
    in_order = "--no-loadscope-reorder"  # the files that take longest come first already
    named = {
        "--mimtest-target": order.target.resolve(),
        "--mimtest-profile": _absolute(order.profile),
        "--mimtest-waivers": order.waivers.resolve() if order.waivers else None,
        "--mimtest-level": order.level,
        "--mimtest-seed": order.seed,
        "--mimtest-output": order.output.resolve(),
        "--mimtest-shard": order.shard,
        "--mimtest-evidence": order.evidence,
        "--mimtest-challenge": order.challenge,
        "--mimtest-lang": order.lang,
        "--mimtest-from": order.repeats.resolve() if order.repeats else None,
        "--mimtest-replay": order.replays.resolve() if order.replays else None,
    }
    return [
        "--disable-plugin-autoload",
        *("-p", "mimtest.plugin", "-s"),
        *(part for name in _IDLE for part in ("-p", f"no:{name}")),
        *("-c", str(SUITES / "pytest.ini"), "--rootdir", str(SUITES)),
        *((*processes, in_order) if order.workers > 1 else ()),
        *(() if order.pages else ("--mimtest-no-pages",)),
        *(f"{key}={value}" for key, value in named.items() if value is not None),
        *(f"--mimtest-check={glob}" for glob in order.checks),
        *(f"--mimtest-edition={edition}" for edition in order.editions),
        *(f"--mim={suite}" for suite in order.suites),
        *_places(order),
    ]


def _places(order: Order) -> list[str]:
    """What pytest is to collect: the folders of the suites that the checks are of."""
    selection = Selection(order.suites, order.checks)
    wanted = (SUITES / c.file for c in load_checks() if selection.takes(c))
    return list(dict.fromkeys(str(file.parent) for file in wanted))


def _absolute(profile: str) -> str:
    path = Path(profile)
    return str(path.resolve()) if path.suffix else profile


@contextmanager
def _own_settings() -> Iterator[None]:
    """Without the environment variables that change what pytest does, and without warnings for developers."""
    saved = {name: os.environ.pop(name) for name in _FOREIGN if name in os.environ}
    told = "PYTHONWARNINGS" in os.environ
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # for the processes of -n
    try:
        with warnings.catch_warnings():
            if not told:
                warnings.simplefilter("ignore")
            yield
    finally:
        if not told:
            del os.environ["PYTHONWARNINGS"]
        os.environ.update(saved)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _heeding_termination() -> Iterator[None]:
    """A scheduler's SIGTERM ends a run as SIGINT does: what was created is removed, what is known is written."""
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


class _Catcher:
    """Takes the report, or what went wrong, out of pytest."""

    def __init__(self) -> None:
        self.report: Mapping[str, Any] | None = None
        self.trouble = ""

    @pytest.hookimpl
    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep the last lines of an internal error."""
        self.trouble = str(excrepr)[-2000:]

    @pytest.hookimpl
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take the finished report."""
        self.report = config.stash.get(REPORT, None)
