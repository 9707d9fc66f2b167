"""Ways to break adding attributes to an entity and updating them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    at_path,
    done,
    is_on_attributes,
    without_params,
)
from mimtest.sandbox.faults.context.writing import (
    DONE,
    MISSING,
    NULL,
    PARTLY,
    WRONG,
    entity_at,
    members_of,
    partial,
    refusal,
    says,
    sending,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "ctx-attribute-not-added",
    kills=("CTX-ATT-01",),
    beside=(
        "CTX-ATT-*",
        "CTX-COM-09",
        "CTX-IDN-17",
        "CTX-DIST-16",
    ),
)
def _not_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding an attribute is confirmed and forgotten."""
    return done() if is_on_attributes(request, "POST") else proceed(request)


@fault("ctx-added-again-merges", kills=("CTX-ATT-02",), beside=("CTX-DIST-16",))
def _added_again_merges(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute that is added again keeps the members of the old one."""
    body = members_of(request)
    there = entity_at(request, proceed) if is_on_attributes(request, "POST") else {}
    if request.query or not body or not set(body) <= set(there):
        return proceed(request)
    if any("datasetId" in part for part in body.values() if isinstance(part, dict)):
        return proceed(request)
    for name, part in body.items():
        below = at_path(request, f"{request.path}/{name}", dump(part).decode())
        proceed(replace(below, method="PATCH"))
    return done()


@fault("ctx-no-overwrite-ignored", kills=("CTX-ATT-03",))
def _no_overwrite_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is there is overwritten although nothing may be."""
    adds = is_on_attributes(request, "POST") and "scope" not in members_of(request)
    return proceed(without_params(request, "options") if adds else request)


@fault("ctx-no-overwrite-adds-nothing", kills=("CTX-ATT-03",), beside=("CTX-ATT-25",))
def _adds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where nothing may be overwritten nothing is added either."""
    adds = is_on_attributes(request, "POST") and "noOverwrite" in request.query
    return done() if adds else proceed(request)


@fault(
    "ctx-change-of-unknown-confirmed",
    kills=("CTX-ATT-04", "CTX-ATT-07"),
    beside=(
        "CTX-TEN-04",
        "CTX-DIST-19",
    ),
)
def _unknown_confirmed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changing attributes of an unknown entity is confirmed."""
    response = proceed(request)
    changes = is_on_attributes(request, "POST") or is_on_attributes(request, "PATCH")
    return done() if changes and response.status == MISSING else response


@fault("ctx-change-of-any-id", kills=("CTX-ATT-04", "CTX-ATT-07", "CTX-ATT-19"))
def _any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where attributes change an identifier that is no URI is looked up and not found."""
    response = proceed(request)
    changes = request.method in ("POST", "PATCH", "PUT") and "/attrs" in request.path
    invalid = " " in request.path and "/temporal/" not in request.path
    if changes and invalid and response.status == WRONG:
        return refusal("ResourceNotFound", MISSING)
    return response


@fault("ctx-change-without-json-is-bad-data", kills=("CTX-ATT-04", "CTX-ATT-07"))
def _cut_is_bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of attributes whose body is cut off is called bad data."""
    response = proceed(request)
    changes = is_on_attributes(request, "POST") or is_on_attributes(request, "PATCH")
    if changes and request.body and "InvalidRequest" in response.body.decode():
        return refusal("BadRequestData")
    return response


@fault("ctx-empty-addition-confirmed", kills=("CTX-ATT-04",))
def _empty_confirmed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An addition of attributes without a body is confirmed."""
    adds = is_on_attributes(request, "POST") and not request.body
    return done() if adds else proceed(request)


@fault("ctx-result-is-a-list-of-names", kills=("CTX-ATT-03", "CTX-ATT-24"), beside=("CTX-DIST-18",))
def _names_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a partial change lists names without the reason."""
    response = proceed(request)
    adds = is_on_attributes(request, "POST")

    def change(result: Any) -> Any:
        return result | {"notUpdated": [n["attributeName"] for n in result["notUpdated"]]}

    return partial(response, change) if adds else response


@fault("ctx-result-is-json-ld", kills=("CTX-ATT-24",))
def _result_is_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a partial change comes as JSON-LD."""
    response = proceed(request)
    is_result = is_on_attributes(request, "POST") and response.status == PARTLY
    return response.with_header("Content-Type", "application/ld+json") if is_result else response


@fault("ctx-added-scope-stands-beside", kills=("CTX-ATT-25",))
def _scope_beside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A scope that is added stands beside the old one although it may be overwritten."""
    adds = is_on_attributes(request, "POST") and "scope" in members_of(request)
    return proceed(request.with_query("options=noOverwrite") if adds else request)


@fault("ctx-added-scope-overwrites", kills=("CTX-ATT-25",))
def _scope_overwrites(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A scope that is added takes the place of the old one although nothing may be overwritten."""
    adds = is_on_attributes(request, "POST") and "scope" in members_of(request)
    return proceed(request.with_query("") if adds else request)


@fault("ctx-added-type-forgotten", kills=("CTX-ATT-25",))
def _type_forgotten(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that is added with attributes is forgotten."""
    body = members_of(request)
    adds = is_on_attributes(request, "POST") and "type" in body
    return proceed(sending(request, without(body, "type")) if adds else request)


@fault("ctx-added-instance-overwrites", kills=("CTX-ATT-26",))
def _instance_overwrites(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An instance with a datasetId takes the place of the default one."""
    body = members_of(request)
    if not is_on_attributes(request, "POST") or not says(request, "datasetId"):
        return proceed(request)
    plain = {n: without(p, "datasetId") if isinstance(p, dict) else p for n, p in body.items()}
    return proceed(sending(request, plain))


@fault(
    "ctx-update-keeps-members",
    kills=("CTX-ATT-05",),
    beside=(
        "CTX-COM-09",
        "CTX-DIST-16",
        "CTX-DIST-33",
    ),
)
def _update_keeps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes keeps the members of theirs that it does not name."""
    body = members_of(request)
    there = entity_at(request, proceed) if is_on_attributes(request, "PATCH") else {}
    if not body or not set(body) <= set(there) or says(request, NULL):
        return proceed(request)
    for name, part in body.items():
        proceed(at_path(request, f"{request.path}/{name}", dump(part).decode()))
    return done()


@fault("ctx-update-claims-a-new-attribute", kills=("CTX-ATT-06",), beside=("CTX-DIST-33",))
def _claims_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update says that a new attribute was updated, and does not add it."""
    body = members_of(request)
    there = entity_at(request, proceed) if is_on_attributes(request, "PATCH") else {}
    new = [name for name in body if name not in there]
    if not there or not new:
        return proceed(request)
    response = proceed(sending(request, without(body, *new)))
    result = {"updated": list(body), "notUpdated": []}
    return json_response(result, PARTLY) if response.status == DONE else response


@fault("ctx-update-with-a-new-attribute-lost", kills=("CTX-ATT-06",), beside=("CTX-DIST-33",))
def _lost_with_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update with a new attribute adds it and forgets the known ones."""
    body = members_of(request)
    there = entity_at(request, proceed) if is_on_attributes(request, "PATCH") else {}
    new = without(body, *there)
    mixed = there and new and len(new) < len(body)
    return proceed(sending(request, new) if mixed else request)


@fault("ctx-null-marker-overlooked", kills=("CTX-ATT-08",))
def _null_overlooked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update with the null marker is confirmed and forgotten."""
    asks = is_on_attributes(request, "PATCH") and says(request, NULL)
    return done() if asks else proceed(request)


@fault("ctx-null-marker-not-in-languages", kills=("CTX-ATT-08",))
def _not_in_languages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The null marker in a language map is called bad data."""
    marked = says(request, NULL) and says(request, "languageMap")
    asks = is_on_attributes(request, "PATCH") and marked
    return refusal("BadRequestData") if asks else proceed(request)
