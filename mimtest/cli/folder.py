"""A folder that is there whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mimtest.errors import UsageError


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A folder to write into that becomes `folder` at the end, and vanishes after any error.

    Raises UsageError when `folder` is there and holds anything, or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already.", "Give a folder that is not there yet.")
    part = _beside(folder)
    try:
        yield part
        if folder.exists():
            folder.rmdir()
        part.chmod(0o755)
        part.rename(folder)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be made ({error.strerror}).", "Name another place with -o."
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be made ({error.strerror}).", "Name another place with -o."
        ) from None
