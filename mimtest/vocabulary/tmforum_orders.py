"""Orders in a market place with TM Forum Open APIs: made, cancelled, and never left open (TMF622)."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt, json_object, shown
from mimtest.vocabulary.tmforum import Part
from mimtest.vocabulary.waiting import eventually

ORDERS: Final = "/productOrder"
_CANCELLATIONS: Final = "/cancelProductOrder"
_MADE: Final = (201, 202)
_REFUSED: Final = range(400, 500)
_NOT_THERE: Final = (404, 405, 501)
#: Seconds; people may have to look at a cancellation, so it is asked after ever more seldom.
_MINUTE: Final = 60.0
_PAUSE: Final = 0.2
_LONGEST: Final = 5.0
#: The states of an order, without what version 5 adds after a dot.
OPEN: Final = (
    *("acknowledged", "draft", "held", "pending", "inProgress"),
    *("assessingCancellation", "pendingCancellation"),
)
OVER: Final = ("completed", "rejected", "failed", "partial", "cancelled")
#: The states of a cancellation that goes no further.
_SETTLED: Final = ("done", "terminatedWithError", "rejected", "cancelled")


def state_of(record: Mapping[str, Any]) -> str:
    """The state of an order or of a cancellation; empty where it tells none."""
    told = record.get("state")
    return told.partition(".")[0] if isinstance(told, str) else ""


def offerings_of(order: Mapping[str, Any]) -> list[str]:
    """The identifiers of the offerings that the items of an order name."""
    lines = order.get("productOrderItem")
    named = [
        line.get("productOffering")
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
    ]
    return [o["id"] for o in named if isinstance(o, dict) and isinstance(o.get("id"), str)]


@dataclass(slots=True)
class Order:
    """An order that a run made."""

    part: Part
    key: str
    made: Mapping[str, Any]
    asked: bool = field(default=False, init=False)

    def look(self) -> dict[str, Any]:
        """The order as it is now."""
        __tracebackhide__ = True
        answer = assert_status(self.part.one(ORDERS, self.key), 200, what="the order")
        found = json_object(answer, "the order")
        assert_that(found.get("id") == self.key, "another order is found", expected=self.key)
        return found

    def cancel(self) -> Answer:
        """Ask for its end."""
        self.asked = True
        typed = self.part.typed
        order = typed("ProductOrderRef", id=self.key, href=self.made.get("href") or self.key)
        body = typed("CancelProductOrder", cancellationReason="a test is over", productOrder=order)
        return self.part.client.post(f"{self.part.address}{_CANCELLATIONS}", json=body)

    def ends(self) -> None:
        """It is cancelled. Raises Inconclusive where the market place says no, or leaves it open for long."""
        __tracebackhide__ = True
        answer = self.cancel()
        if answer.status in _NOT_THERE:
            detail = (
                f"cancelProductOrder is answered {answer.status}: orders are not cancelled there"
            )
            raise Inconclusive("needs_review", detail)
        task = json_object(
            assert_status(answer, 200, *_MADE, what="the cancellation"), "the cancellation"
        )

        state, end = self._settled(task)
        if state not in OVER and end not in _SETTLED:
            detail = f"the order is {state or 'in no state'}, its cancellation {end or 'in no state'}, after a minute"
            raise Inconclusive("needs_review", detail)
        if state not in OVER and end != "done":
            raise Inconclusive("needs_review", f"the market place ends the cancellation as {end}")
        state = state if state in OVER else eventually(self._over)
        if state != "cancelled":
            detail = f"the order is {state} before anybody can cancel it"
            raise Inconclusive("precondition_unmet", detail)

    def _settled(self, task: Mapping[str, Any]) -> tuple[str, str]:
        """The states of the order and its cancellation, once one of them goes no further, or after a minute."""
        start, pause = time.monotonic(), _PAUSE
        while True:
            state, end = state_of(self.look()), state_of(self._again(task))
            if state in OVER or end in _SETTLED or time.monotonic() > start + _MINUTE:
                return state, end
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST)

    def _over(self) -> str:
        __tracebackhide__ = True
        state = state_of(self.look())
        assert_that(
            state in OVER,
            "the order goes on after its cancellation is done",
            expected="cancelled",
            received=shown(state),
        )
        return state

    def _again(self, task: Mapping[str, Any]) -> Mapping[str, Any]:
        """The cancellation as it is now; as it was, where it is not found again."""
        key = task.get("id")
        if state_of(task) in _SETTLED or not isinstance(key, str):
            return task
        answer = self.part.one(_CANCELLATIONS, key)
        return json_object(answer) if answer.status == 200 else task  # noqa: PLR2004


@contextmanager
def ordered(part: Part, offering: Mapping[str, Any], mark: str) -> Iterator[Order]:
    """An order of one offering, cancelled afterwards whatever happens, and removed by clean-up.

    Raises Inconclusive where the market place refuses it: what else its orders need is its own affair.
    """
    __tracebackhide__ = True
    typed = part.typed
    wanted = typed("ProductOfferingRef", **offering)
    line = typed("ProductOrderItem", id="1", action="add", quantity=1, productOffering=wanted)
    body = typed("ProductOrder", externalId=mark, productOrderItem=[line])
    answer = part.client.post(f"{part.address}{ORDERS}", json=body)
    if answer.status in (405, 501):
        raise NotApplicable("not_offered", f"POST {ORDERS} is answered {answer.status}")
    if answer.status in _REFUSED:
        detail = f"an order of the offering alone is answered {answer.status}: {excerpt(answer)}"
        raise Inconclusive("precondition_unmet", detail)
    key = part.keep_in_mind(ORDERS, answer)
    made = json_object(assert_status(answer, *_MADE, what="the order"), "the order")
    assert_that(key, "a new order has no identifier", expected="id", received=shown(list(made)))
    order = Order(part, key, made)
    try:
        yield order
    finally:
        if not order.asked:
            with suppress(Inconclusive, Contradiction):
                order.cancel()
