"""EARL 1.0 in JSON-LD: an assertion for each check, and one for each requirement.

Source: W3C, Evaluation and Report Language 1.0 Schema. Its outcomes: passed, failed, cantTell, inapplicable, untested.
A claim nobody tested is `untested`. The context stands inside, so that reading needs no network.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.rendering.foreign import message, named, requirements, summary, text
from mimtest.rendering.rows import reason_code
from mimtest.rendering.view import View

OUTCOMES: Final = {
    "passed": "earl:passed",
    "failed": "earl:failed",
    "inconclusive": "earl:cantTell",
    "error": "earl:cantTell",
    "not_applicable": "earl:inapplicable",
    "not_run": "earl:untested",
}
VERDICTS: Final = {
    "met": "earl:passed",
    "not_met": "earl:failed",
    "inconclusive": "earl:cantTell",
    "equivalence_claimed": "earl:untested",
    "declared_only": "earl:untested",
    "not_tested": "earl:untested",
    "not_applicable": "earl:inapplicable",
}
#: Our own terms.
_OWN: Final = "https://mimtest.example/ns#"
CONTEXT: Final = {
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "mimtest": _OWN,
}


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`earl.jsonld`."""
    view = View.of(report, lang)
    graph = [*_Graph(view).nodes()]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


class _Graph:
    """The nodes of one report; their names are fragments of its own."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._report = view.report
        places = enumerate(self._report["subject"]["interfaces"], 1)
        self._subjects = {i["name"]: self._id(f"interface-{n}") for n, i in places}
        self._time = {"@value": self._report["assessment"]["endedAt"], "@type": "xsd:dateTime"}

    def nodes(self) -> Iterator[dict[str, Any]]:
        """All of them."""
        yield self._source()
        yield from self._assertors()
        yield from self._of_subject()
        yield from self._tests()
        yield from self._of_checks()
        yield from self._of_requirements()

    def _id(self, part: str) -> str:
        return f"{self._report['reportId']}#{part}"

    def _source(self) -> dict[str, Any]:
        told = summary(self._view)
        return {
            "@id": self._report["reportId"],
            "@type": "mimtest:Report",
            "dct:title": told["kind"],
            "dct:issued": {"@value": self._report["issuedAt"], "@type": "xsd:dateTime"},
            "dct:description": " ".join(told["notices"]),
            "mimtest:sha256": told["reportSha256"],
            "mimtest:overall": told["overall"],
        }

    def _assertors(self) -> Iterator[dict[str, Any]]:
        tool = self._report["tool"]
        yield {
            "@id": self._id("tool"),
            "@type": ["earl:Assertor", "earl:Software"],
            "dct:title": "mimtest",
            "dct:hasVersion": tool["version"],
        }
        tester = self._report["assessment"]["performedBy"]
        if tester:
            yield {
                "@id": self._id("tester"),
                "@type": ["earl:Assertor", "foaf:Agent"],
                "foaf:name": text(tester),
            }

    def _of_subject(self) -> Iterator[dict[str, Any]]:
        subject = self._report["subject"]
        yield {
            "@id": self._id("product"),
            "@type": "earl:TestSubject",
            "dct:title": text(subject["product"]),
            "dct:hasVersion": text(subject["version"]),
            "dct:creator": text(subject["supplier"]),
            "dct:hasPart": [{"@id": i} for i in self._subjects.values()],
        }
        for interface in subject["interfaces"]:
            yield {
                "@id": self._subjects[interface["name"]],
                "@type": "earl:TestSubject",
                "dct:title": text(interface["name"]),
                "dct:identifier": text(interface["url"]),
                "dct:type": text(interface["kind"]),
            }

    def _tests(self) -> Iterator[dict[str, Any]]:
        for check in {c["id"]: c for c in self._report["checks"]}.values():
            yield {
                "@id": self._id(f"check-{check['id']}"),
                "@type": "earl:TestCase",
                "dct:identifier": check["id"],
                "dct:title": text(check["title"]),
                "dct:source": text(check["clause"]),
                "mimtest:strength": check["strength"],
            }
        for n, row in enumerate(requirements(self._report), 1):
            yield {
                "@id": self._id(f"requirement-{n}"),
                "@type": "earl:TestRequirement",
                "dct:identifier": text(row["id"]),
                "dct:title": text(row["statement"]),
                "mimtest:required": row["required"],
            }

    def _of_checks(self) -> Iterator[dict[str, Any]]:
        for n, entry in enumerate(named(self._report), 1):
            check = entry.check
            result = {
                "earl:outcome": {"@id": OUTCOMES[check["outcome"]]},
                "mimtest:outcome": check["outcome"],
                "dct:title": entry.name,
                "earl:info": message(self._view, check),
            }
            about = self._subjects.get(check["interface"], self._id("product"))
            yield self._assertion(f"assertion-{n}", about, f"check-{check['id']}", result)

    def _of_requirements(self) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(requirements(self._report), 1):
            result = {
                "earl:outcome": {"@id": VERDICTS[row["verdict"]]},
                "mimtest:verdict": row["verdict"],
                "mimtest:basis": row["basis"],
                "earl:info": self._view.words.of("verdict", row["verdict"]),
            }
            if code := reason_code(row):
                result["mimtest:reason"] = code
            yield self._assertion(f"verdict-{n}", self._id("product"), f"requirement-{n}", result)

    def _assertion(
        self, name: str, about: str, test: str, result: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "@id": self._id(name),
            "@type": "earl:Assertion",
            "earl:assertedBy": {"@id": self._id("tool")},
            "earl:subject": {"@id": about},
            "earl:test": {"@id": self._id(test)},
            "earl:mode": {"@id": "earl:automatic"},
            "earl:result": {"@type": "earl:TestResult", "dct:date": self._time, **result},
        }
