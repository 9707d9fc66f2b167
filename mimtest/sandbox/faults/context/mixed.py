"""Ways to keep tenants apart in some requests, and not in others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import API, queries, queries_by_post
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TENANT: Final = "ngsild-tenant"
_NAMED: Final = "NGSILD-Tenant"
_OK: Final = 200


def _without_tenant(headers: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k != _TENANT}


def _by_default(request: Request, proceed: Proceed) -> Response:
    """The answer of the default tenant, said to be that of the one asked."""
    named = request.headers.get(_TENANT)
    if named is None:
        return proceed(request)
    plain = replace(request, headers=_without_tenant(request.headers))
    return proceed(plain).with_header(_NAMED, named)


@fault("ctx-filters-for-no-tenant", kills=("CTX-TEN-02",))
def _filters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query with a filter is one of the default tenant."""
    filtered = queries(request) and "q" in request.params
    return _by_default(request, proceed) if filtered else proceed(request)


@fault("ctx-posted-queries-for-no-tenant", kills=("CTX-TEN-02",))
def _posted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body is one of the default tenant."""
    return _by_default(request, proceed) if queries_by_post(request) else proceed(request)


@fault("ctx-type-details-for-every-tenant", kills=("CTX-TEN-02",))
def _details(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The details of a type that a tenant does not have are those of the default one."""
    response = proceed(request)
    if request.method != "GET" or not request.path.startswith(f"{API}/types/"):
        return response
    return response if response.status == _OK else _by_default(request, proceed)


@fault("ctx-counted-over-tenants", kills=("CTX-TEN-02",))
def _counted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count of a tenant's entities has those of the default tenant besides."""
    response = proceed(request)
    name = "NGSILD-Results-Count"
    counted = response.header(name)
    if not queries(request) or counted is None or _TENANT not in request.headers:
        return response
    more = _by_default(request, proceed).header(name) or "0"
    return response.with_header(name, str(int(counted) + int(more)))


@fault("ctx-upserts-for-no-tenant", kills=("CTX-TEN-08",))
def _upserts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert is one for the default tenant whichever it names."""
    upsert = request.path == f"{API}/entityOperations/upsert"
    return _by_default(request, proceed) if upsert else proceed(request)
