"""Faults of what a Solid pod tells of its storage, documents and rights."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.solid_messages import (
    answer,
    pod,
    without_link,
)
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.pod.people import PREFIX
from mimtest.sandbox.pod.terms import PIM, SOLID

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONFIGURATION: Final = "/idp/.well-known/openid-configuration"
_LEAVE: Final = "Access-Control-Allow-Origin"


@answer("tru-sol-no-storage", "TRU-SOL-01")
def advertises_no_storage(_: Request, response: Response) -> Response:
    """The root container is not linked to pim:Storage."""
    return without_link(response, f"{PIM}Storage")


@answer("tru-sol-json-ld-incomplete", "TRU-SOL-02")
def leaves_something_out_of_json_ld(_: Request, response: Response) -> Response:
    """JSON-LD has no languages of texts."""
    if response.header("Content-Type") != "application/ld+json":
        return response
    return response.with_body(response.body.replace(b', "@language": "en"', b""))


@pod("tru-sol-no-json-ld", "TRU-SOL-02")
def knows_turtle_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks for JSON-LD gets Turtle."""
    turtle = request.headers.get("accept") == "application/ld+json"
    return proceed(request.with_header("accept", "text/turtle") if turtle else request)


@answer("tru-sol-no-rights-at-head", "TRU-SOL-04")
def tells_no_rights_at_head(request: Request, response: Response) -> Response:
    """HEAD is answered without WAC-Allow."""
    return response.without_header("WAC-Allow") if request.method == "HEAD" else response


@answer("tru-sol-rights-in-another-form", "TRU-SOL-04")
def tells_rights_in_another_form(_: Request, response: Response) -> Response:
    """WAC-Allow has no groups."""
    told = response.header("WAC-Allow")
    return response.with_header("WAC-Allow", "read, write") if told else response


@answer("tru-sol-rights-too-few", "TRU-SOL-04")
def tells_too_few_rights(_: Request, response: Response) -> Response:
    """WAC-Allow does not tell that what is read may be read."""
    told = response.header("WAC-Allow")
    return response.with_header("WAC-Allow", 'user="control", public=""') if told else response


@answer("tru-sol-no-rules-linked", "TRU-SOL-05", "TRU-SOL-10")
def links_no_rules(_: Request, response: Response) -> Response:
    """No link leads to the access rules."""
    return without_link(response, 'rel="acl"')


@answer("tru-sol-two-rules-linked", "TRU-SOL-05")
def links_two_rules(request: Request, response: Response) -> Response:
    """Two links lead to access rules."""
    more = f'<{request.base}{request.path}.rules>; rel="acl"'
    return response.with_header("Link", f"{response.header('Link')}, {more}")


@answer("tru-sol-leave-for-all", "TRU-SOL-06")
def gives_leave_to_all(_: Request, response: Response) -> Response:
    """Leave is given to every origin alike."""
    return response.with_header(_LEAVE, "*")


@answer("tru-sol-leave-not-at-options", "TRU-SOL-06")
def gives_leave_to_all_at_options(request: Request, response: Response) -> Response:
    """Before a request, leave is given to every origin alike."""
    return response.with_header(_LEAVE, "*") if request.method == "OPTIONS" else response


@answer("tru-sol-leave-without-vary", "TRU-SOL-06")
def tells_caches_nothing(_: Request, response: Response) -> Response:
    """Vary does not name Origin."""
    return response.with_header("Vary", "Accept, Authorization")


@answer("tru-sol-fields-shown-by-star", "TRU-SOL-13")
def shows_all_fields(_: Request, response: Response) -> Response:
    """Access-Control-Expose-Headers is an asterisk."""
    return response.with_header("Access-Control-Expose-Headers", "*")


@answer("tru-sol-rights-not-shown", "TRU-SOL-13")
def shows_no_rights(_: Request, response: Response) -> Response:
    """Web pages are not shown WAC-Allow."""
    return response.with_header("Access-Control-Expose-Headers", "Link, ETag, Accept-Patch")


@answer("tru-sol-public-pod", "TRU-SOL-08")
def lets_everybody_rule_the_pod(request: Request, response: Response) -> Response:
    """Everybody may write to the pod's root."""
    rights = 'user="read", public="read write append"'
    return response.with_header("WAC-Allow", rights) if request.path == f"{PREFIX}/" else response


@fault("tru-sol-public-host", kills=("TRU-SOL-08",))
def lets_everybody_rule_the_host(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Everybody may rule the root of the host that serves the pod."""
    response = proceed(request)
    rights = 'user="read control",public="read control"'
    return response.with_header("WAC-Allow", rights) if request.path == "/" else response


@fault("tru-sol-no-webid-scope", kills=("TRU-SOL-09",))
def knows_no_webids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identity provider does not list the scope webid."""
    response = proceed(request)
    if request.path != _CONFIGURATION or request.method != "GET":
        return response
    value = response.json()
    return response.with_json(
        value | {"scopes_supported": [s for s in value["scopes_supported"] if s != "webid"]}
    )


@fault("tru-sol-no-dpop", kills=("TRU-SOL-15",), beside=("SEC-AS-12",))
def binds_no_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identity provider lists no algorithms for proofs of possession."""
    response = proceed(request)
    if request.path != _CONFIGURATION or request.method != "GET":
        return response
    value = response.json()
    del value["dpop_signing_alg_values_supported"]
    return response.with_json(value)


@answer("tru-sol-breaks-at-pdf", "TRU-SOL-11")
def does_not_know_pdf(request: Request, response: Response) -> Response:
    """A media type that the pod does not have is answered 501."""
    wanted = request.headers.get("accept") == "application/pdf"
    return response.with_status(501) if wanted else response


@answer("tru-sol-no-description", "TRU-SOL-14")
def links_no_description(request: Request, response: Response) -> Response:
    """OPTIONS is answered without a link to the storage's description."""
    relation = f"{SOLID}storageDescription"
    return without_link(response, relation) if request.method == "OPTIONS" else response


@answer("tru-sol-description-at-root-only", "TRU-SOL-14")
def links_the_description_at_the_root(request: Request, response: Response) -> Response:
    """Only the root container links to the storage's description."""
    at_root = request.path == f"{PREFIX}/"
    return response if at_root else without_link(response, f"{SOLID}storageDescription")


@pod("tru-sol-variant-acp")
def keeps_to_access_control_policy(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The server keeps to Access Control Policy: no WAC-Allow, and rules at .acr."""
    path = request.path
    if path.endswith(".acr"):
        place = f"{path.removesuffix('.acr')}.acl"
        request = replace(request, path=place, raw_path=place)
    response = proceed(request).without_header("WAC-Allow")
    links = (response.header("Link") or "").replace('.acl>; rel="acl"', '.acr>; rel="acl"')
    return response.with_header("Link", links)


@answer("tru-sol-variant-user-rights-only")
def tells_own_rights_only(_: Request, response: Response) -> Response:
    """WAC-Allow leaves out the group that has no rights, and has spaces around its marks."""
    told = response.header("WAC-Allow")
    if not told:
        return response
    short = told.replace(', public=""', "").replace('="', ' = "')
    return response.with_header("WAC-Allow", short)


@pod("tru-sol-variant-any-form")
def gives_what_there_is(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A media type that a document does not have is answered with one that it has."""
    response = proceed(request)
    if response.status != 406:  # noqa: PLR2004
        return response
    return proceed(request.with_header("accept", "*/*"))
