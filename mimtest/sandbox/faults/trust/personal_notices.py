"""Ways to leave people in the dark about their data, one at a time."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.personal_consents import without
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NOTICE: Final = "/my/notice"


def _is_page(request: Request) -> bool:
    return request.path == _NOTICE and "ld+json" not in request.headers.get("accept", "")


def _is_for_programs(request: Request) -> bool:
    return request.path == _NOTICE and "ld+json" in request.headers.get("accept", "")


@fault("tru-notice-gone", kills=("TRU-CON-01", "TRU-RIG-07"))
def has_no_notice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is no page that tells people what they agree to."""
    return problem(404, "there is nothing here") if _is_page(request) else proceed(request)


@fault("tru-notice-empty", kills=("TRU-CON-01", "TRU-RIG-07"))
def says_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The page of the notice has no text."""
    response = proceed(request)
    return response.with_body(b"<!DOCTYPE html><html></html>") if _is_page(request) else response


@fault("tru-notice-no-contact", kills=("TRU-RIG-07",))
def names_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The notice speaks of a contact and names none."""
    response = proceed(request)
    if not _is_page(request):
        return response
    return response.with_body(re.sub(rb"<a .*</a>", b"in the town hall", response.body))


@fault("tru-notice-no-legal-basis", kills=("TRU-CON-02",))
def tells_no_legal_basis(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The notice in DPV does not say on which legal basis data is used."""
    response = proceed(request)
    if not _is_for_programs(request):
        return response
    told = response.json()
    return response.with_json(
        {**told, "dpv:hasProcess": without(told["dpv:hasProcess"], "dpv:hasLegalBasis")}
    )


@fault("tru-notice-strange-term", kills=("TRU-CON-03",))
def makes_up_a_term(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The notice uses a term that DPV does not have."""
    response = proceed(request)
    if not _is_for_programs(request):
        return response
    return response.with_body(response.body.replace(b"dpv:hasRecipient", b"dpv:hasReceiver"))


@fault("tru-description-without-export", kills=("TRU-POR-05",))
def leaves_the_export_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description does not have the path of the export."""
    response = proceed(request)
    if request.path != "/my/openapi.json":
        return response
    told = response.json()
    return response.with_json({**told, "paths": without(told["paths"], "/export")})
