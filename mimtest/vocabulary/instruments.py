"""Results of other test tools, named as evidence of a declaration: read and shown as theirs, never as something seen.

Robot Framework's `output.xml` (ETSI's NGSI-LD suite), EARL in RDF/XML and TestNG's results (OGC TEAM Engine), and what
`kit_reports` reads. Nothing of them decides a verdict: nobody here saw these tests run.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.kit_reports import kit_reports
from mimtest.vocabulary.kit_run import KitReport
from mimtest.vocabulary.xml import read as read_xml

#: The largest file that is read, in bytes; of a larger one only the digest is kept.
LARGEST: Final = 32 * 1024 * 1024
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EARL: Final = "{http://www.w3.org/ns/earl#}"
_CITE: Final = "{http://cite.opengeospatial.org/}"
_TITLE: Final = "{http://purl.org/dc/terms/}title"
_CREATED: Final = "{http://purl.org/dc/terms/}created"
_LAST: Final = re.compile(r"[#/]")
#: A version at the end of a suite's name, as TEAM Engine has it: wfs20-1.25.
_VERSION: Final = re.compile(r"-v?(\d+(?:\.\d+)+)$")


def kit_report(content: bytes) -> KitReport | None:
    """The run that a file tells of; None for any other document, and for several runs at once."""
    if len(content) > LARGEST:
        return None
    if content[:500].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        try:
            root = read_xml(content, "the document").root
        except (Contradiction, Inconclusive):
            return None
        if root.tag in _READERS:
            return _READERS[root.tag](root)
    return _of_kit(content)


def _of_kit(content: bytes) -> KitReport | None:
    """A report of a kit that is also read where an interface has one; a log has to name its kit."""
    try:
        told, *more = kit_reports(content)
    except (ValueError, Inconclusive):
        return None
    return None if more or not (told.version or told.day) else replace(told, digest="")


def _robot(root: Element) -> KitReport:
    """Robot Framework: a `test` has a `status` of its own, as every keyword in it."""
    tests = [(t.get("name", "a test"), _status(t)) for t in root.iter("test")]
    suite = root.find("suite")
    name = suite.get("name", "") if suite is not None else ""
    return _counted(
        f"{name} (Robot Framework)" if name else "Robot Framework",
        root.get("generator", "").removeprefix("Robot ").partition(" ")[0],
        root.get("generated", ""),
        tests,
        passed=("PASS",),
        failed=("FAIL",),
    )


def _status(test: Element) -> str:
    status = test.find("status")
    return status.get("status", "") if status is not None else ""


def _testng(root: Element) -> KitReport:
    """TestNG: methods that only prepare are no tests."""
    methods = [m for m in root.iter("test-method") if m.get("is-config") != "true"]
    suites = list(root.iter("suite"))
    names = [s.get("name", "") for s in suites]
    starts = [s.get("started-at", "") for s in suites if s.get("started-at")]
    tests = [
        (m.get("signature") or m.get("name") or "a test", m.get("status", "")) for m in methods
    ]
    return _counted(
        f"{names[0]} (TestNG)" if names and names[0] else "TestNG",
        _version_in(names[0] if names else ""),
        min(starts, default=""),
        [(name.partition("(")[0], status) for name, status in tests],
        passed=("PASS",),
        failed=("FAIL",),
    )


def _earl(root: Element) -> KitReport | None:
    """EARL in RDF/XML: an assertion's outcome, in the same node or in one it names."""
    results = {_id(r): r for r in root.iter(f"{_EARL}TestResult")}
    tests = [(_test_name(a), _outcome(a, results)) for a in root.iter(f"{_EARL}Assertion")]
    if not tests:
        return None
    run = next(root.iter(f"{_CITE}TestRun"), None)
    title = run.findtext(_TITLE, "") if run is not None else ""
    created = (run.findtext(_CREATED, "") if run is not None else "") or root.findtext(
        f".//{_CREATED}", ""
    )
    maker = "OGC TEAM Engine, EARL" if run is not None else "EARL"
    return _counted(
        f"{title} ({maker})" if title else maker,
        _version_in(title),
        created,
        tests,
        passed=("passed",),
        failed=("failed", "inheritedfailure", "inherited_failure"),
    )


def _id(node: Element) -> str:
    """What a node of RDF/XML is called, or the node a property leads to."""
    names = (node.get(f"{_RDF}{k}") for k in ("about", "resource", "nodeID", "ID"))
    return next((n.removeprefix("#") for n in names if n), "")


def _leads_to(node: Element) -> str:
    """The name of the node that a property leads to, inside of it or elsewhere."""
    inner = next(iter(node), None)
    return _id(node) or (_id(inner) if inner is not None else "")


def _test_name(assertion: Element) -> str:
    test = assertion.find(f"{_EARL}test")
    return (_leads_to(test) if test is not None else "") or "a test"


def _outcome(assertion: Element, results: dict[str, Element]) -> str:
    result = assertion.find(f"{_EARL}result")
    if result is None:
        return ""
    inner = result.find(f"{_EARL}TestResult")
    if inner is None:
        inner = results.get(_id(result))
    outcome = inner.find(f"{_EARL}outcome") if inner is not None else None
    if outcome is None:
        return ""
    return _LAST.split(_leads_to(outcome))[-1].lower()


def _counted(
    kit: str,
    version: str,
    stamp: str,
    tests: Iterable[tuple[str, str]],
    *,
    passed: Iterable[str],
    failed: Iterable[str],
) -> KitReport:
    """A report of tests with their ends; whatever is neither passed nor failed was left out."""
    rows = list(tests)
    ends = Counter(end for _, end in rows)
    good, bad = sum(ends[e] for e in passed), sum(ends[e] for e in failed)
    failures = tuple(name for name, end in rows if end in failed)
    return KitReport(kit, version, _day(stamp), good, bad, len(rows) - good - bad, failures)


def _version_in(name: str) -> str:
    found = _VERSION.search(name)
    return found[1] if found else ""


def _day(stamp: str) -> str:
    found = _DAY.search(stamp)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else ""


_READERS: Final[dict[str, Callable[[Element], KitReport | None]]] = {
    "robot": _robot,
    "testng-results": _testng,
    f"{_RDF}RDF": _earl,
}
