"""Reports of other test kits, as their runners write them: read, never taken for something mimtest saw.

The log of the Eclipse Dataspace TCK, JUnit XML, and the JSON of Newman and of Mocha, with which the TM Forum's
conformance test kits run.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.kit_run import KitReport, day_of, sound
from mimtest.vocabulary.xml import read as read_xml

_ZIP: Final = b"PK\x03\x04"
_MOST: Final = 50
_LARGEST: Final = 64 * 1024 * 1024
_VERSION: Final = re.compile(r"Running DSP TCK\s+v?([\w.-]+)", re.IGNORECASE)
_ENDED: Final = re.compile(r"\b(SUCCESSFUL|FAILED|ABORTED|SKIPPED):?\s+([A-Z]+(?:_C)?:\d\d-\d\d)")
_NAMED: Final = re.compile(r"\[([A-Z]+(?:_C)?:\d\d-\d\d)\b")
_TOTAL: Final = re.compile(r"\b(Passed|Failed) tests:\s*(\d{1,20})", re.IGNORECASE)


def kit_reports(content: bytes) -> list[KitReport]:
    """The runs that a report, or a zip file with reports, holds.

    Raises ValueError for what is none, and for one that contradicts itself.
    """
    digest = hashlib.sha256(content).hexdigest()
    found = [r for text in _texts(content) for read in _READERS if (r := read(text))]
    if not found:
        msg = (
            "it is neither the log of the Dataspace TCK, nor JUnit XML, nor JSON of Newman or Mocha"
        )
        raise ValueError(msg)
    return [sound(replace(report, digest=digest)) for report in found]


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(_ZIP):
        yield content.decode("utf-8-sig", "replace")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = [f for f in packed.infolist() if not f.is_dir()]
            if len(files) > _MOST or sum(f.file_size for f in files) > _LARGEST:
                msg = (
                    f"it is a zip file of more than {_MOST} files, or of more than {_LARGEST} bytes"
                )
                raise ValueError(msg)
            for name in files:
                with packed.open(name) as file:
                    yield file.read(_LARGEST).decode("utf-8-sig", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
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
    version = _VERSION.search(text)
    return KitReport(
        "Dataspace TCK",
        version[1] if version else "",
        day_of(text),
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
    days = [d for s in suites if (d := day_of(s.get("timestamp", "")))]
    told = max(_told(root), sum(map(_told, root)))
    name = next((s.get("name", "") for s in suites if s.get("name")), "a kit")
    return KitReport(
        f"{name} (JUnit)",
        version,
        min(days, default=""),
        len(cases) - len(broken) - len(left),
        max(len(broken), told),
        len(left),
        tuple(c.get("name", "") for c in broken),
    )


def _told(suite: Any) -> int:
    """The failures that a suite counts."""
    counts = [suite.get(name, "") for name in ("failures", "errors")]
    return sum(whole(c) or 0 for c in counts)


def _newman(text: str) -> KitReport | None:
    value = _object(text)
    run, collection = _at(value, "run"), _at(_at(value, "collection"), "info")
    counts = _at(_at(run, "stats"), "assertions")
    if not _are_numbers(counts, "total", "failed"):
        return None
    failures = run.get("failures")
    names = [
        str(_at(f, "error").get("test") or _at(f, "error").get("message") or "a test")
        for f in (failures if isinstance(failures, list) else [])
        if isinstance(f, Mapping)
    ]
    left_out = counts["pending"] if _are_numbers(counts, "pending") else 0
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
    if not _are_numbers(counts, "passes", "failures"):
        return None
    title = str(_at(value, "meta").get("title") or "TM Forum CTK")
    version = str(_at(_at(value, "meta"), "ctk").get("version") or "")
    return KitReport(
        title,
        version or _version_in({"name": title}),
        day_of(str(counts.get("start"))),
        counts["passes"],
        counts["failures"],
        counts["pending"] if _are_numbers(counts, "pending") else 0,
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
    name = str(info.get("name", "")).replace("_", "-")
    found = re.search(r"\b[vR]?(\d+(?:\.\d+)+)\b", name)
    return found[1] if found else ""


def _day(milliseconds: Any) -> str:
    if not isinstance(milliseconds, int | float) or isinstance(milliseconds, bool):
        return ""
    try:
        return day_of(datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        return ""


def _are_numbers(counts: Mapping[str, Any], *names: str) -> bool:
    return all(type(counts.get(name)) is int for name in names)


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
