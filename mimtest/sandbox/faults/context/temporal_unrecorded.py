"""Ways to record what happens to current entities only in part."""

import re
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import WAYS, body_of
from mimtest.sandbox.faults.context.temporal_messages import (
    OK,
    Evolution,
    Timeline,
    retold,
    retrieves_history,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: Ways to change attributes that were there before.
_CHANGING: Final = tuple(w for w in WAYS if w not in ("batch-create", "batch-delete"))


def _moments(value: Any) -> set[str]:
    """The times of observation that are sent."""
    if isinstance(value, list):
        return set().union(*map(_moments, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {str(value["observedAt"])} if "observedAt" in value else set()
    return own.union(*map(_moments, value.values()))


def _unrecorded(way: str) -> Act:
    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        left_out: set[str] = platform.memory.setdefault("unrecorded", set())
        method, pattern = WAYS[way]
        if request.method == method and re.fullmatch(pattern, request.path):
            left_out |= _moments(body_of(request))
        response = proceed(request)
        if not retrieves_history(request) or response.status != OK:
            return response
        if "Watched" not in request.path:
            return response

        def change(timeline: Timeline) -> Timeline:
            return [i for i in timeline if i.get("observedAt") not in left_out]

        return retold(response, lambda e: with_timelines(e, change))

    act.__doc__ = f"What changes by '{way}' is not in the history."
    return act


for _way in _CHANGING:
    fault(f"ctx-unrecorded-{_way}", kills=("CTX-TMP-33",), beside=("CTX-TMP-3[45]",))(
        _unrecorded(_way)
    )


def _kinds(id_: str, doc: str, left_out: Any) -> None:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        if not retrieves_history(request) or "Watched" not in request.path:
            return response

        def change(timeline: Timeline) -> Timeline:
            return [i for i in timeline if not left_out(i)]

        return retold(response, lambda e: with_timelines(e, change))

    act.__doc__ = doc
    fault(id_, kills=("CTX-TMP-43",), beside=("CTX-TMP-3[45]",))(act)


_kinds(
    "ctx-unrecorded-relationships",
    "Changes of relationships are not in the history.",
    lambda i: i.get("type") == "Relationship",
)
_kinds(
    "ctx-unrecorded-without-a-time",
    "What has no time of observation is not in the history.",
    lambda i: "observedAt" not in i,
)


@fault("ctx-history-of-the-deleted-is-emptied", kills=("CTX-TMP-35",))
def _emptied(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The history of a deleted entity is there and has only the deletion."""
    response = proceed(request)
    if not retrieves_history(request):
        return response

    def change(evolution: Evolution) -> Evolution:
        if "deletedAt" not in evolution:
            return evolution
        return with_timelines(evolution, lambda t: [i for i in t if "deletedAt" in i])

    return retold(response, change)
