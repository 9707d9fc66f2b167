"""Reports of other test kits, as their runners write them: read, never taken for something mimtest saw.

The log of the Eclipse Dataspace TCK, JUnit XML, and the JSON of Newman and of Mocha, with which the TM Forum's
conformance test kits run.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.vocabulary.xml import read as read_xml

_ZIP: Final = b"PK\x03\x04"
_MOST: Final = 50
_LARGEST: Final = 16 * 1024 * 1024
_SHOWN: Final = 5
_VERSION: Final = re.compile(r"Running DSP TCK\s+v?([\w.-]+)", re.IGNORECASE)
_STAMP: Final = re.compile(r"\[?(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}")
_ENDED: Final = re.compile(r"\b(SUCCESSFUL|FAILED|ABORTED|SKIPPED):?\s+([A-Z]+(?:_C)?:\d\d-\d\d)")
_NAMED: Final = re.compile(r"\b([A-Z]+(?:_C)?:\d\d-\d\d)\b")
_TOTAL: Final = re.compile(r"\b(Passed|Failed) tests:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KitReport:
    """A run of another kit: its name and version, its day, and how its tests ended."""

    kit: str
    version: str
    day: str
    passed: int
    failed: int
    left_out: int = 0
    failures: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What it does not tell."""
        told = {"the version of the kit": self.version, "the day": self.day}
        return tuple(name for name, value in told.items() if not value)

    @property
    def summary(self) -> str:
        """What it says, in one line."""
        more = f", {self.left_out} left out" if self.left_out else ""
        failed = f" ({', '.join(self.failures[:_SHOWN])})" if self.failures else ""
        return (
            f"{self.kit} {self.version or 'of an unnamed version'}, {self.day or 'on an unnamed day'}: "
            f"{self.passed} passed, {self.failed} failed{failed}{more}"
        )


def kit_reports(content: bytes) -> list[KitReport]:
    """The runs that a report, or a zip file with reports, holds. Raises ValueError for what is none."""
    found = [r for text in _texts(content) for read in _READERS if (r := read(text))]
    if not found:
        msg = (
            "it is neither the log of the Dataspace TCK, nor JUnit XML, nor JSON of Newman or Mocha"
        )
        raise ValueError(msg)
    return found


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(_ZIP):
        yield content.decode("utf-8-sig", "replace")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in [n for n in packed.namelist() if not n.endswith("/")][:_MOST]:
                with packed.open(name) as file:
                    yield file.read(_LARGEST).decode("utf-8-sig", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        msg = "it is a zip file that cannot be read"
        raise ValueError(msg) from error


def _log(text: str) -> KitReport | None:
    """The console of the Dataspace TCK. A run that was broken off has no totals, and is none."""
    totals = {name.lower(): int(number) for name, number in _TOTAL.findall(text)}
    if {"passed", "failed"} - totals.keys():
        return None
    ends = {name: end for end, name in _ENDED.findall(text)}
    named = set(_NAMED.findall(text.partition("Failures:")[2]))
    failures = sorted({n for n, e in ends.items() if e == "FAILED"} | named)
    left_out = sum(e in ("ABORTED", "SKIPPED") for e in ends.values())
    version, stamp = _VERSION.search(text), _STAMP.search(text)
    return KitReport(
        "Dataspace TCK",
        version[1] if version else "",
        stamp[1] if stamp else "",
        totals["passed"],
        totals["failed"],
        left_out,
        tuple(failures),
    )


def _junit(text: str) -> KitReport | None:
    if not text.lstrip().startswith("<"):
        return None
    try:
        root = read_xml(text.encode(), "the report").root
    except Contradiction:
        return None
    if root.tag not in ("testsuite", "testsuites"):
        return None
    suites = [root] if root.tag == "testsuite" else list(root.iter("testsuite"))
    cases = list(root.iter("testcase"))
    broken = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
    left = [c for c in cases if c.find("skipped") is not None]
    properties = {p.get("name", ""): p.get("value", "") for p in root.iter("property")}
    version = next((v for k, v in properties.items() if "version" in k and "tck" in k.lower()), "")
    stamps = [m[1] for s in suites if (m := _STAMP.search(s.get("timestamp", "")))]
    name = next((s.get("name", "") for s in suites if s.get("name")), "a kit")
    return KitReport(
        f"{name} (JUnit)",
        version,
        min(stamps, default=""),
        len(cases) - len(broken) - len(left),
        len(broken),
        len(left),
        tuple(c.get("name", "") for c in broken),
    )


def _newman(text: str) -> KitReport | None:
    value = _object(text)
    run, collection = _at(value, "run"), _at(_at(value, "collection"), "info")
    counts = _at(_at(run, "stats"), "assertions")
    if not isinstance(counts.get("total"), int) or not isinstance(counts.get("failed"), int):
        return None
    failures = run.get("failures")
    names = [
        str(_at(f, "error").get("test") or _at(f, "error").get("message") or "a test")
        for f in (failures if isinstance(failures, list) else [])
        if isinstance(f, Mapping)
    ]
    left = counts.get("pending")
    left_out = left if isinstance(left, int) else 0
    return KitReport(
        str(collection.get("name") or "a collection"),
        _version_in(collection),
        _day(_at(run, "timings").get("started")),
        counts["total"] - counts["failed"] - left_out,
        counts["failed"],
        left_out,
        tuple(names),
    )


def _mocha(text: str) -> KitReport | None:
    value = _object(text)
    counts = _at(value, "stats")
    if not isinstance(counts.get("passes"), int) or not isinstance(counts.get("failures"), int):
        return None
    left = counts.get("pending")
    title = str(_at(value, "meta").get("title") or "TM Forum CTK")
    version = str(_at(_at(value, "meta"), "ctk").get("version") or "")
    return KitReport(
        title,
        version or _version_in({"name": title}),
        str(counts.get("start") or "")[:10],
        counts["passes"],
        counts["failures"],
        left if isinstance(left, int) else 0,
        tuple(_failed_in(value.get("results"))),
    )


def _failed_in(value: Any, depth: int = 0) -> Iterator[str]:
    """The titles of the tests that failed, in suites within suites."""
    for suite in value if isinstance(value, list) and depth < _MOST else ():
        if isinstance(suite, Mapping):
            tests = suite.get("tests")
            for test in tests if isinstance(tests, list) else ():
                if isinstance(test, Mapping) and (
                    test.get("fail") or test.get("state") == "failed"
                ):
                    yield str(test.get("fullTitle") or test.get("title") or "a test")
            yield from _failed_in(suite.get("suites"), depth + 1)


def _version_in(info: Mapping[str, Any]) -> str:
    """The version of a kit, as it tells, or as its name has it: TMF620-v4.1.0."""
    told = info.get("version")
    if isinstance(told, str) and told:
        return told
    found = re.search(r"\b[vR](\d+(?:\.\d+)+)\b", str(info.get("name", "")).replace("_", "-"))
    return found[1] if found else ""


def _day(milliseconds: Any) -> str:
    if not isinstance(milliseconds, int | float) or isinstance(milliseconds, bool):
        return ""
    try:
        return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return ""


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _at(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


_READERS: Final[tuple[Callable[[str], KitReport | None], ...]] = (_log, _junit, _newman, _mocha)
