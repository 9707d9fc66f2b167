"""GITB test reporting, as the EU's Interoperability Test Bed writes it: a conformance overview report.

Source: the schemas gitb_tr.xsd and gitb_core.xsd of the GITB types (ISAITB/gitb-types). An edition is a group of
specifications, a MIM a specification, a requirement a test case; what the test does not require is optional. The checks
stand in a statement of their own, all optional: they decide nothing by themselves. Our own codes are tags.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mimtest.rendering.foreign import summary, text
from mimtest.rendering.gitb_cases import GROUPS, OUTCOMES, VERDICTS, Case, Statement, statements
from mimtest.rendering.view import View

__all__ = ["OUTCOMES", "VERDICTS", "render"]

_REPORT: Final = "http://www.gitb.com/tr/v1/"
_CORE: Final = "http://www.gitb.com/core/v1/"
_DOMAIN: Final = "Minimal Interoperability Mechanisms"
_ACTOR: Final = "Product"
_COUNTED: Final = {"SUCCESS": "succeeded", "FAILURE": "failed", "WARNING": "failed"}


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`gitb.xml`."""
    view = View.of(report, lang)
    found = statements(view)
    names = {"xmlns": _REPORT, "xmlns:c": _CORE}
    root = ET.Element("ConformanceOverviewReport", names)
    _add(_add(root, "metadata"), "reportTime", report["issuedAt"])
    overview = _add(root, "overview")
    _define(view, _add(overview, "definition"))
    _summarise(_add(overview, "summary"), [s.result for s in found], _overall(view))
    _list(_add(overview, "statementOverview"), found, _overall(view))
    details = _add(overview, "statementDetails")
    for statement in found:
        _detail(view, _add(details, "statement", id=statement.id), statement)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _overall(view: View) -> str:
    return GROUPS.get(view.verdict(), "UNDEFINED")


def _define(view: View, definition: ET.Element) -> None:
    """Who is spoken of, and what every form of a report says."""
    subject, told = view.report["subject"], summary(view)
    party = _add(definition, "party")
    _add(_add(party, "organisation"), "name", text(subject["supplier"]))
    system = _add(party, "system")
    _add(system, "name", text(subject["product"]))
    _add(system, "version", text(subject["version"]))
    _add(system, "description", " ".join([f"{told['kind']}.", *told["notices"]]))
    properties = _add(system, "properties")
    for key in ("reportId", "reportSha256", "overall", "gate"):
        _add(properties, "property", told[key], name=f"mimtest.{key}")
    _add(_add(definition, "domain"), "name", _DOMAIN)


def _summarise(element: ET.Element, results: Sequence[str], status: str) -> None:
    _add(element, "status", status)
    counts = Counter(_COUNTED.get(r, "incomplete") for r in results)
    for name in ("succeeded", "failed", "incomplete"):
        _add(element, name, str(counts[name]))


def _list(element: ET.Element, statements: Sequence[Statement], status: str) -> None:
    """The statements by group."""
    domain = _item(element, "domain", _DOMAIN)
    _add(domain, "result", status)
    for group in dict.fromkeys(s.group for s in statements):
        members = [s for s in statements if s.group == group]
        entry = _item(domain, "specificationGroup", group)
        _add(entry, "result", _worst([s.result for s in members]))
        for statement in members:
            specification = _item(entry, "specification", statement.name)
            _add(specification, "result", statement.result)
            actor = _item(specification, "actor", _ACTOR)
            actor.set("statement", statement.id)
            _add(actor, "result", statement.result)


def _detail(view: View, element: ET.Element, statement: Statement) -> None:
    definition = _add(element, "definition")
    party, subject = _add(definition, "party"), view.report["subject"]
    _add(_add(party, "organisation"), "name", text(subject["supplier"]))
    system = _add(party, "system")
    _add(system, "name", text(subject["product"]))
    _add(system, "version", text(subject["version"]))
    _item(definition, "domain", _DOMAIN)
    _item(definition, "specificationGroup", statement.group)
    _item(definition, "specification", statement.name)
    _item(definition, "actor", _ACTOR)
    tally = _add(element, "summary")
    _summarise(tally, [c.result for c in statement.cases if not c.optional], statement.result)
    ignored = Counter(_COUNTED.get(c.result, "incomplete") for c in statement.cases if c.optional)
    for name in ("succeeded", "failed", "incomplete"):
        _add(tally, f"{name}Ignored", str(ignored[name]))
    ended = view.report["assessment"]["endedAt"]
    _add(element, "lastUpdate", ended)
    suites = _add(element, "testOverview")
    for name in dict.fromkeys(c.suite for c in statement.cases) or [statement.name]:
        _suite(suites, name, [c for c in statement.cases if c.suite == name], statement.result)
    if statement.cases:
        details = _add(element, "testDetails")
        for case in statement.cases:
            _case(_add(details, "testCase", id=case.id), case, view.report["assessment"])


def _suite(suites: ET.Element, name: str, cases: Sequence[Case], result: str) -> None:
    suite = _add(suites, "testSuite")
    _add(_add(suite, "metadata"), "c:name", name)
    _add(suite, "result", result)
    if not cases:
        return
    listed = _add(suite, "testCases")
    for case in cases:
        optional = str(case.optional).lower()
        entry = _add(listed, "testCase", optional=optional, ref=case.id)
        metadata = _add(entry, "metadata")
        _add(metadata, "c:name", case.name)
        _add(metadata, "c:description", case.description)
        _add(_add(metadata, "c:tags"), "c:tag", case.code, name="mimtest")
        _add(entry, "result", case.result)


def _case(element: ET.Element, case: Case, run: Mapping[str, Any]) -> None:
    _add(_add(element, "metadata"), "c:name", case.name)
    _add(element, "sessionId", run["runId"])
    _add(element, "startTime", run["startedAt"])
    _add(element, "endTime", run["endedAt"])
    _add(element, "result", case.result)
    _add(element, "message", case.message)


def _worst(results: Sequence[str]) -> str:
    order = ("FAILURE", "UNDEFINED", "SUCCESS")
    return next((r for r in order if r in results), "UNDEFINED")


def _item(parent: ET.Element, tag: str, name: str) -> ET.Element:
    element = _add(parent, tag)
    _add(element, "name", name)
    return element


def _add(parent: ET.Element, tag: str, content: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = content or None
    return element
