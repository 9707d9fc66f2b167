"""Ways to be careless with what people agree to, one at a time."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.my import DEMO_SECRETS

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_RECORDS: Final = "/my/consents"
_DATA: Final = "/my/data"
_RESIDENT: Final = "MIMTEST_DEMO_RESIDENT"
_NEIGHBOUR: Final = "MIMTEST_DEMO_NEIGHBOUR"
_LIBRARY: Final = "MIMTEST_DEMO_LIBRARY"


def sent_by(request: Request, name: str) -> bool:
    """Whether a request carries one of the demo's tokens."""
    return request.headers.get("authorization") == f"Bearer {DEMO_SECRETS[name]}"


def as_if_by(request: Request, name: str) -> Request:
    """The same request with one of the demo's tokens."""
    return request.with_header("authorization", f"Bearer {DEMO_SECRETS[name]}")


def _is_withdrawal(request: Request) -> bool:
    return request.path.startswith(_RECORDS) and request.path.endswith("/withdrawal")


def change_records(request: Request, proceed: Proceed, change: Any) -> Response:
    """The answer with every record changed."""
    response = proceed(request)
    if not request.path.startswith(_RECORDS) or response.status not in (200, 201):
        return response
    told = response.json()
    if "records" in told:
        return response.with_json({"records": [change(r) for r in told["records"]]})
    return response.with_json(change(told))


def _in_process(record: dict[str, Any], change: Any) -> dict[str, Any]:
    """A record whose process is changed; receipts stay as they are."""
    if "dpv:hasProcess" not in record:
        return record
    return {**record, "dpv:hasProcess": [change(p) for p in record["dpv:hasProcess"]]}


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    """An object without members."""
    return {n: v for n, v in value.items() if n not in names}


@fault("tru-records-in-text", kills=("TRU-CON-04",))
def lists_records_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The records of consents are a line of text."""
    response = proceed(request)
    if request.path != _RECORDS or request.method != "GET" or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", "text/plain").with_body(
        b"You agreed to two things."
    )


@fault("tru-record-no-person", kills=("TRU-CON-05",))
def forgets_who_agreed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record does not say whose consent it is."""
    return change_records(request, proceed, lambda r: without(r, "dpv:hasDataSubject"))


@fault("tru-record-no-notice", kills=("TRU-CON-05",))
def forgets_the_notice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record does not say which notice was given."""
    return change_records(request, proceed, lambda r: without(r, "dpv:hasNotice"))


@fault("tru-record-no-withdrawal", kills=("TRU-CON-05",))
def forgets_how_to_withdraw(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record does not say how consent is withdrawn."""
    return change_records(
        request,
        proceed,
        lambda r: _in_process(r, lambda p: without(p, "dpv:hasConsentControl")),
    )


@fault("tru-receipt-no-policy", kills=("TRU-CON-06",))
def forgets_the_policy(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A receipt after Kantara's specification names no policy."""
    return change_records(request, proceed, lambda r: without(r, "policyUrl"))


@fault("tru-receipt-wrong-signature", kills=("TRU-CON-07",))
def signs_wrongly(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The signature of a receipt is of something else."""

    def spoil(record: dict[str, Any]) -> dict[str, Any]:
        head, _, signature = record.get("receipt", "").rpartition(".")
        return {**record, "receipt": f"{head}.{signature[10:]}{signature[:10]}"} if head else record

    return change_records(request, proceed, spoil)


@fault(
    "tru-withdrawal-without-effect",
    kills=("TRU-CON-08",),
    beside=("TRU-CON-13",),
)
def gives_on(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What a service was given once it is given again after the consent was withdrawn."""
    response = proceed(request)
    if request.path != _DATA or response.status != 200 or not sent_by(request, _LIBRARY):  # noqa: PLR2004
        return response
    kept = platform.memory.setdefault("tru-given", {})
    for item in response.json()["items"]:
        kept[item["id"]] = kept.get(item["id"], {}) | item
    return response.with_json({"items": list(kept.values())})


@fault("tru-withdrawal-refused", kills=("TRU-CON-08",))
def refuses_to_withdraw(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who gave consent may not withdraw it."""
    refused = _is_withdrawal(request) and request.method == "POST"
    return problem(403, "write a letter") if refused else proceed(request)


@fault("tru-withdrawal-with-reasons", kills=("TRU-CON-09",))
def wants_reasons(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """To withdraw consent, reason, card number and date of birth have to be told."""
    response = proceed(request)
    if request.path != "/my/openapi.json":
        return response
    told = response.json()
    names = ["reason", "card", "born"]
    schema = {"type": "object", "required": names}
    operation = told["paths"]["/consents/{id}/withdrawal"]["post"]
    operation["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": schema, "example": dict.fromkeys(names, "-")}},
    }
    return response.with_json(told)


@fault("tru-all-for-one", kills=("TRU-CON-10",))
def gives_more_than_agreed(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who agreed to one thing has all of it given."""
    response = proceed(request)
    if request.path != _DATA or response.status != 200:  # noqa: PLR2004
        return response
    people = platform.services["/my"].people  # type: ignore[attr-defined]
    shown = [people[i["id"]].data for i in response.json()["items"] if i["id"] in people]
    return response.with_json({"items": shown})


@fault("tru-any-purpose", kills=("TRU-CON-11",))
def gives_for_any_purpose(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every service that is known gets what one may have."""
    known = request.path == _DATA and "authorization" in request.headers
    return proceed(as_if_by(request, _LIBRARY) if known else request)


@fault("tru-record-overwritten", kills=("TRU-CON-12",))
def keeps_the_last_state(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record tells the last thing that happened, and no more what was before."""

    def last(process: dict[str, Any]) -> dict[str, Any]:
        return {**process, "dpv:hasConsentStatus": process["dpv:hasConsentStatus"][-1:]}

    return change_records(request, proceed, lambda r: _in_process(r, last))


@fault("tru-record-wrong-order", kills=("TRU-CON-12",))
def tells_a_wrong_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """By its times a consent was withdrawn before it was given."""

    def turned(process: dict[str, Any]) -> dict[str, Any]:
        events = process["dpv:hasConsentStatus"]
        times = [e["dpv:isIndicatedAtTime"] for e in events]
        told = zip(events, reversed(times), strict=True)
        return {
            **process,
            "dpv:hasConsentStatus": [{**e, "dpv:isIndicatedAtTime": t} for e, t in told],
        }

    return change_records(request, proceed, lambda r: _in_process(r, turned))


@fault("tru-data-without-consent", kills=("TRU-CON-13",))
def gives_without_consent(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A service gets the data of everybody, whether they agreed or not."""
    response = proceed(request)
    if request.path != _DATA or response.status != 200:  # noqa: PLR2004
        return response
    people = platform.services["/my"].people.values()  # type: ignore[attr-defined]
    return response.with_json({"items": [p.data for p in people]})


@fault("tru-records-of-others", kills=("TRU-CON-14",))
def shows_records_of_others(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record is given to everybody who knows its number and has a token."""
    response = proceed(request)
    one = request.method == "GET" and request.path.startswith(f"{_RECORDS}/")
    wanted = one and "authorization" in request.headers and response.status == 404  # noqa: PLR2004
    for name in (_RESIDENT, _NEIGHBOUR) if wanted else ():
        found = proceed(as_if_by(request, name))
        if found.status == 200:  # noqa: PLR2004
            return found
    return response


@fault("tru-records-for-nobody", kills=("TRU-CON-14",))
def shows_records_to_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of records is given without a token, as that of the first resident."""
    anonymous = request.path == _RECORDS and "authorization" not in request.headers
    return proceed(as_if_by(request, _RESIDENT) if anonymous else request)
