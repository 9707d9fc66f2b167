"""Where people ask for data that is not there yet, and where providers see what was asked for."""

import json
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.terms.people import may_steward

WISHES: Final = "/data-requests"
_ONE: Final = re.compile(r"/requests/([0-9a-f]{32})")
_MOST: Final = 200
_PAGE: Final = """\
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ask for data</title></head>
<body><h1>Ask for data</h1>
<p>Do you miss data of Exampleton? Tell us which, and what for. Providers see every request.</p>
<form method="post" action="/data-requests/requests">
<p><label>Which data? <input name="wanted" required></label></p>
<p><label>What for? <input name="purpose" required></label></p>
<p><button>Ask</button></p></form>
<p>Or write to <a href="mailto:data@exampleton.example">data@exampleton.example</a>.</p></body></html>
"""
_EXAMPLE: Final = {
    "wanted": "a test of mimtest, which is withdrawn at once",
    "purpose": "seeing that requests arrive",
}
_WISH: Final = {
    "type": "object",
    "required": ["wanted", "purpose"],
    "properties": {"wanted": {"type": "string"}, "purpose": {"type": "string"}},
}
_KNOWN: Final = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_DESCRIPTION: Final = {
    "openapi": "3.1.0",
    "info": {"title": "Requests for data of Exampleton", "version": "1.0.0"},
    "paths": {
        "/requests": {
            "get": {"responses": {"200": {"description": "For providers: every request."}}},
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _WISH, "example": _EXAMPLE}},
                },
                "responses": {"201": {"description": "Taken down; Location says where."}},
            },
        },
        "/requests/{id}": {
            "parameters": [_KNOWN],
            "get": {"responses": {"200": {"description": "The request."}}},
            "delete": {"responses": {"204": {"description": "Withdrawn."}}},
        },
    },
}


@dataclass(slots=True)
class WishService:
    """A page with a form, and the requests: anybody adds one, who knows its identifier withdraws it, providers list them."""

    wishes: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": "r1", "wanted": "counts of cyclists", "purpose": "planning"}
        ]
    )
    lock: Lock = field(default_factory=Lock)

    def handle(self, request: Request) -> Response:
        """The page, its description, or the requests."""
        path = request.path.rstrip("/")
        told = {"": _page(), "/openapi.json": json_response(_DESCRIPTION)}
        if path in told:
            return told[path] if request.method == "GET" else not_allowed("GET")
        one = _ONE.fullmatch(path)
        with self.lock:
            if one:
                return self._one(request, one[1])
            if path != "/requests":
                return problem(404, "there is nothing here")
            if request.method == "GET":
                return self._listed(request).with_header("Cache-Control", "no-store")
            return self._added(request) if request.method == "POST" else not_allowed("GET", "POST")

    def _listed(self, request: Request) -> Response:
        refusal = may_steward(request, "data-requests")
        return refusal or json_response({"requests": self.wishes})

    def _one(self, request: Request, known: str) -> Response:
        found = next((w for w in self.wishes if w["id"] == known), None)
        if found is None:
            return problem(404, "there is nothing here")
        if request.method == "DELETE":
            self.wishes.remove(found)
            return Response(204, (), b"")
        return json_response(found) if request.method == "GET" else not_allowed("GET", "DELETE")

    def _added(self, request: Request) -> Response:
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or not all(asked.get(n) for n in ("wanted", "purpose")):
            return problem(422, "a request says which data is wanted, and what for")
        wish = {
            "id": uuid4().hex,
            "wanted": str(asked["wanted"]),
            "purpose": str(asked["purpose"]),
        }
        self.wishes.append(wish)
        del self.wishes[:-_MOST]
        where = f"{request.base}{WISHES}/requests/{wish['id']}"
        return json_response(wish, 201, Location=where)


def _page() -> Response:
    return Response(200, (("Content-Type", "text/html; charset=utf-8"),), _PAGE.encode())
