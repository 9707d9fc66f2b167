"""What the OpenID Foundation's conformance suite exports: a log of a test as JSON, or several in a zip file."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ZIP: Final = b"PK\x03\x04"
#: No more files than this are looked at, and no more bytes of each.
_MOST: Final = 500
_LARGEST: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One test: its name and plan, the suite's version, when it began, and how it ended."""

    name: str
    plan: str
    version: str
    began: str
    result: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What it does not tell."""
        told = {
            "testName": self.name,
            "planId": self.plan,
            "version": self.version,
            "started": self.began,
            "result": self.result,
        }
        return tuple(name for name, value in told.items() if not value)


def records(content: bytes) -> list[Record]:
    """The tests of an export. Raises ValueError for what is none."""
    return [_record(v) for text in _texts(content) for v in [_parsed(text)] if "testInfo" in v]


def _texts(content: bytes) -> Iterator[bytes]:
    if not content.startswith(_ZIP):
        yield content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [n for n in packed.namelist() if n.endswith(".json")]
            for name in names[:_MOST]:
                with packed.open(name) as file:
                    yield file.read(_LARGEST)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        msg = "it is a zip file that cannot be read"
        raise ValueError(msg) from error


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = "it holds something that is not JSON"
        raise ValueError(msg) from error
    return value if isinstance(value, dict) else {}


def _record(log: Mapping[str, Any]) -> Record:
    info = log["testInfo"] if isinstance(log["testInfo"], dict) else {}

    def told(*names: str) -> str:
        return next((str(info[n]) for n in names if info.get(n)), "")

    version = told("version") or str(log.get("exportedVersion") or "")
    return Record(told("testName"), told("planId"), version, told("started"), told("result"))


def summary(found: Iterable[Record]) -> str:
    """What an export says, in one line."""
    tests = list(found)
    ends = Counter(r.result for r in tests)
    results = ", ".join(f"{count} {result}" for result, count in sorted(ends.items()))
    versions = ", ".join(sorted({r.version for r in tests}))
    days = sorted(r.began[:10] for r in tests)
    return f"{len(tests)} tests by version {versions}, {days[0]} to {days[-1]}: {results}"
