"""Ways to break updating, merging and deleting many entities at once."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import done
from mimtest.sandbox.faults.context.writing import (
    CREATED,
    DONE,
    PARTLY,
    as_batch,
    is_batch,
    items_of,
    sending,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-batch-update-replaces", kills=("CTX-BAT-11",), beside=("CTX-DIST-17",))
def _update_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch update replaces the whole entities."""
    response = proceed(request)
    if is_batch(request, "update") and not request.query and response.status == DONE:
        return proceed(as_batch(request, "upsert"))
    return response


@fault("ctx-batch-update-merges", kills=("CTX-BAT-11",), beside=("CTX-DIST-17",))
def _update_merges(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch update keeps the members of attributes that it does not name."""
    plain = is_batch(request, "update") and not request.query
    return proceed(as_batch(request, "merge") if plain else request)


@fault("ctx-batch-update-overwrites", kills=("CTX-BAT-12",))
def _update_overwrites(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch update overwrites what is there although it is not to."""
    return proceed(request.with_query("") if is_batch(request, "update") else request)


@fault("ctx-batch-update-creates", kills=("CTX-BAT-13",))
def _update_creates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch update creates the entities that are not there."""
    if not is_batch(request, "update") or request.query:
        return proceed(request)
    response = proceed(request)
    if response.status != PARTLY:
        return response
    made = proceed(as_batch(request, "upsert", "options=update"))
    return done() if made.status == CREATED else response


@fault("ctx-batch-deletion-of-one", kills=("CTX-BAT-14",))
def _deletion_of_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch deletion of two entities removes the first alone, and is confirmed."""
    items = items_of(request)
    if not is_batch(request, "delete") or len(set(map(str, items))) < 2:  # noqa: PLR2004
        return proceed(request)
    response = proceed(request)
    return response if response.status != DONE else _undone(items[1:], proceed, request)


def _undone(ids: list[Any], proceed: Proceed, request: Request) -> Response:
    """Put entities back, bare, under their identifiers."""
    bare = [{"id": id_, "type": "Undeleted"} for id_ in ids]
    proceed(sending(as_batch(request, "create"), bare))
    return done()


@fault("ctx-batch-deletion-of-unknown", kills=("CTX-BAT-15",), beside=("CTX-DIST-17",))
def _deletion_of_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch deletion that misses entities is confirmed."""
    response = proceed(request)
    return done() if is_batch(request, "delete") and response.status == PARTLY else response


@fault("ctx-batch-deletion-twice-is-none", kills=("CTX-BAT-16",))
def _twice_is_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that stands twice in a batch deletion is not removed, and confirmed."""
    items = items_of(request)
    twice = is_batch(request, "delete") and len(items) > len(set(map(str, items)))
    return done() if twice else proceed(request)


@fault("ctx-batch-merge-replaces", kills=("CTX-BAT-17", "CTX-BAT-19"), beside=("CTX-DIST-17",))
def _merge_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch merge replaces the attributes it names as a whole."""
    return proceed(as_batch(request, "update") if is_batch(request, "merge") else request)


@fault("ctx-batch-merge-creates", kills=("CTX-BAT-18",), beside=("CTX-DIST-17",))
def _merge_creates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch merge creates the entities that are not there."""
    response = proceed(request)
    if not is_batch(request, "merge") or response.status != PARTLY:
        return response
    missing = [e["entityId"] for e in response.json()["errors"]]
    proceed(
        sending(
            as_batch(request, "create"),
            [i for i in items_of(request) if isinstance(i, dict) and i.get("id") in missing],
        )
    )
    return done()


@fault("ctx-batch-merge-in-another-order", kills=("CTX-BAT-19",))
def _another_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The items of a batch merge are merged from the last to the first."""
    items = items_of(request)
    return proceed(
        sending(request, items[::-1]) if items and is_batch(request, "merge") else request
    )
