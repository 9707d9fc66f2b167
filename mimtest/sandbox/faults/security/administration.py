"""Ways to manage the permit office carelessly: rights, log, limits, what lies behind it; and permitted ways."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.security.rights import _OFFICE, _as_clerk, _at, _who
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_LOG: Final = f"{_OFFICE}/log"
_INSIDE: Final = "/office-inside"
_RIGHTS: Final = f"{_OFFICE}/rights/"
_TOO_MANY: Final = 429
_UNKNOWN: Final = 401

Entry = dict[str, Any]


def _entries(response: Response) -> list[Entry]:
    return list(response.json()["entries"]) if response.status == 200 else []  # noqa: PLR2004


@fault("sec-az-rights-never-end", kills=("SEC-AZ-14",))
def keeps_rights_that_were_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rights that are taken away hold as long as the token does."""
    if request.method == "DELETE" and request.path.startswith(_RIGHTS):
        return Response(204)
    return proceed(request)


@fault("sec-az-open-inside", kills=("SEC-AZ-15",))
def leaves_the_inside_open(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What lies behind the office answers anybody who asks it directly."""
    inside = request.path == _INSIDE
    permits = f"{_OFFICE}/collections/permits/items"
    return proceed(_at(_as_clerk(request), permits) if inside else request)


@fault("sec-az-inside-guarded")
def guards_the_inside_too(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What lies behind the office wants credentials, too."""
    response = proceed(request)
    return response.with_status(_UNKNOWN) if request.path == _INSIDE else response


@fault("sec-log-without-refusals", kills=("SEC-LOG-01",))
def logs_what_was_granted_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log has no line for requests that were refused for want of a token."""
    response = proceed(request)
    if request.path != _LOG:
        return response
    return response.with_json(
        {"entries": [e for e in _entries(response) if e["status"] != _UNKNOWN]}
    )


@fault("sec-log-without-times", kills=("SEC-LOG-01",))
def logs_without_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log does not tell when something was asked."""
    return _without(request, proceed, "time")


@fault("sec-log-without-results", kills=("SEC-LOG-01",))
def logs_without_results(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log does not tell what became of a request."""
    return _without(request, proceed, "status")


@fault("sec-log-one-for-many", kills=("SEC-LOG-01",))
def logs_one_line_for_many(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log has one line for all requests that were refused at a path, without their traces."""
    response = proceed(request)
    if request.path != _LOG or response.status != 200:  # noqa: PLR2004
        return response
    kept = {(e["path"], e["status"]): {**e, "traceparent": None} for e in _entries(response)}
    return response.with_json({"entries": list(kept.values())})


@fault("sec-log-tokens", kills=("SEC-LOG-03",))
def logs_tokens(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The log has the Authorization field of every request."""
    response = proceed(request)
    if not request.path.startswith(_OFFICE):
        return response
    known = platform.memory.setdefault("authorizations", {})
    known[request.headers.get("traceparent", "")] = request.headers.get("authorization")
    if request.path != _LOG or response.status != 200:  # noqa: PLR2004
        return response
    told = [{**e, "authorization": known.get(e["traceparent"] or "-")} for e in _entries(response)]
    return response.with_json({"entries": told})


@fault("sec-log-lines")
def logs_lines(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The log is text in the form of web servers, which keeps no traces."""
    response = proceed(request)
    if request.path != _LOG or response.status != 200:  # noqa: PLR2004
        return response
    lines = (
        f'127.0.0.1 - {e["client"] or "-"} [{e["time"]}] "{e["method"]} {_OFFICE}{e["path"]}" {e["status"]}'
        for e in _entries(response)
    )
    return Response(200, (("Content-Type", "text/plain"),), "\n".join(lines).encode())


@fault("sec-rl-unreadable", kills=("SEC-RL-01",))
def tells_no_number(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The field for what is left holds words."""
    response = proceed(request)
    here = request.path.startswith(_OFFICE) and response.header("RateLimit")
    return response.with_header("RateLimit", "plenty, thank you") if here else response


@fault("sec-rl-more-than-all", kills=("SEC-RL-01",))
def tells_more_than_the_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """More requests are left than the policy has."""
    response = proceed(request)
    here = request.path.startswith(_OFFICE) and response.header("RateLimit")
    return response.with_header("RateLimit", '"default";r=9000000;t=60') if here else response


@fault("sec-rl-without-effect", kills=("SEC-RL-02",))
def tells_a_limit_that_does_not_act(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit is told, and does not act."""
    if _who(request) != "hasty":
        return proceed(request)
    response = proceed(_as_clerk(request))
    named = response.with_header("RateLimit-Policy", '"few";q=10;w=60')
    return named.with_header("RateLimit", '"few";r=10;t=60')


@fault("sec-rl-no-retry-after", kills=("SEC-RL-02",))
def does_not_tell_when_to_come_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A 429 does not tell when to come back."""
    response = proceed(request)
    return response.without_header("Retry-After") if _is_limited(request, response) else response


@fault("sec-rl-breaks", kills=("SEC-RL-02",))
def breaks_when_asked_often(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks too often is answered 500."""
    response = proceed(request)
    return response.with_status(500) if _is_limited(request, response) else response


@fault("sec-rl-none")
def has_no_limits(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing limits how often one may ask, and nothing says so."""
    if not request.path.startswith(_OFFICE):
        return proceed(request)
    response = proceed(_as_clerk(request) if _who(request) == "hasty" else request)
    return response.without_header("RateLimit").without_header("RateLimit-Policy")


def _is_limited(request: Request, response: Response) -> bool:
    return request.path.startswith(_OFFICE) and response.status == _TOO_MANY


def _without(request: Request, proceed: Proceed, name: str) -> Response:
    response = proceed(request)
    if request.path != _LOG or response.status != 200:  # noqa: PLR2004
        return response
    kept = [{k: v for k, v in e.items() if k != name} for e in _entries(response)]
    return json_response({"entries": kept})
