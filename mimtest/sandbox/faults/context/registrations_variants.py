"""Permitted ways to differ from the reference registry."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import API, body_of, changed, with_params
from mimtest.sandbox.faults.context.registrations import REGISTRATIONS
from mimtest.sandbox.faults.context.registrations_finding import discovers
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
_OTHERS: Final = 85
_PLACES: Final = (REGISTRATIONS, f"{API}/csourceSubscriptions")


def _each(response: Response, change: Any) -> Response:
    """A successful answer with every registration in it changed."""
    return changed(response, lambda b: [change(r) for r in b] if isinstance(b, list) else change(b))


def _reads(request: Request) -> bool:
    return request.method == "GET" and request.path.startswith(REGISTRATIONS)


@fault("ctx-reg-variant-absolute-location")
def _absolute(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a new registration, or subscription to some, is a whole one."""
    response = proceed(request)
    where = response.header("Location") if request.path in _PLACES else None
    return response.with_header("Location", f"{request.base}{where}") if where else response


@fault("ctx-reg-variant-found-by-id")
def _found_by_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for an identifier alone is answered."""
    alone = discovers(request) and {*request.params} <= {"id", "limit"} and "id" in request.params
    return proceed(with_params(request, lambda p: p | {"attrs": "anything"}) if alone else request)


@fault("ctx-reg-variant-conflict-as-known")
def _conflict(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A conflict of registrations has the error type AlreadyExists."""
    response = proceed(request)
    if not request.path.startswith(REGISTRATIONS) or response.status != 409:  # noqa: PLR2004
        return response
    return response.with_body(response.body.replace(b"errors/Conflict", b"errors/AlreadyExists"))


@fault("ctx-reg-variant-arrays-unwrapped")
def _unwrapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Arrays of one in a registration are given out as what they hold."""
    response = proceed(request)
    return _each(response, _alone) if _reads(request) else response


def _alone(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        return _alone(value[0])
    if not isinstance(value, dict):
        return value
    kept = ("coordinates", "contextSourceInfo")
    return {k: v if k in kept else _alone(v) for k, v in value.items()}


@fault("ctx-reg-variant-defaults-shown")
def _defaults(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration shows its mode, its operations and that nothing was sent yet."""
    shown: dict[str, Any] = {"mode": "inclusive", "operations": ["federationOps"]}
    shown |= {"status": "ok", "timesSent": 0, "timesFailed": 0, "createdAt": "2026-01-01T00:00:00Z"}
    response = proceed(request)
    return _each(response, lambda r: shown | r) if _reads(request) else response


def _told(request: Request) -> dict[str, Any] | None:
    body = body_of(request)
    kind = body.get("type") if isinstance(body, dict) else None
    return body if kind == "ContextSourceNotification" else None


@fault("ctx-reg-variant-told-one-by-one", outgoing=True)
def _one_by_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Each registration is told in a notification of its own, and nothing where there is none."""
    told = _told(request)
    if told is None:
        return proceed(request)
    response = Response(_OK)
    for number, item in enumerate(told["data"]):
        own = {**told, "id": f"{told['id']}:{number}", "data": [item]}
        response = proceed(request.with_body(dump(own)))
    return response


@fault("ctx-reg-variant-told-whole", outgoing=True)
def _told_whole(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification has registrations with all of their information."""
    told = _told(request)
    if told is None:
        return proceed(request)
    whole = [_whole(platform, request, r) for r in told["data"]]
    return proceed(request.with_body(dump({**told, "data": whole})))


def _whole(platform: "Platform", request: Request, item: dict[str, Any]) -> dict[str, Any]:
    path = f"{REGISTRATIONS}/{item['id']}"
    asked = replace(request, method="GET", path=path, raw_path=path, headers={}, body=b"", query="")
    response = platform.handle(asked)
    return {**response.json()} if response.status == _OK else item


@fault("ctx-reg-variant-many-others")
def _many_others(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """There are many registrations of others beside those of one's own."""
    kind = request.params.get("type", "")
    if discovers(request) and "MtSource" in kind and "others" not in platform.memory:
        platform.memory["others"] = True
        other = {
            "type": "ContextSourceRegistration",
            "endpoint": "http://127.0.0.1:1/other",
            "information": [{"entities": [{"type": kind}]}],
        }
        kept = {k: v for k, v in request.headers.items() if k not in ("link", "accept")}
        headers = kept | {"content-type": "application/json", "content-length": "1"}
        sent = Request("POST", REGISTRATIONS, "", headers, dump(other), request.base, REGISTRATIONS)
        for _ in range(_OTHERS):
            _ = proceed(sent)
    return proceed(request)
