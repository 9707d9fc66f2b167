"""What OGC's older web services have in common: questions as key-value pairs, operations, exceptions.

OGC Web Services Common (06-121r3, 06-121r9), with the exception reports of WMS (01-068r3, 06-042).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.outgoing import with_params
from mimtest.vocabulary.expect import assert_that, excerpt, fail
from mimtest.vocabulary.xml import XML, anywhere, local, parse, text_of, texts_of

XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 3
_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}
_REPORTS: Final = ("ExceptionReport", "ServiceExceptionReport")
#: Statuses that show nothing of what was asked for.
_SHOWS_NOTHING: Final[Mapping[int, str]] = {
    401: "auth_refused",
    429: "rate_limited",
    503: "server_error",
}
CLIENT_ERRORS: Final = tuple(range(400, 500))


@dataclass(slots=True)
class Kvp:
    """A service asked with key-value pairs. A question is asked once and its answer kept, unless `fresh`.

    `version` goes into every question but those that name their own, or None.
    """

    client: Client
    service: str
    version: str | None = None
    _kept: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(
        self,
        request: str | None,
        *,
        at: str = "",
        accept: str = XML,
        fresh: bool = False,
        **params: Any,
    ) -> Answer:
        """GET an operation; parameters that are None are left out. Raises as the client does.

        `at` is the address of the operation, else the interface's. Parameter names are sent as they are
        written; a parameter that the address has already is replaced.
        """
        given = {"SERVICE": self.service, "VERSION": self.version, "REQUEST": request, **params}
        return self.get(self.address(given, at), accept=accept, fresh=fresh)

    def address(self, params: Mapping[str, Any], at: str = "") -> str:
        """Where a question is asked: parameters of the address stay unless they are set, or None."""
        parts = urlsplit(self.client.url(at))
        named = {name.lower() for name in params}
        there = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(n, v) for n, v in there if n.lower() not in named]
        kept += [(n, v) for n, v in params.items() if v is not None]
        return with_params(urlunsplit(parts._replace(query="", fragment="")), kept)

    def get(self, address: str, *, accept: str = XML, fresh: bool = False) -> Answer:
        """GET an address, up to three redirects followed. Raises as the client does."""
        key = (address, accept)
        if fresh or key not in self._kept:
            self._kept[key] = self._follow(address, accept)
        return self._kept[key]

    def _follow(self, address: str, accept: str) -> Answer:
        answer = self.client.get(address, headers={"Accept": accept})
        for _ in range(_MOST_REDIRECTS):
            if answer.received.status not in _REDIRECTS or answer.location is None:
                break
            answer = self.client.get(answer.location, headers={"Accept": accept})
        return answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One exception of a report. `locator` names the parameter or the part that is wrong."""

    code: str
    locator: str | None
    text: str


def faults_of(answer: Answer) -> list[Fault] | None:
    """The exceptions of a report, of any version of OWS or WMS; None when the body is no report."""
    try:
        root = parse(answer)
    except (Contradiction, Unsettled):
        return None
    return read_faults(root)


def read_faults(root: Element) -> list[Fault] | None:
    """The exceptions of a report by its root element; None when it is no report."""
    if local(root) not in _REPORTS:
        return None
    found = [e for e in root if local(e) in ("Exception", "ServiceException")]
    return [
        Fault(
            (e.get("exceptionCode") or e.get("code") or "").rpartition(":")[2],
            e.get("locator"),
            " ".join(texts_of(e, "ExceptionText")) or (e.text or "").strip(),
        )
        for e in found
    ]


def assert_given(answer: Answer, what: str) -> Answer:
    """The answer is a success and no exception report. Raises Contradiction.

    Raises Inconclusive for a status that shows nothing of what was asked for.
    """
    __tracebackhide__ = True
    _require_telling(answer, what)
    faults = faults_of(answer) if "xml" in answer.media_type or answer.status != 200 else None  # noqa: PLR2004
    if answer.status != 200 or faults is not None:  # noqa: PLR2004
        fail(
            f"{what} was refused",
            expected="status 200",
            received=f"status {answer.status}: {told(faults) or excerpt(answer) or 'no body'}",
        )
    return answer


def assert_refused(
    answer: Answer, *codes: str, what: str, statuses: tuple[int, ...] = CLIENT_ERRORS
) -> list[Fault]:
    """The answer is an exception report of one of the codes (any without), with an error status.

    Raises Contradiction; Inconclusive for a status that shows nothing of what was asked for.
    """
    __tracebackhide__ = True
    _require_telling(answer, what)
    named = " or ".join(codes)
    expected = f"an exception report with {named}" if codes else "an exception report"
    faults = faults_of(answer)
    if faults is None:
        body = excerpt(answer) or "no body"
        fail(
            f"{what} is answered without an exception report",
            expected=expected,
            received=f"status {answer.status}, {answer.media_type or 'no media type'}: {body}",
        )
    assert faults is not None
    assert_that(
        faults and all(f.code for f in faults),
        f"{what} is answered with a report that names no exception code",
        expected=expected,
        received=excerpt(answer),
    )
    assert_that(
        answer.status in statuses,
        f"{what} is answered with an exception report and status {answer.status}",
        expected=_spans(statuses),
        received=f"status {answer.status}: {told(faults)}",
    )
    assert_that(
        not codes or any(f.code in codes for f in faults),
        f"{what} is answered with another exception",
        expected=expected,
        received=told(faults),
    )
    return faults


def _require_telling(answer: Answer, what: str) -> None:
    if answer.status in _SHOWS_NOTHING:
        detail = f"{what} has status {answer.status}: {excerpt(answer)}"
        raise Inconclusive(_SHOWS_NOTHING[answer.status], detail)


def _spans(statuses: tuple[int, ...]) -> str:
    if statuses == CLIENT_ERRORS:
        return "a status from 400 to 499"
    return f"status {' or '.join(map(str, statuses))}"


def told(faults: list[Fault] | None) -> str:
    """The exceptions of a report as one line."""
    lines = [
        f"{f.code or 'no code'}{f' at {f.locator}' if f.locator else ''}: {f.text}"
        for f in faults or ()
    ]
    return " ".join("; ".join(lines).split())[:300]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a service by its capabilities; parameters' names are in lower case."""

    name: str
    get: str | None
    post: str | None
    parameters: Mapping[str, tuple[str, ...]]


def operations_of(root: Element) -> dict[str, Operation]:
    """The operations that capabilities list, by name (06-121r3, 7.4.6)."""
    found = root.findall(anywhere("OperationsMetadata/Operation"))
    return {
        name: Operation(name, _address(e, "Get"), _address(e, "Post"), parameters_of(e))
        for e in found
        if (name := e.get("name"))
    }


def _address(operation: Element, method: str) -> str | None:
    found = operation.find(anywhere(f"DCP/HTTP/{method}"))
    return (found.get(XLINK_HREF) or "").strip() or None if found is not None else None


def parameters_of(element: Element, kind: str = "Parameter") -> dict[str, tuple[str, ...]]:
    """The values of parameters (or constraints), by name in lower case."""
    return {
        name.lower(): (*texts_of(e, "AllowedValues/Value"), *texts_of(e, "Value"))
        for e in element.findall(anywhere(kind))
        if (name := e.get("name"))
    }


def constraints_of(root: Element) -> dict[str, bool]:
    """The constraints of a service and its filters that are true or false, by name.

    09-025r2, Tables 13 and 14; 09-026r2, Table 1.
    """
    found: dict[str, bool] = {}
    for place in ("OperationsMetadata/Constraint", "Filter_Capabilities/Conformance/Constraint"):
        for e in root.findall(anywhere(place)):
            value = text_of(e, "DefaultValue") or text_of(e, "AllowedValues/Value") or ""
            if (name := e.get("name")) and value.lower() in _TRUTHS:
                found[name] = _TRUTHS[value.lower()]
    return found
