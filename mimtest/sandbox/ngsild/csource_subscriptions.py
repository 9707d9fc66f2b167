"""Operations on subscriptions to registrations (5.11.2 to 5.11.6, 6.12, 6.13)."""

from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild import subscriptions
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.router import Operation, Routes

PATH: Final = "csourceSubscriptions"


def create_csource_subscription(call: Call) -> Response:
    """A new subscription to registrations (5.11.2)."""
    subscription = subscriptions.read_new(call)
    call.tenant.csource_subscriptions.add(subscription)
    return subscriptions.created(subscription, PATH)


def retrieve_csource_subscription(call: Call) -> Response:
    """One subscription to registrations by its id (5.11.4)."""
    return subscriptions.one(call, call.tenant.csource_subscriptions.get)


def query_csource_subscriptions(call: Call) -> Response:
    """All subscriptions to registrations (5.11.5)."""
    return subscriptions.several(call, call.tenant.csource_subscriptions.all)


def update_csource_subscription(call: Call) -> Response:
    """Members of a subscription to registrations give way to others (5.11.3)."""
    kept = call.tenant.csource_subscriptions
    notifier = kept.get(subscriptions.subscription_id(call))
    kept.change(notifier, subscriptions.read_change(call, notifier.subscription))
    return done()


def delete_csource_subscription(call: Call) -> Response:
    """A subscription to registrations ends (5.11.6)."""
    call.tenant.csource_subscriptions.remove(subscriptions.subscription_id(call))
    return done()


ROUTES: Final[Routes] = {
    (PATH,): {
        "GET": Operation(query_csource_subscriptions, subscriptions.QUERY_PARAMS),
        "POST": Operation(create_csource_subscription, starts_tenant=True),
    },
    (PATH, "*"): {
        "GET": Operation(retrieve_csource_subscription, frozenset(("options",))),
        "PATCH": Operation(update_csource_subscription),
        "DELETE": Operation(delete_csource_subscription),
    },
}
