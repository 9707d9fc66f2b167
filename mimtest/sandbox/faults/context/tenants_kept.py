"""Ways to have what tenants keep besides entities in common."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import API
from mimtest.sandbox.faults.context.tenants import tenants_of
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MISSING: Final = 404
_OK: Final = 200
_KEPT: Final = {
    "histories": ("temporal/entities", ("CTX-TMP-*",)),
    "subscriptions": ("subscriptions", ("CTX-SUB-*", "CTX-NOT-*")),
    "registrations": ("csourceRegistrations", ("CTX-REG-*",)),
    "registry-subscriptions": ("csourceSubscriptions", ("CTX-REG-*",)),
    "maps": ("entityMaps", ("CTX-MAP-*",)),
    "snapshots": ("snapshots", ("CTX-MAP-*",)),
}


def _shared(path: str, *, changing: bool) -> Act:
    collection = f"{API}/{path}"

    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        own = request.headers.get("ngsild-tenant")
        others = [t for t in tenants_of(request, platform) if t != own]
        response = proceed(request)
        concerned = request.path.startswith(f"{collection}/") and response.status == _MISSING
        if concerned and changing == (request.method in ("PATCH", "DELETE")):
            tried = (proceed(with_headers(request, ngsild_tenant=t)) for t in others)
            return next((a for a in tried if a.status != _MISSING), response)
        return response

    act.__doc__ = f"What one tenant has of {path} is {'changed' if changing else 'seen'} by any."
    return act


def _listed(path: str) -> Act:
    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        own = request.headers.get("ngsild-tenant")
        others = [t for t in tenants_of(request, platform) if t != own]
        response = proceed(request)
        if request.method != "GET" or request.path != f"{API}/{path}" or response.status != _OK:
            return response
        tried = (proceed(with_headers(request, ngsild_tenant=t)) for t in others)
        more = [v for a in tried if a.status == _OK for v in a.json()]
        return response.with_json([*response.json(), *more])

    act.__doc__ = f"The list of {path} has those of every tenant."
    return act


for _name, (_path, _beside) in _KEPT.items():
    for _changing, _check, _how in (
        (False, "CTX-TEN-11", "seen"),
        (True, "CTX-TEN-12", "changed"),
    ):
        fault(f"ctx-tenants-{_name}-{_how}", kills=(_check,), beside=("CTX-TEN-12", *_beside))(
            _shared(_path, changing=_changing)
        )
for _name in ("histories", "subscriptions", "registrations"):
    _path, _beside = _KEPT[_name]
    fault(f"ctx-tenants-{_name}-listed", kills=("CTX-TEN-11",), beside=_beside)(_listed(_path))
