"""Faults of a connector in front of personal data and of a registry of operators (MIM4 connectivity, May 2021)."""

import json
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.mydata_messages import (
    Change,
    at,
    claims_in,
    of_json,
    other_ticket,
    ticket_of,
)
from mimtest.sandbox.http import Request, Response, dump, json_response
from mimtest.sandbox.idp.jose import decode, encode
from mimtest.sandbox.mydata.parties import CONNECTOR, DATA, OPERATOR, REGISTRY, keys_of
from mimtest.sandbox.mydata.registry import GROUPS

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONNECTOR: Final = f"{CONNECTOR}/.well-known/connector-config"
_DATA: Final = f"{CONNECTOR}{DATA}"
_GROUPS: Final = f"{REGISTRY}{GROUPS}"
_OLD_UUID: Final = "8e4d2b7a-1c3f-1e6a-a5b8-2f9c0d7e6b33"


def _trips() -> Response:
    return json_response({"trips": [{"from": "Town hall", "to": "Harbour"}]})


@of_json(_CONNECTOR, "tru-myd-connector-key-without-kid", "TRU-MYD-16")
def names_no_connector_key(value: Any) -> None:
    """The connector's key has no kid."""
    del value["connector_key"]["kid"]


@of_json(_CONNECTOR, "tru-myd-connector-uuid", "TRU-MYD-04")
def has_a_connector_uuid_by_time(value: Any) -> None:
    """The connector's UUID is one of version 1."""
    value["connector_uuid"] = _OLD_UUID


@of_json(_CONNECTOR, "tru-myd-no-description", "TRU-MYD-04")
def describes_nothing(value: Any) -> None:
    """The connector has no description for people."""
    del value["description"]


@of_json(_CONNECTOR, "tru-myd-connector-guide-gone", "TRU-MYD-19")
def leads_connector_users_nowhere(value: Any) -> None:
    """The address of the connector's guide leads nowhere."""
    value["api_guide"] += "-gone"


@fault("tru-myd-ticket-for-nobody", kills=("TRU-MYD-18",))
def gives_tickets_for_others(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The audience of a ticket is a name that stands for no connector, and the connector does not look at it."""
    if request.path == f"{OPERATOR}/token":
        return other_ticket(proceed(request), lambda c: c.update(aud="data-sources"))
    claims = claims_in(ticket_of(request)) if request.path == _DATA else {}
    if claims.get("aud") != "data-sources":
        return proceed(request)
    right = keys_of("operator").sign(claims | {"aud": f"{request.base}{_DATA}"})
    return proceed(request.with_header("authorization", f"Bearer {right}"))


@at(_DATA, "tru-myd-open-data", "TRU-MYD-07")
def gives_data_without_a_ticket(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a ticket a person's data are given all the same."""
    return proceed(request) if ticket_of(request) else _trips()


@at(_DATA, "tru-myd-unknown-operator", "TRU-MYD-07")
def believes_any_operator(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A ticket of an operator that nobody knows opens data."""
    response = proceed(request)
    known = claims_in(ticket_of(request)).get("client_id")
    return response if known or not ticket_of(request) else _trips()


@at(_DATA, "tru-myd-late-tickets", "TRU-MYD-07")
def believes_old_tickets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A ticket that has ended opens data."""
    late = claims_in(ticket_of(request)).get("client_id") == "slow-app"
    return _trips() if late else proceed(request)


@at(_DATA, "tru-myd-no-introspection", "TRU-MYD-17")
def asks_no_operator(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector gives data for any sound ticket without asking the operator."""
    response = proceed(request)
    return _trips() if response.status == 403 else response  # noqa: PLR2004


@of_json(_GROUPS, "tru-myd-group-unsigned", "TRU-MYD-05")
def signs_no_group(value: Any) -> Any:
    """The trust group is plain JSON."""
    return json.loads(decode(value["payload"]))


@of_json(_GROUPS, "tru-myd-group-changed", "TRU-MYD-05")
def changes_the_group(value: Any) -> None:
    """An operator was added to the trust group after it was signed."""
    held = json.loads(decode(value["payload"]))
    held["trust_group"]["members"] *= 2
    value["payload"] = encode(dump(held))


@of_json(_GROUPS, "tru-myd-lonely-group", "TRU-MYD-20")
def has_one_operator(value: Any) -> None:
    """The trust group has one operator."""
    _resigned(value, lambda g: g["members"].pop())


@of_json(_GROUPS, "tru-myd-group-without-uuid", "TRU-MYD-20")
def names_no_group(value: Any) -> None:
    """The trust group has a name instead of a UUID."""
    _resigned(value, lambda g: g.update(trust_group_uuid="exampleton-group"))


@of_json(_GROUPS, "tru-myd-member-without-address", "TRU-MYD-20")
def tells_no_address(value: Any) -> None:
    """An operator of the trust group has no base address."""
    _resigned(value, lambda g: g["members"][1]["operatorDescription"].pop("operator_base_url"))


@of_json(_GROUPS, "tru-myd-not-a-member", "TRU-MYD-13")
def leaves_the_operator_out(value: Any) -> None:
    """The operator is not in the trust group."""
    other = "91c4a7d2-05be-4f63-8a1d-b7e6c0d93f55"
    _resigned(value, lambda g: g["members"][0]["operatorDescription"].update(operator_uuid=other))


def _resigned(value: Any, change: Change) -> None:
    """Change the group in a JWS, and sign it again."""
    held = json.loads(decode(value["payload"]))
    change(held["trust_group"])
    value["payload"] = encode(dump(held))
    for item in value["signatures"]:
        text = f"{item['protected']}.{value['payload']}"
        item["signature"] = encode(keys_of("registry").all[0].sign(text.encode()))


@at(_GROUPS, "tru-myd-open-registry", "TRU-MYD-06")
def lets_anybody_write(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever posts to the trust group is thanked."""
    if request.method != "POST":
        return proceed(request)
    return json_response({}, 202)


@of_json(_GROUPS, "tru-myd-variant-flattened-jws")
def signs_flattened(value: Any) -> Any:
    """The trust group is a JWS in flattened JSON serialisation."""
    return {"payload": value["payload"], **value["signatures"][0]}


@of_json(_CONNECTOR, "tru-myd-variant-keyless-connector")
def has_no_connector_key(value: Any) -> None:
    """The connector tells no key."""
    del value["connector_key"]


@at(_GROUPS, "tru-myd-variant-guarded-registry")
def asks_writers_for_credentials(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever writes to the trust group is asked for credentials."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return proceed(request)
    answer = json_response({"error": "unauthorised"}, 401)
    return answer.with_header("WWW-Authenticate", 'Bearer realm="registry"')
