"""A run on recorded answers: the same checks, the same plan, no network."""

from pathlib import Path
from typing import Any

from mimtest.network.recording import Recorder
from mimtest.network.replaying import Tape
from mimtest.report import load_report
from mimtest.target import Target
from mimtest.target_file import make_target
from mimtest.userfile import read_toml


class StandIns(dict[str, str]):
    """In place of the environment: a word for each secret, which is masked as the secret was."""

    def get(self, name: str, default: Any = "") -> Any:  # noqa: ARG002
        """The word that stands for the secret of that variable."""
        return f"stand-in-for-{name.lower().replace('_', '-')}-in-a-replay"


def without_files(path: Path) -> Target:
    """A target file, whose files for TLS need not be there: nothing is encrypted here. Raises UsageError."""
    return make_target(read_toml(path), folder=path.parent, name=path.name)


def tape_of(path: Path, recorder: Recorder) -> Tape:
    """What a report recorded. Raises UsageError."""
    report = load_report(path)
    return Tape(report["exchanges"], recorder, report["assessment"]["runId"])
