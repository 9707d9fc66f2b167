"""Where people ask for data that is not there yet, and where providers see what was asked for."""

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.terms.people import may_steward

WISHES: Final = "/data-requests"
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


@dataclass(slots=True)
class WishService:
    """A page with a form, and the requests: anybody adds one, providers list them."""

    wishes: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": "r1", "wanted": "counts of cyclists", "purpose": "planning"}
        ]
    )
    lock: Lock = field(default_factory=Lock)

    def handle(self, request: Request) -> Response:
        """The page, or the requests."""
        path = request.path.rstrip("/")
        if path == "":
            if request.method != "GET":
                return not_allowed("GET")
            return Response(200, (("Content-Type", "text/html; charset=utf-8"),), _PAGE.encode())
        if path != "/requests":
            return problem(404, "there is nothing here")
        with self.lock:
            if request.method == "GET":
                return self._listed(request).with_header("Cache-Control", "no-store")
            return self._added(request) if request.method == "POST" else not_allowed("GET", "POST")

    def _listed(self, request: Request) -> Response:
        refusal = may_steward(request, "data-requests")
        return refusal or json_response({"requests": self.wishes})

    def _added(self, request: Request) -> Response:
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or not all(asked.get(n) for n in ("wanted", "purpose")):
            return problem(422, "a request says which data is wanted, and what for")
        wish = {
            "id": uuid4().hex[:8],
            "wanted": str(asked["wanted"]),
            "purpose": str(asked["purpose"]),
        }
        self.wishes.append(wish)
        del self.wishes[:-_MOST]
        where = f"{request.base}{WISHES}/requests"
        return json_response(wish, 201, Location=where)
