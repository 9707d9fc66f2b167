"""What a run notes in a file beside the target file, for a later run to read: written once, whole, and never changed."""

import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.strict_json import parse_json

_MOST_BYTES: Final = 1_000_000
Noted = TypeVar("Noted")


def read_note(path: Path, reading: Callable[[Any], Noted], what: str) -> Noted | None:
    """What `reading` makes of the JSON in a file; None where there is no such file.

    `what` says what has to be in it; `reading` raises Contradiction for anything else. Raises Inconclusive for another
    file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        detail = f"{path.name} cannot be read ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None
    try:
        return reading(parse_json(content))
    except Contradiction as error:
        detail = f"{path.name} holds no {what} of an earlier run: {error.message}"
        raise Inconclusive("no_snapshot", detail) from None


def write_note(path: Path, value: Any) -> None:
    """Write a file in one step, whatever other processes write. Raises Inconclusive when it cannot."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    try:
        _replace(path, text.encode())
    except OSError as error:
        detail = f"{path.name} cannot be written ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None


def _replace(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
