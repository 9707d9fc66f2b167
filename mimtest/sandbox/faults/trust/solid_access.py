"""Faults of who gets into a Solid pod."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.faults.trust.solid_messages import (
    BOB,
    answer,
    as_alice,
    is_unknown,
    pod,
)
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.pod.people import PREFIX

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@pod("tru-sol-open-diary", "TRU-SOL-03")
def shows_the_diary(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The diary is read without credentials."""
    is_diary = request.path == f"{PREFIX}/diary/march.txt" and request.method in ("GET", "HEAD")
    return proceed(as_alice(request) if is_diary and is_unknown(request) else request)


@answer("tru-sol-no-challenge", "TRU-SOL-03", "TRU-SOL-12")
def tells_no_scheme(_: Request, response: Response) -> Response:
    """401 comes without WWW-Authenticate."""
    return response.without_header("WWW-Authenticate")


@answer("tru-sol-forbidden-to-unknown", "TRU-SOL-03", "TRU-SOL-12")
def forbids_the_unknown(request: Request, response: Response) -> Response:
    """Somebody unknown is answered 403, as if it were known who it is."""
    is_asked = response.status == 401 and is_unknown(request)  # noqa: PLR2004
    return response.with_status(403) if is_asked else response


def _writable(method: str) -> None:
    """Register a fault by which everybody writes with a method."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        free = request.method == method and is_unknown(request)
        return proceed(as_alice(request) if free else request)

    act.__doc__ = f"{method} is taken from everybody."
    pod(f"tru-sol-open-{method.lower()}", "TRU-SOL-12")(act)


for _method in ("PUT", "POST", "PATCH"):
    _writable(_method)


def _guessing(method: str) -> None:
    """Register a fault by which a body without a media type is taken for bytes."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        nameless = request.method == method and "content-type" not in request.headers
        octets = request.with_header("content-type", "application/octet-stream")
        return proceed(octets if nameless else request)

    act.__doc__ = f"A body of {method} without Content-Type is taken for bytes."
    pod(f"tru-sol-nameless-{method.lower()}", "TRU-SOL-07")(act)


for _method in ("PUT", "POST"):
    _guessing(_method)


@pod("tru-sol-open-rules", "TRU-SOL-16")
def shows_the_rules(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Access rules are read without credentials."""
    free = request.path.endswith(".acl") and request.method == "GET" and is_unknown(request)
    return proceed(as_alice(request) if free else request)


@pod("tru-sol-neighbours-read-all", "TRU-SOL-10")
def lets_neighbours_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever is known reads what the owner reads."""
    is_bob = request.headers.get("authorization") == BOB and request.method == "GET"
    return proceed(as_alice(request) if is_bob else request)


@pod("tru-sol-grants-unheard", "TRU-SOL-10")
def hears_no_grants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rules are taken and change nothing."""
    writes = request.method == "PUT" and request.path.endswith(".acl")
    return Response(201) if writes else proceed(request)


@pod("tru-sol-grants-for-ever", "TRU-SOL-10")
def never_forgets_a_grant(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Whoever was once granted a note goes on reading it."""
    response = proceed(request)
    if request.headers.get("authorization") != BOB or request.method != "GET":
        return response
    granted = platform.memory.setdefault("granted", set())
    if response.status == 200:  # noqa: PLR2004
        granted.add(request.path)
    return proceed(as_alice(request)) if request.path in granted else response


@answer("tru-sol-variant-hides-what-is-guarded")
def hides_what_is_guarded(request: Request, response: Response) -> Response:
    """Who is unknown is answered 404 instead of 401."""
    hidden = response.status == 401 and is_unknown(request)  # noqa: PLR2004
    return problem(404, "nothing here") if hidden else response


@answer("tru-sol-variant-known-is-asked-again")
def asks_the_known_again(_: Request, response: Response) -> Response:
    """Who has no right is answered 401 instead of 403."""
    if response.status != 403:  # noqa: PLR2004
        return response
    return response.with_status(401).with_header("WWW-Authenticate", 'DPoP algs="ES256", bearer')


@answer("tru-sol-variant-other-success")
def succeeds_otherwise(request: Request, response: Response) -> Response:
    """A successful PUT is answered 205."""
    done = request.method == "PUT" and response.status in (201, 204)
    return response.with_status(205) if done else response
