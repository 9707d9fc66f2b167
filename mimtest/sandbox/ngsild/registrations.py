"""Registering context sources, and changing and removing what is registered (5.9, 5.10.1)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.model import NULL
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.registrations_discovery import (
    QUERY_PARAMS,
    query_registrations,
    shown,
)
from mimtest.sandbox.ngsild.registrations_matching import has_entity, overlap
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.registrations_reading import TYPE, read_members, read_registration
from mimtest.sandbox.ngsild.router import Operation, Routes
from mimtest.sandbox.ngsild.syntax import is_uri

LOCAL: Final = frozenset(("local",))
RETRIEVE_PARAMS: Final = frozenset(("local", "options"))


def register(call: Call) -> Response:
    """A new context source (5.9.2)."""
    members = read_members(call.payload(), call.context.terms)
    id_ = members.pop("id", None) or f"urn:ngsi-ld:{TYPE}:{uuid4()}"
    if not is_uri(id_):
        msg = "a registration's id is a URI"
        raise bad_data(msg)
    now = call.clock.now()
    new = replace(read_registration(id_, members), created=now, modified=now)
    _require_future(new)
    if new.id not in {r.id for r in call.tenant.registrations.all()}:
        _require_no_conflict(call, new)
    call.tenant.registrations.create(new)
    return Response(201, (("Location", f"{PREFIX}/csourceRegistrations/{quote(id_, safe=':')}"),))


def retrieve_registration(call: Call) -> Response:
    """One registration by its id (5.10.1)."""
    media_type = call.media_type(JSON, LD_JSON)
    found = call.tenant.registrations.get(registration_id(call))
    return call.answer(shown(found, call), media_type)


def update_registration(call: Call) -> Response:
    """Members of a registration give way to others (5.9.3, 5.5.8)."""
    id_ = registration_id(call)
    call.tenant.registrations.get(id_)
    members = read_members(call.payload(), call.context.terms)
    if members.pop("id", id_) != id_:
        msg = "the id of a registration stays"
        raise bad_data(msg)
    now = call.clock.now()

    def step(old: Registration) -> Registration:
        new = read_registration(id_, _updated(old.document, members))
        if "expiresAt" in members:
            _require_future(new)
        return replace(new, created=old.created, modified=now, traffic=old.traffic)

    _require_no_conflict(call, step(call.tenant.registrations.get(id_)))
    call.tenant.registrations.change(id_, step)
    return done()


def delete_registration(call: Call) -> Response:
    """A registration is removed (5.9.4)."""
    call.tenant.registrations.delete(registration_id(call))
    return done()


def registration_id(call: Call) -> str:
    """The id in the path. Raises NgsiError (BadRequestData) when it is no URI."""
    if is_uri(call.parts[0]):
        return call.parts[0]
    msg = "a registration's id is a URI"
    raise bad_data(msg)


def _updated(old: Any, members: dict[str, Any]) -> dict[str, Any]:
    together = {**old, **members}
    return {k: v for k, v in together.items() if v != NULL}


def _require_future(registration: Registration) -> None:
    expires = registration.expires
    if expires is not None and expires <= datetime.now(UTC):
        msg = "expiresAt is in the past"
        raise bad_data(msg)


def _require_no_conflict(call: Call, new: Registration) -> None:
    """Raises NgsiError (Conflict) where others have what only this source would have (4.3.6.3)."""
    if not new.is_proxied:
        return
    others = [r for r in call.tenant.registrations.all() if r.is_proxied and r.id != new.id]
    rivals = [r for r in others if "exclusive" in (r.mode, new.mode) and overlap(r, new)]
    if rivals:
        msg = f"{rivals[0].id} registers some of the same attributes of the same entity"
        raise NgsiError("Conflict", msg)
    held = next((e for e in call.store.all() if has_entity(new, e)), None)
    if held is not None:
        msg = f"the broker itself holds some of what is registered of {held.id}"
        raise NgsiError("Conflict", msg)


ROUTES: Final[Routes] = {
    ("csourceRegistrations",): {
        "GET": Operation(query_registrations, QUERY_PARAMS),
        "POST": Operation(register, LOCAL, starts_tenant=True),
    },
    ("csourceRegistrations", "*"): {
        "GET": Operation(retrieve_registration, RETRIEVE_PARAMS),
        "PATCH": Operation(update_registration, LOCAL),
        "DELETE": Operation(delete_registration, LOCAL),
    },
}
