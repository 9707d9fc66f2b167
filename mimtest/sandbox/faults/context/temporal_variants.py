"""Other permitted ways to keep and to tell history."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import ENTITY, ERRORS, body_of, without_params
from mimtest.sandbox.faults.context.temporal_messages import (
    CREATED,
    DONE,
    OK,
    PARTIAL,
    WRONG,
    Evolution,
    Timeline,
    deletes_timeline,
    elsewhere,
    is_on_instance,
    provides,
    retold,
    retrieves_history,
    tells_histories,
    timelines_of,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_AT_ONCE: Final = 12
_RELATIVE: Final = "/ngsi-ld/v1/"


def _times(evolution: Evolution) -> list[datetime]:
    told = [
        i["observedAt"] for t in timelines_of(evolution).values() for i in t if "observedAt" in i
    ]
    return sorted(datetime.fromisoformat(m) for m in told)


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _is_plain(request: Request) -> bool:
    return retrieves_history(request) and not {"format", "timeproperty"} & set(request.params)


@fault("ctx-variant-history-in-short-parts")
def _short_parts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A history is told a few instances at a time, those of all attributes up to one moment."""
    response = proceed(request)
    if not _is_plain(request) or response.status not in (OK, PARTIAL):
        return response
    evolution, last = response.json(), request.params.get("lastN")
    times = _times(evolution)
    if len(times) <= _AT_ONCE * 3:
        return response
    kept = times[-_AT_ONCE:] if last else times[:_AT_ONCE]

    def few(timeline: Timeline) -> Timeline:
        return [i for i in timeline if kept[0] <= _times({"a": [i]})[0] <= kept[-1]]

    start, end = (kept[-1], kept[0]) if last else (kept[0], kept[-1])
    asked = request.params.get("endTimeAt" if last else "timeAt", _written(start))
    told = f"DateTime {asked}-{_written(end)}/{last or '*'}"
    part = response.with_json(with_timelines(evolution, few)).with_status(PARTIAL)
    return part.with_header("Content-Range", told)


@fault("ctx-variant-history-at-once")
def _at_once(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A long history is told at once."""
    response = proceed(request)
    if not _is_plain(request) or response.status != PARTIAL:
        return response
    rest = without_params(request, "lastN", "timerel", "timeAt", "endTimeAt")
    evolution = proceed(rest).json()
    after = f"timerel=after&timeAt={_written(_times(evolution)[-1])}"
    more = timelines_of(proceed(rest.with_query(after)).json())
    told = timelines_of(evolution)
    seen = {i["instanceId"] for t in told.values() for i in t}
    whole = {
        n: t + [i for i in more.get(n, []) if i["instanceId"] not in seen] for n, t in told.items()
    }
    return response.with_json(evolution | whole).with_status(OK).without_header("Content-Range")


@fault("ctx-variant-last-n-makes-a-part")
def _always_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A history that is asked for with lastN is told as a part of it."""
    response = proceed(request)
    times = _times(response.json()) if _is_plain(request) and response.status == OK else []
    if "lastN" not in request.params or not times:
        return response
    start = request.params.get("endTimeAt", _written(times[-1]))
    told = f"date-time {start}-{_written(times[0])}/{request.params['lastN']}"
    return response.with_status(PARTIAL).with_header("Content-Range", told)


@fault("ctx-variant-history-at-a-whole-address")
def _whole_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Location has the whole address of a history."""
    response = proceed(request)
    place = response.header("Location")
    if not provides(request) or response.status != CREATED or place is None:
        return response
    return response.with_header("Location", f"{request.base}{place}")


@fault("ctx-variant-lone-instances")
def _lone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The only instance of an attribute stands alone."""
    response = proceed(request)
    if not tells_histories(request):
        return response

    def change(evolution: Evolution) -> Evolution:
        lone = {n: t[0] for n, t in timelines_of(evolution).items() if len(t) == 1}
        return evolution | lone

    return retold(response, change)


@fault("ctx-variant-history-newest-first")
def _newest_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances are told with the newest first."""
    response = proceed(request)
    if not tells_histories(request):
        return response
    return retold(response, lambda e: with_timelines(e, lambda t: t[::-1]))


@fault("ctx-variant-instances-without-ids")
def _without_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances have no instanceId."""
    response = proceed(request)

    def change(timeline: Timeline) -> Timeline:
        return [{k: v for k, v in i.items() if k != "instanceId"} for i in timeline]

    told = tells_histories(request)
    return retold(response, lambda e: with_timelines(e, change)) if told else response


@fault("ctx-variant-history-modified-once-changed")
def _once_changed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances tell when they were modified from their first change on."""
    response = proceed(request)

    def fresh(item: dict[str, Any]) -> bool:
        return "createdAt" in item and item.get("modifiedAt") == item["createdAt"]

    def change(timeline: Timeline) -> Timeline:
        return [{k: v for k, v in i.items() if k != "modifiedAt" or not fresh(i)} for i in timeline]

    told = retrieves_history(request) and "timeproperty" not in request.params
    return retold(response, lambda e: with_timelines(e, change)) if told else response


@fault("ctx-variant-corrected-by-a-bare-instance")
def _bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An instance is corrected by another alone, and not by its array in a fragment."""
    body = body_of(request) if is_on_instance(request, "PATCH") else None
    return _refused() if isinstance(body, dict) and "type" not in body else proceed(request)


@fault("ctx-variant-corrected-by-a-fragment")
def _fragment(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An instance is corrected by an array in a fragment, and not by another instance alone."""
    body = body_of(request) if is_on_instance(request, "PATCH") else None
    return _refused() if isinstance(body, dict) and "type" in body else proceed(request)


@fault("ctx-variant-empty-history-is-bad-data")
def _empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An empty body in place of a history is called bad data."""
    return _refused() if provides(request) and not request.body else proceed(request)


def _refused() -> Response:
    error = {"type": f"{ERRORS}BadRequestData", "title": "Bad request data"}
    return json_response(error, WRONG)


@fault("ctx-variant-history-unmarked")
def _unmarked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The history of a deleted entity stays as it was."""
    response = proceed(request)

    def change(evolution: Evolution) -> Evolution:
        if "deletedAt" not in evolution:
            return evolution
        kept = with_timelines(evolution, lambda t: [i for i in t if "deletedAt" not in i] or None)
        return {k: v for k, v in kept.items() if k != "deletedAt"}

    told = retrieves_history(request) and "timeproperty" not in request.params
    return retold(response, change) if told else response


@fault("ctx-variant-history-deleted-with-the-entity")
def _deleted_with(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The history of an entity is deleted with it."""
    response = proceed(request)
    gone = request.method == "DELETE" and ENTITY.fullmatch(request.path)
    if gone and response.status == DONE:
        proceed(elsewhere(request, "DELETE", f"{_RELATIVE}temporal/entities/{gone[1]}"))
    return response


@fault("ctx-variant-deleted-timelines-marked")
def _marked(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The deletion of the history of an attribute leaves a mark in it."""
    response = proceed(request)
    if not deletes_timeline(request) and not retrieves_history(request):
        return response
    deleted: dict[str, list[str]] = platform.memory.setdefault("deleted timelines", {})
    if deletes_timeline(request) and response.status == DONE:
        path, _, name = request.path.rpartition("/attrs/")
        deleted.setdefault(path, []).append(name)
    if not retrieves_history(request) or request.path not in deleted:
        return response
    mark = {"type": "Property", "value": "urn:ngsi-ld:null", "deletedAt": "2026-11-01T00:00:00Z"}
    marks = {n: [mark] for n in deleted[request.path]}
    return retold(response, lambda e: e | {n: [*e.get(n, []), *m] for n, m in marks.items()})
