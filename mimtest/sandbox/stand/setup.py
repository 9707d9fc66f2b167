"""How the stand is set up: what it says, over TLS and without, and what it agrees to."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.stand.certificates import Wanted
from mimtest.sandbox.stand.hello import Offer

#: Where the stand has data.
DATA: Final = "/town"
_YEAR: Final = 365 * 24 * 3600
_PAGE: Final = b"<!doctype html><html lang=en><title>Town</title><p>The town has one clock tower."
_WELL: Final = {"title": "The town", "clockTowers": 1, "wells": ["north", "market"]}


def answered(request: Request) -> Response:
    """What is said over TLS."""
    response = _answered(request)
    response = response.with_header("Strict-Transport-Security", f"max-age={_YEAR}")
    return response.with_header("X-Content-Type-Options", "nosniff")


def _answered(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return not_allowed("GET", "HEAD")
    if request.path == "/.well-known/security.txt":
        return Response(200, (("Content-Type", "text/plain; charset=utf-8"),), security_txt())
    if request.path not in ("/", DATA):
        return problem(404, "there is nothing here")
    if "text/html" in request.headers.get("accept", ""):
        return page()
    return json_response(_WELL if request.path == DATA else {"links": [{"href": DATA}]})


def page() -> Response:
    """The town as a web page."""
    return Response(
        200,
        (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Referrer-Policy", "no-referrer"),
        ),
        _PAGE,
    )


def security_txt(days: float = 180) -> bytes:
    """Whom to tell of a weakness (RFC 9116), valid for so many days."""
    ends = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"Contact: mailto:security@town.example\nExpires: {ends}\nPreferred-Languages: en\n".encode()


def sent_on(request: Request) -> Response:
    """What is said without TLS: go there with it. `base` is the address over TLS."""
    return Response(308, (("Location", f"{request.base}{request.path}"),))


def told(request: Request) -> Response:
    """The data themselves, as over TLS but for what belongs to TLS."""
    return answered(request).without_header("Strict-Transport-Security")


@dataclass(frozen=True, slots=True)
class Stand:
    """The stand; one that differs is made with `dataclasses.replace`.

    `agrees` says which old hello it takes, and with which version and suite; `plain` answers without TLS, None
    is a closed port. `side` is the certificate of its second port, `vault` whether its third wants one of clients:
    one that is not required is asked for, and those without are refused in HTTP where `bars` says so.
    """

    certificate: Wanted = field(default_factory=Wanted)
    side: Wanted = field(default_factory=Wanted)
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ciphers: str = "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0"
    agrees: Callable[[Offer], tuple[int, int] | None] = field(default=lambda _: None)
    hangs_up: bool = False
    vault: ssl.VerifyMode = ssl.CERT_REQUIRED
    bars: bool = False
    answer: Callable[[Request], Response] = answered
    plain: Callable[[Request], Response] | None = sent_on
