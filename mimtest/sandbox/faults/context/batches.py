"""Ways to break creating and upserting many entities at once, and the results of batches."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import ERRORS, done
from mimtest.sandbox.faults.context.writing import (
    CREATED,
    DONE,
    PARTLY,
    WRONG,
    as_batch,
    is_batch,
    items_of,
    partial,
    refusal,
    sending,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OPERATIONS = ("create", "upsert", "update", "merge", "delete")
_THREE = 3
_MANY = 50


def _ids(items: list[Any]) -> list[Any]:
    return [i["id"] for i in items if isinstance(i, dict)]


@fault(
    "ctx-batch-lists-entities",
    kills=("CTX-BAT-01",),
    beside=(
        "CTX-BAT-20",
        "CTX-BAT-21",
        "CTX-DIST-17",
    ),
)
def _lists_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer to a batch creation lists entities instead of identifiers."""
    response = proceed(request)
    if is_batch(request, "create") and response.status == CREATED:
        return response.with_json([{"id": i} for i in response.json()])
    return response


@fault("ctx-batch-loses-the-last", kills=("CTX-BAT-01",), beside=("CTX-DIST-17",))
def _loses_last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last of three entities in a batch is said to be created and forgotten."""
    response, ids = proceed(request), _ids(items_of(request))
    if is_batch(request, "create") and response.status == CREATED and len(ids) == _THREE:
        proceed(sending(as_batch(request, "delete"), ids[-1:]))
    return response


@fault(
    "ctx-batch-claims-all",
    kills=("CTX-BAT-02", "CTX-BAT-22"),
    beside=(
        "CTX-BAT-03",
        "CTX-BAT-05",
        "CTX-BAT-20",
        "CTX-BAT-21",
        "CTX-BAT-23",
        "CTX-DIST-17",
    ),
)
def _claims_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a batch counts entities that could not be created as created."""
    response = proceed(request)
    if not is_batch(request, "create"):
        return response
    return partial(response, lambda _: {"success": _ids(items_of(request)), "errors": []})


@fault("ctx-batch-error-of-another-type", kills=("CTX-BAT-02", "CTX-BAT-05"))
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is there already is called an internal error in the result of a batch."""

    def change(result: Any) -> Any:
        for item in result["errors"]:
            item["error"]["type"] = f"{ERRORS}InternalError"
        return result

    response = proceed(request)
    return partial(response, change) if is_batch(request, "create") else response


@fault("ctx-batch-refused-in-part", kills=("CTX-BAT-03", "CTX-BAT-20", "CTX-BAT-21"))
def _refused_in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch with a wrong item is refused as a whole, and the rest of it kept."""
    response = proceed(request)
    is_wrong = is_batch(request, "create") and response.status == PARTLY
    return (
        refusal("BadRequestData") if is_wrong and b"BadRequestData" in response.body else response
    )


@fault("ctx-empty-batch-confirmed", kills=("CTX-BAT-04",))
def _empty_confirmed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch without items is confirmed."""
    empty = is_batch(request, *_OPERATIONS) and request.body == b"[]"
    return done() if empty else proceed(request)


@fault("ctx-batch-of-one-object", kills=("CTX-BAT-04",))
def _one_object(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An object is taken for a batch of one."""
    if is_batch(request, *_OPERATIONS) and request.body.startswith(b"{"):
        return proceed(request.with_body(b"[" + request.body + b"]"))
    return proceed(request)


@fault("ctx-batch-drops-nulls", kills=("CTX-BAT-04",))
def _drops_nulls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A null in a batch is passed over."""
    items = items_of(request)
    if is_batch(request, *_OPERATIONS) and None in items:
        return proceed(sending(request, [i for i in items if i is not None]))
    return proceed(request)


@fault("ctx-batch-without-json-is-bad-data", kills=("CTX-BAT-04",))
def _cut_is_bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch whose body is cut off is called bad data."""
    response = proceed(request)
    cut = is_batch(request, *_OPERATIONS) and b"InvalidRequest" in response.body
    return refusal("BadRequestData") if cut and response.status == WRONG else response


@fault("ctx-second-of-a-batch-wins", kills=("CTX-BAT-05",))
def _second_wins(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second entity with the same identifier in a batch replaces the first."""
    ids = _ids(items_of(request))
    twice = is_batch(request, "create") and len(ids) > len({*ids})
    return proceed(as_batch(request, "upsert") if twice else request)


@fault(
    "ctx-upsert-lists-nothing",
    kills=("CTX-BAT-06", "CTX-BAT-08", "CTX-BAT-10", "CTX-BAT-24"),
    beside=(
        "CTX-TEN-08",
        "CTX-DIST-17",
    ),
)
def _lists_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert that created entities is answered without their identifiers."""
    response = proceed(request)
    return done() if is_batch(request, "upsert") and response.status == CREATED else response


@fault("ctx-upsert-updates", kills=("CTX-BAT-07", "CTX-BAT-08", "CTX-BAT-10"))
def _upsert_updates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert keeps attributes of known entities that it does not name."""
    plain = is_batch(request, "upsert") and not request.query
    return proceed(request.with_query("options=update") if plain else request)


@fault("ctx-upsert-lists-the-known", kills=("CTX-BAT-08",))
def _lists_known(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A mixed upsert lists the entities it replaced instead of those it created."""
    response = proceed(request)
    if not is_batch(request, "upsert") or response.status != CREATED:
        return response
    known = [i for i in _ids(items_of(request)) if i not in response.json()]
    return response.with_json(known) if known else response


@fault("ctx-upsert-always-replaces", kills=("CTX-BAT-09", "CTX-BAT-10"))
def _always_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert replaces known entities although it is to update them."""
    return proceed(request.with_query("") if is_batch(request, "upsert") else request)


@fault("ctx-upsert-takes-the-first", kills=("CTX-BAT-10",))
def _takes_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of an entity that stands twice in an upsert the first one counts."""
    return proceed(_once(request, items_of(request)[::-1]))


@fault("ctx-upsert-takes-the-last", kills=("CTX-BAT-10",))
def _takes_last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of an entity that stands twice in an upsert only the last one counts."""
    return proceed(_once(request, items_of(request)))


def _once(request: Request, items: list[Any]) -> Request:
    """The same upsert with each identifier once, as it comes last in the items."""
    if not is_batch(request, "upsert") or not all(isinstance(i, dict) for i in items):
        return request
    last = {i.get("id"): i for i in items}
    return sending(request, list(last.values())) if len(last) < len(items) else request


@fault("ctx-batch-in-one-context", kills=("CTX-BAT-20",))
def _one_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All items of a batch are read in the @context of the first."""
    items = items_of(request)
    first = items[0] if items and isinstance(items[0], dict) else {}
    if not is_batch(request, "create") or "@context" not in first:
        return proceed(request)
    same = [i | {"@context": first["@context"]} for i in items]
    return proceed(sending(request, same))


@fault("ctx-batch-without-link", kills=("CTX-BAT-21",))
def _without_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The linked @context is not heeded in a batch."""
    if not is_batch(request, "create"):
        return proceed(request)
    return proceed(replace(request, headers=without(request.headers, "link")))


@fault("ctx-batch-with-context-inside", kills=("CTX-BAT-21",))
def _context_inside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context inside an item of a JSON batch is passed over."""
    kind = request.headers.get("content-type", "")
    if not is_batch(request, "create") or kind != "application/json":
        return proceed(request)
    bare = [without(i, "@context") if isinstance(i, dict) else i for i in items_of(request)]
    return proceed(sending(request, bare) if bare else request)


@fault("ctx-batch-errors-without-title", kills=("CTX-BAT-22",))
def _without_title(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors in the result of a batch have no title."""

    def change(result: Any) -> Any:
        errors = [e | {"error": without(e["error"], "title")} for e in result["errors"]]
        return result | {"errors": errors}

    response = proceed(request)
    return partial(response, change) if is_batch(request, "create") else response


@fault("ctx-batch-result-is-json-ld", kills=("CTX-BAT-22",))
def _result_is_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a batch comes as JSON-LD."""
    response = proceed(request)
    is_result = is_batch(request, "create") and response.status == PARTLY
    return response.with_header("Content-Type", "application/ld+json") if is_result else response


@fault("ctx-failed-batch-is-a-success", kills=("CTX-BAT-23",))
def _failed_success(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch that created nothing is answered with 201 and an empty list."""
    response = proceed(request)
    if not is_batch(request, "create") or response.status != PARTLY:
        return response
    return response if response.json()["success"] else json_response([], CREATED)


@fault("ctx-large-batch-cut", kills=("CTX-BAT-24",))
def _large_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of many entities in an upsert only the first are kept, and all are confirmed."""
    items = items_of(request)
    if not is_batch(request, "upsert") or len(items) <= _MANY:
        return proceed(request)
    response = proceed(sending(request, items[:_MANY]))
    return response.with_json(_ids(items)) if response.status in (CREATED, DONE) else response
