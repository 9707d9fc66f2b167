"""Faults of a connector's transfers (Dataspace Protocol)."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.contracts.dataspace_messages import TRANSFERS, at, of_json, sent
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@at(TRANSFERS, "ctr-dsp-transfer-by-nothing", "CTR-DSP-21", end="/request")
def transfers_by_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data is transferred by any agreement, known or not."""
    response = proceed(request)
    if response.status != 400:  # noqa: PLR2004
        return response
    told = response.json()
    kept = {"@context": told["@context"], "consumerPid": told["consumerPid"]}
    return json_response({**kept, "@type": "TransferProcess", "state": "REQUESTED"}, 201)


@of_json(TRANSFERS, "ctr-dsp-transfer-error-of-contracts", "CTR-DSP-21", status=400, end="/request")
def errs_as_a_negotiation(value: Any) -> None:
    """Errors of transfers are those of negotiations."""
    value["@type"] = "ContractNegotiationError"


@at(TRANSFERS, "ctr-dsp-unknown-transfer-200", "CTR-DSP-22", method="GET")
def finds_every_transfer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A transfer that is not there is answered 200."""
    return proceed(request).with_status(200)


@of_json(TRANSFERS, "ctr-dsp-transfer-other-pid", "CTR-DSP-28", status=201)
def forgets_who_asked(value: Any) -> None:
    """The answer to a transfer request has another consumerPid than the request."""
    value["consumerPid"] = "urn:uuid:00000000-0000-4000-8000-000000000000"


@at(TRANSFERS, "ctr-dsp-transfer-goes-on", "CTR-DSP-29", end="/termination")
def transfers_on(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """A transfer goes on after it was terminated."""
    return json_response({})


@at(f"{TRANSFERS}request", "ctr-dsp-transfer-200", "CTR-DSP-28")
def answers_transfers_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A transfer request is answered 200."""
    response = proceed(request)
    return response.with_status(200) if response.status == 201 else response  # noqa: PLR2004


@sent("/start", "ctr-dsp-start-without-address", "CTR-DSP-32")
def starts_nowhere(value: Any) -> None:
    """A transfer starts without telling where the data is."""
    del value["dataAddress"]


@at(TRANSFERS, "ctr-dsp-ended-transfer-completed", "CTR-DSP-34", end="/completion")
def completes_what_is_ended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A transfer that was terminated is completed."""
    proceed(request)
    return json_response({})


@at(TRANSFERS, "ctr-dsp-ended-transfer-started", "CTR-DSP-34", end="/start")
def starts_what_is_ended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A transfer that was terminated is started anew."""
    proceed(request)
    return json_response({})
