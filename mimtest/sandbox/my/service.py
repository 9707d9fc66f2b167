"""The paths of the account: notice, consents, shared data, rights, export and log."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.my.consents import CONTEXT, PURPOSES, SHAREABLE, Consent, record
from mimtest.sandbox.my.definition import definition
from mimtest.sandbox.my.notice import JSON_LD, notice, rights
from mimtest.sandbox.my.people import Caller, Person, caller_of, residents
from mimtest.sandbox.my.receipts import Signer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX: Final = "/my"
_LOGGED: Final = 200


@dataclass(slots=True)
class Account:
    """What the city keeps of residents who have an account."""

    people: dict[str, Person] = field(default_factory=residents)
    signer: Signer = field(default_factory=Signer)
    lock: Any = field(default_factory=RLock)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        base = f"{request.base}{PREFIX}"
        told: Mapping[str, Callable[[], Response]] = {
            "": lambda: json_response(_landing(base)),
            "/openapi.json": lambda: json_response(definition(base)),
            "/notice": lambda: notice(request, base),
            "/rights": lambda: json_response(rights(base)),
            "/keys": lambda: json_response(self.signer.published()),
        }
        path = request.path.rstrip("/")
        if path in told:
            return told[path]() if request.method == "GET" else not_allowed("GET")
        with self.lock:
            return self._guarded(request, path, base).with_header("Cache-Control", "no-store")

    def _guarded(self, request: Request, path: str, base: str) -> Response:
        methods = _methods(path)
        if not methods:
            return problem(404, "there is nothing here")
        if request.method not in methods:
            return not_allowed(*methods)
        caller = caller_of(request)
        return self._known(request, path, caller, base) if caller else _unknown(request)

    def _known(self, request: Request, path: str, caller: Caller, base: str) -> Response:
        if path.startswith("/data"):
            return self._shared(caller, unquote(path.removeprefix("/data").strip("/")))
        if path == "/import":
            return self._brought(request, caller)
        person = self.people.get(caller.person or "")
        wanted = unquote(path.removeprefix("/people/"))
        if person is None or (path.startswith("/people/") and wanted != person.id):
            status = 404 if caller.person else 403
            return problem(status, "there is no account of yours")
        return self._own(request, path, person, base)

    def _own(self, request: Request, path: str, person: Person, base: str) -> Response:
        match path.strip("/").split("/"):
            case ["consents"]:
                return self._consents(request, person, base)
            case ["consents", id, *rest]:
                return self._consent(person, id, base, withdraw=bool(rest))
            case ["log"]:
                return json_response({"entries": person.log})
            case ["export"]:
                _log(person, "the resident", "all of it", "portability")
                return json_response(_export(person, base), media_type=JSON_LD)
        return self._me(request, person)

    def _consents(self, request: Request, person: Person, base: str) -> Response:
        if request.method == "GET":
            return json_response({"records": [self._told(c, base) for c in person.consents]})
        asked = _object(request)
        purpose, data = asked.get("purpose"), asked.get("data")
        known = isinstance(data, list) and data and all(d in SHAREABLE for d in data)
        if purpose not in PURPOSES or not isinstance(data, list) or not known:
            return problem(400, "a consent names a purpose and a list of data that can be shared")
        given = Consent(person.id, str(purpose), tuple(data))
        given.happened("ConsentGiven")
        person.consents.append(given)
        told = self._told(given, base)
        return json_response(told, 201, JSON_LD, Location=f"{base}/consents/{given.id}")

    def _consent(self, person: Person, id: str, base: str, *, withdraw: bool) -> Response:
        found = next((c for c in person.consents if c.id == id), None)
        if found is None:
            return problem(404, "there is no such consent of yours")
        if withdraw and found.holds:
            found.happened("ConsentWithdrawn")
        return json_response(self._told(found, base), media_type=JSON_LD)

    def _told(self, consent: Consent, base: str) -> dict[str, Any]:
        told = record(consent, base)
        return told if consent.receipt is not None else {**told, "receipt": self.signer.sign(told)}

    def _shared(self, caller: Caller, one: str) -> Response:
        """Of each resident, or of one, what she shares for the purpose of the service."""
        if not caller.service:
            return problem(403, "this is for services")
        found: list[dict[str, Any]] = []
        for person in self.people.values():
            given = [c for c in person.consents if c.holds and c.purpose == caller.purpose]
            names = {name for c in given for name in c.data}
            if names and one in ("", person.id):
                found.append({"id": person.id, **{n: person.data[n] for n in sorted(names)}})
                _log(person, str(caller.service), ", ".join(sorted(names)), str(caller.purpose))
        if one and not found:
            return problem(403, "nobody agreed to that")
        return json_response(found[0] if one else {"items": found})

    def _me(self, request: Request, person: Person) -> Response:
        if request.method == "DELETE":
            del self.people[person.id]
            return Response(204)
        if request.method == "PATCH":
            change = _object(request)
            if not change or not all(
                n in person.data and n != "id" and isinstance(v, str) for n, v in change.items()
            ):
                return problem(400, "a correction names what is kept, and a text for it")
            person.data.update(change)
        _log(person, "the resident", "all of it", "access")
        return json_response(person.data)

    def _brought(self, request: Request, caller: Caller) -> Response:
        if caller.person is None:
            return problem(403, "this is for residents")
        data = {n: v for n, v in _object(request).items() if n in _KEPT and isinstance(v, str)}
        if data.get("id") != caller.person or len(data) != len(_KEPT):
            return problem(400, "this is no export of yours")
        person = self.people.setdefault(caller.person, Person(caller.person, data))
        person.data.update(data)
        return json_response(person.data, 201)


_KEPT: Final = ("id", "name", "email", "phone", "nickname")
_TERMS: Final = {
    **CONTEXT,
    "id": "@id",
    "name": "schema:name",
    "email": "schema:email",
    "phone": "schema:telephone",
    "nickname": "schema:alternateName",
    "consents": {"@id": "dpv:hasRecord", "@container": "@set"},
}


def service() -> Account:
    """The account, with residents of its own."""
    return Account()


def _methods(path: str) -> tuple[str, ...]:
    match path.strip("/").split("/"):
        case ["consents"]:
            return ("GET", "POST")
        case ["consents", _, "withdrawal"] | ["import"]:
            return ("POST",)
        case ["me"]:
            return ("GET", "PATCH", "DELETE")
        case ["consents" | "data" | "people", _] | ["data" | "log" | "export"]:
            return ("GET",)
    return ()


def _landing(base: str) -> dict[str, Any]:
    names = {"service-desc": "/openapi.json", "privacy-policy": "/notice", "about": "/rights"}
    links = [{"rel": rel, "href": f"{base}{path}"} for rel, path in names.items()]
    return {"title": "Account of residents", "links": links}


def _unknown(request: Request) -> Response:
    given = "authorization" in request.headers
    challenge = 'Bearer realm="my"' + (', error="invalid_token"' if given else "")
    return problem(401, "nobody who is known").with_header("WWW-Authenticate", challenge)


def _object(request: Request) -> dict[str, Any]:
    """The body as an object; empty for anything else."""
    try:
        value = json.loads(request.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _export(person: Person, base: str) -> dict[str, Any]:
    consents = [record(c, base) for c in person.consents]
    return {"@context": _TERMS, **person.data, "consents": consents}


def _log(person: Person, who: str, what: str, purpose: str) -> None:
    when = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    person.log.append({"time": when, "who": who, "data": what, "purpose": purpose})
    del person.log[:-_LOGGED]
