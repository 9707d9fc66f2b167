"""Collection and annotation, in every process that runs checks: only plain builtins leave it."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from mimtest.checks import load_checks
from mimtest.errors import NotApplicable, Unsettled
from mimtest.plan import Planned, Selection
from mimtest.resources import SUITES
from mimtest.session import fixtures
from mimtest.session.attempts import TRIES, note
from mimtest.session.outcomes import PhaseResult, classify
from mimtest.session.state import LOOKED, READINGS, Run
from mimtest.shards import weights_of
from mimtest.verdict import Outcome

#: The planned check an item stands for, and the name of its case.
PLANNED: Final = pytest.StashKey[Planned]()
ANNOTATION: Final = "mimtest"
_NOWHERE: Final = "no-interface"
_NO_EVIDENCE: Final = PhaseResult(
    Outcome.INCONCLUSIVE, "no_evidence", "the check ended without reading an answer of the target"
)


class Annotator:
    """Turns functions marked `check` into checks on the target's interfaces."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._left_out = _files_without(run.selection)

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> Literal[True] | None:
        """Leave the files alone that hold no check that was asked for."""
        return True if collection_path in self._left_out else None

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a check once per interface of its kinds."""
        marker = metafunc.definition.get_closest_marker("check")
        if marker is None or "interface" not in metafunc.fixturenames:
            return
        names = [p.interface for p in self._run.planned(marker.args[0]) if p.interface]
        metafunc.parametrize(
            "interface",
            names or [_NOWHERE],
            ids=names or [_NOWHERE],
            indirect=True,
            scope="session",
        )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the checks that the plan selects; the plan has the reason for the others.

        Where several processes of a run of ours share them, the files that take longest come first.
        """
        left_out = [i for i in items if i.get_closest_marker("check") and not self._selects(i)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            gone = set(left_out)
            items[:] = [i for i in items if i not in gone]
        in_order = not getattr(config.option, "loadscopereorder", True)
        if hasattr(config, "workerinput") and in_order:
            weights = {SUITES / f: w for f, w in weights_of(self._run.plan).items()}
            items.sort(key=lambda i: -weights.get(i.path, 0))

    def _selects(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("check")
        name = _params(item).get("interface", _NOWHERE)
        for planned in self._run.planned(marker.args[0]) if marker else ():
            if planned.interface == name and planned.outcome is None:
                item.stash[PLANNED] = planned
                return True
        return False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Literal[True] | None:
        """Leave a check alone whose interface is not ready, before anything is set up for it."""
        planned = item.stash.get(PLANNED, None)
        reason = self._run.readiness.get(planned.interface or "") if planned else None
        if planned is None or reason is None or not _waits(item):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        phase = PhaseResult(Outcome.INCONCLUSIVE, reason["code"], reason["message"])
        report = _told_at_once(item, f"{phase.code}: {phase.message}")
        untried = {"exchanges": [], "attempt": 1, "certain": False}
        report.__dict__[ANNOTATION] = self._plain(item, planned, phase, []) | untried
        item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        item.session._setupstate.teardown_exact(nextitem)  # noqa: SLF001 - what only it still used
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Label what follows in the record."""
        planned = item.stash.get(PLANNED, None)
        if planned:
            self._run.recorder.start_check(planned.check.id, planned.check.level)
            self._run.recorder.attempt = len(item.stash.get(TRIES, [None]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say in the report whose fault it was, and hand over the evidence."""
        planned = item.stash.get(PLANNED, None)
        if planned is None:
            return (yield)
        raised = call.excinfo.value if call.excinfo else None
        phase = classify(call.when, raised)
        if isinstance(raised, (NotApplicable, Unsettled)):
            call.excinfo = _told(phase)
        report = yield
        witnesses = list(self._run.recorder.observed())
        if call.when == "call" and phase.outcome is Outcome.PASSED and not witnesses:
            phase = _NO_EVIDENCE
        exchanges = self._run.recorder.drain()
        own = [e for e in exchanges if e.check]
        attempt, certain = note(item, call.when, phase, self._run.recorder, own)
        _show(report, phase, raised)
        # Attributes of a report cross processes as they are.
        report.__dict__[ANNOTATION] = self._plain(item, planned, phase, witnesses) | {
            "exchanges": [e.as_dict() for e in exchanges],
            "attempt": attempt,
            "certain": certain,
        }
        return report

    def _plain(
        self, item: pytest.Item, planned: Planned, phase: PhaseResult, witnesses: list[str]
    ) -> dict[str, Any]:
        shown = self._run.recorder.redactor.message
        masked = {
            key: shown(value) if key != "outcome" and value else value
            for key, value in phase.plain().items()
        }
        return {
            "check": planned.check.id,
            "interface": planned.interface,
            "case": _case(item),
            **masked,
            "witnesses": witnesses,
            "readings": [list(r) for r in item.stash.get(READINGS, {})],
            "looked": [shown(text) for text in item.stash.get(LOOKED, None) or ()],
        }

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over, from a worker, what it created and could not remove."""
        self._run.close()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["mimtest"] = {
                "created": self._run.created,
                "left": list(self._run.left_behind),
                "exchanges": [e.as_dict() for e in self._run.recorder.drain()],
                "learnt": {v: k.name for v, k in self._run.recorder.redactor.learnt.items()},
            }


def _files_without(selection: Selection) -> frozenset[Path]:
    """The files of suites of whose checks none is selected."""
    if selection.is_all:
        return frozenset()
    files = {c.file for c in load_checks()} - {c.file for c in load_checks() if selection.takes(c)}
    return frozenset(SUITES / f for f in files)


def _waits(item: pytest.Item) -> bool:
    """Whether a check asks for its interface as most do: ready. Those of TLS look at one that is not, too."""
    information: Any = getattr(item, "_fixtureinfo", None)
    defined = information.name2fixturedefs.get("interface", ()) if information else ()
    return any(d.func.__module__ == fixtures.__name__ for d in defined[-1:])


def _told_at_once(item: pytest.Item, words: str) -> pytest.TestReport:
    """The report of a check for which nothing was set up."""
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome="failed",
        longrepr=words,
        when="setup",
    )


def _params(item: pytest.Item) -> dict[str, Any]:
    spec = getattr(item, "callspec", None)
    return dict(spec.params) if spec else {}


def _case(item: pytest.Item) -> str | None:
    """The parameters of a case, without the interface."""
    spec = getattr(item, "callspec", None)
    if spec is None:
        return None
    return _without(str(spec.id), str(spec.params.get("interface"))) or None


def _without(text: str, name: str) -> str:
    """Take the interface's part out of pytest's joined id."""
    if text == name:
        return ""
    if text.startswith(f"{name}-"):
        return text[len(name) + 1 :]
    return text.removesuffix(f"-{name}")


def _told(phase: PhaseResult) -> pytest.ExceptionInfo[BaseException]:
    """The words alone, as pytest shows them: its tracebacks take long and help nobody here."""
    try:
        pytest.fail(f"{phase.code}: {phase.message}", pytrace=False)
    except pytest.fail.Exception:
        return pytest.ExceptionInfo.from_current()


def _show(report: pytest.TestReport, phase: PhaseResult, raised: BaseException | None) -> None:
    """Let pytest's own words follow ours: nothing that is open looks green."""
    if isinstance(raised, NotApplicable):
        report.outcome = "skipped"
        report.longrepr = (str(report.location[0]), report.location[1] or 0, str(phase.message))
    elif raised is None and phase.outcome is not Outcome.PASSED:
        report.outcome = "failed"
        report.longrepr = f"{phase.code}: {phase.message}"
