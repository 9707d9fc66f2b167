"""Ways to break correcting, replacing and deleting one attribute of an entity."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import (
    at_path,
    done,
    is_on_attribute,
    without_params,
)
from mimtest.sandbox.faults.context.writing import (
    DONE,
    MISSING,
    WRONG,
    entity_at,
    members_of,
    refusal,
    sending,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _wrapped(request: Request, method: str) -> Request:
    """The attribute in the body, sent with its name to the attributes of the entity."""
    path, name = request.path.rsplit("/", 1)
    body = dump({name: members_of(request)}).decode()
    return replace(at_path(request, path, body), method=method)


def _is_plain(request: Request) -> bool:
    """Whether the body names neither an instance nor a @context."""
    return not {"datasetId", "@context"} & set(members_of(request))


@fault(
    "ctx-partial-update-replaces",
    kills=("CTX-ATT-09",),
    beside=(
        "CTX-ATT-12",
        "CTX-DIST-16",
    ),
)
def _partial_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an attribute drops the members it does not name."""
    response = proceed(request)
    done_so = is_on_attribute(request, "PATCH") and response.status == DONE
    if done_so and "@context" not in members_of(request):
        return proceed(_wrapped(request, "PATCH"))
    return response


@fault("ctx-partial-update-changes-the-type", kills=("CTX-ATT-10",))
def _changes_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update by an attribute of another type replaces the attribute."""
    response = proceed(request)
    refused = is_on_attribute(request, "PATCH") and response.status == WRONG
    by_relation = members_of(request).get("type") == "Relationship"
    return proceed(_wrapped(request, "PATCH")) if refused and by_relation else response


@fault("ctx-partial-update-adds", kills=("CTX-ATT-11",))
def _partial_adds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an attribute that is not there adds it."""
    response = proceed(request)
    unknown = is_on_attribute(request, "PATCH") and response.status == MISSING
    return proceed(_wrapped(request, "POST")) if unknown and _is_plain(request) else response


@fault("ctx-partial-update-of-unknown-confirmed", kills=("CTX-ATT-11",))
def _unknown_corrected(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an attribute of an unknown entity is confirmed."""
    if is_on_attribute(request, "PATCH") and not entity_at(request, proceed):
        return done()
    return proceed(request)


@fault("ctx-partial-update-of-the-default-one", kills=("CTX-ATT-12",))
def _of_the_default(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update does not heed which instance it names."""
    if not is_on_attribute(request, "PATCH"):
        return proceed(request)
    return proceed(sending(request, without(members_of(request), "datasetId")))


@fault("ctx-partial-update-adds-an-instance", kills=("CTX-ATT-12",))
def _adds_instance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an instance that is not there adds it."""
    response = proceed(request)
    unknown = is_on_attribute(request, "PATCH") and response.status == MISSING
    by_dataset = "datasetId" in members_of(request)
    return proceed(_wrapped(request, "POST")) if unknown and by_dataset else response


@fault("ctx-scope-corrected", kills=("CTX-ATT-13",))
def _scope_corrected(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of a scope is confirmed."""
    is_scope = is_on_attribute(request, "PATCH") and request.path.endswith("/scope")
    return done() if is_scope else proceed(request)


@fault(
    "ctx-attribute-stays",
    kills=("CTX-ATT-14",),
    beside=(
        "CTX-ATT-16",
        "CTX-ATT-17",
        "CTX-TMP-34",
        "CTX-DIST-16",
    ),
)
def _attribute_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an attribute is confirmed and forgotten."""
    return done() if is_on_attribute(request, "DELETE") else proceed(request)


@fault("ctx-missing-attribute-deleted", kills=("CTX-ATT-15",))
def _missing_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an attribute that is not there is confirmed."""
    response = proceed(request)
    deletes = is_on_attribute(request, "DELETE")
    return done() if deletes and response.status == MISSING else response


@fault("ctx-deletion-of-one-instance", kills=("CTX-ATT-16",))
def _one_instance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting all instances of an attribute removes the default one alone."""
    deletes = is_on_attribute(request, "DELETE")
    return proceed(without_params(request, "deleteAll") if deletes else request)


@fault("ctx-deletion-of-the-default-one", kills=("CTX-ATT-16",))
def _default_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an attribute does not heed which instance is meant."""
    deletes = is_on_attribute(request, "DELETE")
    return proceed(without_params(request, "datasetId") if deletes else request)


@fault("ctx-deletion-of-all-instances", kills=("CTX-ATT-16",))
def _all_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting the default instance of an attribute removes all instances."""
    default = is_on_attribute(request, "DELETE") and not request.query
    if default and not request.path.endswith("/scope"):
        return proceed(request.with_query("deleteAll=true"))
    return proceed(request)


@fault("ctx-scope-not-deleted", kills=("CTX-ATT-17",))
def _scope_not_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting a scope is refused as of an attribute that cannot be."""
    is_scope = is_on_attribute(request, "DELETE") and request.path.endswith("/scope")
    return refusal("BadRequestData") if is_scope else proceed(request)


@fault(
    "ctx-replacement-keeps-members",
    kills=("CTX-ATT-18",),
    beside=(
        "CTX-ATT-19",
        "CTX-DIST-16",
    ),
)
def _replacement_keeps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an attribute keeps the members that the new one does not have."""
    replaces = is_on_attribute(request, "PUT")
    return proceed(replace(request, method="PATCH") if replaces else request)


@fault("ctx-replacement-is-new", kills=("CTX-ATT-18",), beside=("CTX-DIST-16",))
def _replacement_is_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an attribute forgets when it was created."""
    response = proceed(request)
    if not is_on_attribute(request, "PUT") or response.status != DONE:
        return response
    proceed(replace(request, method="DELETE", body=b""))
    return proceed(_wrapped(request, "POST"))


@fault("ctx-replacement-adds", kills=("CTX-ATT-19",))
def _replacement_adds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an attribute or instance that is not there adds it."""
    response = proceed(request)
    unknown = is_on_attribute(request, "PUT") and response.status == MISSING
    return proceed(_wrapped(request, "POST")) if unknown else response


@fault("ctx-replacement-of-unknown-confirmed", kills=("CTX-ATT-19",))
def _unknown_replaced(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an attribute of an unknown entity is confirmed."""
    spaced = " " in request.path
    if is_on_attribute(request, "PUT") and not spaced and not entity_at(request, proceed):
        return done()
    return proceed(request)
