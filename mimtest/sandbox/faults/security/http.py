"""Ways to be careless over HTTP, one at a time, and careful ways that differ from the sandbox's."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_NOWHERE: Final = "/no-such-path-"
_TRACE: Final = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/routes.py", line 212, in dispatch\n'
    "KeyError: 'handler'"
)
_ORIGIN: Final = "Access-Control-Allow-Origin"


def _asks_nowhere(request: Request) -> bool:
    return _NOWHERE in request.path


def _with_vary(response: Response) -> Response:
    named = [v for k, v in response.headers if k.lower() == "vary"]
    return response.with_header("Vary", ", ".join([*named, "Origin"]))


@fault("sec-hsts-over-http", kills=("SEC-HTTP-03",))
def announces_hsts_over_http(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strict-Transport-Security is sent over plain http."""
    return proceed(request).with_header("Strict-Transport-Security", "max-age=31536000")


@fault("sec-no-nosniff", kills=("SEC-HTTP-05",))
def lets_types_be_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """X-Content-Type-Options is missing."""
    return proceed(request).without_header("X-Content-Type-Options")


@fault("sec-server-version", kills=("SEC-HTTP-09",))
def tells_the_server_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Server field tells product and version."""
    return proceed(request).with_header("Server", "nginx/1.18.0 (Ubuntu)")


@fault("sec-framework-version", kills=("SEC-HTTP-09",))
def tells_the_framework(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """X-Powered-By tells language and version, in errors only."""
    response = proceed(request)
    return response.with_header("X-Powered-By", "PHP/8.1.2") if response.status >= 400 else response  # noqa: PLR2004


@fault("sec-trace", kills=("SEC-HTTP-10",))
def serves_trace(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """TRACE sends the request back."""
    if request.method != "TRACE":
        return proceed(request)
    echo = f"TRACE {request.path} HTTP/1.1\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in request.headers.items()
    )
    return Response(200, (("Content-Type", "message/http"),), echo.encode())


@fault("sec-bare-cookie", kills=("SEC-HTTP-11",))
def sets_a_bare_cookie(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A session cookie comes without HttpOnly and SameSite."""
    return proceed(request).with_header("Set-Cookie", "session=4a7f; Path=/")


@fault("sec-any-method", kills=("SEC-HTTP-12",))
def takes_any_method_for_get(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A method that does not exist is served like GET."""
    known = request.method in _METHODS
    return proceed(request if known else replace(request, method="GET"))


@fault("sec-no-allow", kills=("SEC-HTTP-12",))
def forgets_allow(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The 405 for a method that does not exist names no method that does."""
    response = proceed(request)
    return response if request.method in _METHODS else response.without_header("Allow")


@fault("sec-plain-errors", kills=("SEC-HTTP-13",))
def answers_errors_in_plain_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The error for an unknown path is a line of text."""
    response = proceed(request)
    if not _asks_nowhere(request):
        return response
    return response.with_header("Content-Type", "text/plain").with_body(b"Not found")


@fault("sec-traceback", kills=("SEC-HTTP-14",))
def shows_a_traceback(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The error for an unknown path holds a stack trace."""
    response = proceed(request)
    if not _asks_nowhere(request) or request.method == "HEAD":
        return response
    return response.with_json(response.json() | {"trace": _TRACE})


@fault("sec-sql-error", kills=("SEC-HTTP-14",))
def shows_an_sql_error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer to a wrong limit is 400 with the words of the database."""
    if "limit=no-number" not in request.query:
        return proceed(request)
    text = 'SQLSTATE[22P02]: invalid input syntax for type integer: "no-number"'
    return proceed(replace(request, path="/no-such")).with_status(400).with_body(text.encode())


@fault("sec-crash", kills=("SEC-HTTP-15",))
def breaks_at_an_unknown_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A media type that nobody has makes the server fail."""
    response = proceed(request)
    wants = "x-no-such-type" in request.headers.get("accept", "")
    return response.with_status(500) if wants else response


@fault("sec-soft-404", kills=("SEC-HTTP-17",))
def finds_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown path is answered with the index and 200."""
    return proceed(replace(request, path="/", raw_path="/") if _asks_nowhere(request) else request)


@fault("sec-no-head", kills=("SEC-HTTP-19",), beside=("CTX-COM-13", "TRU-SOL-*"))
def does_not_know_head(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD is answered as if nothing were there."""
    response = proceed(request)
    return response.with_status(404) if request.method == "HEAD" else response


@fault("sec-json-as-html", kills=("SEC-HTTP-20",))
def calls_json_html(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The error for an unknown path is JSON called HTML."""
    response = proceed(request)
    return response.with_header("Content-Type", "text/html") if _asks_nowhere(request) else response


@fault("sec-cors-any-with-credentials", kills=("SEC-CORS-01",))
def trusts_any_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every https origin is given leave to read with credentials."""
    origin = request.headers.get("origin", "")
    response = proceed(request)
    if not origin.startswith("https://"):
        return response
    open_ = response.with_header(_ORIGIN, origin)
    return _with_vary(open_.with_header("Access-Control-Allow-Credentials", "true"))


@fault("sec-cors-null-with-credentials", kills=("SEC-CORS-02",))
def trusts_the_null_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The origin null is given leave to read with credentials."""
    response = proceed(request)
    if request.headers.get("origin") != "null":
        return response
    open_ = response.with_header(_ORIGIN, "null")
    return _with_vary(open_.with_header("Access-Control-Allow-Credentials", "true"))


@fault("sec-cors-everybody-with-credentials", kills=("SEC-CORS-03",))
def trusts_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Leave for every origin comes with credentials."""
    response = proceed(request)
    if response.header(_ORIGIN) != "*":
        return response
    return response.with_header("Access-Control-Allow-Credentials", "true")


@fault("sec-shared-caches", kills=("SEC-HTTP-06",))
def lets_caches_share(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Restricted data may be kept by caches that several people share."""
    response = proceed(request)
    if "authorization" not in request.headers or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_header("Cache-Control", "public, max-age=600")


@fault("sec-variant-caches-by-token")
def keeps_answers_apart(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Caches may keep restricted data for whoever has the same token."""
    response = proceed(request)
    if "authorization" not in request.headers or response.status != 200:  # noqa: PLR2004
        return response
    named = [v for k, v in response.headers if k.lower() == "vary"]
    kept = response.with_header("Cache-Control", "public, max-age=600")
    return kept.with_header("Vary", ", ".join([*named, "Authorization"]))


@fault("sec-cors-no-vary", kills=("SEC-CORS-04",))
def forgets_that_leave_varies(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Leave names the origin that asked, and no cache is told."""
    origin = request.headers.get("origin")
    response = proceed(request)
    return response.with_header(_ORIGIN, origin) if origin else response


@fault("sec-variant-named-server")
def names_its_server(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Server field names a product without its version."""
    return proceed(request).with_header("Server", "nginx")


@fault("sec-variant-no-cors")
def keeps_to_its_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No page of another origin is given leave to read anything but the pod, whose standard wants that."""
    response = proceed(request)
    return response if request.path.startswith("/pod") else response.without_header(_ORIGIN)


@fault("sec-variant-guarded-cookie")
def sets_a_guarded_cookie(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A cookie comes with HttpOnly and SameSite."""
    return proceed(request).with_header("Set-Cookie", "lb=n2; Path=/; HttpOnly; SameSite=Lax")


@fault("sec-variant-not-implemented")
def does_not_implement_other_methods(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """TRACE and methods that do not exist are answered 501."""
    response = proceed(request)
    if request.method in _METHODS[:-1]:
        return response
    return response.with_status(501).without_header("Allow")


@fault("sec-variant-cors-by-origin")
def gives_leave_by_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Leave names the origin that asked, without credentials, and caches are told."""
    origin = request.headers.get("origin")
    response = proceed(request)
    return _with_vary(response.with_header(_ORIGIN, origin)) if origin else response
