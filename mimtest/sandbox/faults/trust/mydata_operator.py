"""Faults of an operator of personal data (MIM4 connectivity, May 2021)."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.faults.trust.mydata_messages import (
    at,
    claims_in,
    of_json,
    other_ticket,
)
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import encode
from mimtest.sandbox.mydata.parties import OPERATOR, keys_of

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OPERATOR: Final = f"{OPERATOR}/.well-known/mydataoperator-config"
_INTROSPECT: Final = f"{OPERATOR}/introspect"
_OLD_UUID: Final = "5b0f3c3e-6a0b-1c52-9d0c-0f2c1f6a7e11"


@of_json(_OPERATOR, "tru-myd-no-vendor", "TRU-MYD-01")
def forgets_the_vendor(value: Any) -> None:
    """The operator does not tell its vendor."""
    del value["vendor"]


@of_json(_OPERATOR, "tru-myd-empty-name", "TRU-MYD-01")
def has_no_name(value: Any) -> None:
    """The operator's name is empty."""
    value["name"] = ""


@of_json(_OPERATOR, "tru-myd-key-as-text", "TRU-MYD-01", "TRU-MYD-02", "TRU-MYD-08")
def tells_its_key_as_text(value: Any) -> None:
    """The operator's key is a text instead of a JSON Web Key."""
    value["operator_key"] = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"


@of_json(_OPERATOR, "tru-myd-key-without-kid", "TRU-MYD-02")
def names_no_key(value: Any) -> None:
    """The operator's key has no kid."""
    del value["operator_key"]["kid"]


@of_json(_OPERATOR, "tru-myd-private-key", "TRU-MYD-02")
def shows_its_private_key(value: Any) -> None:
    """The operator's key is shown with its private part."""
    value["operator_key"]["d"] = encode(
        keys_of("operator").all[0].private.private_numbers().private_value.to_bytes(32)
    )


@of_json(f"{OPERATOR}/openapi.json", "tru-myd-guide-without-openapi", "TRU-MYD-09")
def guides_without_openapi(_: Any) -> dict[str, Any]:
    """The operator's guide is a list of its addresses, not OpenAPI."""
    return {"addresses": ["/token", "/introspect"]}


@of_json(_OPERATOR, "tru-myd-base-elsewhere", "TRU-MYD-11", "TRU-MYD-12")
def has_its_base_elsewhere(value: Any) -> None:
    """The base address of the operator, and of the connectors that it shares, leads to what describes nothing."""
    shared = value["shared_connectors"][0]["connectors"][0]
    shared["connector_base_url"] += "/nothing"
    value["introspection_url"] = f"{value['operator_base_url']}/introspect"
    value["operator_base_url"] += "/nothing"


@of_json(_OPERATOR, "tru-myd-shared-without-address", "TRU-MYD-12")
def shares_connectors_without_address(value: Any) -> None:
    """A shared connector is listed by name only."""
    value["shared_connectors"][0]["connectors"] = [{"name": "trips"}]


@of_json(
    _OPERATOR,
    "tru-myd-introspection-elsewhere",
    "TRU-MYD-14",
)
def is_asked_elsewhere(value: Any) -> None:
    """The introspection address leads nowhere."""
    value["introspection_url"] = "/introspection"


@at(_INTROSPECT, "tru-myd-always-active", "TRU-MYD-03")
def finds_every_ticket_active(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever text is introspected is active."""
    response = proceed(request)
    if response.status != 200 or response.json()["active"]:  # noqa: PLR2004
        return response
    person = {"id": "nobody@exampleton.example", "id_type": "email"}
    told = {"active": True, "reason": "", "access_item_uuid": "1", "identifiers": [person]}
    return response.with_json(told)


@at(_INTROSPECT, "tru-myd-signature-unread", "TRU-MYD-03")
def believes_any_signature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Introspection looks at what a ticket says and not at its signature."""
    response = proceed(request)
    text = request.body.decode().partition("token=")[2]
    known = claims_in(text).get("client_id") == "travel-app"
    return response.with_json(response.json() | {"active": True}) if known else response


@of_json(_INTROSPECT, "tru-myd-no-identifiers", "TRU-MYD-10")
def names_nobody(value: Any) -> None:
    """The answer about a ticket does not tell which identifiers may be used."""
    del value["identifiers"]


@of_json(_INTROSPECT, "tru-myd-identifier-without-type", "TRU-MYD-10")
def tells_no_type(value: Any) -> None:
    """A person's identifier has no type."""
    for item in value["identifiers"]:
        del item["id_type"]


@of_json(_INTROSPECT, "tru-myd-no-entry", "TRU-MYD-10", "TRU-MYD-15")
def tells_no_entry(value: Any) -> None:
    """The answer about an active ticket names no entry of the trail."""
    value["access_item_uuid"] = ""


@of_json(f"{OPERATOR}/log", "tru-myd-no-trail", "TRU-MYD-15")
def keeps_no_trail(value: Any) -> None:
    """The trail is empty whatever was asked."""
    value["entries"] = []


@at(f"{OPERATOR}/token", "tru-myd-ticket-without-jti", "TRU-MYD-08")
def gives_tickets_without_identifier(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Request tickets have no jti."""
    return other_ticket(proceed(request), lambda c: c.pop("jti"))


@at(f"{OPERATOR}/token", "tru-myd-ticket-times-as-text", "TRU-MYD-08")
def gives_tickets_with_times_in_words(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """The time at which a request ticket was issued is a text."""
    return other_ticket(proceed(request), lambda c: c.update(iat="now"))


@of_json(_OPERATOR, "tru-myd-other-key", "TRU-MYD-08")
def tells_another_key(value: Any) -> None:
    """The key that the operator tells is not the one that signs its tickets."""
    value["operator_key"] = keys_of("another").all[0].public


@of_json(_OPERATOR, "tru-myd-other-uuid", "TRU-MYD-08", "TRU-MYD-13")
def tells_another_uuid(value: Any) -> None:
    """The identifier that the operator tells is neither that of its tickets nor that of the trust group."""
    value["operator_uuid"] = "2f6b1d0a-8c3e-4d57-a1b9-6e0f7c2d5a99"


@of_json(_OPERATOR, "tru-myd-uuid-by-time", "TRU-MYD-02", "TRU-MYD-08", "TRU-MYD-13")
def has_a_uuid_by_time(value: Any) -> None:
    """The operator's UUID is one of version 1."""
    value["operator_uuid"] = _OLD_UUID


@of_json(_OPERATOR, "tru-myd-variant-bare-addresses")
def writes_addresses_without_scheme(value: Any) -> None:
    """Addresses have no scheme and identifiers no hyphens, as in the draft's examples."""
    value["operator_base_url"] = value["operator_base_url"].partition("://")[2]
    value["operator_uuid"] = value["operator_uuid"].replace("-", "")


@of_json(_OPERATOR, "tru-myd-variant-shared-object")
def lists_connectors_in_an_object(value: Any) -> None:
    """The shared connectors are one object instead of an array."""
    value["shared_connectors"] = value["shared_connectors"][0]


@of_json(_OPERATOR, "tru-myd-variant-private-operator")
def shares_no_connectors(value: Any) -> None:
    """The operator lists no connectors, and its introspection address is absolute."""
    del value["shared_connectors"]
    value["introspection_url"] = f"{value['operator_base_url']}/introspect"


@at(_INTROSPECT, "tru-myd-variant-refuses-garbage")
def refuses_worthless_tickets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A worthless ticket is refused with 400 instead of being called inactive."""
    response = proceed(request)
    worthless = response.status == 200 and not response.json()["active"]  # noqa: PLR2004
    return json_response({"error": "invalid_ticket"}, 400) if worthless else response


@at(_INTROSPECT, "tru-myd-variant-json-tickets")
def takes_tickets_as_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tickets are introspected in a JSON body, other forms are refused."""
    if request.method != "POST":
        return proceed(request)
    try:
        ticket = json.loads(request.body)["request_ticket"]
    except (ValueError, KeyError, TypeError):
        return json_response({"error": "request_ticket is missing"}, 400)
    return proceed(replace(request, body=f"token={ticket}".encode()))
