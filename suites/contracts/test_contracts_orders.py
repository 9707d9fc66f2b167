"""Orders in a market place with TM Forum Open APIs (TMF622)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, shown
from mimtest.vocabulary.tmforum import (
    assert_refused,
    assert_withheld,
    error_of,
    part_of,
    parts_of,
    settled_write,
)
from mimtest.vocabulary.waiting import eventually, waiting_for

pytestmark = pytest.mark.interface("tmforum")

_ORDERS = "/productOrder"
_OPEN = (
    "acknowledged",
    "draft",
    "held",
    "pending",
    "inProgress",
    "assessingCancellation",
    "pendingCancellation",
)
_OVER = ("completed", "rejected", "failed", "partial", "cancelled")
_MINUTE = 60.0


@pytest.fixture(scope="session")
def ordering(client):
    """Where orders are."""
    return part_of(client, "ordering")


@pytest.mark.check(
    "CTR-TMF-09",
    clause="MIM3 C5; TMF622 productOrder",
    strength="should",
    level="passive",
)
def test_orders_are_shown_to_nobody_unknown(ordering, interface):
    """Whoever has no credentials is refused, or is given none of the orders that are there."""
    assert_withheld(ordering, interface, _ORDERS)


@pytest.mark.check(
    "CTR-TMF-10",
    clause="TMF622 ProductOrder_Create: productOrderItem; TMF630 part 1, errors",
    level="safe",
)
def test_an_order_of_nothing_is_refused(ordering):
    """An order without anything ordered is refused with an error."""
    answer = settled_write(ordering.refuse_nothing(_ORDERS, ordering.typed("ProductOrder")))
    assert_refused(answer)
    error_of(answer)


@pytest.fixture
def wanted(client, interface):
    """What a run may order: identifier, address and name of an offering."""
    path = interface.paths.get("offering")
    if path is None:
        detail = "the target file names no offering that a run may order"
        raise NotApplicable("not_offered", detail)
    answer = assert_status(client.get(path), 200, what="the offering to be ordered")
    found = json_object(answer, "the offering")
    return {
        "id": member(found, "id", str, "the offering"),
        "href": found.get("href") or client.url(path),
        "name": found.get("name") or "offering",
    }


@pytest.mark.check(
    "CTR-TMF-11",
    clause="TMF622 productOrder, cancelProductOrder",
    level="writes",
    rests_on=("CTR-TMF-10",),
)
def test_an_order_is_taken_and_cancelled(client, ordering, wanted, run_id):
    """An order is acknowledged and found again, and no longer open once it is cancelled."""
    typed = ordering.typed
    line = typed(
        "ProductOrderItem",
        id="1",
        action="add",
        quantity=1,
        productOffering=typed("ProductOfferingRef", **wanted),
    )
    order = typed("ProductOrder", externalId=f"mimtest-{run_id}", productOrderItem=[line])
    answer = client.post(f"{ordering.address}{_ORDERS}", json=order)
    made = json_object(assert_status(answer, 201, what="the order"), "the order")
    key = member(made, "id", str, "the order")
    client.note_created(f"{ordering.address}{_ORDERS}/{key}")
    state = str(made.get("state")).partition(".")[0]
    assert_that(
        state in (*_OPEN, *_OVER),
        "a new order is in no state that orders have",
        expected=", ".join(_OPEN),
        received=shown(made.get("state")),
    )

    def look():
        found = assert_status(ordering.one(_ORDERS, key), 200, what="the order")
        return json_object(found, "the order")

    found = eventually(look)
    assert_that(found.get("id") == key, "another order is found", expected=key)
    if str(found.get("state")).partition(".")[0] in _OVER:
        detail = f"the order is {found['state']} before anybody can cancel it"
        raise Inconclusive("precondition_unmet", detail)
    cancel = typed(
        "CancelProductOrder",
        cancellationReason="a test is over",
        productOrder=typed("ProductOrderRef", id=key, href=made.get("href") or key),
    )
    asked = client.post(f"{ordering.address}/cancelProductOrder", json=cancel)
    if asked.status in (404, 405, 501):
        detail = f"cancelProductOrder is answered {asked.status}: orders are not cancelled there"
        raise Inconclusive("needs_review", detail)
    task = json_object(assert_status(asked, 200, 201, 202, what="the cancellation"), "the task")

    def ended():
        state = look().get("state")
        assert_that(
            state == "cancelled",
            "the order goes on after its cancellation",
            expected="cancelled",
            received=shown(state),
        )

    with waiting_for(_MINUTE if task.get("state") not in ("done", None) else 0):
        eventually(ended)


@pytest.mark.check(
    "CTR-TMF-17", clause="TMF630 part 1, notification: hub", strength="may", level="safe"
)
def test_a_subscription_without_an_address_is_refused(client, interface):
    """A registration at the hub that names no address to notify is refused."""
    tried = [part_of(client, name).refuse_nothing("/hub", {}) for name in parts_of(interface)]
    there = [a for a in tried if a.status not in (404, 405, 501)]
    if not there:
        raise NotApplicable("not_offered", "none of the APIs has a hub")
    for answer in there:
        assert_refused(settled_write(answer), range(400, 500))
