"""The connector: it asks the operator before it lets anybody have a person's data."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import BadTokenError
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.mydata.guide import connector_guide
from mimtest.sandbox.mydata.operator import Operator, read_ticket
from mimtest.sandbox.mydata.parties import (
    CONNECTOR,
    DATA,
    PERSON,
    connector_description,
    trust_group,
)

_TRIPS = (
    {"from": "Town hall", "to": "Harbour", "date": "2026-03-02"},
    {"from": "Harbour", "to": "Museum", "date": "2026-03-09"},
)


@dataclass(frozen=True, slots=True)
class Connector:
    """The connector of the operator's city."""

    operator: Operator

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        documents = {
            "": _landing,
            "/.well-known/connector-config": connector_description,
            "/openapi.json": connector_guide,
        }
        path = request.path.rstrip("/")
        if path not in documents and path != DATA:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return self._data(request) if path == DATA else json_response(documents[path](request))

    def _data(self, request: Request) -> Response:
        scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _refused("a request ticket is needed")
        try:
            self._require_trusted(request, ticket)
        except BadTokenError as error:
            return _refused(str(error), "invalid_token")
        answer = self.operator.introspect(ticket)
        if not answer["active"]:
            return problem(403, answer["reason"])
        trips = [t for p in answer["identifiers"] for t in _trips_of(p)]
        self.operator.update(answer["access_item_uuid"], 200)
        return json_response({"trips": trips}, Cache_Control="private, no-store")

    @staticmethod
    def _require_trusted(request: Request, ticket: str) -> None:
        """Raise BadTokenError unless a member of the trust group issued the ticket, for here (5.3.2)."""
        described = [
            m["operatorDescription"] for m in trust_group(request)["trust_group"]["members"]
        ]
        if _issuer(ticket) not in [d["operator_uuid"] for d in described]:
            raise BadTokenError("the ticket is of an operator that is not known here")
        if read_ticket(ticket)["aud"] != f"{request.base}{CONNECTOR}{DATA}":
            raise BadTokenError("the ticket is for somebody else")


def _trips_of(person: dict[str, str]) -> list[dict[str, str]]:
    return [dict(t) for t in _TRIPS] if person["id"] == PERSON["id"] else []


def _issuer(ticket: str) -> Any:
    """Who a ticket says issued it; nothing is believed yet."""
    parts = ticket.split(".")
    try:
        value = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return None
    return value.get("iss") if isinstance(value, dict) else None


def _landing(request: Request) -> dict[str, Any]:
    where = f"{request.base}{CONNECTOR}/.well-known/connector-config"
    return {"title": "Exampleton trips", "configuration": where}


def _refused(detail: str, error: str = "") -> Response:
    challenge = 'Bearer realm="connector"' + (f', error="{error}"' if error else "")
    return problem(401, detail).with_header("WWW-Authenticate", challenge)
