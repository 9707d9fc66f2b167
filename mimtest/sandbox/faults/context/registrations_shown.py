"""Ways to break how registrations that were found are shown: filtered, in a format, under a @context, in pages."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import changed, refusal, with_params, without
from mimtest.sandbox.faults.context.registrations import REGISTRATIONS
from mimtest.sandbox.faults.context.registrations_finding import discovers, ignoring
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
Registration = dict[str, Any]


@fault("ctx-reg-unfiltered", kills=("CTX-REG-18",))
def _unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search gives out registrations with all of their information."""
    response = proceed(request)
    if not discovers(request) or response.status != _OK:
        return response
    found = [_whole(request, proceed, r) for r in response.json()]
    return response.with_json(found)


def _whole(request: Request, proceed: Proceed, found: Registration) -> Registration:
    """The registration as it is retrieved."""
    path = f"{REGISTRATIONS}/{found['id']}"
    whole = proceed(replace(request, path=path, query="", raw_path=path))
    return {**found, "information": whole.json()["information"]} if whole.status == _OK else found


@fault("ctx-reg-json-ld-without-context", kills=("CTX-REG-24",))
def _no_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Registrations in JSON-LD have no @context."""
    response = proceed(request)
    if not discovers(request) or response.header("Content-Type") != "application/ld+json":
        return response
    return changed(response, lambda found: [without(r, "@context") for r in found])


@fault("ctx-reg-json-without-link", kills=("CTX-REG-24",))
def _no_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Registrations in JSON link to no @context."""
    response = proceed(request)
    ours = discovers(request) and response.header("Content-Type") == "application/json"
    kept = [(k, v) for k, v in response.headers if k != "Link" or "#context" not in v]
    return replace(response, headers=tuple(kept)) if ours else response


@fault("ctx-reg-names-not-expanded", kills=("CTX-REG-24",))
def _not_expanded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for registrations does not heed the @context of the request."""
    if not discovers(request):
        return proceed(request)
    kept = {k: v for k, v in request.headers.items() if k != "link"}
    return proceed(replace(request, headers=kept))


@fault("ctx-reg-pages-repeat", kills=("CTX-REG-23",))
def _pages_repeat(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The offset of a search for registrations is one too small."""

    def change(params: dict[str, str]) -> dict[str, str]:
        return params | {"offset": str(max(0, int(params["offset"]) - 1))}

    later = discovers(request) and "offset" in request.params
    return proceed(with_params(request, change) if later else request)


@fault("ctx-reg-count-of-the-page", kills=("CTX-REG-23",))
def _count_of_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count of registrations is that of the page."""
    response = proceed(request)
    if not discovers(request) or response.header("NGSILD-Results-Count") is None:
        return response
    return response.with_header("NGSILD-Results-Count", str(len(response.json())))


@fault("ctx-reg-any-limit", kills=("CTX-REG-23",))
def _any_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of a size that is no number is taken as one of the usual size."""
    odd = discovers(request) and not request.params.get("limit", "1").isdigit()
    return proceed(ignoring(request, "limit") if odd else request)


@fault("ctx-reg-error-for-a-search", kills=("CTX-REG-14",))
def _error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a type that no source has is not found."""
    response = proceed(request)
    nothing = discovers(request) and "MtNothing" in request.params.get("type", "")
    return refusal(404, "ResourceNotFound") if nothing else response
