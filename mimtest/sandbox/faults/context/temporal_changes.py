"""Ways to correct and delete parts of a history badly."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import body_of, done, without_params
from mimtest.sandbox.faults.context.temporal_messages import (
    DONE,
    UNKNOWN,
    as_unknown,
    deletes_timeline,
    elsewhere,
    first_time,
    is_on_instance,
    retold,
    tells_histories,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-timeline-of-all-datasets-deleted", kills=("CTX-TMP-05",))
def _all_datasets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting the history of an attribute deletes the instances of all datasets."""
    plain = deletes_timeline(request) and not request.query
    return proceed(request.with_query("deleteAll=true") if plain else request)


@fault("ctx-timeline-dataset-ignored", kills=("CTX-TMP-05",))
def _dataset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting the history of an attribute ignores the dataset."""
    return proceed(without_params(request, "datasetId") if deletes_timeline(request) else request)


@fault("ctx-timeline-delete-all-ignored", kills=("CTX-TMP-05",))
def _all_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting the whole history of an attribute deletes the instances without a dataset alone."""
    return proceed(without_params(request, "deleteAll") if deletes_timeline(request) else request)


@fault("ctx-timeline-of-nothing-deleted", kills=("CTX-TMP-06",))
def _nothing_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an unknown history of an attribute is said to be done."""
    response = proceed(request)
    return done() if deletes_timeline(request) and response.status == UNKNOWN else response


def _corrects(request: Request) -> bool:
    return is_on_instance(request, "PATCH")


@fault("ctx-correction-adds", kills=("CTX-TMP-07",))
def _adds(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first corrected instance is added to the history, and the wrong one stays."""
    body = body_of(request) if _corrects(request) else None
    if not isinstance(body, dict) or len(body) != 1 or not first_time(platform, "corrected"):
        return proceed(request)
    path = request.path.rpartition("/attrs/")[0]
    return proceed(elsewhere(request, "POST", f"{path}/attrs", request.body))


@fault("ctx-correction-goes-unnoticed", kills=("CTX-TMP-07",), beside=("CTX-TMP-44",))
def _unnoticed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The correction of an instance does not change when it was modified."""
    response = proceed(request)
    return retold(response, _created_at_once) if tells_histories(request) else response


def _created_at_once(evolution: dict[str, Any]) -> dict[str, Any]:
    def change(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [i | {"modifiedAt": i["createdAt"]} if "createdAt" in i else i for i in timeline]

    return with_timelines(evolution, change)


@fault("ctx-correction-creates", kills=("CTX-TMP-07",), beside=("CTX-TMP-44",))
def _creates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A corrected instance is one that was created just now."""
    response = proceed(request)

    def change(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [i | {"createdAt": i["modifiedAt"]} if "modifiedAt" in i else i for i in timeline]

    told = tells_histories(request)
    return retold(response, lambda e: with_timelines(e, change)) if told else response


@fault("ctx-instances-deleted-with-it", kills=("CTX-TMP-08",))
def _deleted_with_it(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """With the first instance that is deleted go all that its attribute had."""
    response = proceed(request)
    deleted = is_on_instance(request, "DELETE") and response.status == DONE
    if not deleted or not first_time(platform, "deleted"):
        return response
    path = request.path.rpartition("/")[0]
    return proceed(elsewhere(request, "DELETE", path).with_query("deleteAll=true"))


@fault("ctx-instance-stays", kills=("CTX-TMP-08",))
def _stays(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Deleting the first instance is said to be done, and is not."""
    first = is_on_instance(request, "DELETE") and first_time(platform, "deleted")
    return done() if first else proceed(request)


def _on_instances(request: Request) -> bool:
    return _corrects(request) or is_on_instance(request, "DELETE")


@fault("ctx-unknown-instance-touched", kills=("CTX-TMP-09",))
def _touched(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Correcting or deleting an unknown instance is said to be done."""
    response = proceed(request)
    return done() if _on_instances(request) and response.status == UNKNOWN else response


@fault("ctx-invalid-instance-not-found", kills=("CTX-TMP-09",))
def _invalid_instance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Correcting or deleting an instance of an invalid id is not found."""
    response = proceed(request)
    return as_unknown(response) if _on_instances(request) else response
