"""Ways to give the permit office's data to the wrong person or tenant, and permitted ways to keep them apart."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.security.rights import (
    _NOTICES,
    _OFFICE,
    _PERMITS,
    _TENANT,
    _as_clerk,
    _who,
)
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_KNOWN: Final = ("water", "parks", "")
_STRANGER: Final = {
    "id": "urn:ngsi-ld:Permit:exampleton:nobodys",
    "type": "Permit",
    "name": "Draft",
}


def _tenant(request: Request) -> str:
    return request.headers.get(_TENANT, "")


@fault("sec-az-any-permit-by-id", kills=("SEC-AZ-09",))
def gives_any_permit_by_its_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A permit is given to any person of its tenant who knows its identifier."""
    one = request.method == "GET" and request.path.startswith(f"{_PERMITS}/")
    return proceed(_as_clerk(request) if one and _who(request) == "anna" else request)


@fault("sec-az-all-permits-listed", kills=("SEC-AZ-09",))
def lists_all_permits(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list has the permits of all persons of the tenant."""
    all_ = request.method == "GET" and request.path == _PERMITS
    return proceed(_as_clerk(request) if all_ and _who(request) == "anna" else request)


@fault("sec-az-tenant-by-field", kills=("SEC-AZ-10", "SEC-AZ-11", "SEC-AZ-13"))
def believes_the_tenant_field(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The header field alone says whose data are given."""
    named = request.path.startswith(_OFFICE) and _who(request) == "gardener"
    return proceed(_as_clerk(request) if named and _tenant(request) == "water" else request)


@fault("sec-az-no-tenant-named", kills=("SEC-AZ-10",))
def gives_a_default_tenant(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request that names no tenant gets another one than its token is for."""
    unnamed = request.path == _PERMITS and _who(request) == "gardener" and not _tenant(request)
    return proceed(_as_clerk(request) if unnamed else request)


@fault("sec-az-unknown-tenant-falls-back", kills=("SEC-AZ-10", "SEC-AZ-12"))
def falls_back_on_a_tenant(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request that names an unknown tenant gets the first one."""
    at_list = request.path == _PERMITS and bool(_who(request))
    return proceed(_as_clerk(request) if at_list and _tenant(request) not in _KNOWN else request)


@fault("sec-az-any-tenant-by-id", kills=("SEC-AZ-11",))
def finds_permits_of_all_tenants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query by identifier looks in all tenants."""
    response = proceed(request)
    asks = request.path == _PERMITS and "id=" in request.query and _who(request) == "gardener"
    if asks and response.status == 200 and not response.json()["items"]:  # noqa: PLR2004
        return proceed(_as_clerk(request))
    return response


@fault("sec-az-unknown-tenant-there", kills=("SEC-AZ-12",))
def gives_data_of_an_unknown_tenant(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A tenant that nobody made holds a permit."""
    strange = request.path == _PERMITS and _who(request) and _tenant(request) not in _KNOWN
    return json_response({"items": [_STRANGER]}) if strange else proceed(request)


@fault("sec-az-tenant-made-by-asking", kills=("SEC-AZ-12",))
def makes_tenants_by_asking(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A tenant is there once somebody has asked for it."""
    strange = request.path == _PERMITS and _who(request) and _tenant(request) not in _KNOWN
    if not strange:
        return proceed(request)
    known = platform.memory.setdefault("tenants", set())
    there = _tenant(request) in known
    known.add(_tenant(request))
    return json_response({"items": []}) if there else problem(404, "no such tenant")


@fault("sec-az-notices-of-all-tenants", kills=("SEC-AZ-13",))
def lists_notices_of_all_tenants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notices are not kept apart by tenant."""
    asks = request.path == _NOTICES and _who(request) == "gardener"
    return proceed(_as_clerk(request) if asks else request)


@fault("sec-az-refusal-tells-name", kills=("SEC-AZ-09",))
def refuses_by_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks for somebody else's permit is refused, with what it is called."""
    response = proceed(request)
    one = request.method == "GET" and request.path.startswith(f"{_PERMITS}/")
    if not one or _who(request) not in ("anna", "ben") or response.status != 404:  # noqa: PLR2004
        return response
    there = proceed(_as_clerk(request))
    return problem(403, f"'{there.json()['name']}' is not yours") if there.status == 200 else there  # noqa: PLR2004


@fault("sec-az-field-tells-name", kills=("SEC-AZ-10",))
def tells_names_in_a_field(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entity tag of a list is made of what all tenants have, and can be read."""
    response = proceed(request)
    if request.path != _PERMITS or request.method != "GET" or _who(request) != "gardener":
        return response
    others = proceed(_as_clerk(request)).json()["items"]
    return response.with_header("ETag", '"' + "-".join(p["id"] for p in others) + '"')


@fault("sec-az-count-of-all-tenants", kills=("SEC-AZ-10",))
def counts_all_tenants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number of permits that a list tells is that of all tenants."""
    response = proceed(request)
    if request.path != _PERMITS or request.method != "GET" or _who(request) != "gardener":
        return response
    if response.status != 200:  # noqa: PLR2004
        return response
    others, own = proceed(_as_clerk(request)).json(), response.json()
    total = others["numberMatched"] + own["numberMatched"]
    return json_response({**own, "numberMatched": total})


@fault("sec-az-tenant-of-the-token")
def overrides_the_tenant_field(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever tenant is named, the token's is used, and the answer is 200 with the asker's own data."""
    named = request.path.startswith(_OFFICE) and _who(request) and _tenant(request)
    own = "parks" if _who(request) == "gardener" else "water"
    return proceed(request.with_header(_TENANT, own) if named else request)


@fault("sec-az-unknown-tenant-not-found")
def tells_unknown_tenants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A tenant that does not exist is answered 404."""
    strange = request.path.startswith(_OFFICE) and _tenant(request) not in _KNOWN
    return problem(404, "no such tenant") if strange and _who(request) else proceed(request)


@fault("sec-az-foreign-permit-forbidden")
def forbids_what_is_not_ones_own(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody else's permit is answered 403 and not 404."""
    response = proceed(request)
    one = request.path.startswith(f"{_PERMITS}/") and _who(request) in ("anna", "ben")
    return problem(403, "not yours") if one and response.status == 404 else response  # noqa: PLR2004
