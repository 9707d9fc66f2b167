"""What the MIMs ask of access to a city's data and of its identifiers, on NGSI v2 (MIM0, MIM1).

The filters are made of values found in the data, and so are the answers they have to give.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_media_type, assert_status, assert_that
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsiv2 import (
    JSON,
    assert_error,
    attributes_of,
    entities_in,
    entity_in,
    ids_in,
    names_of,
    pages,
    total_in,
)
from mimtest.vocabulary.ngsiv2_places import places, point_of, supported
from mimtest.vocabulary.ngsiv2_sample import (
    assert_filtered,
    column,
    literal,
    moments,
    require,
    value_of,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_PAGE = 5
_MOST_PAGES = 4
_LOOKED_UP = 5
_LONGEST = 256
_FORBIDDEN = frozenset("&?/#")


@pytest.mark.check("CTX-V2-50", clause="MIMs Plus 9.0 MIM0 R2.1", rests_on=("CTX-V2-07",))
def test_every_type_is_read_in_the_same_way(v2, v2_samples):
    """Every type of entity is read in the same way: same envelope, same count, same pages."""
    if len(v2_samples) < 2:
        raise Inconclusive("no_data", "fewer than two types of the target file have entities")
    for sample in v2_samples:
        at_rest(lambda name=sample.type: _assert_pages(v2, name))


def _assert_pages(v2, name):
    answer = v2.query(type=name, limit=1, options="count")
    first = entities_in(answer)
    assert_equal(len(first), 1, f"the number of {name} on a page of one")
    total = total_in(answer)
    assert_that(total > 0, f"{name} is not counted", expected="a count above 0", received=total)
    second = entities_in(v2.query(type=name, limit=1, offset=1))
    assert_equal(len(second), min(1, total - 1), f"the number of {name} on the second page")
    if second:
        assert_that(
            (second[0]["id"], second[0]["type"]) != (first[0]["id"], first[0]["type"]),
            f"the second page of {name} repeats the first",
            received=first[0]["id"],
        )
    assert_error(v2.query(type=name, limit="many"), 400)


@pytest.mark.check("CTX-V2-51", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-V2-07",))
def test_a_filter_by_value_finds_what_has_the_value(v2_samples):
    """A filter by a value parts a city's entities into those that have it and those that do not."""
    chosen = column(v2_samples, "text")
    value = chosen.middle
    for operator, equal in (("==", True), ("!=", False)):
        q = f"{chosen.name}{operator}{literal(value)}"
        wanted = lambda v, e=equal: v is not None and (v == value) == e  # noqa: E731
        assert_filtered(chosen, wanted, q=q)
        at_rest(lambda q=q, w=wanted: _assert_no_others(chosen, w, q))


def _assert_no_others(chosen, wanted, q):
    """Among all entities of the type, too, the filter finds none with another value."""
    found = entities_in(chosen.stock.broker.query(type=chosen.stock.type, q=q, limit=20))
    plain = {e["id"]: value_of(e, chosen.name) for e in found}
    others = [i for i, v in plain.items() if isinstance(v, str) and not wanted(v)]
    assert_that(found and not others, f"{q} finds others", expected="none", received=others)


@pytest.mark.check("CTX-V2-52", clause="MIMs Plus 9.0 MIM0 R2.2, BP03", rests_on=("CTX-V2-07",))
def test_a_filter_by_place_finds_what_is_there(v2_samples):
    """A filter by place finds a city's entities near a point or in an area, and no others."""
    chosen = require(places(v2_samples), "points to tell apart")
    longitude, latitude = chosen.centre
    near = {"geometry": "point", "coords": f"{latitude},{longitude}"}
    near["georel"] = f"near;maxDistance:{chosen.radius}"
    area = {"geometry": "box", "coords": chosen.box, "georel": "coveredBy"}
    for how, test in ((near, chosen.is_near), (area, chosen.is_west)):
        at_rest(lambda h=how, t=test: _assert_there(chosen, t, h))


def _assert_there(chosen, test, how):
    now = [e for e in entities_in(chosen.stock.ask(chosen.ids)) if point_of(e)]
    expected = sorted(e["id"] for e in now if test(e))
    found = supported(chosen.stock.ask(chosen.ids, **how))
    assert_equal(sorted(ids_in(found)), expected, "what is there")
    assert_that(len(expected) < len(now), "the filter tells nothing apart", received=expected)


@pytest.mark.check("CTX-V2-53", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("sign", [">=", "<"])
def test_a_filter_by_time_finds_what_was_then(v2_samples, sign):
    """A filter by time parts a city's entities into those before a moment and those after it."""
    chosen, moment = require(moments(v2_samples), "dates to tell apart")
    after = sign == ">="
    said = moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def wanted(value):
        at = instant(value)
        return at is not None and (at >= moment) == after

    assert_filtered(chosen, wanted, q=f"{chosen.name}{sign}{said}")


@pytest.mark.check("CTX-V2-54", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("defect", ["value", "relation"])
def test_a_malformed_filter_of_the_data_is_refused(v2_samples, defect):
    """A filter of a city's data that is not well formed is refused, not left out."""
    chosen = column(v2_samples, "text")
    place = {"geometry": "point", "coords": "0,0"}
    assert_status(chosen.stock.ask(q=chosen.name), 200, what="a well-formed filter")
    near = chosen.stock.ask(georel="near;maxDistance:1000", **place)
    if defect == "relation":
        supported(near)
        assert_status(near, 200, what="a well-formed filter by place")
    bad = {"value": {"q": f"{chosen.name}=="}, "relation": {"georel": "besides", **place}}
    assert_error(chosen.stock.ask(**bad[defect]), 400)


@pytest.mark.check("CTX-V2-55", clause="MIMs Plus 9.0 MIM1 R1.1")
def test_every_entity_has_an_identifier(v2, v2_samples):
    """Every sampled entity has an identifier that can stand in an address."""
    for sample in v2_samples:
        for own in (e["id"] for e in _first_pages(v2, sample.type)):
            fits = own.isascii() and own.isprintable() and " " not in own
            usable = fits and 0 < len(own) <= _LONGEST and not _FORBIDDEN & set(own)
            assert_that(usable, "an id cannot stand in an address", received=own)


@pytest.mark.check("CTX-V2-56", clause="MIMs Plus 9.0 MIM1 R1.1")
def test_no_two_entities_share_an_identifier(v2, v2_samples):
    """No two sampled entities share id and type, neither on one page nor on several."""
    at_rest(lambda: _assert_unique(v2, v2_samples))


def _assert_unique(v2, samples):
    keys = [(e["id"], e["type"]) for s in samples for e in _first_pages(v2, s.type)]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    fixed = "fiware-servicepath" in {h.lower() for h in v2.client.interface.headers}
    if twice and not fixed:
        detail = (
            f"{twice[0]} comes twice; it may be in two service paths: name one in the target file"
        )
        raise Inconclusive("needs_review", detail)
    assert_that(not twice, "entities that come twice", expected="none", received=twice)


def _first_pages(v2, name):
    found = [e for p in pages(v2, size=_PAGE, most=_MOST_PAGES, type=name) for e in p]
    assert_that(found, f"no {name} is found any more", expected="entities")
    return found


@pytest.mark.check("CTX-V2-57", clause="MIMs Plus 9.0 MIM1 R1.5", strength="should")
def test_identifiers_are_uris(v2, v2_samples):
    """The identifiers of sampled entities are absolute URIs, which mean the same everywhere."""
    for sample in v2_samples:
        others = [e["id"] for e in _first_pages(v2, sample.type) if not is_uri(e["id"])]
        assert_that(not others, "identifiers that are no URI", expected="URIs", received=others)


@pytest.mark.check("CTX-V2-58", clause="MIMs Plus 9.0 MIM1 R3.1", rests_on=("CTX-V2-07",))
def test_a_relationship_can_be_followed(v2, v2_samples, rng):
    """The targets of relationships that the system holds are retrieved by their identifiers."""
    targets = sorted({t for s in v2_samples for e in s.entities for t in _targets(e)})
    if not targets:
        raise Inconclusive("no_data", "the sampled entities have no relationship")
    chosen = rng.sample(targets, min(_LOOKED_UP, len(targets)))
    answers = {t: v2.retrieve(t) for t in chosen}
    held = {t: a for t, a in answers.items() if a.status not in (400, 401, 403, 404, 409)}
    if not held:
        raise Inconclusive("no_data", f"none of {len(answers)} targets is held here")
    for target, answer in held.items():
        assert_equal(entity_in(answer)["id"], target, "the id of a relationship's target")


def _targets(entity):
    found = [a for a in attributes_of(entity).values() if a["type"] == "Relationship"]
    values = [
        v for a in found for v in (a["value"] if isinstance(a["value"], list) else [a["value"]])
    ]
    return [v for v in values if isinstance(v, str) and v and "/" not in v]


@pytest.mark.check(
    "CTX-V2-59", clause="MIMs Plus 9.0 MIM0 BP11", strength="may", rests_on=("CTX-V2-07",)
)
def test_a_part_of_the_data_can_be_asked_for(v2, v2_known):
    """A client gets a part of an entity's properties when it asks for that part."""
    names = names_of(v2_known)
    if len(names) < 2:
        raise Inconclusive("no_data", "the entity has fewer than two attributes")
    asked = v2.retrieve(v2_known["id"], type=v2_known["type"], attrs=names[-1])
    assert_equal(names_of(entity_in(asked)), [names[-1]], "the attributes")


@pytest.mark.check("CTX-V2-60", clause="MIMs Plus 9.0 MIM0 R1.1, R1.2")
def test_the_data_is_read_by_get(v2, v2_samples):
    """A plain HTTP GET, without any header of a client, gives data as JSON that programs read."""
    for sample in v2_samples:
        answer = v2.client.get("/entities", params={"type": sample.type, "limit": 2})
        assert_media_type(assert_status(answer, 200), JSON)
        assert_that(entities_in(answer), f"no {sample.type} is found", expected="entities")
