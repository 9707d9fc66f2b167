"""Things have identifiers, which lead to what is known of them, now and later.

MIMs Plus 9.0 MIM1 C1; GS CIM 009 4.5.1, 5.7.1, 5.7.2.
"""

import re
import secrets
from contextlib import suppress
from functools import partial

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, json_object
from mimtest.vocabulary.identifiers import fleeting_signs, row_numbers
from mimtest.vocabulary.jsonld import expand, is_uri
from mimtest.vocabulary.ngsild import JSON_LD, Broker, entity_in, ids_in, own_id, pages, types_of
from mimtest.vocabulary.ngsild_identity import held_twice, meaning_of, type_iris
from mimtest.vocabulary.ngsild_snapshot import read_snapshot, snapshot_of, write_snapshot
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_PAGE = 5
_MOST_PAGES = 4
_LOOKED_UP = 5
_NOTED_OF_A_TYPE = 5
_LOOKED_UP_AGAIN = 20
_MOVED = (301, 302, 303, 307, 308)
_ENDED = 410
_GONE = (404, 410)


@pytest.mark.check("CTX-IDN-01", clause="MIMs Plus 9.0 MIM1 R1.1")
@pytest.mark.usefixtures("unknown")
def test_every_entity_has_a_uri(reader, samples):
    """Every sampled entity has an absolute URI as its identifier."""
    for sample in samples:
        found = _first_pages(reader, sample.type)
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        others = [e["id"] for e in found if not is_uri(e["id"])]
        assert_that(not others, "identifiers that are no URI", expected="URIs", received=others)


@pytest.mark.check("CTX-IDN-02", clause="MIMs Plus 9.0 MIM1 R1.1")
@pytest.mark.usefixtures("unknown")
def test_no_two_entities_share_an_identifier(reader, samples):
    """No two sampled entities share an identifier, neither of one type nor of different types."""
    at_rest(lambda: _assert_unique(reader, samples))


def _assert_unique(reader, samples):
    """What comes twice while data moves is looked at again by its identifier."""
    known, twice = {}, set()
    for sample in samples:
        found = _first_pages(reader, sample.type)
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        ids = [e["id"] for e in found]
        twice |= {i for i in ids if ids.count(i) > 1}
        twice |= {e["id"] for e in found if known.get(e["id"], types_of(e)) != types_of(e)}
        known |= {e["id"]: types_of(e) for e in found}
    shared = held_twice(reader, sorted(twice), [s.type for s in samples])
    assert_that(not shared, "identifiers of several entities", expected="none", received=shared)


def _first_pages(reader, name):
    found = pages(reader, most=_MOST_PAGES, type=name, limit=_PAGE)
    return [entity for page in found for entity in page]


@pytest.mark.check("CTX-IDN-03", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-ENT-21",))
@pytest.mark.usefixtures("unknown")
def test_an_identifier_leads_to_its_entity(reader, samples, rng):
    """Identifiers sampled from all types lead to the entities they are identifiers of."""
    places = [(s.type, i) for s in samples for i in rng.sample(s.ids, 1)]
    rest = [(s.type, i) for s in samples for i in s.ids if (s.type, i) not in places]
    places += rng.sample(rest, min(len(rest), max(0, _LOOKED_UP - len(places))))
    found = [i for name, i in places if at_rest(partial(_leads_home, reader, name, i))]
    if not found:
        raise Inconclusive("unstable", "the sampled entities are all gone")


def _leads_home(reader, name, id):
    """Whether the entity comes by its identifier; false for one that was removed meanwhile."""
    answer = reader.retrieve(id)
    by_path = answer.status not in (404, 410) and not (answer.status == 400 and "/" in id)
    if by_path:
        assert_equal(entity_in(answer)["id"], id, "the id of an entity looked up by it")
        return True
    listed = id in ids_in(reader.query(type=name, id=id))
    found = not listed or "/" in id  # gateways refuse paths with an address in them, not queries
    assert_that(found, f"{id} is listed, and not found", expected=id, received=answer.status)
    return listed


@pytest.mark.check("CTX-IDN-04", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-IDN-03",))
@pytest.mark.parametrize("made", ["new", "sibling", "longer"])
def test_an_identifier_nobody_has_leads_nowhere(reader, known, run_id, made):
    """An identifier that nobody has leads to nothing, however like a known one it is."""
    word = f"mt{run_id}{secrets.token_hex(4)}"
    sibling = re.sub(r"[^:/#]*$", word, known["id"])
    longer = f"{known['id']}{word}"
    unused = {"new": own_id("Nothing", run_id), "sibling": sibling, "longer": longer}[made]
    refused = (400,) if "/" in unused else ()
    assert_status(reader.retrieve(unused), *_GONE, *refused, what="an identifier nobody has")


@pytest.mark.check("CTX-IDN-05", clause="MIMs Plus 9.0 MIM1 R1.2", strength="may")
def test_an_identifier_that_is_an_address_is_answered_there(reader, samples):
    """An identifier that is a web address has an answer there, of its own or elsewhere by redirection."""
    ids = [i for s in samples for i in ids_in(reader.query(type=s.type, limit=_LOOKED_UP))]
    addresses = [i for i in ids if i.startswith(("http://", "https://"))]
    if not addresses:
        raise NotApplicable("not_offered", "the sampled identifiers are no web addresses")
    answers = {}
    for address in addresses[:_LOOKED_UP]:
        with suppress(OutOfScope):
            answers[address] = reader.client.get(address, headers={"Accept": JSON_LD})
    if not answers:
        detail = f"{addresses[0]} is not at an origin of the target file"
        raise Inconclusive("out_of_scope", detail)
    dead = [i for i, a in answers.items() if not a.ok and a.status not in _MOVED]
    told = f"{len(dead)} of {len(answers)} identifiers have no answer at their address"
    assert_that(not dead, told, expected="status 200 or 303", received=dead)


@pytest.mark.check("CTX-IDN-08", clause="MIMs Plus 9.0 MIM1 R1.5, MIM7 R4.1")
@pytest.mark.usefixtures("unknown")
def test_identifiers_of_an_earlier_run_still_lead_to_the_same(
    request, broker, interface, target, rng
):
    """Identifiers that an earlier run noted lead to entities of the same type, or say they are gone."""
    if not interface.snapshot:
        detail = f"interfaces.{interface.name}.snapshot names no file to keep identifiers in"
        raise Inconclusive("no_snapshot", detail)
    path = target.folder / interface.snapshot
    earlier = read_snapshot(path)
    if earlier is None:
        noted = _note(broker, request.getfixturevalue("samples"))
        write_snapshot(path, snapshot_of(noted))
        raise Inconclusive("snapshot_taken", f"{path.name} now holds {len(noted)} identifiers")
    ids = rng.sample(sorted(earlier.types), min(len(earlier.types), _LOOKED_UP_AGAIN))
    lost = [i for i in ids if not _still_leads(broker, i, earlier.types[i])]
    told = f"{len(lost)} of {len(ids)} identifiers noted at {earlier.taken} are not found any more"
    assert_that(len(lost) < len(ids), told, expected="entities", received=lost)
    if lost:  # a broker answers 404 for what its owner removed, too (5.7.1)
        raise Inconclusive("needs_review", f"{told}, such as {lost[0]}: removed, or lost?")


def _note(broker, samples):
    """The types, as IRIs, of some entities of each type; nothing that holds a secret."""
    redactor = broker.client.recorder.redactor
    ids = [i for s in samples for i in s.ids[:_NOTED_OF_A_TYPE] if not redactor.holds_secret(i)]
    noted = {}
    for name in filter(is_uri, ids):
        with suppress(Contradiction):  # removed meanwhile, or not of any use
            noted[name] = type_iris(meaning_of(broker, name))
    if not noted:
        raise Inconclusive("no_data", "there is no identifier that can be noted")
    return noted


def _still_leads(broker, id, types):
    """Whether it leads to a thing of the type it had, or is said to have moved or ended."""
    answer = Broker(broker.client).retrieve(id, accept=JSON_LD)
    if answer.status == 404:
        return False
    if answer.status not in (*_MOVED, _ENDED):
        node = expand(json_object(assert_status(answer, 200)), broker.context_at)
        assert_equal(node.get("@id"), id, "the id")
        now = type_iris(node)
        told = f"{id} leads to another type"
        assert_that(now & types, told, expected=sorted(types), received=sorted(now))
    return True


@pytest.mark.check("CTX-IDN-09", clause="MIMs Plus 9.0 MIM1 R1.5", strength="should")
@pytest.mark.usefixtures("unknown")
def test_identifiers_say_nothing_of_servers_and_tables(reader, samples):
    """No identifier has a port, an inner address or host, a session or a mere row number in it."""
    count, hits = 0, []
    for sample in samples:
        ids = [e["id"] for e in _first_pages(reader, sample.type)]
        assert_that(ids, f"no {sample.type} is found any more", expected="entities")
        count += len(ids)
        hits += [f"{i}: {', '.join(signs)}" for i in ids if (signs := fleeting_signs(i))]
        hits += [f"{i}: a row number" for i in row_numbers(ids, sample.type)]
    told = f"{len(hits)} of {count} identifiers look fleeting"
    assert_that(not hits, told, expected="names that can last", received=hits[:5])
