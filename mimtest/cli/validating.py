"""One bulk validation: what it is asked, what it writes, and where it goes on after a stop."""

import hashlib
import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

import orjson

from mimtest import __version__
from mimtest.cli.validate_progress import Progress
from mimtest.errors import MimtestError, UsageError
from mimtest.models.bulk import Specification
from mimtest.models.bulk_inputs import Input
from mimtest.models.bulk_running import State, judging_with, run
from mimtest.rendering import validation
from mimtest.report import require_folder, write_whole

SCHEMA_VERSION: Final = "1.0.0"
_VIOLATIONS: Final = "violations.ndjson"
_STATE: Final = "state.json"
_EVERY: Final = 5.0


class StoppedError(MimtestError):
    """Somebody interrupted the run; it can be taken up again."""

    def __init__(self) -> None:
        super().__init__("Interrupted.", "The same command with --resume goes on from here.")


class Validation:
    """Inputs, what they are judged by, and the folder with what comes of it."""

    def __init__(
        self,
        inputs: Sequence[Input],
        specification: Specification,
        folder: Path,
        *,
        resume: bool = False,
    ) -> None:
        self._inputs = inputs
        self._specification = specification
        self._folder = folder
        self._key = _key(inputs, specification)
        require_folder(folder)
        self._state = self._read_state() if resume else State()
        self._saved = time.monotonic()
        self._stopped = False

    def run(self, processes: int) -> dict[str, Any]:
        """Judge everything and write the summary, which is returned.

        Raises StoppedError at the next place to go on from when it is interrupted.
        """
        started = datetime.now(UTC)
        with self._violations() as file, _interrupted(self._stop):
            progress = Progress(self._inputs, self._state)
            with judging_with(self._specification, processes) as judging:
                run(
                    self._inputs,
                    self._state,
                    judging,
                    write=file.write,
                    moved=progress.show,
                    rested=lambda: self._rest(file),
                )
            progress.end()
        (self._folder / _STATE).unlink(missing_ok=True)
        summary = self._summary(started, progress.pace)
        text = json.dumps(summary, ensure_ascii=False, indent=1).encode()
        write_whole(self._folder / "summary.json", text)
        write_whole(self._folder / "summary.md", validation.markdown(summary).encode())
        return summary

    def _stop(self) -> None:
        self._stopped = True

    def _rest(self, file: IO[bytes]) -> None:
        """Note how far it is, now and then."""
        if self._stopped or time.monotonic() - self._saved >= _EVERY:
            file.flush()
            state = {"key": self._key, **self._state.as_dict()}
            write_whole(self._folder / _STATE, orjson.dumps(state))
            self._saved = time.monotonic()
        if self._stopped:
            raise StoppedError

    @contextmanager
    def _violations(self) -> Iterator[IO[bytes]]:
        path = self._folder / _VIOLATIONS
        try:
            with path.open("r+b" if self._state.written else "wb") as file:
                file.truncate(self._state.written)
                file.seek(self._state.written)
                yield file
        except OSError as error:
            raise UsageError(
                f"{path}: cannot be written ({error.strerror}).", "Name another --output."
            ) from None

    def _read_state(self) -> State:
        path = self._folder / _STATE
        try:
            saved = json.loads(path.read_bytes())
            state = State.of_dict(saved)
        except FileNotFoundError:
            hint = "Run it without --resume."
            raise UsageError(f"{path}: there is no run to go on with.", hint) from None
        except (OSError, ValueError, TypeError, LookupError):
            raise UsageError(f"{path}: cannot be read.", "Run it without --resume.") from None
        if saved.get("key") != self._key:
            hint = "Give the same files, models and options, or leave --resume out."
            raise UsageError(f"{path}: is of another run, or a file has changed since.", hint)
        if state.written > _size(self._folder / _VIOLATIONS):
            hint = "Run it without --resume."
            raise UsageError(f"{self._folder / _VIOLATIONS}: has become shorter.", hint)
        return state

    def _summary(self, started: datetime, pace: int) -> dict[str, Any]:
        outcome = self._state.outcome.as_dict()
        groups = outcome.pop("groups")
        counts = {n: v for n, v in outcome.items() if n not in ("forms", "uncounted")}
        complete = all(p.reason is None for p in self._state.parts)
        return {
            "schemaVersion": SCHEMA_VERSION,
            "tool": {"name": "mimtest", "version": __version__},
            "startedAt": started.isoformat(timespec="seconds"),
            "endedAt": datetime.now(UTC).isoformat(timespec="seconds"),
            "entitiesPerSecond": pace,
            "formats": "asserted" if self._specification.formats else "annotations",
            "models": _models(self._specification),
            "inputs": [asdict(p) for p in self._state.parts],
            "completed": complete,
            "counts": counts,
            "forms": outcome["forms"],
            "groups": groups,
            "findingsWithoutGroup": outcome["uncounted"],
            "exitCode": exit_code(counts, complete=complete),
        }


def exit_code(counts: dict[str, int], *, complete: bool) -> int:
    """1 for anything not valid, 3 where something was not judged or nothing was there, else 0."""
    if counts["invalid"]:
        return 1
    return 0 if complete and counts["entities"] and not counts["unjudged"] else 3


@contextmanager
def _interrupted(stop: Callable[[], None]) -> Iterator[None]:
    """Inside, the first interrupt calls `stop`; the second one interrupts."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _models(specification: Specification) -> list[dict[str, Any]]:
    return [
        {
            "type": standard.type,
            "name": standard.model or standard.schema.name,
            "address": standard.schema.address,
            "sha256": hashlib.sha256(_canonical(standard.schema.document)).hexdigest(),
        }
        for standard in specification.standards
    ]


def _key(inputs: Sequence[Input], specification: Specification) -> str:
    """What tells one run from another."""
    values = [s.facts and {"area": s.facts.area} for s in specification.standards]
    about = [
        __version__,
        [i.identity for i in inputs],
        _models(specification),
        specification.formats,
        values,
    ]
    return hashlib.sha256(_canonical(about)).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
