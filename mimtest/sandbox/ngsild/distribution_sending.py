"""Requests to context sources: what goes along with them, how long they may take (4.3.6.4 to 4.3.6.6, 5.2.34).

A source is asked as the client asked the broker, with the names of the client's context, unless the registration
names a context of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.contexts import Context
from mimtest.sandbox.ngsild.distribution_names import Renaming
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.links import context_header
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.registrations_matching import aliases
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.sending import Unsent, request_to

_BASE: Final = "/ngsi-ld/v1"
#: How long a source may take when its registration does not say it, and at most, in seconds.
SECONDS: Final = 3.0
_MOST_SECONDS: Final = 10.0
_TAKEN: Final = "urn:ngsi-ld:request"
_MEANINGFUL: Final = ("accept", "contenttype", "jsonldcontext", "ngsildconformance")
#: What belongs to the connection, or is said elsewhere in the registration (4.3.6.5).
_NOT_PASSED: Final = (
    "host", "connection", "content-length", "content-type", "transfer-encoding", "via",
    "ngsild-tenant", "te", "upgrade", "expect", "keep-alive",
)  # fmt: skip
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t -~]*")


@dataclass(frozen=True, slots=True)
class Question:
    """What a source is asked; `params` and `body` in the names of the client's context."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


def forward(
    call: Call, source: Registration, params: Mapping[str, str], body: Any = None
) -> Response:
    """The source's answer to the same request with these parameters and this body; see `answer_of`."""
    path = call.request.raw_path or call.request.path
    return answer_of(call, source, Question(call.request.method, path, params, body))


def answer_of(call: Call, source: Registration, question: Question) -> Response:
    """The source's answer. Where there is none, 504 when it took too long, else 502."""
    try:
        return send_to(call, source, question)
    except Unsent as unsent:
        detail = f"the source of {source.id} gives no answer: {unsent}"
        return NgsiError("", detail, 504 if unsent.late else 502).as_response()


def path_of(call: Call) -> str:
    """The path of a request below that of the API, as it came."""
    return call.request.raw_path or quote(call.request.path, safe="/:")


def send_to(call: Call, source: Registration, question: Question) -> Response:
    """The source's answer, which is counted. Raises Unsent."""
    if call.tenant.sources.is_resting(source):
        raise Unsent("it is left alone after a failure", late=True)
    succeeded = False
    try:
        request = request_for(call, source, question)
        seconds = source.management.get("timeout", SECONDS * 1000) / 1000
        response = call.outgoing.send(request, min(seconds, _MOST_SECONDS))
        succeeded = response.status < 300 or response.status == 404  # noqa: PLR2004
    finally:
        now = call.clock.now()
        call.tenant.registrations.count(source.id, now, succeeded=succeeded)
        if not succeeded:
            call.tenant.sources.rest(source)
    return response


def is_loop(call: Call) -> bool:
    """Whether the request has come through this broker already."""
    return call.tenant.alias in aliases(call.request.headers.get("via"))


def request_for(call: Call, source: Registration, question: Question) -> Request:
    """The request as it is sent. Raises NgsiError for a context that cannot be had."""
    told = {k.lower(): v for k, v in source.extras}
    context, url = _context(call, told)
    renaming = Renaming(call.context.terms, context.terms)
    params = {k: renaming.parameter(k, v) for k, v in question.params.items()}
    if source.management.get("localOnly"):
        params["local"] = "true"
    headers = {
        "accept": told.get("accept", JSON),
        "via": _via(call),
        **({"link": context_header(url)} if url else {}),
        **({"ngsild-tenant": source.tenant} if source.tenant else {}),
        **_passed_on(call, source),
    }
    body = b""
    if question.body is not None:
        kind, body = _body(question.body, renaming, url, told)
        headers["content-type"] = kind
        if kind == LD_JSON:
            headers.pop("link", None)
    path = f"{source.endpoint.removesuffix(_BASE)}{_BASE}{question.path}"
    query = urlencode({k: v for k, v in params.items() if k != "names"})
    address = f"{path}?{query}" if query else path
    return request_to(question.method, address, headers, body)


def _context(call: Call, told: Mapping[str, str]) -> tuple[Context, str | None]:
    """The context the source is asked in, and its address unless it is the core context."""
    own = told.get("jsonldcontext")
    if own:
        return call.contexts.resolve(own, call.request.base), own
    if not call.context.references:
        return call.context, None
    return call.context, call.contexts.link_target(call.context, call.request.base)


def _via(call: Call) -> str:
    """The sources the request has come through, this broker the last of them (6.3.18)."""
    before = call.request.headers.get("via")
    own = f"1.1 {call.tenant.alias}"
    return f"{before}, {own}" if before else own


def _passed_on(call: Call, source: Registration) -> dict[str, str]:
    """What the registration wants to go along, values of the triggering request filled in (4.3.6.5)."""
    given = {}
    for key, value in source.extras:
        name = key.lower()
        if name in (*_MEANINGFUL, *_NOT_PASSED) or not _HEADER.fullmatch(name):
            continue
        filled = call.request.headers.get(name) if value == _TAKEN else value
        if filled is not None and _VALUE.fullmatch(filled):
            given[name] = filled
    return given


def _body(
    value: Any, renaming: Renaming, url: str | None, told: Mapping[str, str]
) -> tuple[str, bytes]:
    """The body and its media type: as the client has it, else as the registration wants it (4.3.6.6)."""
    if "jsonldcontext" in told:
        return JSON, dump(renaming.body(value))
    embedded = _is_embedded(value)
    wanted = told.get("contenttype", LD_JSON if embedded else JSON)
    if wanted == JSON:
        return JSON, dump(_without_context(value))
    return LD_JSON, dump(value if embedded else _with_context(value, url))


def _is_embedded(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and "@context" in first


def _without_context(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_context(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: v for k, v in value.items() if k != "@context"}


def _with_context(value: Any, url: str | None) -> Any:
    if isinstance(value, list):
        return [_with_context(v, url) for v in value]
    return {**value, "@context": url or []} if isinstance(value, dict) else value
