"""What a client asks for besides the form: times of the system, nothing superfluous (GS CIM 009 6.3.7, 6.3.11)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_that, json_object, member
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import GEO_JSON, attributes_of, entities_in, entity_in
from mimtest.vocabulary.ngsild_forms import assert_simplified
from mimtest.vocabulary.ngsild_normalized import (
    STAMPS,
    assert_stamped,
    assert_well_formed,
    bare_names,
    is_bare,
    known,
    nulls_in,
    only,
    pick,
    richest,
    stamps_in,
    type_of,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


def _read(stock, entity, way, **options):
    if way == "retrieve":
        return [entity_in(stock.broker.retrieve(entity["id"], **options))]
    if way == "query":
        return entities_in(stock.query(type_of(entity), [entity["id"]], **options))
    query = {"type": "Query", "entities": [{"id": entity["id"], "type": type_of(entity)}]}
    post = stock.broker.client.post
    where = "/entityOperations/query"
    return entities_in(
        post(where, params=options, json=query, headers=stock.broker.names, query=True)
    )


@pytest.mark.check(
    "CTX-REP-09", clause="GS CIM 009 6.3.11", since="1.3.1", rests_on=("CTX-REP-01",)
)
@pytest.mark.parametrize("way", ["retrieve", "query", "post-query"])
def test_times_of_the_system_are_shown_when_asked_for(stock, way, reading):
    """With `sysAttrs`, the entity and each attribute say when they were created, and when modified."""
    entity = richest(stock)[0]
    found = _read(stock, entity, way, options="sysAttrs")
    ids = [e["id"] for e in found]
    assert_that(entity["id"] in ids, "the entity is not found", expected=entity["id"], received=ids)
    for one in found:
        assert_that(stamps_in(one), "no times are shown", expected="createdAt", received=one["id"])
        assert_stamped(one, "the entity", always=stock.own)
        if all(name in one for name in STAMPS):
            created, modified = (instant(one[name]) for name in STAMPS)
            assert_that(created <= modified, "modified before created", received=one["id"])
        for name, held in attributes_of(one).items():
            for instance in held:
                assert_stamped(instance, f"the attribute '{name}'", always=stock.own)
        if stock.own:
            reading("A79", "from_creation" if STAMPS[1] in one else "once_changed")


@pytest.fixture
def stamped(stock):
    """An entity seen to have times of the system: the control of their absence."""
    entity = richest(stock)[0]
    (shown,) = _read(stock, entity, "retrieve", options="sysAttrs")
    assert_that(stamps_in(shown), "sysAttrs shows no times", expected="createdAt, modifiedAt")
    return entity


@pytest.mark.check(
    "CTX-REP-10", clause="GS CIM 009 6.3.11", since="1.3.1", rests_on=("CTX-REP-09",)
)
@pytest.mark.parametrize("way", ["retrieve", "query", "post-query"])
def test_times_of_the_system_are_not_shown_unasked(stock, stamped, way):
    """Without `sysAttrs`, neither the entity nor an attribute has times of the system."""
    found = _read(stock, stamped, way)
    assert_that(found, "the entity is not found", expected=stamped["id"])
    shown = sorted({name for one in found for name in stamps_in(one)})
    assert_that(not shown, "times of the system are shown", expected="none", received=shown)


@pytest.mark.check(
    "CTX-REP-11", clause="GS CIM 009 6.3.11", since="1.3.1", rests_on=("CTX-REP-02", "CTX-REP-09")
)
def test_simplified_entities_can_have_times_of_the_system(stock, reading):
    """With `keyValues` and `sysAttrs`, bare values stand beside the times of the entity."""
    entity, _ = pick(stock, is_bare, "plain attribute")

    def look():
        (shown,) = _read(stock, entity, "retrieve", options="keyValues,sysAttrs")
        assert_stamped(shown, "the entity", always=stock.own)
        full = known(stock, entity, reading)
        assert_simplified(shown, only(full, bare_names(full)), reading)

    at_rest(look)


@pytest.fixture
def asked(stock):
    """An entity that is given in simplified form: the control of what is refused."""
    entity = richest(stock)[0]
    _read(stock, entity, "retrieve", options="keyValues")
    if stock.broker.holds_since("1.8.1"):
        _read(stock, entity, "retrieve", format="simplified")
    return entity


@pytest.mark.check(
    "CTX-REP-28", clause="GS CIM 009 6.3.20", strength="should", since="1.8.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("name", ["options", "format"])
def test_a_form_that_is_not_there_is_refused(stock, asked, name):
    """Asked for a form that nobody knows, the broker says so instead of choosing one."""
    answer = stock.broker.retrieve(asked["id"], **{name: "mt-nonsense"})
    assert_problem(answer, status=400, kind=("InvalidRequest", "BadRequestData"))


def _spread(stock):
    """Ways to read, and whether they give entities in full."""
    yield {}, True
    yield {"options": "sysAttrs"}, True
    yield {"options": "keyValues"}, False
    if stock.broker.holds_since("1.6.1"):
        yield {"options": "concise"}, False


@pytest.mark.check("CTX-REP-29", clause="GS CIM 009 4.5.1", since="1.3.1", rests_on=("CTX-REP-01",))
def test_no_answer_has_holes(stock, reading):
    """Read in many ways, entities have an id and a type, no null and no attribute without a value."""
    for options, in_full in _spread(stock):
        for name in stock.types:
            for one in entities_in(stock.query(name, **options)):
                if in_full:
                    _assert_whole(one)
                    assert_well_formed(one, reading)
                else:
                    bare = sorted(name for name, value in one.items() if value is None)
                    assert_that(not bare, "a member is null", expected="a value", received=bare)
    if stock.broker.holds_since("1.4.1"):
        for entity in richest(stock):
            answer = stock.broker.retrieve(entity["id"], accept=GEO_JSON)
            if not answer.ok:  # whether there is GeoJSON is the matter of other checks
                continue
            feature = json_object(answer)
            assert_equal(member(feature, "id", str, "the feature"), entity["id"], "the id")
            _assert_whole(feature)


def _assert_whole(shown):
    holes = sorted(set(nulls_in(shown)))
    assert_that(not holes, "a member is null", expected="a value", received=holes)
