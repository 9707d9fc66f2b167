"""The paths of the office: who asks comes first, then what they may, then what they ask for."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.state import Idp
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.office.definition import PUBLIC, office_definition
from mimtest.sandbox.office.guard import Asker, DeniedError, asker, require_rights
from mimtest.sandbox.office.limits import Limits
from mimtest.sandbox.office.permits import EXAMPLES, Permits, mistake_in
from mimtest.sandbox.office.rights import METHODS, PLACE, Rights
from mimtest.sandbox.rest.service import RestService

PREFIX: Final = "/office"
_TITLE: Final = "Exampleton permit office"
_ITEMS: Final = "/collections/permits/items"
_LOG: Final = "/log"
_LISTS: Final = tuple(f"/collections/{c.id}/" for c in EXAMPLES)
_KEPT: Final = 5000


@dataclass(slots=True)
class OfficeService:
    """The office, which takes the tokens of `idp`."""

    idp: Idp
    permits: Permits = field(default_factory=Permits)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    limits: Limits = field(default_factory=Limits)
    rights: Rights = field(default_factory=Rights)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix; every one is logged."""
        who, response = self._answer(request)
        self.log.append(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": request.method,
                "path": request.path,
                "status": response.status,
                "client": who.client if who else None,
                "traceparent": request.headers.get("traceparent"),
            }
        )
        return self.limits.told(who.client, response) if who else response

    def _answer(self, request: Request) -> tuple[Asker | None, Response]:
        if request.method == "OPTIONS":
            methods = self._methods(request)
            return None, not_allowed(*methods) if methods else _nothing()
        if request.path in PUBLIC:
            return None, self._public(request)
        who = None
        try:
            who = asker(self.idp, request)
            refusal = self.limits.refusal(who.client)
            if refusal:
                raise DeniedError(refusal)  # noqa: TRY301 (as the other refusals)
            methods = self._methods(request)
            if not methods:
                return who, _nothing()
            if request.method not in methods:
                return who, not_allowed(*methods)
            require_rights(request, who, self.rights.withdrawn)
        except DeniedError as refusal:
            return who, refusal.response
        return who, self._allowed(request, who)

    def _methods(self, request: Request) -> tuple[str, ...]:
        """What can be done at a path, whoever asks."""
        path = request.raw_path or request.path
        if path == _ITEMS:
            return ("GET", "POST")
        if request.path.startswith(PLACE):
            return METHODS
        if _item(request) is not None:
            return ("GET", "PATCH", "DELETE")
        below = f"{request.path}/".startswith(_LISTS)
        return ("GET",) if below or path in ("", "/", _LOG, "/collections", *PUBLIC) else ()

    def _public(self, request: Request) -> Response:
        if request.path == "/openapi.json" and request.method == "GET":
            return json_response(office_definition(request))
        return RestService({c.id: c for c in EXAMPLES}, PREFIX, _TITLE).handle(request)

    def _allowed(self, request: Request, who: Asker) -> Response:
        own = self.permits.of(who.tenant, who.owner)
        if request.path.startswith((_LOG, PLACE)):
            return self._for_few(request)
        if request.method == "GET":
            return RestService(own, PREFIX, _TITLE).handle(request)
        if request.method == "POST":
            return self._ask(request, who)
        permit = own["permits"].find(_item(request) or "")
        if permit is None:
            return problem(404, "there is no such record")
        if request.method == "DELETE":
            self.permits.drop(permit["id"])
            return Response(204)
        return self._change(request, permit["id"])

    def _for_few(self, request: Request) -> Response:
        if request.path == _LOG:
            return self._logged(request)
        return self.rights.handle(request, self.idp.clients)

    def _ask(self, request: Request, who: Asker) -> Response:
        wanted, mistake = _body(request, whole=True)
        if mistake:
            return mistake
        made = self.permits.add(wanted, who.tenant, who.client)
        where = f"{request.base}{PREFIX}{_ITEMS}/{quote(made['id'], safe=':')}"
        return json_response(made, 201, Location=where)

    def _change(self, request: Request, id: str) -> Response:
        wanted, mistake = _body(request, whole=False)
        if mistake:
            return mistake
        changed = self.permits.change(id, wanted)
        return json_response(changed) if changed else problem(404, "there is no such record")

    def _logged(self, request: Request) -> Response:
        """What was asked lately: all of it, or what carried a trace identifier."""
        trace = request.params.get("trace", "")
        entries = [e for e in tuple(self.log) if trace in (e["traceparent"] or "")]
        return json_response({"entries": entries})


def _item(request: Request) -> str | None:
    """The identifier at the end of the path of one permit."""
    path = request.raw_path or request.path
    name = path.removeprefix(f"{_ITEMS}/")
    return unquote(name) if name != path and name and "/" not in name else None


def _body(request: Request, *, whole: bool) -> tuple[dict[str, Any], Response | None]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/merge-patch+json"):
        return {}, problem(415, "the body is application/json")
    try:
        wanted = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}, problem(400, "the body is no JSON")
    mistake = mistake_in(wanted, whole=whole)
    return wanted, problem(400, mistake) if mistake else None


def _nothing() -> Response:
    return problem(404, "there is nothing here")
