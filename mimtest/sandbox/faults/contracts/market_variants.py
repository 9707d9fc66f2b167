"""Permitted other ways of the catalogue of a market place (TMF620, TMF630)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.contracts.market import Record, each, is_list
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctr-tmf-variant-200")
def calls_parts_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of a longer list is answered 200."""
    response = proceed(request)
    inside = request.path.startswith("/tmf-api/") and response.status == 206  # noqa: PLR2004
    return response.with_status(200) if inside else response


@fault("ctr-tmf-variant-relative-href")
def writes_relative_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Addresses of offerings have no host."""

    def change(record: Record) -> None:
        record["href"] = record["href"].removeprefix(request.base)

    return each(request, proceed, change)


@fault("ctr-tmf-variant-attachment")
def attaches_the_licence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The terms of an offering are in a document that is attached."""

    def change(record: Record) -> None:
        terms = record.pop("productOfferingTerm", None)
        if terms:
            record["attachment"] = [{"name": "Licence", "url": terms[0]["description"]}]

    return each(request, proceed, change)


@fault("ctr-tmf-variant-total-alone")
def counts_all_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages say how much there is in all, and leave counting the page to who reads it."""
    response = proceed(request)
    return response.without_header("X-Result-Count") if is_list(request) else response


@fault("ctr-tmf-variant-versions")
def lists_versions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two versions of one offering are listed with one identifier."""

    def change(record: Record) -> None:
        if record["id"] == "streetlights":
            record.update(id="air-quality", version="2.0")

    return each(request, proceed, change)


@fault("ctr-tmf-variant-untyped")
def leaves_types_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Offerings of version 4 do not name their type, which is that of their schema."""
    if "/v4/" not in request.path:
        return proceed(request)
    return each(request, proceed, lambda record: record.pop("@type", None))


@fault("ctr-tmf-variant-code-as-number")
def counts_errors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Codes of errors are numbers."""
    response = proceed(request)
    if not request.path.startswith("/tmf-api/") or response.status < 400 or not response.body:  # noqa: PLR2004
        return response
    content = response.json()
    return response.with_json({**content, "code": int(content["code"])} if "code" in content else content)  # fmt: skip


@fault("ctr-tmf-variant-lower-case")
def writes_headers_in_lower_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names of headers are in lower case."""
    response = proceed(request)
    if not is_list(request):
        return response
    lower = tuple((k.lower() if k.startswith("X-") else k, v) for k, v in response.headers)
    return replace(response, headers=lower)
