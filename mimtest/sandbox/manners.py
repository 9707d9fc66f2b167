"""What a well-run HTTP service does on every answer: HEAD, OPTIONS, CORS, caching, safe headers."""

from hashlib import sha256
from http import HTTPStatus
from typing import Final

from mimtest.sandbox.http import Request, Response, json_response

_PREFLIGHT: Final = (
    (
        "Access-Control-Allow-Headers",
        "Accept, Authorization, Content-Type, Link, NGSILD-Tenant, Prefer",
    ),
    ("Access-Control-Max-Age", "600"),
)
_PAGES: Final = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
)
_ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, Location, NGSILD-Results-Count, NGSILD-Tenant, Preference-Applied",
    ),
)


def problem(status: int, detail: str, kind: str = "about:blank") -> Response:
    """An error as problem details (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": kind, "title": title, "status": status, "detail": detail}
    return json_response(body, status, "application/problem+json")


def not_allowed(*methods: str) -> Response:
    """405 naming the methods that work (RFC 9110 section 15.5.6)."""
    detail = f"only {', '.join(methods)} here"
    return problem(405, detail).with_header("Allow", ", ".join(methods))


def polish(request: Request, response: Response, *, private: bool = False) -> Response:
    """The answer with what every answer of the platform has.

    `private` answers must not be kept by shared caches.
    """
    response = _with_allow(response)
    if request.method == "OPTIONS" and response.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response = _preflight(response)
    if (response.header("Content-Type") or "").startswith("text/html"):
        for name, value in _PAGES:
            response = response.with_header(name, value)
    for name, value in _ALWAYS:
        if response.header(name) is None:
            response = response.with_header(name, value)
    response = _revalidated(request, _with_caching(response, private=private))
    return _bodiless(response) if request.method == "HEAD" else response


def _bodiless(response: Response) -> Response:
    """The answer to HEAD: that to GET, its length told, without its body."""
    return response.with_header("Content-Length", str(len(response.body))).with_body(b"")


def _with_allow(response: Response) -> Response:
    allow = response.header("Allow")
    if allow is None:
        return response
    methods = [m.strip() for m in allow.split(",")]
    more = ["HEAD", "OPTIONS"] if "GET" in methods else ["OPTIONS"]
    return response.with_header("Allow", ", ".join(dict.fromkeys([*methods, *more])))


def _preflight(response: Response) -> Response:
    allow = response.header("Allow") or ""
    methods = ("Access-Control-Allow-Methods", allow)
    return Response(204, (("Allow", allow), methods, *_PREFLIGHT))


def _with_caching(response: Response, *, private: bool) -> Response:
    if response.status >= HTTPStatus.BAD_REQUEST:
        return response.with_header("Cache-Control", "no-store")
    if response.status != HTTPStatus.OK:
        return response
    if response.header("Cache-Control") is None:
        rule = "private, no-cache" if private else "no-cache"
        response = response.with_header("Cache-Control", rule)
    if response.header("ETag") is None:
        tag = sha256(response.body).hexdigest()[:20]
        response = response.with_header("ETag", f'"{tag}"')
    return response


def _revalidated(request: Request, response: Response) -> Response:
    """304 when the client has this very representation (RFC 9110 section 13.1.2)."""
    asked = request.headers.get("if-none-match")
    if not asked or request.method not in ("GET", "HEAD") or response.status != HTTPStatus.OK:
        return response
    known = [t.strip().removeprefix("W/") for t in asked.split(",")]
    if "*" not in known and response.header("ETag") not in known:
        return response
    return response.without_header("Content-Type").with_status(304).with_body(b"")
