"""A run on recorded answers: the same checks, the same plan, no network."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mimtest.errors import UsageError
from mimtest.network.recording import Recorder
from mimtest.network.tape import Tape
from mimtest.report import load_report
from mimtest.target import LOCAL, Interface, Target
from mimtest.target_file import make_target
from mimtest.userfile import read_toml


class StandIns(dict[str, str]):
    """In place of the environment: a word for each secret, which is masked as the secret was."""

    def get(self, name: str, default: Any = "") -> Any:  # noqa: ARG002
        """The word that stands for the secret of that variable."""
        return f"stand-in-for-{name.lower().replace('_', '-')}-in-a-replay"


def without_files(path: Path) -> Target:
    """A target file that leads to no other file: it may be that of a stranger. Raises UsageError.

    What it names is neither read nor written: identifiers noted for a later run, logs, documents. The files for
    TLS need not be there: nothing is encrypted here.
    """
    target = make_target(read_toml(path), folder=path.parent, name=path.name)
    return replace(target, interfaces=tuple(map(_alone, target.interfaces)), declarations=())


def _alone(interface: Interface) -> Interface:
    paths = {k: v for k, v in interface.paths.items() if not v.startswith(LOCAL)}
    return replace(interface, snapshot=None, paths=paths)


def tape_of(path: Path, recorder: Recorder) -> Tape:
    """What a report recorded. Raises UsageError."""
    report = load_report(path)
    run = report["assessment"]
    try:
        started = datetime.fromisoformat(run["startedAt"])
    except ValueError as error:
        hint = "Take the report.json of a run as it was written."
        raise UsageError(f"report.json: assessment.startedAt: {error}.", hint) from None
    return Tape(report["exchanges"], recorder, run["runId"], started)
