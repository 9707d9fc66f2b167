"""Ways in which a market place takes orders wrongly, or tells who takes part to everybody, and permitted other ways."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.contracts.market import each
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.tmforum import DEMO_SECRETS

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_KEY: Final = "x-api-key"
_CANCEL: Final = "/cancelProductOrder"


def _at(request: Request, name: str, method: str = "GET") -> bool:
    inside = request.path.startswith("/tmf-api/") and request.path.endswith(name)
    return inside and request.method == method


def _opened(request: Request, proceed: Proceed, name: str) -> Response:
    """The answer at a list to whoever asks, as to who is known."""
    if _at(request, name) and _KEY not in request.headers:
        return proceed(request.with_header(_KEY, DEMO_SECRETS["MIMTEST_DEMO_MARKET_KEY"]))
    return proceed(request)


@fault("ctr-tmf-open-orders", kills=("CTR-TMF-09",))
def shows_orders_to_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Orders are shown to whoever asks."""
    return _opened(request, proceed, "/productOrder")


@fault("ctr-tmf-open-agreements", kills=("CTR-TMF-21",))
def shows_agreements_to_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Agreements are shown to whoever asks."""
    return _opened(request, proceed, "/agreement")


@fault("ctr-tmf-open-persons", kills=("CTR-TMF-15",))
def shows_persons_to_everybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Persons are shown to whoever asks."""
    return _opened(request, proceed, "/individual")


@fault("ctr-tmf-any-order", kills=("CTR-TMF-10",))
def takes_orders_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order of nothing is taken."""
    response = proceed(request)
    if _at(request, "/productOrder", "POST") and response.status == 400:  # noqa: PLR2004
        return json_response({"id": "nothing", "state": "acknowledged"}, 201)
    return response


@fault("ctr-tmf-broken-order", kills=("CTR-TMF-10",))
def breaks_at_orders_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order of nothing breaks the service."""
    response = proceed(request)
    broken = _at(request, "/productOrder", "POST") and response.status == 400  # noqa: PLR2004
    return response.with_status(500) if broken else response


@fault("ctr-tmf-order-in-no-state", kills=("CTR-TMF-11",))
def invents_a_state(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new order is in a state that orders do not have."""
    response = proceed(request)
    if not _at(request, "/productOrder", "POST") or response.status != 201:  # noqa: PLR2004
        return response
    return response.with_json({**response.json(), "state": "bought"})


@fault("ctr-tmf-order-goes-on", kills=("CTR-TMF-11",))
def goes_on_after_a_cancellation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order that was cancelled goes on."""

    def change(record: dict[str, Any]) -> None:
        if record.get("state") == "cancelled":
            record["state"] = "acknowledged"

    return each(request, proceed, change, "/productOrder")


@fault("ctr-tmf-order-lost", kills=("CTR-TMF-11",))
def loses_orders(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new order is not found again."""
    inside = request.path.startswith("/tmf-api/") and "/productOrder/" in request.path
    if inside and request.method == "GET":
        return json_response({"code": "404", "reason": "there is no such order"}, 404)
    return proceed(request)


@fault("ctr-tmf-order-of-another", kills=("CTR-TMF-11",))
def orders_something_else(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new order is of another offering."""

    def change(record: dict[str, Any]) -> None:
        for line in record.get("productOrderItem", ()):
            line["productOffering"]["id"] += "-other"

    return each(request, proceed, change, "/productOrder")


@fault("ctr-tmf-agreement-of-nobody", kills=("CTR-TMF-12",))
def says_not_who_agreed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Agreements do not say who agreed."""
    return each(request, proceed, lambda r: r.pop("engagedParty", None), "/agreement")


@fault("ctr-tmf-agreement-in-words", kills=("CTR-TMF-12",))
def agrees_in_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was agreed is a text."""
    told = {"agreementItem": "all data"}
    return each(request, proceed, lambda r: r.update(told), "/agreement")


@fault("ctr-tmf-any-agreement", kills=("CTR-TMF-13",))
def takes_agreements_about_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An agreement about nothing is taken."""
    response = proceed(request)
    if _at(request, "/agreement", "POST") and response.status == 400:  # noqa: PLR2004
        return json_response({"id": "nothing"}, 201)
    return response


@fault("ctr-tmf-any-subscription", kills=("CTR-TMF-17",))
def takes_subscriptions_of_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that names no address is taken."""
    response = proceed(request)
    if _at(request, "/hub", "POST") and response.status == 400:  # noqa: PLR2004
        return json_response({"id": "nothing"}, 201)
    return response


@fault("ctr-tmf-untyped-parts", kills=("CTR-TMF-22",))
def names_no_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Those who agreed have no type in version 5."""

    def change(record: dict[str, Any]) -> None:
        for party in record.get("engagedParty", ()):
            party.pop("@type", None)

    return each(request, proceed, change, "/agreement")


@fault("ctr-tmf-unknown-organization", kills=("CTR-TMF-14",), beside=("CTR-PAR-10",))
def names_no_identifier(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Organizations have no identifier that others know them by."""

    def change(record: dict[str, Any]) -> None:
        for name in ("externalReference", "organizationIdentification"):
            record.pop(name, None)

    return each(request, proceed, change, "/organization")


@fault("ctr-tmf-characteristic-of-no-use", kills=("CTR-TMF-14",), beside=("CTR-PAR-10",))
def names_a_colour(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Organizations have a characteristic, which does not tell them from others."""

    def change(record: dict[str, Any]) -> None:
        for name in ("externalReference", "organizationIdentification"):
            record.pop(name, None)
        record["partyCharacteristic"] = [{"name": "colour", "value": "blue"}]

    return each(request, proceed, change, "/organization")


@fault("ctr-tmf-variant-did-as-characteristic")
def names_its_did_as_characteristic(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The DID of an organization is one of its characteristics."""

    def change(record: dict[str, Any]) -> None:
        for name in ("externalReference", "organizationIdentification"):
            record.pop(name, None)
        record["partyCharacteristic"] = [{"name": "id", "value": "did:web:city.example"}]

    return each(request, proceed, change, "/organization")


@fault("ctr-par-no-contact", kills=("CTR-PAR-10",))
def cannot_be_reached(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Organizations do not say how to reach them."""
    return each(request, proceed, lambda r: r.pop("contactMedium", None), "/organization")


@fault("ctr-tmf-variant-no-hub")
def notifies_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is no hub."""
    if request.path.startswith("/tmf-api/") and request.path.endswith("/hub"):
        return json_response({"code": "404", "reason": "there is nothing here"}, 404)
    return proceed(request)


@fault("ctr-tmf-variant-422")
def calls_bodies_unprocessable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body without what is needed is answered 422."""
    response = proceed(request)
    inside = request.path.startswith("/tmf-api/") and request.method == "POST"
    return response.with_status(422) if inside and response.status == 400 else response  # noqa: PLR2004


@fault("ctr-tmf-variant-empty-for-strangers")
def gives_strangers_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no credentials is given empty lists."""
    lists = ("/productOrder", "/agreement", "/individual")
    stranger = any(_at(request, n) for n in lists) and _KEY not in request.headers
    return json_response([]) if stranger else proceed(request)


@fault("ctr-tmf-variant-cancels-later")
def cancels_later(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A cancellation is taken up with 202 and looked at later."""
    response = proceed(request)
    if not _at(request, _CANCEL, "POST") or response.status != 201:  # noqa: PLR2004
        return response
    return response.with_json({**response.json(), "state": "acknowledged"}).with_status(202)


@fault("ctr-tmf-variant-orders-later")
def takes_orders_later(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order is taken up with 202, as version 5 has it."""
    response = proceed(request)
    inside = _at(request, "/productOrder", "POST") and response.status == 201  # noqa: PLR2004
    return response.with_status(202) if inside else response


@fault("ctr-tmf-variant-log-in")
def leads_strangers_to_a_log_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no credentials is led to a log-in."""
    lists = ("/productOrder", "/agreement", "/individual")
    stranger = any(_at(request, n) for n in lists) and _KEY not in request.headers
    return Response(302, (("Location", f"{request.base}/idp"),)) if stranger else proceed(request)


@fault("ctr-tmf-variant-stateless-order")
def tells_no_state_of_new_orders(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new order does not tell its state yet."""
    response = proceed(request)
    if not _at(request, "/productOrder", "POST") or response.status != 201:  # noqa: PLR2004
        return response
    content = response.json()
    content.pop("state")
    return response.with_json(content)
