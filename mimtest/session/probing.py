"""Readiness of every interface of a run, each asked once."""

from collections.abc import Iterator
from typing import Any

from mimtest.session.opening import open_for
from mimtest.session.state import Run
from mimtest.target import Interface, Level
from mimtest.vocabulary.readiness import find_reason


def probe_all(run: Run) -> Iterator[dict[str, Any]]:
    """The entries of `report.json` `.readiness`."""
    for interface in run.target.interfaces:
        yield _probe(run, interface)


def _probe(run: Run, interface: Interface) -> dict[str, Any]:
    run.recorder.end_check()
    before = len(run.recorder.exchanges)
    shown = run.recorder.redactor.message
    with open_for(run, interface) as client:
        reason = find_reason(client, needs_data=not run.level.allows(Level.WRITES))
    return {
        "interface": interface.name,
        "ready": reason is None,
        "reason": {k: shown(v) if v else v for k, v in reason.as_dict().items()}
        if reason
        else None,
        "exchanges": [e.id for e in run.recorder.exchanges[before:]],
    }
