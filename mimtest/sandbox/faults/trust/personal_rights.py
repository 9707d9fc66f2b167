"""Ways to take the rights of persons lightly, one at a time."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.personal_consents import as_if_by, sent_by, without
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ME: Final = "/my/me"
_EXPORT: Final = "/my/export"
_LOG: Final = "/my/log"
_RESIDENT: Final = "MIMTEST_DEMO_RESIDENT"
_NEIGHBOUR: Final = "MIMTEST_DEMO_NEIGHBOUR"
_OK: Final = 200


def changed(request: Request, proceed: Proceed, path: str, change: Any) -> Response:
    """The answer to GET at a path with its value changed."""
    response = proceed(request)
    if request.path != path or request.method != "GET" or response.status != _OK:
        return response
    return response.with_json(change(response.json()))


@fault("tru-rights-nowhere", kills=("TRU-RIG-01",))
def says_not_where(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The page of rights names rights, and neither an address nor a contact."""

    def names(told: dict[str, Any]) -> dict[str, Any]:
        return {"rights": [without(r, "url") for r in told["rights"]]}

    return changed(request, proceed, "/my/rights", names)


@fault("tru-access-without-data", kills=("TRU-RIG-02",))
def gives_next_to_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for her data gets her nickname and no more."""
    return changed(request, proceed, _ME, lambda told: {"nickname": told["nickname"]})


@fault("tru-access-for-nobody", kills=("TRU-RIG-03",))
def lets_nobody_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a token the data of a resident is given."""
    anonymous = request.path == _ME and "authorization" not in request.headers
    return proceed(as_if_by(request, _RESIDENT) if anonymous else request)


@fault("tru-access-for-neighbours", kills=("TRU-RIG-03",))
def takes_one_for_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A resident gets what is kept of another one."""
    taken = request.path == _ME and request.method == "GET" and sent_by(request, _NEIGHBOUR)
    return proceed(as_if_by(request, _RESIDENT) if taken else request)


@fault("tru-export-for-nobody", kills=("TRU-RIG-03",))
def exports_to_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a token the data of a resident can be taken along."""
    anonymous = request.path == _EXPORT and "authorization" not in request.headers
    return proceed(as_if_by(request, _RESIDENT) if anonymous else request)


@fault("tru-correction-lost", kills=("TRU-RIG-04",))
def loses_corrections(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A correction is answered as if it were made, and is not."""
    lost = request.path == _ME and request.method == "PATCH"
    return proceed(replace(request, method="GET", body=b"") if lost else request)


@fault("tru-erasure-lost", kills=("TRU-RIG-05",))
def forgets_to_erase(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An erasure is answered as if it were made, and is not."""
    if request.path == _ME and request.method == "DELETE":
        return proceed(replace(request, method="GET")).with_status(204).with_body(b"")
    return proceed(request)


@fault("tru-access-not-logged", kills=("TRU-RIG-06",))
def logs_no_access(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log leaves accesses out."""
    return changed(
        request,
        proceed,
        _LOG,
        lambda told: {"entries": [e for e in told["entries"] if e["purpose"] != "access"]},
    )


@fault("tru-log-without-times", kills=("TRU-RIG-06",))
def logs_no_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log tells of accesses by number, and not when they were."""

    def numbered(told: dict[str, Any]) -> dict[str, Any]:
        return {"entries": [without(e, "time") | {"n": n} for n, e in enumerate(told["entries"])]}

    return changed(request, proceed, _LOG, numbered)


@fault("tru-export-pdf", kills=("TRU-POR-01",), beside=("TRU-POR-02", "TRU-POR-03"))
def exports_for_people(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data is taken along as PDF."""
    response = proceed(request)
    if request.path != _EXPORT or response.status != _OK:
        return response
    return response.with_header("Content-Type", "application/pdf").with_body(b"%PDF-1.7\n%%EOF\n")


@fault("tru-export-broken", kills=("TRU-POR-01",), beside=("TRU-POR-02", "TRU-POR-03"))
def exports_half(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The export ends in the middle."""
    response = proceed(request)
    if request.path != _EXPORT or response.status != _OK:
        return response
    return response.with_body(response.body[: len(response.body) // 2])


@fault("tru-export-leaves-out", kills=("TRU-POR-02",), beside=("TRU-POR-04",))
def exports_less(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The export leaves the telephone number out."""
    return changed(request, proceed, _EXPORT, lambda told: without(told, "phone"))


@fault("tru-export-unexplained", kills=("TRU-POR-03",))
def exports_without_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing says what the members of the export mean."""
    return changed(request, proceed, _EXPORT, lambda told: without(told, "@context"))


@fault("tru-import-changes", kills=("TRU-POR-04",))
def brings_something_else(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is brought is kept with a name in capitals."""
    if request.path != "/my/import":
        return proceed(request)
    return proceed(request.with_body(request.body.replace(b"Jana Kralova", b"JANA KRALOVA")))
