"""Ways to give somebody more than their rights in the permit office, and permitted ways to refuse."""

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.clients import OFFICE_TOKEN
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OFFICE: Final = "/office"
_PERMITS: Final = "/office/collections/permits/items"
_NOTICES: Final = "/office/collections/notices/items"
_USERS: Final = "/office/collections/users"
_PUBLIC: Final = ("/office/health", "/office/openapi.json")
_CHANGING: Final = ("POST", "PATCH", "DELETE")
_TENANT: Final = "ngsild-tenant"


def _who(request: Request) -> str:
    """Whose token it is, as the token itself says; empty for no token, or none that says so."""
    token = request.headers.get("authorization", "").partition(" ")[2]
    payload = token.split(".")[1] if token.count(".") > 1 else ""
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return ""
    return str(claims.get("client_id", "")) if isinstance(claims, dict) else ""


def _is_nobody(request: Request) -> bool:
    return "authorization" not in request.headers and request.path.startswith(_OFFICE)


def _as_clerk(request: Request) -> Request:
    """The same request by somebody who may do everything in one tenant."""
    known = request.with_header("authorization", f"Bearer {OFFICE_TOKEN}")
    return known.with_header(_TENANT, "water")


def _at(request: Request, path: str) -> Request:
    return replace(request, path=path, raw_path=path)


@fault("sec-az-any-token-reads", kills=("SEC-AZ-01",))
def takes_any_good_token_for_reading(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token without any right to read reads permits."""
    reads = request.path == _PERMITS and request.method == "GET" and _who(request) == "visitor"
    return proceed(_as_clerk(request) if reads else request)


@fault("sec-az-few-rights-as-unknown", kills=("SEC-AZ-16",))
def takes_few_rights_for_no_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody known with too few rights is answered 401."""
    response = proceed(request)
    poor = request.path == _PERMITS and _who(request) == "visitor"
    return response.with_status(401) if poor and response.status == 403 else response  # noqa: PLR2004


@fault("sec-az-few-rights-misnamed", kills=("SEC-AZ-16",))
def names_another_mistake(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The challenge for too few rights says that the token is not valid."""
    response = proceed(request)
    challenge = response.header("WWW-Authenticate")
    if challenge is None or _who(request) != "visitor":
        return response
    told = challenge.replace("insufficient_scope", "invalid_token")
    return response.with_header("WWW-Authenticate", told)


@fault("sec-az-reader-writes", kills=("SEC-AZ-02", "SEC-AZ-17"))
def lets_readers_write(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever may read may also create and change."""
    writes = request.path.startswith(_PERMITS) and request.method in ("POST", "PATCH")
    return proceed(_as_clerk(request) if writes and _who(request) == "reader" else request)


@fault("sec-az-reader-removes", kills=("SEC-AZ-03", "SEC-AZ-17"))
def lets_readers_remove(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever may read may also remove, and is told that it is done whatever there was."""
    if request.method != "DELETE" or _who(request) != "reader":
        return proceed(request)
    proceed(_as_clerk(request))
    return Response(204)


@fault("sec-az-removed-though-refused", kills=("SEC-AZ-17",))
def refuses_and_removes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The refusal to a reader comes after the permit was removed."""
    if request.method == "DELETE" and _who(request) == "reader":
        proceed(_as_clerk(request))
    return proceed(request)


@fault("sec-az-method-override", kills=("SEC-AZ-05",))
def takes_the_method_from_a_field(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A GET with X-HTTP-Method-Override is let through as GET and done as what the field says."""
    named = request.headers.get("x-http-method-override", "")
    known = named in _CHANGING and request.path.startswith(_PERMITS) and _who(request)
    return proceed(_as_clerk(replace(request, method=named)) if known else request)


@fault("sec-az-open-operation", kills=("SEC-AZ-04",))
def forgets_to_guard_a_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notices, which the description calls restricted, are given to anybody."""
    open_ = _is_nobody(request) and request.path == _NOTICES
    return proceed(_as_clerk(request) if open_ else request)


@fault("sec-az-open-write", kills=("SEC-AZ-04", "SEC-DEF-01"))
def takes_anything_from_anybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever somebody without a token posts is taken for later."""
    taken = _is_nobody(request) and request.method == "POST" and request.path == _PERMITS
    return json_response({"status": "queued"}, 202) if taken else proceed(request)


@fault("sec-def-anonymous-creates", kills=("SEC-DEF-01",))
def lets_anybody_create(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no token creates permits."""
    creates = _is_nobody(request) and request.method == "POST" and request.path == _PERMITS
    return proceed(_as_clerk(request) if creates else request)


@fault("sec-def-anonymous-removes", kills=("SEC-DEF-01",))
def lets_anybody_remove(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no token removes permits."""
    removes = _is_nobody(request) and request.method == "DELETE"
    return proceed(_as_clerk(request) if removes else request)


@fault("sec-def-open-users", kills=("SEC-DEF-03", "SEC-AZ-04"))
def lists_people_for_anybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of users is given to anybody."""
    open_ = _is_nobody(request) and request.path.startswith(_USERS)
    return proceed(_as_clerk(request) if open_ else request)


@fault("sec-az-slash", kills=("SEC-AZ-06",))
def guards_one_spelling_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address with a slash at its end is not guarded."""
    open_ = _is_nobody(request) and request.path == f"{_PERMITS}/"
    return proceed(_at(_as_clerk(request), _PERMITS) if open_ else request)


@fault("sec-az-upper-case", kills=("SEC-AZ-06",))
def guards_lower_case_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address in upper case leads to the data, unguarded."""
    open_ = _is_nobody(request) and request.path.lower() == _PERMITS != request.path
    return proceed(_at(_as_clerk(request), _PERMITS) if open_ else request)


@fault("sec-az-forwarded-user", kills=("SEC-AZ-07",))
def believes_a_field_who_asks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """X-Forwarded-User is believed, whoever sends it."""
    told = _is_nobody(request) and request.headers.get("x-forwarded-user")
    return proceed(_as_clerk(request) if told else request)


@fault("sec-az-forwarded-subject", kills=("SEC-AZ-07",))
def believes_a_known_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """X-Remote-User is believed where it names somebody by what tokens call them."""
    told = _is_nobody(request) and request.headers.get("x-remote-user") == "service-account-clerk"
    return proceed(_as_clerk(request) if told else request)


@fault("sec-az-original-url", kills=("SEC-AZ-07",))
def serves_what_a_field_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A public address with X-Original-URL gives what the field names."""
    named = request.headers.get("x-original-url", "")
    open_ = _is_nobody(request) and named.startswith(_OFFICE) and request.path in _PUBLIC
    return proceed(_at(_as_clerk(request), named) if open_ else request)


@fault("sec-az-open-head", kills=("SEC-AZ-08",))
def guards_get_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD is answered to anybody as to who may read."""
    open_ = _is_nobody(request) and request.method == "HEAD" and request.path == _PERMITS
    return proceed(_as_clerk(request) if open_ else request)


@fault("sec-az-telling-options", kills=("SEC-AZ-08",))
def tells_data_in_options(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """OPTIONS comes with the data as an example."""
    response = proceed(request)
    if request.method != "OPTIONS" or request.path != _PERMITS:
        return response
    shown = proceed(_as_clerk(replace(request, method="GET")))
    return replace(shown, headers=(*response.headers, ("Content-Type", "application/json")))


@fault("sec-az-few-rights-hidden")
def hides_from_who_has_no_rights(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody with too few rights is told that there is nothing (RFC 9110 15.5.4)."""
    response = proceed(request)
    poor = request.path.startswith(_PERMITS) and _who(request) == "visitor"
    return problem(404, "there is nothing here") if poor and response.status == 403 else response  # noqa: PLR2004


@fault("sec-az-few-rights-nothing")
def shows_nothing_without_rights(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody with too few rights gets an empty list: what they may see is nothing."""
    response = proceed(request)
    poor = request.path == _PERMITS and request.method == "GET" and _who(request) == "visitor"
    if not poor or response.status != 403:  # noqa: PLR2004
        return response
    return json_response({"items": [], "numberMatched": 0, "numberReturned": 0})
