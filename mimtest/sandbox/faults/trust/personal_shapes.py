"""Records and logs in the shapes that products other than the sandbox give them."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.personal_consents import change_records
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK = 200


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record with one member for each event, its time without a zone."""
    if "dpv:hasProcess" not in record:
        return record
    events = {
        e["@type"][0]: e["dpv:isIndicatedAtTime"]
        for e in record["dpv:hasProcess"][0]["dpv:hasConsentStatus"]
    }
    ended = events.get("dpv:ConsentWithdrawn")
    return {
        "consentRecordId": record["dpv:hasIdentifier"],
        "individual": record["dpv:hasDataSubject"]["dpv:hasIdentifier"],
        "status": "REVOKED" if ended else "GRANTED",
        "grantedAt": _plain(events.get("dpv:ConsentGiven")),
        "revokedAt": _plain(ended),
    }


def _plain(time: str | None) -> str | None:
    return time.replace("T", " ").removesuffix("Z") if time else None


@fault("tru-variant-records-by-times")
def keeps_a_time_for_each_event(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records are flat, in pages of another name, and say by grantedAt and revokedAt what happened."""
    response = change_records(request, proceed, _flat)
    if request.path != "/my/consents" or request.method != "GET" or response.status != _OK:
        return response
    listed = response.json()["records"]
    return response.with_json({"consentRecords": listed, "pagination": {"total": len(listed)}})


@fault("tru-variant-log-in-seconds")
def logs_seconds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log tells times as seconds since 1970."""
    response = proceed(request)
    if request.path != "/my/log" or response.status != _OK:
        return response
    told = response.json()
    return response.with_json(
        {"entries": [{**e, "time": 1767225600 + n} for n, e in enumerate(told["entries"])]}
    )
