"""Permitted ways of keeping personal data that differ from the sandbox's."""

import csv
import io
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.personal_consents import change_records, without
from mimtest.sandbox.http import Request, Response, dump, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NOTICE: Final = "/my/notice"
_ME: Final = "/my/me"
_EXPORT: Final = "/my/export"
_DATA: Final = "/my/data"
_OK: Final = 200
_SLOW: Final = 0.7
_TURTLE: Final = """\
@prefix dpv: <https://w3id.org/dpv#> .
@prefix pd: <https://w3id.org/dpv/pd#> .
<{base}/my/notice> a dpv:ConsentNotice ; dpv:hasProcess [
  dpv:hasDataController [ a dpv:DataController ] ; dpv:hasPurpose [ a dpv:ServiceProvision ] ;
  dpv:hasPersonalData pd:Name ; dpv:hasLegalBasis dpv:Consent ; dpv:hasRecipient [ a dpv:Recipient ] ] .
"""


def _exports(request: Request, response: Response) -> bool:
    return request.path == _EXPORT and request.method == "GET" and response.status == _OK


@fault("tru-variant-notice-in-turtle")
def tells_in_turtle(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The notice for programs is in Turtle."""
    response = proceed(request)
    if request.path != _NOTICE or "turtle" not in request.headers.get("accept", ""):
        return response
    told = _TURTLE.format(base=request.base).encode()
    return response.with_header("Content-Type", "text/turtle").with_body(told)


@fault("tru-variant-notice-for-people")
def tells_people_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is no notice for programs: 406."""
    response = proceed(request)
    asked = request.path == _NOTICE and "ld+json" in request.headers.get("accept", "")
    return problem(406, "there is text/html here") if asked else response


@fault("tru-variant-notice-in-text")
def tells_in_plain_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The notice is plain text in French."""
    response = proceed(request)
    if request.path != _NOTICE or "ld+json" in request.headers.get("accept", ""):
        return response
    text = (
        "Responsable du traitement : la ville. Finalité : votre carte. Durée de conservation : six mois. "
        "Vos droits : accès, rectification, effacement. Écrivez à dpo@ville.example."
    )
    return response.with_header("Content-Type", "text/plain; charset=utf-8").with_body(
        text.encode()
    )


@fault("tru-variant-records-as-list")
def lists_records_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The records are an array, not an object with one."""
    response = proceed(request)
    if request.path != "/my/consents" or request.method != "GET" or response.status != _OK:
        return response
    return response.with_json(response.json()["records"])


@fault("tru-variant-records-own-words")
def uses_words_of_the_iso(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records have the words of ISO/IEC TS 27560 itself, not those of DPV."""

    def told(record: dict[str, Any]) -> dict[str, Any]:
        if "dpv:hasProcess" not in record:
            return record
        process = record["dpv:hasProcess"][0]
        states = {"dpv:ConsentGiven": "consent given", "dpv:ConsentWithdrawn": "withdrawn"}
        return {
            "record_id": record["dpv:hasIdentifier"],
            "schema_version": "ISO/IEC TS 27560:2023",
            "pii_principal_id": record["dpv:hasDataSubject"]["dpv:hasIdentifier"],
            "pii_processing": {
                "privacy_notice": record["@id"],
                "pii_controllers": ["city"],
                "purposes": [
                    {"purpose": "library card", "pii_information": [{"pii_type": "name"}]}
                ],
                "withdrawal_method": record["@id"],
            },
            "consent_events": [
                {"event_time": e["dpv:isIndicatedAtTime"], "event_state": states[e["@type"][0]]}
                for e in process["dpv:hasConsentStatus"]
            ],
        }

    return change_records(request, proceed, told)


@fault("tru-variant-receipts-unsigned")
def signs_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records come without a signed receipt."""
    return change_records(request, proceed, lambda r: without(r, "receipt"))


@fault("tru-variant-bare-answers")
def answers_without_bodies(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Consent is answered 201 without a body, its withdrawal 204."""
    response = proceed(request)
    if not request.path.startswith("/my/consents") or request.method != "POST":
        return response
    bare = response.without_header("Content-Type").with_body(b"")
    return {201: bare, _OK: bare.with_status(204)}.get(response.status, response)


@fault("tru-variant-withdrawal-takes-a-moment")
def takes_a_moment(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What a service gets follows consents a moment later."""
    response = proceed(request)
    if request.path != _DATA or response.status != _OK:
        return response
    who = request.headers["authorization"]
    kept: dict[str, list[tuple[float, Response]]] = platform.memory.setdefault("tru-seen", {})
    seen = kept.setdefault(who, [])
    seen.append((time.monotonic(), response))
    old = [r for at, r in seen if at < time.monotonic() - _SLOW]
    return old[-1] if old else seen[0][1]


@fault("tru-variant-strangers-refused")
def refuses_strangers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A service that nobody agreed to is refused, not given an empty list."""
    response = proceed(request)
    empty = request.path == _DATA and response.status == _OK and not response.json()["items"]
    return problem(403, "nobody agreed to that") if empty else response


@fault("tru-variant-log-in-page")
def leads_to_the_log_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who has no token is led to a page to log in."""
    response = proceed(request)
    if response.status != 401 or not request.path.startswith("/my"):  # noqa: PLR2004
        return response
    return Response(302, (("Location", f"{request.base}/idp/authorize"),))


@fault("tru-variant-access-as-page")
def shows_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A person gets her data as a page."""
    response = proceed(request)
    wants = "json" not in request.headers.get("accept", "*/*")
    if request.path != _ME or request.method != "GET" or response.status != _OK or not wants:
        return response
    rows = "".join(f"<tr><td>{n}</td><td>{v}</td></tr>" for n, v in response.json().items())
    page = f"<!DOCTYPE html><html><title>Me</title><table>{rows}</table></html>"
    return response.with_header("Content-Type", "text/html").with_body(page.encode())


@fault("tru-variant-erased-is-gone")
def says_that_it_is_gone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An erased account is answered 410."""
    response = proceed(request)
    return response.with_status(410) if request.path == _ME and response.status == 404 else response  # noqa: PLR2004


@fault("tru-variant-export-table")
def exports_a_table(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data of residents who stay is taken along as a table, which a link explains."""
    response = proceed(request)
    if not _exports(request, response) or "jana" in response.body.decode():
        return response
    told = without(response.json(), "@context", "consents")
    sheet = io.StringIO()
    csv.writer(sheet).writerows([list(told), list(told.values())])
    table = response.with_header("Content-Type", "text/csv; charset=utf-8")
    link = f'<{request.base}/my/openapi.json>; rel="describedby"'
    return table.with_header("Link", link).with_body(sheet.getvalue().encode())


@fault("tru-variant-export-archive")
def exports_an_archive(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data of residents who stay is taken along as an archive with a page for people in it."""
    response = proceed(request)
    if not _exports(request, response) or "jana" in response.body.decode():
        return response
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("me.jsonld", response.body)
        archive.writestr("read-me.html", "<html>Your data</html>")
    return response.with_header("Content-Type", "application/zip").with_body(packed.getvalue())


@fault("tru-variant-export-later")
def exports_later(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data of residents who stay is taken along at an address that the answer names."""
    if request.path == f"{_EXPORT}/1":
        return proceed(replace(request, path=_EXPORT, raw_path=_EXPORT))
    response = proceed(request)
    if not _exports(request, response) or "jana" in response.body.decode():
        return response
    told = json_response({"status": "being made"}, 202)
    return told.with_header("Location", f"{request.base}{_EXPORT}/1")


@fault("tru-variant-log-other-words")
def logs_in_other_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log is an array with the newest first, in other words."""
    response = proceed(request)
    if request.path != "/my/log" or response.status != _OK:
        return response
    told = [
        {"at": e["time"], "actor": {"name": e["who"]}, "reason": e["purpose"], "what": e["data"]}
        for e in response.json()["entries"]
    ]
    return response.with_body(dump(told[::-1]))
