"""Ways in which participants mislead who asks them, and permitted other ways (iSHARE, EBSI, DCP)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.participants.service import capabilities, signed_capabilities

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Record = dict[str, Any]
_CAPABLE: Final = "/ishare/capabilities"
_ISSUERS: Final = "/issuers/issuers"
_ASKED: Final = "/dcp/presentations/query"


def _capable(
    request: Request, proceed: Proceed, change: Callable[[Record], object], **how: Any
) -> Response:
    """The capabilities with other claims."""
    response = proceed(request)
    if request.path != _CAPABLE or response.status != 200:  # noqa: PLR2004
        return response
    claims = capabilities(request)
    change(claims)
    return response.with_json({"capabilities_token": signed_capabilities(claims, **how)})


@fault("ctr-par-ishare-es256", kills=("CTR-PAR-05",))
def signs_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities are signed with another algorithm and key than those of the certificate."""
    return _capable(request, proceed, lambda _: None, alg="ES256")


@fault("ctr-par-ishare-expired", kills=("CTR-PAR-05",))
def tells_what_it_could(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The token with the capabilities ended long ago."""
    return _capable(request, proceed, lambda c: c.update(iat=1700000000, exp=1700000030))


@fault("ctr-par-ishare-restricted", kills=("CTR-PAR-05",))
def tells_restricted_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features for few are told to everybody."""

    def change(claims: Record) -> None:
        version = claims["capabilities_info"]["supported_versions"][0]
        group = version["supported_features"][0]
        group["restricted"] = group["public"]

    return _capable(request, proceed, change)


@fault("ctr-par-ishare-silent", kills=("CTR-PAR-05",))
def tells_no_feature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities hold no feature."""
    return _capable(
        request,
        proceed,
        lambda c: c["capabilities_info"]["supported_versions"][0].pop("supported_features"),
    )


@fault("ctr-par-ishare-for-another", kills=("CTR-PAR-05",))
def tells_what_another_can(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities are those of another party than the one that signed them."""
    other = {"party_id": "EU.EORI.NL000000001"}
    return _capable(request, proceed, lambda c: c["capabilities_info"].update(other))


@fault("ctr-par-ishare-endless", kills=("CTR-PAR-05",))
def tells_what_it_can_for_ever(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The token with the capabilities never ends."""
    return _capable(request, proceed, lambda c: c.pop("exp"))


@fault("ctr-par-ishare-variant-nothing-restricted")
def tells_that_nothing_is_restricted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of restricted features is there, and empty."""

    def change(claims: Record) -> None:
        claims["capabilities_info"]["supported_versions"][0]["supported_features"][0].update(
            {"restricted": [], "private": None}
        )

    return _capable(request, proceed, change)


def _in_pages(request: Request, proceed: Proceed, second: str) -> Response:
    """The list of issuers as two pages of one, the second with the identifier that is given."""
    response = proceed(request)
    if request.path != _ISSUERS:
        return response
    content = response.json()
    if "after" in request.query:
        content["items"] = [{**content["items"][0], "did": second or content["items"][0]["did"]}]
    here = f"{request.base}{_ISSUERS}"
    links = {"next": f"{here}?page[after]=2&page[size]=1", "first": f"{here}?page[size]=1"}
    return response.with_json({**content, "total": 2, "pageSize": 1, "links": links})


@fault("ctr-par-variant-issuers-in-pages")
def lists_issuers_in_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of who is trusted comes in two pages."""
    return _in_pages(request, proceed, "did:web:other.mimtest.invalid")


@fault("ctr-par-issuers-repeated", kills=("CTR-PAR-06",))
def repeats_the_first_page_of_issuers(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """Every page of the list of who is trusted is the first one."""
    return _in_pages(request, proceed, "")


@fault("ctr-par-variant-issuers-of-one-method")
def knows_one_method(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that cannot be on the list is answered 400."""
    response = proceed(request)
    inside = request.path.startswith(f"{_ISSUERS}/") and response.status == 404  # noqa: PLR2004
    return response.with_status(400) if inside else response


@fault("ctr-par-issuers-uncounted", kills=("CTR-PAR-06",))
def counts_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of who is trusted does not say how many there are."""
    return changed(request, proceed, _ISSUERS, lambda content: content.pop("total"))


@fault("ctr-par-issuers-all", kills=("CTR-PAR-06",))
def trusts_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever is asked for is called trusted."""
    response = proceed(request)
    inside = request.path.startswith(f"{_ISSUERS}/") and response.status == 404  # noqa: PLR2004
    return json_response({"did": "did:web:anybody"}) if inside else response


@fault("ctr-par-open-credentials", kills=("CTR-PAR-09",))
def shows_credentials_to_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Credentials are shown to who has no token."""
    if request.path != _ASKED or "authorization" in request.headers:
        return proceed(request)
    return json_response({"type": "PresentationResponseMessage", "presentation": ["eyJ.e30."]})


@fault("ctr-par-any-token", kills=("CTR-PAR-09",))
def takes_any_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Credentials are shown to who has anything that is called a token."""
    if request.path != _ASKED or "authorization" not in request.headers:
        return proceed(request)
    return json_response({"type": "PresentationResponseMessage", "presentation": ["eyJ.e30."]})


@fault("ctr-par-variant-403")
def forbids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who has no token is answered 403."""
    response = proceed(request)
    return response.with_status(403) if request.path == _ASKED else response


@fault("ctr-par-unsigned-token", kills=("CTR-PAR-09",))
def takes_unsigned_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Credentials are shown to who has a token that nobody signed."""
    token = request.headers.get("authorization", "")
    if request.path != _ASKED or not (token.startswith("Bearer eyJ") and token.endswith(".")):
        return proceed(request)
    return json_response({"type": "PresentationResponseMessage", "presentation": ["eyJ.e30."]})


@fault("ctr-par-variant-nothing-to-show")
def shows_strangers_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no token is entitled to no credential, and is answered with none."""
    if request.path != _ASKED:
        return proceed(request)
    return json_response({"type": "PresentationResponseMessage", "presentation": []})
