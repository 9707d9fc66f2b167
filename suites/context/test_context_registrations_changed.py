"""What is no registration is refused, and registrations are changed (GS CIM 009 5.2.9, 5.9.2, 5.9.3)."""

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_status
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_registrations import (
    about,
    assert_registered,
    registration_in,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_NO_JSON = "no-json"
_PAST = "2021-04-01T12:00:00Z"


@pytest.fixture
def kept(registry, run_id):
    """A registration of our own, seen to be there."""
    info = about(own_name("MtSource", run_id), "temperature")
    sent = registry.registered(run_id, info, description="as it was registered")
    eventually(lambda: assert_registered(registration_in(registry.retrieve(sent["id"])), sent))
    return sent


def _wrong(sent, defect):
    """A registration like the one sent, with a defect."""
    whole = sent["information"][0]
    replaced = {
        "wrong-type": {"type": "Subscription"},
        "endpoint-no-uri": {"endpoint": "no uri at all"},
        "nothing": {"information": []},
        "no-entity": {"information": [{**whole, "entities": []}]},
    }
    lacking = {"no-type": "type", "no-endpoint": "endpoint", "no-information": "information"}
    left_out = lacking.get(defect)
    changed = sent | replaced.get(defect, {})
    return {k: v for k, v in changed.items() if k != left_out}


@pytest.mark.check(
    "CTX-REG-04",
    clause="GS CIM 009 5.2.9",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize(
    "defect",
    [
        "no-type", "wrong-type", "no-endpoint", "endpoint-no-uri", "no-information", "nothing",
        "no-entity", _NO_JSON,
    ],
)  # fmt: skip
def test_what_is_no_registration_is_refused(registry, kept, run_id, defect):
    """A registration that lacks a member, or has an impossible one, is refused and not kept."""
    if defect == _NO_JSON:
        assert_problem(registry.broken("POST"), status=400, kind="InvalidRequest")
        return
    twin = {**kept, "id": own_id("ContextSourceRegistration", run_id)}
    answer = registry.create(_wrong(twin, defect))
    assert_problem(answer, status=400, kind="BadRequestData")
    assert_status(registry.retrieve(twin["id"]), 404)


@pytest.mark.check(
    "CTX-REG-12",
    clause="GS CIM 009 5.9.3",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("change", ["endpoint", "information", "unknown", "past", _NO_JSON])
def test_a_registration_is_updated(registry, kept, run_id, change):
    """An update replaces the members it has and keeps all others; an impossible one changes nothing."""
    parts = {
        "endpoint": {"endpoint": f"{registry.endpoint}/moved"},
        "information": {"information": [about(own_name("MtOther", run_id), "pressure")]},
    }
    part = parts.get(change, {"description": "as it was updated"})
    assert_status(registry.send("PATCH", kept["id"], part), 204)
    expected = kept | part
    eventually(lambda: assert_registered(registration_in(registry.retrieve(kept["id"])), expected))
    if change not in parts:
        _assert_refused(registry, kept["id"], change)
        assert_registered(registration_in(registry.retrieve(kept["id"])), expected)


def _assert_refused(registry, known, mistake):
    part = {"description": "as it is not to be"}
    if mistake == "unknown":
        unknown = own_id("ContextSourceRegistration", registry.client.run_id)
        answer = registry.send("PATCH", unknown, part)
        assert_problem(answer, status=404, kind="ResourceNotFound")
    elif mistake == "past":
        answer = registry.send("PATCH", known, part | {"expiresAt": _PAST})
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        answer = registry.broken("PATCH", known)
        assert_problem(answer, status=400, kind="InvalidRequest")
