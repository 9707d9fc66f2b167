"""The terms over HTTP, and restricted data whose every use is logged."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.terms.people import may_steward, member_of, unknown
from mimtest.sandbox.terms.policies import agreements, offers, rules

PREFIX: Final = "/terms"
JSON_LD: Final = "application/ld+json"
_DATA: Final = "/data/air-quality"
_MOST: Final = 500
_TEMPLATES: Final = """\
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Templates for terms</title></head>
<body><h1>Templates for terms</h1>
<p>Open data: <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.</p>
<p>Restricted data: <a href="/terms/templates/agreement">the agreement of the ecosystem</a>, filled in for each exchange.</p>
</body></html>
"""
_AGREEMENT: Final = """\
# Agreement on the exchange of data

1. Provider and user: ______ and ______.
2. Data and purpose: ______. The user names the source wherever results are shown.
3. The user does not sell the data. The agreement ends on ______, or with notice of a month.
4. The provider keeps to the service level of the ecosystem.
"""


@dataclass(slots=True)
class TermsService:
    """Policies and templates for everybody, agreements, data and log for members."""

    log: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def handle(self, request: Request) -> Response:
        """The document at a path."""
        path, base = request.path.rstrip("/"), f"{request.base}{PREFIX}"
        told = {"/policies": offers, "/rules": rules, "/agreements": agreements}
        texts = {
            "/templates": ("text/html; charset=utf-8", _TEMPLATES),
            "/templates/agreement": ("text/markdown; charset=utf-8", _AGREEMENT),
        }
        if path not in (*told, *texts, _DATA, "/log"):
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        if path in texts:
            kind, text = texts[path]
            return Response(200, (("Content-Type", kind),), text.encode())
        if path in told and path != "/agreements":
            return json_response(told[path](base), media_type=JSON_LD)
        return self._guarded(request, path, base).with_header("Cache-Control", "no-store")

    def _guarded(self, request: Request, path: str, base: str) -> Response:
        who = member_of(request)
        if path == "/log":
            refusal = may_steward(request, "terms")
            text = "".join(f"{line}\n" for line in self.log)
            return refusal or Response(
                200, (("Content-Type", "application/x-ndjson"),), text.encode()
            )
        if who is None:
            return unknown(request, "terms")
        if path == _DATA:
            self._note(request, who)
            return json_response({"id": f"{base}{_DATA}", "values": _VALUES})
        return json_response(agreements(base), media_type=JSON_LD)

    def _note(self, request: Request, who: str) -> None:
        trace = request.headers.get("traceparent", "").split("-")
        entry: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": who,
            "agent": request.headers.get("user-agent", ""),
            "method": request.method,
            "dataset": f"{PREFIX}{request.path}",
            "status": 200,
            "trace": trace[1] if len(trace) > 1 else None,
        }
        with self.lock:
            self.log.append(json.dumps(entry))
            del self.log[:-_MOST]


_VALUES: Final = [
    {"at": "2026-09-01T08:00:00Z", "NO2": 21.4},
    {"at": "2026-09-01T09:00:00Z", "NO2": 24.9},
]
