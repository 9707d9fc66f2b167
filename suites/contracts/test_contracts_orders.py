"""Orders in a market place with TM Forum Open APIs (TMF622)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, shown
from mimtest.vocabulary.tmforum import (
    HUB,
    assert_refused,
    assert_withheld,
    error_of,
    part_of,
    parts_of,
    settled_write,
)
from mimtest.vocabulary.tmforum_orders import OPEN, ORDERS, OVER, offerings_of, ordered, state_of
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("tmforum")


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
    assert_withheld(ordering, interface, ORDERS, "orders")


@pytest.mark.check(
    "CTR-TMF-10",
    clause="TMF622 ProductOrder_Create: productOrderItem; TMF630 part 1, errors",
    level="writes",
)
def test_an_order_of_nothing_is_refused(ordering):
    """An order without anything ordered is refused with an error."""
    answer = settled_write(ordering.refuse_nothing(ORDERS, ordering.typed("ProductOrder")))
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
def test_an_order_is_taken_and_cancelled(ordering, wanted, run_id):
    """An order is acknowledged and found again, and no longer open once it is cancelled."""
    with ordered(ordering, wanted, f"mimtest-{run_id}") as order:
        told = order.made.get("state")
        assert_that(
            told is None or state_of(order.made) in (*OPEN, *OVER),
            "a new order is in no state that orders have",
            expected=", ".join(OPEN),
            received=shown(told),
        )
        found = eventually(order.look)
        offerings = offerings_of(found)
        assert_that(
            not offerings or wanted["id"] in offerings,
            "the order that is found again is of something else",
            expected=wanted["id"],
            received=offerings,
        )
        if state_of(found) in OVER:
            detail = f"the order is {state_of(found)} before anybody can cancel it"
            raise Inconclusive("precondition_unmet", detail)
        order.ends()
        if not offerings:
            detail = "the order that is found again does not say what is ordered"
            raise Inconclusive("needs_review", detail)


@pytest.mark.check(
    "CTR-TMF-17", clause="TMF630 part 1, notification: hub", strength="may", level="writes"
)
def test_a_subscription_without_an_address_is_refused(client, interface):
    """A registration at the hub that names no address to notify is refused."""
    tried = [part_of(client, name).refuse_nothing(HUB, {}) for name in parts_of(interface)]
    there = [a for a in tried if a.status not in (404, 405, 501)]
    if not there:
        raise NotApplicable("not_offered", "none of the APIs has a hub")
    for answer in there:
        assert_refused(settled_write(answer), range(400, 500))
