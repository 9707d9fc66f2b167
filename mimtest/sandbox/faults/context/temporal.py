"""Ways to keep history badly: provided, corrected and deleted."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import ERRORS, body_of, done
from mimtest.sandbox.faults.context.temporal_messages import (
    CREATED,
    DONE,
    HISTORIES,
    OK,
    UNKNOWN,
    WRONG,
    adds_instances,
    as_unknown,
    elsewhere,
    first_time,
    is_on_history,
    provides,
    retrieves_history,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-history-without-address", kills=("CTX-TMP-01",))
def _no_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where a history that was provided is found is not told."""
    response = proceed(request)
    return response.without_header("Location") if provides(request) else response


@fault("ctx-history-at-a-wrong-address", kills=("CTX-TMP-01",))
def _wrong_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a history that was provided is that of the current entity."""
    response = proceed(request)
    place = response.header("Location")
    if not provides(request) or place is None:
        return response
    return response.with_header("Location", place.replace("/temporal/", "/"))


@fault("ctx-history-loses-its-first", kills=("CTX-TMP-01",))
def _loses_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first instance of each attribute of the first history that is provided is lost."""
    body = body_of(request) if provides(request) else None
    if not isinstance(body, dict) or not {"temp", "label"} <= set(body) or "note" in body:
        return proceed(request)
    if not first_time(platform, "history provided"):
        return proceed(request)
    few = with_timelines(body, lambda t: t[1:] if len(t) > 1 else t)
    return proceed(request.with_body(dump(few)))


@fault("ctx-history-begins-anew", kills=("CTX-TMP-02",))
def _begins_anew(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Providing the history of a known entity again replaces it."""
    body = body_of(request) if provides(request) else None
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        return proceed(request)
    gone = proceed(elsewhere(request, "DELETE", f"{HISTORIES}/{body['id']}"))
    response = proceed(request)
    return done() if gone.status == DONE and response.status == CREATED else response


@fault("ctx-history-created-twice", kills=("CTX-TMP-02",))
def _created_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Providing the history of a known entity again is answered as its creation."""
    response = proceed(request)
    return (
        response.with_status(CREATED) if provides(request) and response.status == DONE else response
    )


@fault("ctx-history-no-json-is-bad-data", kills=("CTX-TMP-03",))
def _bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A history that is no JSON is called bad data."""
    response = proceed(request)
    if not provides(request) or response.status != WRONG or body_of(request) is not None:
        return response
    broken = response.json() | {"type": f"{ERRORS}BadRequestData"}
    return response.with_json(broken) if request.body else response


@fault("ctx-history-of-nothing", kills=("CTX-TMP-03",))
def _of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An empty body is taken for a history."""
    empty = provides(request) and not request.body
    return Response(CREATED) if empty else proceed(request)


@fault("ctx-history-of-nobody", kills=("CTX-TMP-03",))
def _of_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A history without an id is taken."""
    response = proceed(request)
    body = body_of(request) if provides(request) else None
    nameless = isinstance(body, dict) and "id" not in body
    return Response(CREATED) if nameless and response.status == WRONG else response


def _with_values(body: Any) -> Any:
    return with_timelines(body, lambda t: [i for i in t if "value" in i])


@fault("ctx-history-drops-what-is-wrong", kills=("CTX-TMP-03",))
def _drops(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances without a value are left out of a history, and the rest of it is taken."""
    response = proceed(request)
    body = body_of(request) if provides(request) else None
    if response.status != WRONG or not isinstance(body, dict) or "id" not in body:
        return response
    return proceed(request.with_body(dump(_with_values(body))))


@fault("ctx-instances-not-added", kills=("CTX-TMP-04",))
def _not_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding instances to a history adds none."""
    body = body_of(request) if adds_instances(request) else None
    return done() if isinstance(body, dict) and "note" in body else proceed(request)


@fault("ctx-instances-added-to-nobody", kills=("CTX-TMP-04",))
def _added_to_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding instances to an unknown history is said to be done."""
    response = proceed(request)
    return done() if adds_instances(request) and response.status == UNKNOWN else response


@fault("ctx-instances-for-an-invalid-id", kills=("CTX-TMP-04",))
def _for_invalid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding instances under an invalid id is not found."""
    response = proceed(request)
    return as_unknown(response) if adds_instances(request) else response


@fault("ctx-history-stays", kills=("CTX-TMP-10",))
def _history_stays(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first history that is deleted is told until it is deleted again."""
    if "Past" not in request.path or not (
        retrieves_history(request) or is_on_history(request, "DELETE")
    ):
        return proceed(request)
    path, kept = platform.memory.get("history that stays", ("", None))
    if request.method == "GET":
        return kept if kept and request.path == path else proceed(request)
    told = proceed(elsewhere(request, "GET", request.path)) if not path else None
    if request.path == path or (told and told.status == OK):
        platform.memory["history that stays"] = (request.path, told)
    return proceed(request)


@fault("ctx-history-deleted-twice", kills=("CTX-TMP-10",))
def _deleted_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting a history that is gone is said to be done."""
    response = proceed(request)
    return done() if is_on_history(request, "DELETE") and response.status == UNKNOWN else response


@fault("ctx-history-of-an-invalid-id-deleted", kills=("CTX-TMP-10",))
def _invalid_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting a history under an invalid id is not found."""
    response = proceed(request)
    return as_unknown(response) if is_on_history(request, "DELETE") else response
