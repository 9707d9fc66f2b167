"""The paths of the market place, as the TM Forum's design guidelines (TMF630) have them."""

import hmac
import json
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed
from mimtest.sandbox.tmforum.evidence import report
from mimtest.sandbox.tmforum.records import APIS, GUARDED, NEEDED, VERSIONS, Record, market

PREFIX: Final = "/tmf-api"
KEY: Final = "X-Api-Key"
#: The key of who may order; invented.
DEMO_SECRETS: Final = {"MIMTEST_DEMO_MARKET_KEY": "demo-market-3a91c7e5d2f84b06"}
_PAGE: Final = 50
_MOST: Final = 500
_ASKED: Final = ("fields", "offset", "limit")
_ALWAYS: Final = ("id", "href", "@type")


@dataclass(slots=True)
class MarketService:
    """The market place below its prefix; its records by version, made when they are asked for."""

    stores: dict[tuple[str, str], dict[str, list[Record]]] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        api, version, resource, key, *more = (*request.path.strip("/").split("/"), "", "", "", "")
        if request.path.strip("/") in ("", "conformance"):
            return _read(request, _index(request) if not api else report())
        known = api in APIS and version in VERSIONS and not any(more)
        if not known or resource not in (*APIS.get(api, ()), "hub"):
            return _error(404, version, "there is nothing here")
        if request.method == "OPTIONS":
            return not_allowed(*_methods(resource, key))
        if request.method not in _methods(resource, key):
            told = not_allowed(*_methods(resource, key))
            return _error(405, version, "not here").with_header("Allow", str(told.header("Allow")))
        if (resource in GUARDED or request.method != "GET") and not _is_known(request):
            return _error(401, version, f"{KEY} is needed").with_header(
                "WWW-Authenticate", 'ApiKey realm="market"'
            )
        answer = self._answer(request, version, resource, key)
        kept = resource in GUARDED or request.method != "GET"
        return answer.with_header("Cache-Control", "no-store") if kept else answer

    def _answer(self, request: Request, version: str, resource: str, key: str) -> Response:
        base = f"{request.base}{PREFIX}"
        if (base, version) not in self.stores:
            self.stores[base, version] = market(base, version)
        records = self.stores[base, version].setdefault(resource, [])
        if request.method == "POST":
            return self._make(request, version, resource, records)
        if not key:
            return _page(request, version, records)
        found = next((r for r in tuple(records) if r["id"] == key), None)
        if found is None:
            return _error(404, version, f"there is no such {resource}")
        if request.method == "DELETE":
            records.remove(found)
            return Response(204)
        return json_response(_chosen(request, found))

    def _make(
        self, request: Request, version: str, resource: str, records: list[Record]
    ) -> Response:
        try:
            wanted = json.loads(request.body)
        except (ValueError, RecursionError):
            wanted = None
        if not isinstance(wanted, dict):
            return _error(400, version, "the body is no JSON object")
        needed = NEEDED[resource] + (("@type",) if version == "v5" and resource != "hub" else ())
        lacking = [name for name in needed if not wanted.get(name)]
        if lacking:
            return _error(400, version, f"the body has no {', '.join(lacking)}")
        key = uuid4().hex[:12]
        here = f"{request.base}{PREFIX}{request.path}/{key}"
        made = {"id": key, "href": here, "@type": resource[0].upper() + resource[1:], **wanted}
        if resource == "productOrder":
            made["state"] = "acknowledged"
        if resource == "cancelProductOrder" and not self._cancel(request, version, wanted):
            return _error(400, version, "there is no such order")
        if resource == "cancelProductOrder":
            made["state"] = "done"
        del records[: max(0, len(records) - _MOST)]
        records.append(made)
        return json_response(made, 201, Location=here)

    def _cancel(self, request: Request, version: str, wanted: Record) -> bool:
        named = wanted["productOrder"]
        orders = self.stores[f"{request.base}{PREFIX}", version]["productOrder"]
        for order in tuple(orders):
            if isinstance(named, dict) and order["id"] == named.get("id"):
                order["state"] = "cancelled"
                return True
        return False


def _index(request: Request) -> Record:
    base = f"{request.base}{PREFIX}"
    return {"title": "Exampleton data market", "apis": [f"{base}/{a}/{v}" for a in APIS for v in VERSIONS]}  # fmt: skip


def _read(request: Request, value: Any) -> Response:
    return json_response(value) if request.method == "GET" else not_allowed("GET")


def _methods(resource: str, key: str) -> tuple[str, ...]:
    if resource == "hub":
        return ("DELETE",) if key else ("POST",)
    return ("GET", "DELETE") if key else ("GET", "POST")


def _is_known(request: Request) -> bool:
    given = request.headers.get(KEY.lower(), "")
    return hmac.compare_digest(given, next(iter(DEMO_SECRETS.values())))


def _error(status: int, version: str, reason: str) -> Response:
    kind = {"@type": "Error"} if version == "v5" else {}
    body = {"code": str(status), "reason": reason, "status": str(status), **kind}
    return json_response(body, status, Cache_Control="no-store")


def _page(request: Request, version: str, records: list[Record]) -> Response:
    """A page of what was asked for, with how much there is of it."""
    params = request.params
    try:
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", _PAGE))
    except ValueError:
        offset = limit = -1
    if offset < 0 or limit < 0:
        return _error(400, version, "offset and limit are numbers of zero or more")
    asked = {k: v for k, v in params.items() if k not in _ASKED}
    fitting = [
        r for r in tuple(records) if all(str(r.get(k, "")) in v.split(",") for k, v in asked.items())
    ]  # fmt: skip
    page = [_chosen(request, r) for r in fitting[offset:][:limit]]
    told = {"X-Total-Count": str(len(fitting)), "X-Result-Count": str(len(page))}
    answer = json_response(page, 200 if len(page) == len(fitting) else 206)
    for name, value in told.items():
        answer = answer.with_header(name, value)
    return answer


def _chosen(request: Request, record: Record) -> Record:
    fields = request.params.get("fields", "")
    wanted = (*_ALWAYS, *fields.split(","))
    return {k: v for k, v in record.items() if not fields or k in wanted}
