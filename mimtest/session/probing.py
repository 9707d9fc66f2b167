"""Readiness of the interfaces of a run, each asked once."""

from collections.abc import Iterator
from typing import Any

from mimtest.session.opening import open_for
from mimtest.session.state import Run
from mimtest.target import Interface, Level
from mimtest.vocabulary.readiness import find_reason


def probe_all(run: Run) -> Iterator[dict[str, Any]]:
    """The entries of `report.json` `.readiness`: of all, or of those that the selected checks look at."""
    for interface in run.target.interfaces:
        if interface.name in run.asked:
            run.recorder.end_check()
            yield _probe(run, interface)


def is_ready(run: Run, interface: Interface) -> bool:
    """Whether it is ready; one that no selected check looks at is asked now."""
    if interface.name not in run.asked:
        run.asked.add(interface.name)
        with run.recorder.between_checks():
            probe = _probe(run, interface)
        if not probe["ready"]:
            run.readiness[interface.name] = probe["reason"]
    return interface.name not in run.readiness


def _probe(run: Run, interface: Interface) -> dict[str, Any]:
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
