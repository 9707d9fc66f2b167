"""Things of the city on the map: one thing has one identifier and one place, whoever tells of it, now and later.

MIMs Plus 9.0 MIM7 R3.1, R4.1.
"""

from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.identifiers import fleeting_signs
from mimtest.vocabulary.ngsild import Broker
from mimtest.vocabulary.ngsiv2 import V2Broker
from mimtest.vocabulary.places_snapshot import read_noted, write_noted
from mimtest.vocabulary.things import KINDS, at_one_place, pairs, same_place, things_of

pytestmark = pytest.mark.interface("ogc-api-features", "wfs", "sensorthings")

FEWEST = 4
HALF = 0.5
MOST_REFERENCES = 5
MOST_NOTED = 200
GIVEN = (200, 301, 302, 303, 307, 308)
GONE = (404, 410)
ENTITY = "urn:ngsi-ld:"
MOVED = 2e-4


@pytest.fixture(scope="session")
def aliases(target):
    """The entity type of each collection, as the claims have it."""
    return {m.collection: m.entity_type for m in target.claims.models if m.collection}


@pytest.fixture(scope="session")
def own(client, aliases):
    """The things of the interface."""
    return things_of(client, aliases)


@pytest.fixture(scope="session")
def others(neighbours, aliases):
    """The things of the other interfaces of the target file, by name."""
    found = {}
    for name, client in neighbours.items():
        if client.interface.kind in KINDS:
            with suppress(Inconclusive, NotApplicable):
                found[name] = things_of(client, aliases)
    if not found:
        detail = "the target file has no other interface that tells of things"
        raise NotApplicable("interface_not_claimed", detail)
    return found


@pytest.mark.check("PLA-P-03", clause="MIMs Plus 9.0 MIM7 R4.1", strength="should")
def test_identifiers_name_no_server_and_no_session(own):
    """No identifier holds an address of one network, a port, a session or the number of a row."""
    signs = {t.id: s for t in own.found if (s := fleeting_signs(t.id))}
    told = f"{len(signs)} of {len(own.found)} identifiers will not last"
    assert_that(not signs, told, expected="none", received=dict(list(signs.items())[:3]))


@pytest.mark.check("PLA-P-04", clause="MIMs Plus 9.0 MIM7 R4.1", strength="may")
def test_identifiers_that_are_addresses_are_answered_there(own, client):
    """An identifier that is a web address has an answer there, or leads on."""
    ids = [t.id for t in own.found if t.id.startswith(("http://", "https://"))]
    if not ids:
        raise NotApplicable("not_offered", "the identifiers are no web addresses")
    answers = {}
    for address in ids[:MOST_REFERENCES]:
        with suppress(OutOfScope):
            answers[address] = client.get(address)
    if not answers:
        raise Inconclusive("out_of_scope", f"{ids[0]} is not at an origin of the target file")
    dead = [i for i, a in answers.items() if a.status not in GIVEN]
    told = f"{len(dead)} of {len(answers)} identifiers have no answer at their address"
    assert_that(not dead, told, expected="status 200 or 303", received=dead)


@pytest.mark.check("PLA-P-05", clause="MIMs Plus 9.0 MIM7 R4.1")
def test_things_of_an_earlier_run_are_still_there(own, interface, target):
    """Things that an earlier run noted are still there under their identifiers."""
    path, noted, now = _earlier(own, interface, target)
    lost = [i for i in noted.places if i not in now]
    told = (
        f"{len(lost)} of {len(noted.places)} things noted at {noted.taken} are not found any more"
    )
    assert_that(
        len(lost) < len(noted.places) / 2, told, expected="the same things", received=lost[:5]
    )
    if lost:
        raise Inconclusive(
            "needs_review", f"{told}, such as {lost[0]}: removed, or lost? ({path.name})"
        )


@pytest.mark.check(
    "PLA-P-10",
    clause="MIMs Plus 9.0 MIM7 R4.1",
    option="lasting-identifiers",
    strength="should",
    rests_on=("PLA-P-05",),
)
def test_things_of_an_earlier_run_are_still_at_their_place(own, interface, target):
    """Most of the things that an earlier run noted are at the same place."""
    _, noted, now = _earlier(own, interface, target)
    placed = {i: at for i, at in noted.places.items() if at and i in now and now[i].at}
    if not placed:
        raise Inconclusive("no_data", "none of the things that were noted has a place")
    apart = [i for i, at in placed.items() if _distance(now[i].at, at) > MOVED]
    told = f"{len(apart)} of {len(placed)} things are elsewhere than they were at {noted.taken}"
    assert_that(len(apart) <= len(placed) / 2, told, expected="the same places", received=apart[:5])


def _distance(one, other):
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _earlier(own, interface, target):
    """The file, what an earlier run noted in it, and the things of now by their identifier."""
    if not interface.snapshot:
        detail = f"interfaces.{interface.name}.snapshot names no file to keep identifiers in"
        raise Inconclusive("no_snapshot", detail)
    path = target.folder / interface.snapshot
    now = {name: t for t in own.found for name in (*t.names, t.id)}
    noted = read_noted(path)
    if noted is None:
        kept = {t.id: t.at for t in own.found[:MOST_NOTED]}
        write_noted(path, kept)
        raise Inconclusive("snapshot_taken", f"{path.name} now holds {len(kept)} identifiers")
    return path, noted, now


@pytest.mark.check("PLA-P-06", clause="MIMs Plus 9.0 MIM7 R4.1", strength="should")
def test_a_thing_has_one_identifier_everywhere(own, others):
    """Things of one kind at one place have the same identifier, whichever interface tells of them."""
    compared = 0
    for name, there in others.items():
        found = at_one_place(own.found, there.found)
        if not found:
            continue
        compared += len(found)
        apart = [(a, b) for a, b in found if not a.names & b.names]
        told = (
            f"{len(apart)} of {len(found)} things at one place have another identifier at '{name}'"
        )
        first = apart[0] if apart else None
        assert_that(
            len(apart) <= HALF * len(found),
            told,
            expected=first and first[1].id,
            received=first and first[0].id,
        )
    if not compared:
        raise Inconclusive(
            "no_data", "no kind of things at one place is told of by another interface"
        )


_BROKERS = {"ngsi-ld": lambda c: Broker(c, context_link(c.interface)), "ngsi-v2": V2Broker}


@pytest.mark.check("PLA-P-07", clause="MIMs Plus 9.0 MIM7 R3.1", strength="should")
def test_entities_that_features_name_are_at_the_broker(own, neighbours):
    """Entities that things refer to are found by their identifier at a broker."""
    readers = [
        _BROKERS[c.interface.kind](c) for c in neighbours.values() if c.interface.kind in _BROKERS
    ]
    if not readers:
        detail = "the target file has no broker to look them up at"
        raise NotApplicable("interface_not_claimed", detail)
    named = list(dict.fromkeys(i for t in own.found for i in _references(t.document)))
    if not named:
        raise NotApplicable("not_offered", "no thing refers to an entity of NGSI-LD")
    looked = named[:: max(1, len(named) // MOST_REFERENCES)][:MOST_REFERENCES]
    lost = [i for i in looked if all(r.retrieve(i).status in GONE for r in readers)]
    told = f"{len(lost)} of {len(looked)} entities that things refer to are not at the broker"
    assert_that(not lost, told, expected="entities", received=lost)


def _references(value):
    """The identifiers of entities anywhere in a document, but in its own `id`."""
    if isinstance(value, dict):
        for name, held in value.items():
            if name not in ("id", "@iot.id") and "Link" not in name:
                yield from _references(held)
    elif isinstance(value, list):
        for held in value:
            yield from _references(held)
    elif isinstance(value, str) and value.startswith(ENTITY):
        yield value


@pytest.mark.check("PLA-P-09", clause="MIMs Plus 9.0 MIM7 R3.1, R5.1", strength="should")
def test_a_thing_is_at_one_place_everywhere(own, others):
    """A thing that several interfaces tell of by one identifier is at the same place at each of them."""
    compared = 0
    for name, there in others.items():
        judged = [(a, b, same_place(a, b)) for a, b in pairs(own.found, there.found)]
        known = [(a, b, right) for a, b, right in judged if right is not None]
        compared += len(known)
        apart = [(a, b) for a, b, right in known if not right]
        told = f"{len(apart)} of {len(known)} things are elsewhere at '{name}'"
        first = apart[0] if apart else None
        assert_that(
            not apart,
            told,
            expected=first and f"{first[1].id} at {first[1].at}",
            received=first and f"{first[0].id} at {first[0].at}",
        )
    if not compared:
        raise Inconclusive("no_data", "no thing with a place is told of by another interface, too")


@pytest.mark.check("PLA-P-16", clause="MIMs Plus 9.0 MIM7 R4.1", strength="may")
def test_identifiers_are_more_than_a_count(own):
    """The identifiers of a kind of things are not just the numbers from one on."""
    kinds = {}
    for thing in own.found:
        kinds.setdefault(min(thing.kinds, default=""), set()).add(thing.id.rpartition(".")[2])
    counted = [k for k, ids in kinds.items() if _is_a_count(ids)]
    told = "identifiers that are the numbers of rows"
    assert_that(not counted, told, expected="identifiers of things", received=counted)


def _is_a_count(ids):
    numbers = sorted(int(i) for i in ids if i.isdecimal())
    dense = len(numbers) == len(ids) >= FEWEST and numbers[-1] - numbers[0] + 1 == len(numbers)
    return dense and numbers[0] <= 1
