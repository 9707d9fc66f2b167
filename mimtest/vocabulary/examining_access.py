"""`doctor`: whether the credentials of an interface are taken, needed, in time, and good for what a run does."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from mimtest.errors import Unsettled
from mimtest.network.client import Client
from mimtest.target import Interface, Level, Scope
from mimtest.vocabulary.jose import read
from mimtest.vocabulary.steps import State, Step

_DENIED: Final = (401, 403)
#: Where a run creates something, by kind of interface.
_CREATING: Final = {"ngsi-ld": "/entities", "ngsi-v2": "/entities", "sensorthings": "/Things"}


def examine_access(client: Client, scope: Scope, secrets: Mapping[str, str]) -> Iterator[Step]:
    """The same request with and without credentials, and whether these may write."""
    interface = client.interface
    if not interface.auth:
        yield Step(
            interface.name, "auth", State.OK, "no credentials are given and none are asked for"
        )
        return
    try:
        given = client.get(_data_path(interface))
        bare = client.get(_data_path(interface), auth=False)
        refused = bare.status in (401, 403, 404)
    except Unsettled:
        return
    key = f"interfaces.{interface.name}.auth"
    if given.status in _DENIED:
        message = f"the credentials are refused ({given.status})"
        hint = about_token(interface, secrets) or "Has the token ended?"
        yield Step(interface.name, "auth", State.NO, message, hint, key)
    elif given.status == bare.status and not given.ok:
        message = f"answered {bare.status} with credentials and without: they cannot be tried"
        yield Step(interface.name, "auth", State.NOTE, message)
    elif refused:
        yield Step(
            interface.name, "auth", State.OK, f"works, and is needed ({bare.status} without)"
        )
    else:
        message = f"works, but the same request without credentials is answered {bare.status}, too"
        yield Step(interface.name, "auth", State.NOTE, message, "Is it meant to be public?", key)
    if given.ok and scope.level.allows(Level.WRITES):
        yield from _writing(client, key)


def _data_path(interface: Interface) -> str:
    if interface.kind == "ngsi-ld":
        return f"/entities?type={interface.types[0]}" if interface.types else "/types"
    return ""


def _writing(client: Client, key: str) -> Iterator[Step]:
    """Whether who has these credentials may create: an empty thing is sent, of which nothing can come."""
    interface = client.interface
    path = _CREATING.get(interface.kind)
    if path is None:
        return
    try:
        answer = client.post(path, json={}, harmless=True)
    except Unsettled:
        return
    if answer.status in _DENIED:
        message = f"whoever has these credentials may not write ({answer.status})"
        hint = "Give some that may, or lower scope.level to 'safe'."
        yield Step(interface.name, "writing", State.NO, message, hint, key)


def about_token(interface: Interface, secrets: Mapping[str, str]) -> str:
    """When a bearer token is good, if it says so and that time is not now; empty otherwise."""
    auth = interface.auth
    token = secrets.get(auth.token.variable, "") if auth and auth.token else ""
    try:
        claims = read(token).claims
    except ValueError:
        return ""
    now = datetime.now(UTC).timestamp()
    starts, ends = (claims.get(name) for name in ("nbf", "exp"))
    if isinstance(ends, int | float) and ends < now:
        return f"The token ended on {_moment(ends)}: get a new one."
    if isinstance(starts, int | float) and starts > now:
        return f"The token is good from {_moment(starts)} on: get another, or set the clocks."
    return ""


def _moment(seconds: float) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d at %H:%M UTC}"
    except (ValueError, OverflowError, OSError):
        return "a day that no calendar has"
