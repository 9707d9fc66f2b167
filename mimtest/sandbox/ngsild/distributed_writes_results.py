"""What became of the shares of a change, and the one answer that tells of all of them (5.2.16 to 5.2.19, 6.3.17)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.distributed_writes_plan import Names, Target
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.registrations_model import Registration

_MULTI: Final = 207
_FINE: Final = range(200, 300)
#: What a single source answers that is passed on; anything else is a bad gateway (6.3.17).
_PASSED_ON: Final = (404, 504, 508)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error, and the attributes (IRIs) that it kept from being changed."""

    names: Names
    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one share of a change; without a `source` that of the broker itself.

    `is_refused` says that the source does not offer the operation.
    """

    target: Target
    response: Response
    source: Registration | None = None
    is_refused: bool = False

    def failures(self, expand: Callable[[str], str]) -> list[Failure]:
        """What did not happen; `expand` gives the IRI of a name."""
        names = self.target.attributes or frozenset()
        if self.response.status == _MULTI:
            body = body_of(self.response)
            left = body.get("notUpdated", []) if isinstance(body, dict) else []
            errors = body.get("errors", []) if isinstance(body, dict) else []
            single = [(frozenset((expand(n["attributeName"]),)), _told(n)) for n in left]
            return [Failure(*s) for s in single] + [Failure(names, e["error"]) for e in errors]
        return [] if self.response.status in _FINE else [Failure(names, problem_of(self.response))]

    @property
    def registration(self) -> dict[str, str]:
        """The member that names the source."""
        return {"registrationId": self.source.id} if self.source else {}


def told_together(
    outcomes: Sequence[Outcome],
    done: Response,
    expand: Callable[[str], str],
    *,
    of_attributes: bool,
) -> Response:
    """`done` when everything happened, else what did and what did not."""
    pairs = [(o, o.failures(expand)) for o in outcomes]
    if not any(failures for _, failures in pairs):
        return done
    if len(outcomes) == 1 and (outcomes[0].source is None or outcomes[0].source.is_proxied):
        return _alone(outcomes[0])
    return _attributes_result(pairs) if of_attributes else _entity_result(pairs)


def _alone(outcome: Outcome) -> Response:
    """The answer when nobody but one source, or the broker, was to do it (6.3.17)."""
    status = outcome.response.status
    if outcome.source is None or outcome.is_refused or status == _MULTI:
        return outcome.response
    kind = "ResourceNotFound" if status == 404 else ""  # noqa: PLR2004
    passed_on = status if status in _PASSED_ON else 502
    detail = f"the source of {outcome.source.id} answers with {status}"
    return NgsiError(kind, detail, passed_on).as_response()


def _entity_result(pairs: Sequence[tuple[Outcome, list[Failure]]]) -> Response:
    id_ = pairs[0][0].target.id
    errors = [
        {"entityId": id_, "error": dict(f.error), **outcome.registration}
        for outcome, failures in pairs
        for f in failures
    ]
    is_any_done = any(not failures or o.response.status == _MULTI for o, failures in pairs)
    return json_response({"success": [id_] if is_any_done else [], "errors": errors}, _MULTI)


def _attributes_result(pairs: Sequence[tuple[Outcome, list[Failure]]]) -> Response:
    updated: dict[str, None] = {}
    left = []
    for outcome, failures in pairs:
        failed = frozenset[str]().union(*(f.names for f in failures))
        updated |= dict.fromkeys(sorted((outcome.target.attributes or frozenset()) - failed))
        for failure in failures:
            reason = str(failure.error.get("detail") or failure.error.get("title"))
            left += [
                {"attributeName": n, "reason": reason, **outcome.registration}
                for n in sorted(failure.names)
            ]
    return json_response({"updated": list(updated), "notUpdated": left}, _MULTI)


def problem_of(response: Response) -> dict[str, Any]:
    """The problem details in an answer, or some for it."""
    body = body_of(response)
    told = body if isinstance(body, dict) and isinstance(body.get("type"), str) else {}
    plain = {"type": "about:blank", "title": f"the answer has status {response.status}"}
    return {**plain, **told, "status": response.status}


def body_of(response: Response) -> Any:
    """The JSON in an answer; None where there is none."""
    try:
        return response.json()
    except ValueError:
        return None


def _told(left: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "about:blank", "title": str(left.get("reason", "it was not changed"))}
