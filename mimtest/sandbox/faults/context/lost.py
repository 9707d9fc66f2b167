"""A way to break that nearly everything rests on: what is read lacks a part of every attribute."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import API, changed, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-attributes-without-type", kills=("CTX-ENT-01", "CTX-REP-01"), beside=("CTX-*", "MOD-*"))
def _without_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is retrieved has attributes that do not say what they are."""
    response = proceed(request)
    kind = (response.header("Content-Type") or "").partition(";")[0]
    if not request.path.startswith(API) or not retrieves(request) or "json" not in kind:
        return response
    return changed(response, _stripped)


def _stripped(entity: Any) -> Any:
    if not isinstance(entity, dict):
        return entity
    return {k: _nameless(v) if k != "@context" else v for k, v in entity.items()}


def _nameless(value: Any) -> Any:
    if isinstance(value, list):
        return [_nameless(v) for v in value]
    known = isinstance(value, dict) and value.keys() & {"value", "object", "languageMap", "vocab"}
    return {k: v for k, v in value.items() if k != "type"} if known else value
