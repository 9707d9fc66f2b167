"""Ways to keep the past badly that a look at values alone does not show."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.history_messages import swapped
from mimtest.sandbox.faults.context.messages import done
from mimtest.sandbox.faults.context.temporal_messages import (
    DONE,
    HISTORIES,
    OK,
    Evolution,
    Timeline,
    deletes_timeline,
    elsewhere,
    is_on_history,
    is_on_instance,
    queries_histories,
    retold,
    retrieves_history,
    tells_histories,
    timelines_of,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_END: Final = "2026-03-20T08:00:00Z"
Ended = set[tuple[str, str, str, str]]


def _ended(platform: "Platform") -> Ended:
    found: Ended = platform.memory.setdefault("ended instances", set())
    return found


def _key(id_: str, name: str, instance: dict[str, Any]) -> tuple[str, str, str, str]:
    value = repr(instance.get("value", instance.get("object")))
    return id_, name, f"{instance.get('observedAt')} {instance.get('datasetId')}", value


def _marked(evolution: Evolution, ended: Ended) -> Evolution:
    id_ = str(evolution.get("id"))
    made = {
        n: [i | {"deletedAt": _END} if _key(id_, n, i) in ended else i for i in timeline]
        for n, timeline in timelines_of(evolution).items()
    }
    return evolution | made


def _kept(
    request: Request,
    platform: "Platform",
    proceed: Proceed,
    concerned: Callable[[str, dict[str, Any]], bool],
) -> Response:
    """The answer to a deletion of which nothing comes but marks on what goes on being told."""
    path = request.path.partition("/attrs/")[0]
    id_ = path.rpartition("/")[2]
    told = proceed(elsewhere(request, "GET", path).with_query("options=sysAttrs"))
    if told.status != OK:
        return proceed(request)
    found = {
        _key(id_, n, i)
        for n, timeline in timelines_of(told.json()).items()
        for i in timeline
        if concerned(n, i)
    }
    if not found:
        return proceed(request)
    _ended(platform).update(found)
    return done()


def _telling(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    response = proceed(request)
    if not tells_histories(request) or not _ended(platform):
        return response
    return retold(response, lambda e: _marked(e, _ended(platform)))


@fault("ctx-timeline-deleted-is-told", kills=("CTX-TMP-05",), beside=("CTX-TMP-06",))
def _timeline_told(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The deleted history of an attribute goes on being told, with the time of its deletion."""
    if not deletes_timeline(request):
        return _telling(request, platform, proceed)
    params, name = request.params, request.path.rpartition("/")[2]

    def concerned(attribute: str, instance: dict[str, Any]) -> bool:
        every = params.get("deleteAll") == "true"
        same = instance.get("datasetId") == params.get("datasetId")
        return attribute == name and (every or same)

    return _kept(request, platform, proceed, concerned)


@fault("ctx-instance-deleted-is-told", kills=("CTX-TMP-08",), beside=("CTX-TMP-09",))
def _instance_told(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A deleted instance goes on being told, with the time of its deletion."""
    if not is_on_instance(request, "DELETE"):
        return _telling(request, platform, proceed)
    own = request.path.rpartition("/")[2]
    return _kept(request, platform, proceed, lambda _, i: i.get("instanceId") == own)


@fault("ctx-instance-corrected-is-told", kills=("CTX-TMP-07",), beside=("CTX-TMP-09",))
def _corrected_told(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What was corrected goes on being told beside the correction, with the time of that."""
    old: dict[str, Timeline] = platform.memory.setdefault("corrected", {})
    id_ = request.path.removeprefix(f"{HISTORIES}/").partition("/")[0]
    if is_on_instance(request, "PATCH"):
        path, _, rest = request.path.partition("/attrs/")
        name, _, own = rest.partition("/")
        known = proceed(elsewhere(request, "GET", path).with_query("options=sysAttrs"))
        response = proceed(request)
        if response.status == DONE and known.status == OK:
            wrong = [i for i in timelines_of(known.json())[name] if i.get("instanceId") == own]
            plain = [
                {k: v for k, v in i.items() if k[:8] not in ("instance", "modified")} for i in wrong
            ]
            old[f"{id_} {name}"] = [i | {"deletedAt": _END} for i in plain]
        return response
    response = proceed(request)
    if not retrieves_history(request) or request.query or response.status != OK:
        return response
    body = response.json()
    more = {n: [*t, *old.get(f"{id_} {n}", [])] for n, t in timelines_of(body).items()}
    return response.with_json(body | more)


@fault("ctx-history-deleted-is-found", kills=("CTX-TMP-10",))
def _deleted_found(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A deleted history is not retrieved any more, and found by queries."""
    gone: dict[str, dict[str, Any]] = platform.memory.setdefault("deleted histories", {})
    if is_on_history(request, "DELETE"):
        known = proceed(elsewhere(request, "GET", request.path))
        response = proceed(request)
        if response.status == DONE and known.status == OK:
            gone[known.json()["id"]] = known.json()
        return response
    response = proceed(request)
    if not queries_histories(request) or response.status != OK:
        return response
    asked = request.params.get("type")
    more = [e for e in gone.values() if e["type"] == asked]
    return response.with_json([*response.json(), *more])


def _lost(id_: str, doc: str, part: Callable[[str, Any], bool]) -> None:
    """Register a fault: histories are told without such members of their instances."""

    def change(timeline: Timeline) -> Timeline:
        return [{k: v for k, v in i.items() if not part(k, v)} for i in timeline]

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        told = tells_histories(request)
        return retold(response, lambda e: with_timelines(e, change)) if told else response

    act.__doc__ = doc
    fault(id_, kills=("CTX-TMP-01",))(act)


def _is_part(_: str, value: Any) -> bool:
    """Whether a member is a sub-attribute."""
    return isinstance(value, dict) and value.get("type") in ("Property", "Relationship")


_lost("ctx-history-without-units", "A history has no units.", lambda name, _: name == "unitCode")
_lost("ctx-history-without-parts", "A history has no sub-attributes.", _is_part)


@fault("ctx-past-changed-when-created", kills=("CTX-TMP-44",))
def _changed_when_created(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was changed in a range is taken for what was created in it."""
    return proceed(swapped(request, "timeproperty", {"modifiedAt": "createdAt"}))


@fault("ctx-past-created-when-changed", kills=("CTX-TMP-44",))
def _created_when_changed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was created in a range is taken for what was changed in it."""
    return proceed(swapped(request, "timeproperty", {"createdAt": "modifiedAt"}))
