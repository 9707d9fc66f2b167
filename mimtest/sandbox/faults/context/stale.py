"""Ways to break a change of attributes that only some readers, or other entities, show."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mimtest.sandbox.faults.context.messages import (
    ENTITIES,
    changed,
    is_on_attributes,
    queries,
    without_params,
)
from mimtest.sandbox.faults.context.writing import DONE, entity_at, members_of
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_EQUAL: Final = re.compile(r"(\w+)==(-?\d+(?:\.\d+)?)")
_OK: Final = 200


@fault("ctx-index-of-creation", kills=("CTX-ATT-05",), beside=("CTX-DIST-33",))
def _index_of_creation(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A filter by a number looks at the number an entity had before its attributes were updated."""
    before = platform.memory.setdefault("before", {})
    if is_on_attributes(request, "PATCH"):
        entity = entity_at(request, proceed)
        before.setdefault(entity.get("id"), entity)
    found = proceed(request)
    asked = _EQUAL.fullmatch(request.params.get("q", ""))
    if not queries(request) or asked is None or found.status != _OK:
        return found
    name, number = asked[1], float(asked[2])

    def held(entity: dict[str, Any]) -> bool:
        attribute = before.get(entity.get("id"), {}).get(name)
        return isinstance(attribute, dict) and attribute.get("value") == number

    whole = proceed(without_params(request, "q"))
    old = [e for e in whole.json() if held(e)] if whole.status == _OK else []
    return changed(found, lambda b: [e for e in b if e.get("id") not in before] + old)


@fault("ctx-moved-is-nowhere", kills=("CTX-ATT-05",))
def _moved_is_nowhere(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An entity whose location was updated is not found by place any more."""
    moved = platform.memory.setdefault("moved", set())
    if is_on_attributes(request, "PATCH") and "location" in members_of(request):
        moved.add(request.path.split("/")[-2])
    response = proceed(request)
    by_place = queries(request) and "georel" in request.params
    return (
        changed(response, lambda b: [e for e in b if e.get("id") not in moved])
        if by_place
        else response
    )


@fault("ctx-simplified-for-ever", kills=("CTX-ATT-05",))
def _simplified_for_ever(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The same query for the simplified form is answered from the first answer, whatever changed."""
    if not queries(request) or request.params.get("options") != "keyValues":
        return proceed(request)
    known: dict[Any, Response] = platform.memory.setdefault("simplified", {})
    asked = (request.query, *(request.headers.get(h) for h in ("ngsild-tenant", "accept", "link")))
    response = known.get(asked) or proceed(request)
    if response.status == _OK and response.json():
        known[asked] = response
    return response


@fault(
    "ctx-update-of-all-of-a-type",
    kills=("CTX-ATT-05",),
    beside=(
        "CTX-TMP-33",
        "CTX-DIST-16",
        "CTX-DIST-33",
    ),
)
def _update_of_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes changes them in all entities of the type."""
    response = proceed(request)
    if not is_on_attributes(request, "PATCH") or response.status != DONE:
        return response
    entity = entity_at(request, proceed)
    if isinstance(entity.get("type"), str):
        asked = replace(
            request, method="GET", path=ENTITIES, raw_path=ENTITIES, headers={}, body=b""
        )
        others = proceed(asked.with_query(f"type={quote(entity['type'], safe='')}"))
        for other in others.json() if others.status == _OK else []:
            path = f"{ENTITIES}/{other['id']}/attrs"
            proceed(replace(request, path=path, raw_path=quote(path, safe="/:")))
    return response
