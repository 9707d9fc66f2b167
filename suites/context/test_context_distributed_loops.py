"""Requests that go through several brokers: their way is told, and none goes in a circle (GS CIM 009 4.3.6.4, 6.3.18)."""

import time
from contextlib import suppress

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, of_type
from mimtest.vocabulary.ngsild import JSON, assert_holds, entities_in, entity_in, path_of
from mimtest.vocabulary.ngsild_federation import (
    READING,
    assert_spared,
    federation,
    is_about,
    number,
    of_kind,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_BEFORE = "mimtest-upstream"
_BASE = "/ngsi-ld/v1"
#: Within how many seconds a request ends that goes in a circle, and how long it is waited for.
_ENDS, _PATIENCE = 10.0, 20.0


@pytest.fixture
def sources(keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


def _come(broker, id, *through):
    """A retrieval that has come through others before."""
    via = ", ".join(f"1.1 {name}" for name in through)
    return broker.client.get(path_of(id), headers={"Accept": JSON, "Via": via})


@pytest.fixture
def distant(sources):
    """An entity that a source has, seen to be shown; the source's alias is registered."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.source(there)
    info = of_kind(there["type"], id=there["id"])
    sources.register(source, info, contextSourceAlias=source.alias)
    sources.shows(there)
    sources.asks(source, *READING, about=there)
    source.start_over()
    return there, source


@pytest.mark.check(
    "CTX-DIST-21",
    clause="GS CIM 009 6.3.18",
    level="writes",
    since="1.8.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_the_way_of_a_request_is_told(distant, sources, keeping):
    """A forwarded request names the broker in Via, after those through which it came."""
    there, source = distant
    eventually(lambda: assert_holds(entity_in(_come(keeping, there["id"], _BEFORE)), there))
    asked = sources.asks(source, *READING, about=there)[-1]
    told = asked.header("via") or "no Via"
    assert_equal(asked.via[:1], (_BEFORE,), f"the first in Via ({told})")
    assert_that(len(asked.via) > 1, "the broker is not in Via", expected="its alias", received=told)
    identity = keeping.get("/info/sourceIdentity")
    if identity.status == 200:
        own = of_type(identity.json(), dict, "the identity").get("contextSourceAlias")
        is_named = own is None or own in asked.via
        assert_that(is_named, "the alias is not in Via", expected=own, received=told)


@pytest.mark.check(
    "CTX-DIST-22",
    clause="GS CIM 009 5.12",
    level="writes",
    since="1.8.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_a_source_is_not_asked_twice(distant, sources, keeping):
    """A source that a request has come through is not asked for it again."""
    there, source = distant
    entity_in(_come(keeping, there["id"], _BEFORE))
    sources.asks(source, *READING, about=there)

    def ask():
        assert_status(_come(keeping, there["id"], source.alias, _BEFORE), 404, 508)

    assert_spared(source, ask, there, "though it is in Via")


@pytest.fixture
def own_address(keeping):
    """Where the broker itself answers, as an endpoint of a registration has it."""
    return keeping.client.interface.url.rstrip("/").removesuffix(_BASE)


@pytest.mark.check(
    "CTX-DIST-23",
    clause="GS CIM 009 6.3.17",
    level="writes",
    since="1.8.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
@pytest.mark.parametrize("mode", ["inclusive", "redirect"])
def test_a_circle_comes_to_an_end(sources, keeping, own_address, mode, reading):
    """A request to a broker that is registered as its own source ends soon, and nothing comes twice."""
    client, names = keeping.client, dict(keeping.names)
    entity = sources.draft(sources.kind(), temp=number(21.5))
    operations = ("retrieveEntity", "queryEntity", "createEntity", "deleteEntity")
    offer = operations if mode == "redirect" else operations[:2]
    if mode == "inclusive":
        sources.create(entity)
        sources.shows(entity)
    itself = {"mode": mode, "operations": offer, "endpoint": own_address}
    made = sources.register(sources.source(), of_kind(entity["type"]), **itself)
    eventually(lambda: assert_status(sources.registry.retrieve(made["id"]), 200))
    start = time.monotonic()
    if mode == "inclusive":
        answer = client.get(f"/entities?type={entity['type']}", headers=names, timeout=_PATIENCE)
        found = entities_in(answer)
        assert_equal([e["id"] for e in found], [entity["id"]], "the entities")
        assert_holds(found[0], entity)
    else:
        answer = client.create(
            "/entities", undo=path_of(entity["id"]), json=entity, headers=names,
            patient=False, timeout=_PATIENCE,
        )  # fmt: skip
        if answer.status in (502, 504, 508):
            reading("A30", str(answer.status))
        elif answer.ok:
            eventually(lambda: assert_holds(entity_in(keeping.retrieve(entity["id"])), entity))
        else:
            failed = answer.status >= 400
            assert_that(failed, "neither done nor refused", expected="508", received=answer.status)
    took = time.monotonic() - start
    if took >= _ENDS:
        _require_returned(sources, entity, mode)
    assert_that(took < _ENDS, "it does not end", expected=f"{_ENDS} s", received=f"{took:.1f} s")


def _require_returned(sources, entity, mode):
    """A source besides is asked twice: by the request, and by what comes back of it. Raises Inconclusive."""
    witness = sources.source()
    sources.register(witness, of_kind(entity["type"]), mode=mode)
    client, names = sources.broker.client, dict(sources.broker.names)
    with suppress(Contradiction):
        eventually(lambda: _assert_asked(client, names, witness, entity))

    def is_asked_again(_):
        return len(_asked(witness, entity)) > 1

    until = time.monotonic() + sources.receiver.declared
    if not is_asked_again(sources.receiver.hosting.wait(witness.path, is_asked_again, until)):
        raise Inconclusive("precondition_unmet", "nothing shows that the broker reaches itself")


def _assert_asked(client, names, witness, entity):
    witness.start_over()
    where = path_of(entity["id"])
    _ = client.get(where, headers=names, timeout=_PATIENCE, patient=False).status
    assert_that(_asked(witness, entity), "the source was not asked", expected="a request")


def _asked(witness, entity):
    return [a for a in witness.asked(*READING) if is_about(a, entity)]
