"""What goes along with requests to a source, as its registration wants it (GS CIM 009 4.3.6.5, 4.3.6.6, 6.3.19)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, JSON_LD, assert_holds, entity_in, path_of
from mimtest.vocabulary.ngsild_contexts import documents
from mimtest.vocabulary.ngsild_federation import QUERIES, READING, federation, number, of_kind
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_FIXED, _FILLED = "X-Mimtest-Fixed", "X-Mimtest-Filled"
_TAKEN = "urn:ngsi-ld:request"


@pytest.fixture
def sources(keeping, hosting, receiver, contexts, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    known = {contexts.at(n): d for n, d in documents(contexts.own, contexts.start).items()}
    with federation(keeping, hosting, receiver, run_id, known) as made:
        yield made


#: What each case registers, what the client sends, and what the source then gets.
_PAIRS = {
    "fixed": [(_FIXED, "mt-1")],
    "filled": [(_FILLED, _TAKEN), (_FIXED, _TAKEN)],
    "accept": [("accept", JSON_LD)],
}
_GIVEN = {"filled": {_FILLED: "mt-2"}}


@pytest.fixture
def distant(sources, keeping):
    """Makes sources that have an entity and are registered with headers, seen to be asked for it."""

    def made(name):
        there = sources.draft(sources.kind(), temp=number(21.5))
        extra = [{"key": k, "value": v} for k, v in _PAIRS.get(name, [])]
        more = {"contextSourceInfo": extra} if extra else {}
        source = sources.sourced(there, **more)
        headers = {"Accept": JSON, **_GIVEN.get(name, {})}

        def look():
            answer = keeping.client.get(path_of(there["id"]), headers=headers)
            assert_holds(entity_in(answer), there)

        sources.sees(look)
        return source, there

    return made


@pytest.fixture
def in_its_names(sources, keeping, contexts):
    """A source registered with a @context for its names, seen to be asked for what it has by a query."""
    kind, temp = contexts.own.iri("MtRoom"), contexts.own.iri("temp")
    there = sources.draft(kind, **{temp: number(21.5)})
    source = sources.source(there)
    pair = {"key": "jsonldContext", "value": contexts.terms}
    sources.register(source, of_kind(kind, temp), contextSourceInfo=[pair])
    eventually(lambda: _asked_for(sources, keeping, source, kind, temp))
    return source, there, kind, temp


def _asked_for(sources, broker, source, kind, temp):
    assert_status(broker.query(type=kind, attrs=temp), 200)
    sources.asks(source, *QUERIES)


@pytest.fixture(params=[*_PAIRS, "context"])
def told(request):
    """The case, what is asked with it, and the same without."""
    if request.param == "context":
        return request.param, request.getfixturevalue("in_its_names"), None
    make = request.getfixturevalue("distant")
    return request.param, make(request.param), make("none")


@pytest.mark.check(
    "CTX-DIST-24",
    clause="GS CIM 009 4.3.6.5",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
def test_what_a_source_is_told(told, sources, contexts):
    """A source gets the headers and names its registration asks for, fixed or from the client's request."""
    what, source, other = told
    if what == "context":
        _assert_in_its_names(sources, contexts, source)
        return
    asked, plain = (sources.asks(s, *READING, about=e)[-1] for s, e in (source, other))
    fixed, filled = _FIXED.lower(), _FILLED.lower()
    if what == "fixed":
        assert_equal(asked.header(fixed), "mt-1", "the header the registration names")
        assert_equal(plain.header(fixed), "", "the header at a source registered without")
    elif what == "filled":
        assert_equal(asked.header(filled), "mt-2", "the header of the client's request")
        left = asked.header(fixed)
        assert_that(left != _TAKEN, "the mark itself is sent", expected="no header", received=left)
    else:
        assert_equal(asked.header("accept").partition(";")[0], JSON_LD, "Accept")


def _assert_in_its_names(sources, contexts, made):
    """A source registered with a @context is asked in its names, and understood."""
    source, there, kind, temp = made
    came = sources.asks(source, *QUERIES, about=there)
    asked = next((a for a in reversed(came) if a.types), came[-1])
    assert_equal(asked.link, contexts.terms, "the linked @context")
    assert_equal(sorted(asked.types), [kind], f"the types in the forwarded {asked}")
    assert_equal(sorted(asked.attrs or ()), [temp], f"the attributes in the forwarded {asked}")
    _ = sources.finds([there], type=kind, id=there["id"], attrs=temp)


#: What belongs between a client and the broker.
_PRIVATE = {"Authorization": "Bearer mt-private", "Cookie": "mt=private", "X-Mimtest-Private": "mt"}


@pytest.fixture
def private(interface):
    """Fields of a client that no registration asks for; its own credentials are not put at risk."""
    named = {name.lower() for name in interface.headers}
    given = interface.auth is not None or "authorization" in named
    return {k: v for k, v in _PRIVATE.items() if not (k == "Authorization" and given)}


@pytest.mark.check(
    "CTX-DIST-38",
    clause="GS CIM 009 4.3.6.5",
    strength="should",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-24",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
def test_what_no_registration_asks_for_is_not_passed_on(sources, keeping, private, operation):
    """What a client sends to the broker, credentials above all, does not reach sources that did not ask for it."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.sourced(there)
    where = path_of(there["id"]) if operation == "retrieve" else f"/entities?type={there['type']}"

    def look():
        answer = keeping.client.get(where, headers={"Accept": JSON, **private})
        assert_status(answer, 200)
        return sources.asks(source, *READING, about=there)

    for asked in sources.sees(look):
        told = sorted(k for k, v in private.items() if v in asked.header(k.lower()))
        assert_that(not told, "a source gets what is the client's", expected="none", received=told)
