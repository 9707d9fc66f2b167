"""Faults of a connector's negotiations (Dataspace Protocol), and permitted ways to differ."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.contracts.dataspace_messages import (
    NEGOTIATIONS,
    REQUESTS,
    at,
    of_json,
    sent,
    with_known_offer,
)
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ENDS = ("/events", "/agreement/verification")


@at(
    NEGOTIATIONS,
    "ctr-dsp-unknown-negotiation-400",
    "CTR-DSP-12",
    method="GET",
    beside=("CTR-DSP-13",),
)
def calls_it_a_bad_request(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A negotiation that is not there is answered 400."""
    response = proceed(request)
    return response.with_status(400) if response.status == 404 else response  # noqa: PLR2004


@at(NEGOTIATIONS, "ctr-dsp-unknown-negotiation-problem", "CTR-DSP-12", method="GET")
def tells_a_problem(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A negotiation that is not there is answered with problem details."""
    response = proceed(request)
    return problem(404, "not found") if response.status == 404 else response  # noqa: PLR2004


@at(NEGOTIATIONS, "ctr-dsp-strangers-see", "CTR-DSP-13", method="GET")
def shows_strangers_negotiations(
    request: Request, platform: "Platform", proceed: Proceed
) -> Response:
    """Negotiations are shown to whoever knows their identifier."""
    response = proceed(request)
    if response.status == 200:  # noqa: PLR2004
        platform.memory[request.path] = response
    known: Response = platform.memory.get(request.path, response)
    return known


@of_json(REQUESTS, "ctr-dsp-own-pid", "CTR-DSP-14", status=201)
def forgets_the_consumers_pid(value: Any) -> None:
    """The answer to a contract request has another consumerPid than the request."""
    value["consumerPid"] = "urn:uuid:00000000-0000-4000-8000-000000000000"


@at(REQUESTS, "ctr-dsp-200", "CTR-DSP-14")
def answers_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A contract request is answered 200."""
    response = proceed(request)
    return response.with_status(200) if response.status == 201 else response  # noqa: PLR2004


@of_json(REQUESTS, "ctr-dsp-state-of-its-own", "CTR-DSP-14", status=201)
def invents_a_state(value: Any) -> None:
    """A negotiation that was begun is in a state of its own."""
    value["state"] = "REQUESTING"


@of_json(NEGOTIATIONS, "ctr-dsp-pids-swapped", "CTR-DSP-15", method="GET", beside=("CTR-DSP-20",))
def swaps_the_pids(value: Any) -> None:
    """The identifiers of consumer and provider are swapped when a negotiation is told."""
    value["providerPid"], value["consumerPid"] = value["consumerPid"], value["providerPid"]


@at(
    NEGOTIATIONS,
    "ctr-dsp-not-terminated",
    "CTR-DSP-16",
    end="/termination",
    beside=("CTR-DSP-31",),
)
def goes_on(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """A negotiation goes on after it was terminated."""
    return json_response({})


@at(NEGOTIATIONS, "ctr-dsp-termination-refused", "CTR-DSP-16", end="/termination")
def refuses_to_end(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """The provider alone ends negotiations."""
    return problem(405, "only by the provider")


@at(
    NEGOTIATIONS,
    "ctr-dsp-ended-takes-events",
    "CTR-DSP-17",
    method="POST",
    end="/events",
    beside=("CTR-DSP-19",),
)
def takes_events_at_any_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Events are taken in every state, without an effect."""
    proceed(request)
    return json_response({})


@at(NEGOTIATIONS, "ctr-dsp-state-error-409", "CTR-DSP-30", method="POST")
def answers_409(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A message out of turn is answered 409."""
    response = proceed(request)
    late = response.status == 400 and request.path.endswith(_ENDS)  # noqa: PLR2004
    return response.with_status(409) if late else response


@of_json(
    NEGOTIATIONS,
    "ctr-dsp-error-without-pids",
    "CTR-DSP-30",
    status=400,
    method="POST",
)
def errs_without_pids(value: Any) -> None:
    """Errors of negotiations do not say which."""
    value.pop("providerPid")


@at(REQUESTS, "ctr-dsp-any-offer", "CTR-DSP-18")
def takes_any_offer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector negotiates about offers that it never made."""
    return proceed(with_known_offer(request))


@at(
    NEGOTIATIONS,
    "ctr-dsp-verifies-nothing",
    "CTR-DSP-19",
    end="/verification",
    beside=("CTR-DSP-17", "CTR-DSP-30"),
)
def verifies_what_is_not_agreed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An agreement that there is none of is verified."""
    return proceed(request).with_status(200)


@sent("/agreement", "ctr-dsp-agreement-without-time", "CTR-DSP-20")
def agrees_without_time(value: Any) -> None:
    """The agreement does not say when it was concluded."""
    del value["agreement"]["timestamp"]


@sent("/agreement", "ctr-dsp-agreement-about-another", "CTR-DSP-20")
def agrees_about_another(value: Any) -> None:
    """The agreement is about another dataset."""
    value["agreement"]["target"] = "urn:exampleton:dataset:noise"


@sent("/agreement", "ctr-dsp-agreement-without-sides", "CTR-DSP-20")
def agrees_without_sides(value: Any) -> None:
    """The agreement does not say with whom."""
    del value["agreement"]["assignee"]


@of_json(NEGOTIATIONS, "ctr-dsp-never-finalized", "CTR-DSP-20", method="GET")
def never_finalizes(value: Any) -> None:
    """A negotiation stays VERIFIED after the agreement stands."""
    value["state"] = "VERIFIED" if value["state"] == "FINALIZED" else value["state"]


@sent("/agreement", "ctr-dsp-agreement-with-other-rules", "CTR-DSP-27")
def agrees_on_other_rules(value: Any) -> None:
    """The agreement forbids what the offer did not."""
    value["agreement"]["prohibition"] = [{"action": "distribute"}]


@at(NEGOTIATIONS, "ctr-dsp-agreement-ended", "CTR-DSP-31", end="/termination")
def ends_what_is_final(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One side ends a concluded agreement."""
    response = proceed(request)
    return json_response({}) if response.status == 400 else response  # noqa: PLR2004


@sent("/agreement", "ctr-dsp-agreement-with-targets", "CTR-DSP-20")
def agrees_with_targets(value: Any) -> None:
    """Rules of the agreement have targets of their own."""
    for rule in value["agreement"]["permission"]:
        rule["target"] = value["agreement"]["target"]


@sent("/events", "ctr-dsp-event-accepted", "CTR-DSP-20")
def accepts_by_itself(value: Any) -> None:
    """The last event of a negotiation says that the provider's offer is accepted."""
    value["eventType"] = "ACCEPTED"


@sent("/events", "ctr-dsp-event-of-nobody", "CTR-DSP-20")
def tells_no_negotiation(value: Any) -> None:
    """The last event of a negotiation does not say of which."""
    del value["providerPid"]
