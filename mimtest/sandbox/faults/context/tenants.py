"""Ways to break the walls between tenants."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITY,
    ERRORS,
    body_of,
    creates,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TENANT: Final = "ngsild-tenant"
_BATCHES: Final = f"{API}/entityOperations"
_OK: Final = 200
_NOT_FOUND: Final = 404


def tenants_of(request: Request, platform: "Platform") -> list[str | None]:
    """The tenants asked for so far, that of no name first."""
    seen: dict[str, None] = platform.memory.setdefault("tenants", {})
    name = request.headers.get(_TENANT)
    if name is not None:
        seen[name] = None
    return [None, *seen]


def _everywhere(request: Request, platform: "Platform", proceed: Proceed) -> list[Response]:
    """The answers of every tenant, that of the one asked for last."""
    own = request.headers.get(_TENANT)
    others = [t for t in tenants_of(request, platform) if t != own]
    return [proceed(with_headers(request, ngsild_tenant=t)) for t in (*others, own)]


@fault("ctx-identifiers-across-tenants", kills=("CTX-TEN-01",), beside=("CTX-TEN-05",))
def _across(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An identifier is taken when any tenant has it."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict) or request.headers.get(_TENANT) is None:
        return proceed(request)
    names = tenants_of(request, platform)
    look = _get(request, f"{API}/entities/{body.get('id')}")
    taken = any(proceed(with_headers(look, ngsild_tenant=t)).status == _OK for t in names)
    return _problem("AlreadyExists", 409) if taken else proceed(request)


def _get(request: Request, path: str) -> Request:
    kept = {k: v for k, v in request.headers.items() if k in ("host", "authorization")}
    return Request("GET", path, headers=kept, base=request.base, raw_path=path)


def _problem(kind: str, status: int) -> Response:
    return json_response({"type": f"{ERRORS}{kind}", "title": "No", "detail": "no"}, status)


@fault("ctx-retrieval-across-tenants", kills=("CTX-TEN-02",), beside=("CTX-TEN-0[589]",))
def _retrieval(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An entity asked for by its identifier in one tenant is found whichever has it."""
    if not retrieves(request) or request.headers.get(_TENANT) is None:
        return _noted(request, platform, proceed)
    answers = _everywhere(request, platform, proceed)
    own = answers[-1]
    if own.status != _NOT_FOUND:
        return own
    return next((a for a in answers if a.status == _OK), own)


def _noted(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The usual answer; the tenant is remembered."""
    if request.headers.get(_TENANT) is not None:
        tenants_of(request, platform)
    return proceed(request)


@fault("ctx-query-across-tenants", kills=("CTX-TEN-02",))
def _query(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A query that finds nothing for a tenant finds what others have."""
    if not queries(request) or request.headers.get(_TENANT) is None:
        return _noted(request, platform, proceed)
    answers = _everywhere(request, platform, proceed)
    found = [a for a in answers if a.status == _OK and a.json()]
    own = answers[-1]
    return found[0] if own.status == _OK and own.json() == [] and found else own


@fault("ctx-types-across-tenants", kills=("CTX-TEN-02",))
def _types(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The list of types has those of every tenant."""
    if request.path != f"{API}/types" or request.headers.get(_TENANT) is None:
        return _noted(request, platform, proceed)
    answers = _everywhere(request, platform, proceed)
    own = answers[-1]
    if own.status != _OK:
        return own
    listed: list[Any] = [t for a in answers if a.status == _OK for t in a.json()["typeList"]]
    return own.with_json({**own.json(), "typeList": sorted(set(listed))})


@fault("ctx-tenant-not-named", kills=("CTX-TEN-03",))
def _not_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers do not say which tenant they are for."""
    return proceed(request).without_header("NGSILD-Tenant")


@fault("ctx-unknown-tenant-is-empty", kills=("CTX-TEN-04",))
def _is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A tenant that does not exist is one without entities."""
    response = proceed(request)
    if b"/NonexistentTenant" not in response.body:
        return response
    return _problem("ResourceNotFound", _NOT_FOUND)


@fault("ctx-unknown-tenant-ignored", kills=("CTX-TEN-04", "CTX-TEN-07"), beside=("CTX-TEN-09",))
def _ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A tenant that does not exist is taken for the default one."""
    response = proceed(request)
    if b"/NonexistentTenant" not in response.body:
        return response
    return proceed(with_headers(request, ngsild_tenant=None))


@fault("ctx-changes-across-tenants", kills=("CTX-TEN-05",), beside=("CTX-TEN-06",))
def _changes(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is changed or deleted for one tenant is changed or deleted for all that have it."""
    one = ENTITY.match(request.path) is not None and request.method in ("PATCH", "DELETE")
    if not one or request.headers.get(_TENANT) is None:
        return _noted(request, platform, proceed)
    return _everywhere(request, platform, proceed)[-1]


@fault("ctx-batches-for-no-tenant", kills=("CTX-TEN-08",), beside=("CTX-TEN-02",))
def _for_no_tenant(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch is for the default tenant whichever it names."""
    batch = request.path.startswith(_BATCHES)
    return proceed(with_headers(request, ngsild_tenant=None) if batch else request)


@fault("ctx-batch-deletion-across-tenants", kills=("CTX-TEN-08",))
def _deletion(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A batch deletes what any tenant has."""
    if request.path != f"{_BATCHES}/delete" or request.headers.get(_TENANT) is None:
        return _noted(request, platform, proceed)
    return _everywhere(request, platform, proceed)[-1]


@fault("ctx-tenants-in-any-case", kills=("CTX-TEN-09",))
def _any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Capitals in the name of a tenant do not matter."""
    return _renamed(request, proceed, str.lower)


@fault("ctx-tenants-cut", kills=("CTX-TEN-09",))
def _cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the first 40 characters of a tenant's name count."""
    return _renamed(request, proceed, lambda name: name[:40])


@fault("ctx-tenants-signs-folded", kills=("CTX-TEN-09",))
def _folded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Signs in the name of a tenant are all the same."""
    return _renamed(request, proceed, lambda name: "".join(c if c.isalnum() else "_" for c in name))


def _renamed(request: Request, proceed: Proceed, change: Any) -> Response:
    name = request.headers.get(_TENANT)
    return proceed(request if name is None else with_headers(request, ngsild_tenant=change(name)))
