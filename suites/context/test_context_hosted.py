"""@contexts a broker has to fetch: which it takes, which it refuses, and how long it keeps them.

GS CIM 009 4.4, 5.5.6, 5.5.7, 5.5.9.1, 6.3.5, 6.3.16. The tester serves them.
"""

import time

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    json_object,
    problem,
)
from mimtest.vocabulary.ngsild import (
    CONTEXT_RELATION,
    JSON,
    JSON_LD,
    entity_in,
    ids_in,
    next_page,
    own_id,
    own_name,
    path_of,
)
from mimtest.vocabulary.ngsild_contexts import BRIEF
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_LONGEST = 40.0
_NOT_AVAILABLE = (504, 503)


@pytest.fixture(scope="module")
def things(keeping, terms, run_id):
    """Three entities of one type that only they have, put in under C1; the last has no `temp`."""
    kind = f"ex:{own_name('MtKind', run_id)}"
    made = [
        {"id": own_id("Thing", run_id), "type": kind, "label": {"type": "Property", "value": "a"}}
        for _ in range(3)
    ]
    for number, thing in enumerate(made[:2]):
        thing["temp"] = {"type": "Property", "value": 21 + number}
    client = keeping.client
    with client.recorder.preparing(client.level):
        for thing in made:
            sent = {**thing, "@context": terms.terms}
            assert_status(keeping.create(sent, JSON_LD), 201, what="creating an entity")
    full = terms.iri(kind.removeprefix("ex:"))
    ids = [thing["id"] for thing in made]
    eventually(lambda: assert_same_set(ids_in(keeping.query(type=full)), ids, "the entities"))
    return made


def _create_under(broker, thing, context):
    """Ask for an entity under a @context; a broker takes its time for those it cannot have."""
    return broker.client.create(
        "/entities",
        undo=path_of(thing["id"]),
        json={**thing, "@context": context},
        headers={"Content-Type": JSON_LD},
        patient=False,
        timeout=_LONGEST,
    )


@pytest.fixture
def thing(things, broker, contexts, run_id):
    """An entity nobody has created yet, seen to be taken under C1 with another identifier."""
    twin = {**things[0], "id": own_id("Thing", run_id), "type": "MtThing"}
    assert_status(_create_under(broker, twin, contexts.terms), 201, what="creating under C1")
    return {**twin, "id": f"{twin['id']}-next"}


@pytest.mark.check(
    "CTX-CTX-11", clause="GS CIM 009 5.5.6", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("context", ["missing", "refused", "hanging"])
def test_a_context_that_cannot_be_had_is_told(broker, contexts, thing, context, reading):
    """A @context that cannot be fetched is reported as not available, and nothing is kept."""
    answer = _create_under(broker, thing, getattr(contexts, context))
    assert_problem(answer, status=_NOT_AVAILABLE, kind="LdContextNotAvailable")
    reading("A03", str(answer.status))
    assert_status(broker.retrieve(thing["id"]), 404)


@pytest.mark.check(
    "CTX-CTX-12", clause="GS CIM 009 5.5.6", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("context", ["no-json", "no-context", "cycle"])
def test_a_context_that_is_none_is_refused(broker, contexts, thing, context):
    """A document that is no @context is refused, and nothing is kept."""
    answer = _create_under(broker, thing, contexts.broken[context])
    if answer.status in _NOT_AVAILABLE:
        assert_problem(answer, status=_NOT_AVAILABLE, kind="LdContextNotAvailable")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    assert_status(broker.retrieve(thing["id"]), 404)


@pytest.mark.check(
    "CTX-CTX-13", clause="GS CIM 009 6.3.5", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("form", ["order", "spaces", "beside", "import", "two"])
def test_a_link_has_many_spellings(broker, contexts, things, terms, form):
    """A Link to a @context counts however RFC 8288 writes it, beside others, and to one that imports."""
    rel, kind = f'rel="{CONTEXT_RELATION}"', f'type="{JSON_LD}"'
    plain = f"<{contexts.terms}>; {rel}; {kind}"
    link = {
        "order": f"<{contexts.terms}>; {kind}; {rel}",
        "spaces": f"<{contexts.terms}>  ;{rel} ;  {kind}",
        "beside": f'<https://mimtest.example/help>; rel="help", {plain}',
        "import": f"<{contexts.imports}>; {rel}; {kind}",
        "two": f"{plain}, <{contexts.imports}>; {rel}; {kind}",
    }[form]
    headers = {"Accept": JSON, "Link": link}
    answer = broker.client.get(path_of(things[0]["id"]), headers=headers)
    if form == "two" and answer.status == 400:
        assert_that("type" in problem(answer), "no problem", expected="a problem", received="none")
        return
    held = json_object(assert_status(answer, 200))
    named = terms.iri("temp") not in held
    assert_that(
        named and "temp" in held, "the Link is not heeded", expected="temp", received=list(held)
    )


@pytest.mark.check("CTX-CTX-14", clause="GS CIM 009 6.3.16", since="1.5.1")
def test_a_context_is_not_kept_too_long(contexts):
    """A @context is fetched again once it is older than its server lets it be."""
    reader = contexts.broker(contexts.brief)
    for _ in range(2):
        assert_status(reader.query(type="MtThing"), 200)
    before = contexts.fetched(contexts.brief)
    assert_that(before, "the @context is not fetched", expected="1 or 2 times", received=before)
    time.sleep(BRIEF + 1.5)
    assert_status(reader.query(type="MtThing"), 200)
    after = contexts.fetched(contexts.brief)
    told = f"more than {before} times"
    assert_that(after > before, "the @context is not fetched again", expected=told, received=after)


@pytest.mark.check(
    "CTX-CTX-15", clause="GS CIM 009 4.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_a_context_served_as_text_is_taken_or_refused(contexts, things, broker):
    """A @context that comes as plain text is understood, or refused as one that is none."""
    headers = {"Accept": JSON, **contexts.broker(contexts.plain).names}
    answer = broker.client.get(path_of(things[0]["id"]), headers=headers, patient=False)
    if answer.status != 200:
        assert_status(answer, 200, 400, *_NOT_AVAILABLE)
        assert_that("type" in problem(answer), "no problem", expected="a problem", received="none")
        return
    held = json_object(answer)
    assert_that("temp" in held, "it is taken, but not heeded", expected="temp", received=list(held))


@pytest.mark.check(
    "CTX-CTX-23",
    clause="GS CIM 009 5.5.9.1",
    level="writes",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_pages_keep_their_context(contexts, things, terms):
    """The next page under another @context is refused, or is that page in the names of the other."""
    first = contexts.broker(contexts.terms)
    answer = assert_status(first.query(type=things[0]["type"], limit=1), 200)
    following = next_page(answer)
    assert_that(following, "no link to the next page", expected="a link", received="none")
    expected = ids_in(first.get(following))
    assert_equal(len(expected), 1, "the number of entities on the next page")
    other = contexts.broker(contexts.others).get(following)
    if other.status != 200:
        assert_problem(other, status=400, kind="BadRequestData")
        return
    assert_same_set(ids_in(other), expected, "the next page under another @context")
    names = [n for entity in json_array(other) for n in entity]
    assert_that("label" not in names, "names are not those of the @context", received=names)
    assert_that(terms.iri("label") in names, "names are missing", received=names)


@pytest.mark.check(
    "CTX-CTX-25", clause="GS CIM 009 5.5.7", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
@pytest.mark.parametrize("place", ["type", "attrs", "q"])
def test_names_may_have_a_prefix(contexts, things, terms, place, reading):
    """A name with a prefix of the @context stands for the full one in parameters."""
    reader = contexts.broker(contexts.terms)
    kind = things[0]["type"]
    ids = [thing["id"] for thing in things]
    if place == "type":
        full = terms.iri(kind.removeprefix("ex:"))
        assert_same_set(ids_in(reader.query(type=full)), ids, "by the full name")
        assert_same_set(ids_in(reader.query(type=kind)), ids, "by the name with a prefix")
    elif place == "attrs":
        held = entity_in(reader.retrieve(ids[0], attrs="ex:temp"))
        assert_that("temp" in held, "the attribute is missing", expected="temp", received=held)
        assert_that("label" not in held, "more than was asked for", received=list(held))
    else:
        answer = reader.query(type=kind, q="ex:temp==21")
        reading("A76", "refused" if answer.status == 400 else "understood")
        if answer.status == 400:
            assert_that("type" in problem(answer), "no problem", received="none")
            return
        assert_same_set(ids_in(answer), ids[:1], "by a condition with a prefix")
