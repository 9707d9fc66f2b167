"""Ways to break registering sources: what is taken, kept, changed and removed."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import API, body_of, refusal, resent, without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

REGISTRATIONS: Final = f"{API}/csourceRegistrations"
#: The path of one registration.
ONE: Final = re.compile(rf"{REGISTRATIONS}/([^/]+)")


def registers(request: Request) -> bool:
    """Whether a source is to be registered."""
    return request.method == "POST" and request.path == REGISTRATIONS


def is_on_registration(request: Request, method: str) -> bool:
    """Whether it is of that method, on one registration."""
    return request.method == method and ONE.fullmatch(request.path) is not None


@fault("ctx-reg-description-lost", kills=("CTX-REG-01", "CTX-REG-02"))
def _description_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration loses its description when it is made."""
    if not registers(request):
        return proceed(request)
    return proceed(resent(request, lambda b: without(b, "description")))


@fault("ctx-reg-information-shortened", kills=("CTX-REG-01", "CTX-REG-02", "CTX-REG-17"))
def _information_shortened(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration keeps no names of relationships."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        listed = body.get("information")
        if not isinstance(listed, list):
            return body
        kept = [without(i, "relationshipNames") if len(i) > 1 else i for i in listed]
        return {**body, "information": kept}

    return proceed(resent(request, change) if registers(request) else request)


@fault("ctx-reg-no-location", kills=("CTX-REG-01", "CTX-REG-02"))
def _no_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new registration has no address."""
    response = proceed(request)
    return response.without_header("Location") if registers(request) else response


@fault("ctx-reg-address-elsewhere", kills=("CTX-REG-02",))
def _address_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a registration without an identifier leads nowhere."""
    response = proceed(request)
    where = response.header("Location")
    body = body_of(request)
    if not registers(request) or where is None or not isinstance(body, dict) or "id" in body:
        return response
    return response.with_header("Location", f"{where}0")


@fault("ctx-reg-made-twice", kills=("CTX-REG-03",))
def _made_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration under a known identifier takes the place of the first."""
    response = proceed(request)
    body = body_of(request)
    known = registers(request) and response.status == 409 and b"AlreadyExists" in response.body  # noqa: PLR2004
    if not known or not isinstance(body, dict):
        return response
    path = f"{REGISTRATIONS}/{body['id']}"
    proceed(replace(request, method="DELETE", path=path, raw_path=path))
    return proceed(request)


def _accepting(
    name: str, wrong: Callable[[dict[str, Any]], bool], right: dict[str, Any]
) -> Callable[[Request, Proceed], Response]:
    """Puts something right before it is looked at, so that what is wrong is taken."""

    def act(request: Request, proceed: Proceed) -> Response:
        body = body_of(request) if registers(request) else None
        if not isinstance(body, dict) or not wrong(body):
            return proceed(request)
        return proceed(resent(request, lambda b: {**b, name: right[name]}))

    return act


_SOME: Final = {
    "type": "ContextSourceRegistration",
    "endpoint": "http://127.0.0.1:9/any",
    "information": [{"entities": [{"type": "MtAnything"}]}],
    "mode": "inclusive",
}


@fault("ctx-reg-any-type", kills=("CTX-REG-04",))
def _any_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration may have any type, or none."""
    return _accepting("type", lambda b: b.get("type") != _SOME["type"], _SOME)(request, proceed)


@fault("ctx-reg-any-endpoint", kills=("CTX-REG-04",))
def _any_endpoint(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration may have any text as its endpoint."""
    return _accepting("endpoint", lambda b: " " in b.get("endpoint", ""), _SOME)(request, proceed)


@fault("ctx-reg-about-nothing", kills=("CTX-REG-04",))
def _about_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration may be about nothing."""

    def is_empty(body: dict[str, Any]) -> bool:
        listed = body.get("information")
        return not listed or any(i.get("entities") == [] for i in listed)

    return _accepting("information", is_empty, _SOME)(request, proceed)


@fault("ctx-reg-broken-json-is-bad-data", kills=("CTX-REG-04", "CTX-REG-12"))
def _broken_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is no JSON is called a registration with wrong data."""
    response = proceed(request)
    ours = registers(request) or is_on_registration(request, "PATCH")
    invalid = ours and b"InvalidRequest" in response.body
    return refusal(400, "BadRequestData") if invalid else response


@fault("ctx-reg-past-end", kills=("CTX-REG-05", "CTX-REG-12"))
def _past_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration may have ended before it begins."""
    response = proceed(request)
    ours = registers(request) or is_on_registration(request, "PATCH")
    if not ours or b"in the past" not in response.body:
        return response
    return proceed(resent(request, lambda b: {**b, "expiresAt": "2090-01-01T00:00:00Z"}))


@fault(
    "ctx-reg-ends-at-once",
    kills=("CTX-REG-05",),
    beside=(
        "CTX-DIST-37",
        "CTX-REG-33",
    ),
)
def _ends_at_once(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A registration that has an end is gone as soon as it was read once."""
    response = proceed(request)
    if not is_on_registration(request, "GET") or b"expiresAt" not in response.body:
        return response
    read = platform.memory.setdefault("ended", set())
    if request.path in read:
        return refusal(404, "ResourceNotFound")
    read.add(request.path)
    return response


@fault("ctx-reg-unknown-is-empty", kills=("CTX-REG-01", "CTX-REG-11"))
def _unknown_is_empty(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A registration that was never sent is an empty object."""
    response = proceed(request)
    body, found = body_of(request) if registers(request) else None, ONE.fullmatch(request.path)
    if isinstance(body, dict) and "id" in body:
        platform.memory.setdefault("sent", set()).add(body["id"])
    if request.method != "GET" or found is None or response.status != 404:  # noqa: PLR2004
        return response
    return response if found[1] in platform.memory.get("sent", ()) else json_response({})


@fault("ctx-reg-any-id-looked-up", kills=("CTX-REG-11", "CTX-REG-13"))
def _any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration is looked for under what is no URI."""
    response = proceed(request)
    found = ONE.fullmatch(request.path)
    wrong = found and ":" not in found[1] and response.status == 400  # noqa: PLR2004
    return refusal(404, "ResourceNotFound") if wrong else response
