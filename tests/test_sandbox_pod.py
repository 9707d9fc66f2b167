"""The pod's own parts: Turtle read and written, and who may do what by access rules."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.sandbox.pod.access import granted, rule
from mimtest.sandbox.pod.jsonld import read_json_ld
from mimtest.sandbox.pod.terms import Node, NotReadError, Text, as_json_ld, as_turtle
from mimtest.sandbox.pod.turtle import read_patch, read_turtle

BASE = "http://pod.example/notes/one"
ALICE, BOB = "http://pod.example/alice#me", "http://pod.example/bob#me"


def canonical(body):
    found = ox.Dataset(ox.parse(body, format=ox.RdfFormat.TURTLE, base_iri=BASE))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(q) for q in found}


@pytest.mark.parametrize(
    "text",
    [
        "<> a <#note>.",
        "@prefix : <#>. :a :b :c, :d; :e 'f' .",
        'PREFIX x: <http://x.example/>\nx:a x:b "c"@en-GB, "d"^^x:e, 1, -2.5, 1e3, true .',
        "@base <http://other.example/x/>. <a> <../b> <#c> .",
        "<a> <b> [ <c> [ ]; <d> 'e' ] . [ <f> <g> ] . [] <h> _:i . _:i <j> _:i .",
        '<a> <b> """line\n"two" lines""", "tab\\t\\u00e9 \\"q\\"", \'it\\\'s\' . # note',
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>. <#o> a acl:Authorization; acl:mode acl:Read;.",
    ],
)
def test_turtle_is_read_as_others_read_it(text):
    found = read_turtle(text.encode(), BASE)
    assert canonical(as_turtle(found)) == canonical(text.encode())


@pytest.mark.parametrize(
    "text",
    ["<a> <b>", "<a> 'b' <c> .", "'a' <b> <c> .", "x:a <b> <c> .", "<a> <b> <c> ; ", "{", "<a> ."],
)
def test_what_is_no_turtle_is_refused(text):
    with pytest.raises(NotReadError):
        read_turtle(text.encode(), BASE)


NODES = st.sampled_from(
    [Node("http://a.example/"), Node("http://b.example/#c"), Node("d", blank=True)]
)
TEXTS = st.builds(Text, st.text(st.characters(codec="utf-8"), max_size=20))
STATEMENTS = st.lists(
    st.tuples(NODES, st.sampled_from(["http://p.example/", "http://q.example/"]), NODES | TEXTS),
    max_size=8,
)


@given(STATEMENTS)
def test_what_is_written_is_read_again(statements):
    assert set(read_turtle(as_turtle(statements), BASE)) == set(statements)
    assert canonical(as_turtle(read_json_ld(as_json_ld(statements), BASE))) == canonical(
        as_turtle(statements)
    )


def test_nested_json_ld_is_read():
    body = b'{"@id": "", "http://a.example/": {"@type": "http://b.example/", "http://c.example/": [{"@value": 1}]}}'
    assert canonical(as_turtle(read_json_ld(body, BASE))) == canonical(
        b"<> <http://a.example/> [ a <http://b.example/>; <http://c.example/> 1 ] ."
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"@context": "https://elsewhere.example/c", "@id": "a"}',
        b'{"@id": 1}',
        b'["a"]',
        b"{",
        b'{"http://a.example/": {"@value": []}}',
        b'{"@graph": []}',
    ],
)
def test_other_json_is_refused(body):
    with pytest.raises(NotReadError):
        read_json_ld(body, BASE)


def test_a_patch_adds_and_removes():
    patch = b"""@prefix solid: <http://www.w3.org/ns/solid/terms#>. @prefix x: <http://x.example/>.
    _:p a solid:InsertDeletePatch; solid:inserts { <> x:a "new". }; solid:deletes { <> x:a "old". }."""
    adds, removes = read_patch(patch, BASE)
    assert [s[2] for s in adds] == [Text("new")]
    assert [s[2] for s in removes] == [Text("old")]


@pytest.mark.parametrize(
    ("agent", "own", "expected"),
    [
        (ALICE, True, {"read", "append", "write", "control"}),
        (BOB, True, {"read"}),
        (None, True, set()),
        (ALICE, False, {"read", "append", "write", "control"}),
        (BOB, False, set()),
    ],
)
def test_rules_are_for_whom_they_name(agent, own, expected):
    modes = ("read", "write", "control")
    held = rule("owner", BASE, modes, agent=ALICE, default=True)
    held += rule("reader", BASE, ("read",), agent=BOB, default=False)
    assert granted(held, BASE, agent, own=own) == expected
    assert granted(held, f"{BASE}2", agent, own=own) == set()
