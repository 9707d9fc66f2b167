"""Removing what meets a query, at the sources that may have some of it as well (5.6.21)."""

from functools import wraps
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distributed_writes_plan import require_no_loop
from mimtest.sandbox.ngsild.distributed_writes_results import problem_of
from mimtest.sandbox.ngsild.distribution_narrowing import wanted_by
from mimtest.sandbox.ngsild.distribution_sending import forward, is_loop
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.projection import read_names
from mimtest.sandbox.ngsild.purge import purge_entities as purge_here
from mimtest.sandbox.ngsild.registrations_matching import Asked, aliases, matching
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.selection import Selection, read_selection

_OPERATION: Final = "purgeEntity"
_LEAVING: Final = ("keep", "drop")
_FINE: Final = (200, 204, 404)
#: Stands for the id of an entity where none is named.
_NAMELESS: Final = "urn:ngsi-ld:nil"


@wraps(purge_here)
def purge_entities(call: Call) -> Response:
    """Remove it here, at the sources, or both."""
    if call.local() or not call.tenant.registrations.all():
        return purge_here(call)
    selection = read_selection(call.params, [call.selectors()], call.context.terms)
    sources = _sources(call, selection)
    if is_loop(call):
        require_no_loop(sources)
        return purge_here(call)
    had_some = any(selection.meets(e) for e in call.store.all())
    answer = purge_here(call)
    errors = [e for source in sources for e in _at(call, source, selection)]
    if not errors:
        return answer
    if len(errors) == 1 and not had_some and errors[0]["error"]["status"] == 409:  # noqa: PLR2004
        return NgsiError("Conflict", errors[0]["error"]["detail"]).as_response()
    return json_response({"success": [], "errors": errors}, 207)


def _sources(call: Call, selection: Selection) -> list[Registration]:
    """The registrations the query concerns, of sources that offer it or hold all of something."""
    via = frozenset() if is_loop(call) else aliases(call.request.headers.get("via"))
    dropped = read_names(call.params, "drop", call.context.terms)
    asked = Asked(selection.selectors, selection.needed or dropped, selection.terms, via=via)
    known = [r for r in call.tenant.registrations.all() if not r.is_temporal]
    concerned = [r for r in matching(known, asked) if r.mode != "auxiliary"]
    return [r for r in concerned if r.is_proxied or _OPERATION in r.operations]


def _at(call: Call, source: Registration, selection: Selection) -> list[dict[str, Any]]:
    """What went wrong at a source."""
    entities = [e.id for i in source.information for e in i.entities if e.id]
    told = {"entityId": next(iter(entities), _NAMELESS), "registrationId": source.id}
    if _OPERATION not in source.operations:
        msg = f"the source of {source.id} does not offer {_OPERATION}"
        return [{**told, "error": NgsiError("Conflict", msg).as_dict()}]
    wanted = wanted_by((call.selectors(),), selection, call.params, filtering=True)
    leaving = {k: v for k, v in call.params.items() if k in _LEAVING}
    answers = [
        forward(call, source, {**params, **leaving})
        for info in source.information
        for params in wanted.of(info)
    ]
    return [{**told, "error": problem_of(a)} for a in answers if a.status not in _FINE]
