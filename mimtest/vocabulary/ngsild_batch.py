"""The words for operations on many entities at once, and for what their results say.

GS CIM 009 5.2.16, 5.2.17, 5.6.7 to 5.6.10, 5.6.20.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import JSON, Broker, path_of

_ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_OF_DRAFTS: Final = 200

Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the items (5.2.16): ids, and for each item in error its id and the error."""

    success: tuple[str, ...]
    errors: tuple[tuple[str, Mapping[str, Any]], ...]


def batch(
    broker: Broker,
    operation: str,
    body: Any,
    *,
    new: Collection[Entity] = (),
    options: str | None = None,
    content_type: str = JSON,
) -> Answer:
    """A batch operation; what comes of the `new` entities is removed afterwards."""
    where = f"/entityOperations/{operation}" + (f"?options={options}" if options else "")
    headers = {**broker.names, "Content-Type": content_type}
    paths = [path_of(str(e["id"])) for e in new]
    if not paths or broker.names:  # a linked @context may be gone when things are removed
        for path in paths:
            broker.client.note_created(path)
        return broker.client.post(where, json=body, headers=headers)
    for path in paths[1:]:
        broker.client.note_created(path)
    return broker.client.create(where, undo=paths[0], json=body, headers=headers)


def ids_of(entities: Collection[Entity]) -> list[str]:
    """The identifiers of entities."""
    return [e["id"] for e in entities]


def created_ids(broker: Broker, answer: Answer) -> list[str]:
    """The identifiers of what a batch created: 201 with a list. Raises Contradiction.

    Before 1.4.1 also 200 with a result, as the drafts of the standard had it.
    """
    __tracebackhide__ = True
    if answer.status == _OF_DRAFTS and not broker.holds_since("1.4.1"):
        return list(batch_result(answer, _OF_DRAFTS).success)
    return _texts(json_array(assert_status(answer, 201)), "an item of the answer")


def batch_result(answer: Answer, *statuses: int) -> BatchResult:
    """The result in an answer, by default of status 207. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, *(statuses or (207,))))
    errors = objects(member(body, "errors", list), "'errors'")
    pairs = [(member(e, "entityId", str, "an error"), _error(e)) for e in errors]
    return BatchResult(
        tuple(_texts(member(body, "success", list), "an item of 'success'")), tuple(pairs)
    )


def _error(item: Mapping[str, Any]) -> Mapping[str, Any]:
    __tracebackhide__ = True
    given: Mapping[str, Any] = member(item, "error", dict, "an item of 'errors'")
    return given


def _texts(values: Sequence[Any], what: str) -> list[str]:
    __tracebackhide__ = True
    return [of_type(v, str, what) for v in values]


def assert_partly(
    answer: Answer,
    *,
    success: Collection[str],
    failed: Collection[str],
    kind: str | None = None,
) -> BatchResult:
    """A 207 that names exactly these items as done and as failed, the latter with that error type.

    `kind` is the last part of the type's address, such as "AlreadyExists".
    """
    __tracebackhide__ = True
    result = batch_result(answer)
    assert_same_set(result.success, success, "success")
    assert_same_set([id_ for id_, _ in result.errors], failed, "the entities in error")
    for _, error in result.errors if kind else ():
        given = member(error, "type", str, "the error")
        assert_that(
            given == f"{_ERRORS}{kind}",
            "the type of the error differs",
            expected=f"{_ERRORS}{kind}",
            received=given,
        )
    return result


def assert_ids(values: Collection[str], what: str) -> None:
    """Each value is a URI."""
    __tracebackhide__ = True
    others = [v for v in values if not is_uri(v)]
    assert_that(not others, f"{what} has what is no URI", expected="URIs", received=others)
