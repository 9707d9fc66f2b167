"""An operation on many entities as requests for each of them, for sources that offer no other (5.6.7 to 5.6.10, 5.6.20)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution_sending import Question, answer_of
from mimtest.sandbox.ngsild.errors import unsupported
from mimtest.sandbox.ngsild.registrations_model import Registration

_EXISTS: Final = 409
_NO_OVERWRITE: Final = {"options": "noOverwrite"}


@dataclass(frozen=True, slots=True)
class One:
    """How one of many entities is changed; None is said where the source offers none of the operations."""

    operations: tuple[str, ...]
    act: Callable[[Call, Registration, str, Any], Response | None]

    def __call__(self, call: Call, source: Registration, id_: str, body: Any) -> Response | None:
        """The source's answer for one entity."""
        return self.act(call, source, id_, body)


def _path(id_: str, below: str = "") -> str:
    return f"/entities/{quote(id_, safe=':')}{below}"


def _create(call: Call, source: Registration, _: str, body: Any) -> Response | None:
    if "createEntity" not in source.operations:
        return None
    return answer_of(call, source, Question("POST", "/entities", {}, body))


def _upsert(call: Call, source: Registration, id_: str, body: Any) -> Response | None:
    """It is created, and replaced or updated where it is there already."""
    created = _create(call, source, id_, body)
    if created is not None and created.status != _EXISTS:
        return created
    is_update = "update" in call.options(("replace", "update"))
    operation, method, below = (
        ("updateEntity", "PATCH", "/attrs") if is_update else ("replaceEntity", "PUT", "")
    )
    if operation in source.operations:
        return answer_of(call, source, Question(method, _path(id_, below), {}, body))
    if created is None:
        return None
    return unsupported(f"the source has {id_} and offers no {operation}").as_response()


def _update(call: Call, source: Registration, id_: str, body: Any) -> Response | None:
    is_append = "noOverwrite" in call.options(("noOverwrite",))
    operation, method = ("appendAttrs", "POST") if is_append else ("updateEntity", "PATCH")
    if operation not in source.operations:
        return None
    params = _NO_OVERWRITE if is_append else {}
    return answer_of(call, source, Question(method, _path(id_, "/attrs"), params, body))


def _merge(call: Call, source: Registration, id_: str, body: Any) -> Response | None:
    if "mergeEntity" not in source.operations:
        return None
    return answer_of(call, source, Question("PATCH", _path(id_), dict(call.params), body))


def _delete(call: Call, source: Registration, id_: str, _: Any) -> Response | None:
    if "deleteEntity" not in source.operations:
        return None
    return answer_of(call, source, Question("DELETE", _path(id_), {}, None))


CREATE: Final = One(("createEntity",), _create)
UPSERT: Final = One(("createEntity", "replaceEntity", "updateEntity"), _upsert)
UPDATE: Final = One(("updateEntity", "appendAttrs"), _update)
MERGE: Final = One(("mergeEntity",), _merge)
DELETE: Final = One(("deleteEntity",), _delete)
