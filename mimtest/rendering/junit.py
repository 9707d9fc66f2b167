"""JUnit XML for build servers, written with the `junit-xml` package and completed where it is silent.

The package drops a failure without words, so that it reads as a pass, and has no properties on a case.
Hence its documents are built first and finished here; every failure, error and skip has words.

failed must → failure · failed should or may → skipped "recommendation not followed", or failure where
a required requirement is not met by it · inconclusive, not_run and error → error, because a build that
shows neither must not look green · not_applicable → skipped.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from typing import Any, Final

from junit_xml import TestCase, TestSuite

from mimtest.rendering.foreign import breaking
from mimtest.rendering.rows import reason_code, reason_message
from mimtest.rendering.text import clip, line
from mimtest.rendering.text import visible as shown
from mimtest.rendering.view import View

_TOTALS: Final = ("tests", "failures", "errors", "skipped")
_LONGEST: Final = 4000


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`junit.xml`: one suite per suite, one case per check and interface."""
    view = View.of(report, lang)
    decisive = breaking(view)
    root = ET.Element("testsuites", name="mimtest")
    for suite, checks in _by_suite(report["checks"]).items():
        root.append(_suite(view, suite, checks, decisive))
    if not report["checks"]:
        root.append(_nothing(view))
    _add_totals(root, report["assessment"]["startedAt"])
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _by_suite(checks: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    suites: dict[str, list[Mapping[str, Any]]] = {}
    for check in checks:
        suites.setdefault(check["suite"], []).append(check)
    return suites


def _suite(
    view: View, suite: str, checks: Iterable[Mapping[str, Any]], decisive: set[str]
) -> ET.Element:
    names: dict[str, int] = {}
    rows = list(checks)
    cases = [_case(view, c, _unique(_name(c), names), decisive) for c in rows]
    element = _document(view, suite, cases)
    for case, check in zip(element.findall("testcase"), rows, strict=True):
        case.set("time", _seconds(check["durationMs"]))
        case.insert(0, _properties(_facts(check)))
    element.set("time", _seconds(sum(c["durationMs"] for c in rows)))
    return element


def _document(view: View, name: str, cases: list[TestCase]) -> ET.Element:
    subject = view.report["subject"]
    properties = {
        "mimtest.supplier": subject["supplier"],
        "mimtest.product": subject["product"],
        "mimtest.version": subject["version"],
        "mimtest.report": view.report["reportId"],
        "mimtest.kind": view.kind(),
        **{f"mimtest.notice.{n}": text for n, text in enumerate(view.notices(), 1)},
    }
    suite = TestSuite(
        line(name),
        cases,
        timestamp=view.report["assessment"]["startedAt"].removesuffix("Z"),
        properties={k: line(v) for k, v in properties.items()},
    )
    element: ET.Element = suite.build_xml_doc()
    element.attrib.pop("disabled", None)
    return element


def _name(check: Mapping[str, Any]) -> str:
    place = f" [{check['interface']}]" if check["interface"] else ""
    return line(f"{check['id']} {clip(check['title'], 200)}{place}")


def _unique(name: str, seen: dict[str, int]) -> str:
    """Readers keep only the first of several cases with one name."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


def _case(view: View, check: Mapping[str, Any], name: str, decisive: set[str]) -> TestCase:
    case = TestCase(name, classname=f"mimtest.{line(check['suite'])}")
    outcome = check["outcome"]
    text, code = _text(view, check), reason_code(check) or outcome
    message = f"{view.words.of('outcome', outcome)}: {line(reason_message(check) or view.words.reason(code))}"
    if outcome == "failed" and (check["strength"] == "must" or check["id"] in decisive):
        case.add_failure_info(message=message, output=text, failure_type=code)
    elif outcome == "failed":
        case.add_skipped_info(
            message=f"{view.words('junit.recommendation')}: {message}", output=text
        )
    elif outcome == "not_applicable":
        case.add_skipped_info(message=f"{code}: {message}", output=text)
    elif outcome != "passed":
        case.add_error_info(message=f"{code}: {message}", output=text, error_type=outcome)
    return case


def _text(view: View, check: Mapping[str, Any]) -> str:
    """Everything a reader of the build server needs; never empty."""
    words = view.words
    rows = [
        ("check.expected", check["expected"]),
        ("check.received", check["received"]),
        ("check.reason", reason_message(check) or words.reason(reason_code(check))),
        ("check.clause", check["clause"]),
        ("check.requirements", ", ".join(check["requirements"])),
        ("check.exchanges", ", ".join(check["exchanges"][:20])),
        *(
            ("check.cases", f"{c['name']}: {words.of('outcome', c['outcome'])}")
            for c in _bad_cases(check)
        ),
    ]
    lines = [f"{check['id']} {check['title']}"]
    lines += [words("colon", label=words(key), value=value) for key, value in rows if value]
    return clip("\n".join(shown(text) for text in lines), _LONGEST)


def _bad_cases(check: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [c for c in check["cases"] if c["outcome"] not in ("passed", "not_applicable")][:50]


def _facts(check: Mapping[str, Any]) -> dict[str, str]:
    return {
        "mimtest.check": check["id"],
        "mimtest.outcome": check["outcome"],
        "mimtest.strength": check["strength"],
        "mimtest.clause": check["clause"],
        "mimtest.interface": check["interface"] or "",
        "mimtest.reason": reason_code(check),
        "mimtest.requirements": " ".join(check["requirements"]),
    }


def _properties(facts: Mapping[str, str]) -> ET.Element:
    element = ET.Element("properties")
    for name, value in facts.items():
        if value:
            ET.SubElement(element, "property", name=name, value=line(value))
    return element


def _nothing(view: View) -> ET.Element:
    """An empty run is an error, so that no build is green by having looked at nothing."""
    case = TestCase("nothing was selected", classname="mimtest.run")
    text = view.words("junit.nothing")
    case.add_error_info(message=text, output=text, error_type="nothing_selected")
    element = _document(view, "run", [case])
    element.set("time", _seconds(0))
    return element


def _add_totals(root: ET.Element, started: str) -> None:
    for total in _TOTALS:
        root.set(total, str(sum(int(s.get(total, "0")) for s in root)))
    milliseconds = sum(round(float(s.get("time", "0")) * 1000) for s in root)
    root.set("time", _seconds(milliseconds))
    root.set("timestamp", re.sub(r"Z$", "", started))


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}"
