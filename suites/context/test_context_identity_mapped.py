"""Identifiers of one thing can be mapped to each other, and meanings added to those there are.

MIMs Plus 9.0 MIM1 R1.4, R3.2.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.mappings import assert_extends
from mimtest.vocabulary.ngsild import JSON_LD, path_of
from mimtest.vocabulary.ngsild_identity import ENTITY_KINDS, Systems, Trace, look_up
from mimtest.vocabulary.sameness import relates

pytestmark = pytest.mark.interface("ngsi-ld")

_MOST = 3


@pytest.fixture
def systems(reader, neighbours):
    """The broker, and the other systems of the target file."""
    others = {n: c for n, c in neighbours.items() if c.interface.kind in ENTITY_KINDS}
    return Systems(reader, others)


@pytest.fixture
def pairs(target):
    """Some pairs of identifiers that the target file says are of one thing."""
    if not target.claims.identifiers:
        raise Inconclusive("precondition_unmet", "claims.identifiers names no pair")
    return target.claims.identifiers[:_MOST]


@pytest.fixture
def strangers(known, pairs):
    """Identifiers of other things than those in the pairs."""
    named = {name for pair in pairs for name in (pair.one, pair.other)}
    return {known["id"]} - named


@pytest.mark.check(
    "CTX-IDN-07",
    clause="MIMs Plus 9.0 MIM1 R1.4",
    option="several-identifiers",
    rests_on=("CTX-ENT-21",),
)
def test_identifiers_of_one_thing_lead_to_each_other(systems, pairs, unknown, strangers):
    """Identifiers of one thing are both found, and what maps them to each other is read."""
    for pair in pairs:
        for name in (pair.one, pair.other):
            _assert_found(systems, name)
        told, control = _documents(systems.broker, pair, unknown)
        assert_that(
            any(relates(a, pair.one, pair.other) for a in told),
            f"nothing says that {pair.one} and {pair.other} are of one thing",
            expected="a statement that they are the same",
            received=[a.url for a in told],
        )
        if any(relates(a, pair.one, other) for a in control for other in (unknown, *strangers)):
            detail = "the mapping says the same of identifiers of other things, or of nothing"
            raise Inconclusive("control_failed", detail)
        _assert_one_thing_a_system(systems, pair)


def _assert_found(systems, name):
    __tracebackhide__ = True
    trace = systems.trace(name)
    if trace in (Trace.CLOSED, Trace.BEYOND):
        raise Inconclusive("precondition_unmet", f"{name} is {trace}")
    assert_that(
        trace is Trace.FOUND, f"{name} is found nowhere", expected="a thing", received=trace
    )


def _documents(broker, pair, unknown):
    """Where the mapping may stand, and where one that nobody made would: the entity, or a document."""
    if pair.mapping:
        told = assert_status(broker.client.get(pair.mapping), 200, what="asking for the mapping")
        return [told], [told]
    answers = [broker.retrieve(n, accept=JSON_LD) for n in (pair.one, pair.other, unknown)]
    return [a for a in answers[:2] if a.status == 200], answers[:1]


def _assert_one_thing_a_system(systems, pair):
    """No system of those asked knows both identifiers as different things."""
    __tracebackhide__ = True
    clients = {"the broker": systems.broker.client, **systems.others}
    for name, client in clients.items():
        kinds = [
            frozenset(_listed(look_up(client, i).json()["type"]))
            for i in (pair.one, pair.other)
            if not i.startswith(("http://", "https://")) and look_up(client, i).status == 200
        ]
        one_kind = len(kinds) < 2 or kinds[0] & kinds[1]
        what = f"{pair.one} and {pair.other} are of different types in {name} ({path_of(pair.one)})"
        assert_that(one_kind, what, expected="one type", received=kinds)


def _listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.check("CTX-IDN-16", clause="MIMs Plus 9.0 MIM1 R3.2", option="extensions")
def test_terms_are_added_to_a_context(broker, target):
    """A @context that adds to another one imports it, has terms of its own, and changes none."""
    if not target.claims.extensions:
        raise Inconclusive("precondition_unmet", "claims.extensions names no @context")
    for extension in target.claims.extensions[:_MOST]:
        added, base = (
            broker.client.get(url, headers={"Accept": f"{JSON_LD}, application/json;q=0.5"})
            for url in (extension.context, extension.base)
        )
        assert_extends(added, base)
