"""The one process that judges: probes readiness first, gathers results, writes the report."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from mimtest.catalogue import Edition, default_editions, load_edition, load_editions
from mimtest.errors import UsageError
from mimtest.privacy import counted, redact
from mimtest.profile import Profile, load_profile
from mimtest.rendering import RENDERERS, terminal
from mimtest.rendering.words import ENGLISH, load
from mimtest.report import complete, load_report, write_report, write_whole
from mimtest.session.evidence import examine
from mimtest.session.gather import Gathered
from mimtest.session.late import Late
from mimtest.session.observed import observe
from mimtest.session.probing import probe_all
from mimtest.session.salvage import salvage
from mimtest.session.state import Run
from mimtest.waivers import Waiver, load_waivers

#: The finished report of a session, for whoever called pytest.
REPORT: Final = pytest.StashKey[dict[str, Any]]()
#: An earlier run's report, until this run's takes its place.
EARLIER: Final = "report.earlier.json"
_RENDERED: Final = {"html": "report.html", "junit": "junit.xml"}
_FOR_PEOPLE: Final = frozenset({"html"})


class Controller:
    """Judges one run and writes its report."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._run = run
        self._gathered = Gathered()
        self._late = Late()
        self._probes: list[Mapping[str, Any]] = []
        self._evidence: list[list[dict[str, Any]]] = []
        self._started = datetime.now(UTC)
        self._edition_names = tuple(dict.fromkeys(config.getoption("--mimtest-edition")))
        try:
            self._repeats, self._profile = _asked(config)
            self._waivers = _waivers(config)
            self._lang = load(config.getoption("--mimtest-lang")).lang
            self._editions = self._judged(run.target.claims.mims)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None

    def _judged(self, mims: Iterable[str]) -> tuple[Edition, ...]:
        """The editions asked for; else those of the claimed MIMs and the one the profile names."""
        if self._edition_names:
            return tuple(map(load_edition, self._edition_names))
        named = self._profile.edition
        self._edition_names = (named,) if named else ()
        wanted = {*default_editions(mims), *self._edition_names}
        return tuple(e for e in load_editions() if e.edition in wanted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Ask each interface once whether it is there, before any check is judged by it."""
        if session.config.option.collectonly:
            return
        set_aside(self._run.output)
        self._probes = list(probe_all(self._run))
        self._evidence = examine(self._run)
        self._gathered.exchanges += [e.as_dict() for e in self._run.recorder.drain()]
        for probe in self._probes:
            if not probe["ready"]:
                self._run.readiness[probe["interface"]] = probe["reason"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give each worker of pytest-xdist the same run."""
        node.workerinput["mimtest_run_id"] = self._run.run_id
        node.workerinput["mimtest_readiness"] = {k: dict(v) for k, v in self._run.readiness.items()}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker created and left."""
        handed = getattr(node, "workeroutput", {}).get("mimtest")
        if handed:
            self._run.created += handed["created"]
            self._run.left_behind += handed["left"]
            self._gathered.exchanges += handed["exchanges"]
            self._late.add(handed["learnt"])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather a phase of a check."""
        self._gathered.add(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge and write, whatever happened."""
        if session.config.option.collectonly:
            return
        salvage(self._run)
        self._gathered.exchanges += [e.as_dict() for e in self._run.recorder.drain()]
        observed = observe(
            self._run,
            self._gathered,
            self._probes,
            self._evidence,
            editions=self._edition_names,
            repeats=self._repeats,
            started=self._started,
            ended=datetime.now(UTC),
            completed=exitstatus
            in (
                pytest.ExitCode.OK,
                pytest.ExitCode.TESTS_FAILED,
                pytest.ExitCode.NO_TESTS_COLLECTED,
            ),
        )
        report = complete(
            counted(self._late.masked(observed)),
            self._editions,
            self._profile,
            waivers=self._waivers,
            today=datetime.now(UTC).date(),
        )
        session.config.stash[REPORT] = report
        pages = () if session.config.getoption("--mimtest-no-pages") else _RENDERED
        write_outputs(report, self._run.output, pages, lang=self._lang)

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> None:
        """End a supplier's own pytest run with the sentence that matters."""
        report = config.stash.get(REPORT, None)
        if report is not None:
            terminalreporter.section("mimtest")
            for line in terminal.lines(report, lang=self._lang):
                terminalreporter.write_line(line)
            terminalreporter.write_line(f"Report: {self._run.output / 'report.html'}")


def _asked(config: pytest.Config) -> tuple[dict[str, str] | None, Profile]:
    """The report whose run is repeated, if one is, and what is required. Raises UsageError."""
    path = config.getoption("--mimtest-from")
    if path is None:
        return None, load_profile(config.getoption("--mimtest-profile"))
    earlier = load_report(config.invocation_params.dir / path)
    named = {"reportId": earlier["reportId"], "sha256": earlier["digest"]["sha256"]}
    return named, Profile.of_dict(earlier["scope"]["profile"])


def _waivers(config: pytest.Config) -> tuple[Waiver, ...]:
    path = config.getoption("--mimtest-waivers")
    return load_waivers(config.invocation_params.dir / path) if path else ()


def set_aside(folder: Path) -> None:
    """Put an earlier run's report out of the way: should this run be killed, nobody takes that one for its."""
    with suppress(FileNotFoundError):
        (folder / "report.json").replace(folder / EARLIER)
    for file in _RENDERED.values():
        (folder / file).unlink(missing_ok=True)


def write_outputs(
    report: Mapping[str, Any],
    folder: Path,
    pages: Collection[str] = tuple(_RENDERED),
    *,
    lang: str = ENGLISH,
) -> None:
    """Write `report.json` first, in place of an earlier one, then what is made of it. Raises UsageError.

    What is for people is in their language, what is for programs in English.
    """
    write_report(report, folder / "report.json")
    (folder / EARLIER).unlink(missing_ok=True)
    if not pages:
        return
    public = redact(report)
    for name in pages:
        file = _RENDERED[name]
        text = RENDERERS[name](public, lang=lang if name in _FOR_PEOPLE else ENGLISH)
        write_whole(folder / file, text.encode("utf-8", "backslashreplace"))
