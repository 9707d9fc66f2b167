"""The local evaluation of queries, which the checks of the context suite compare answers with."""

import pytest

from mimtest.vocabulary.ngsild_q import AllOf, AnyOf, Literal, Range, Term

_ENTITY = {
    "id": "urn:ngsi-ld:T:1",
    "type": "T",
    "n": {"type": "Property", "value": 20, "observedAt": "2026-04-20T08:00:00Z", "unitCode": "CEL"},
    "t": {"type": "Property", "value": "bravo", "p": {"type": "Property", "value": {"m": "Nord"}}},
    "b": {"type": "Property", "value": True},
    "a": {"type": "Property", "value": ["red", "green"]},
    "o": {"type": "Property", "value": {"city": "Bonn", "in": {"floor": 2}}},
    "at": {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": "2026-03-04T14:00:00+02:00"},
    },
    "day": {"type": "Property", "value": {"type": "Date", "@value": "2026-03-04"}},
    "odd": {"type": "Property", "value": {"@type": "Time", "@value": "12:00:00"}},
    "r": {"type": "Relationship", "object": "urn:x:1"},
    "w": {"type": "VocabProperty", "vocab": "Wood"},
    "l": {"type": "LanguageProperty", "languageMap": {"en": "bridge", "de": ["Brücke", "Steg"]}},
    "s": [
        {"type": "Property", "value": 1},
        {"type": "Property", "value": 2, "datasetId": "urn:x:d"},
    ],
}
_NOON = Literal("DateTime", "2026-03-04T12:00:00Z")


@pytest.mark.parametrize(
    ("term", "text", "holds"),
    [
        (Term("n"), "n", True),
        (Term("x"), "x", False),
        (Term("n", ">", 9), "n>9", True),
        (Term("n", "==", "20"), 'n=="20"', False),
        (Term("n", "!=", "20"), 'n!="20"', True),
        (Term("n", "==", (19, 20)), "n==19,20", True),
        (Term("n", "!=", Range(10, 20)), "n!=10..20", False),
        (Term("n", "~=", Literal("Pattern", "^.*2.*$")), "n~=^.*2.*$", False),
        (Term("n", "!~=", Literal("Pattern", "^x$")), "n!~=^x$", False),
        (Term("x", "!=", 20), "x!=20", False),
        (Term("t", "==", 'a "b"'), r't=="a \"b\""', False),
        (Term("t", "<", "charlie"), 't<"charlie"', True),
        (Term("t", "!~=", Literal("Pattern", "^.*rav.*$")), "t!~=^.*rav.*$", False),
        (Term("t.p", "==", "Nord", "m"), 't.p[m]=="Nord"', True),
        (Term("b", "==", True), "b==true", True),
        (Term("b", "==", 1), "b==1", False),
        (Term("a", "==", "red"), 'a=="red"', True),
        (Term("a", "!=", "red"), 'a!="red"', False),
        (Term("o", "==", 2, "in.floor"), "o[in.floor]==2", True),
        (Term("o", "!=", 2, "in.roof"), "o[in.roof]!=2", False),
        (Term("at", "==", _NOON), "at==2026-03-04T12:00:00Z", True),
        (Term("day", "<", Literal("Date", "2026-10-01")), "day<2026-10-01", True),
        (Term("odd", "<", Literal("Time", "13:00:00Z")), "odd<13:00:00Z", False),
        (Term("n.observedAt", ">", _NOON), "n.observedAt>2026-03-04T12:00:00Z", True),
        (Term("n.unitCode", "==", "CEL"), 'n.unitCode=="CEL"', True),
        (Term("r", "==", Literal("URI", "urn:x:1")), "r==urn:x:1", True),
        (Term("r", ">", Literal("URI", "urn:x:0", quoted=True)), 'r>"urn:x:0"', False),
        (Term("w", "==", Literal("URI", "Wood")), "w==Wood", True),
        (Term("l", "==", "bridge", "en"), 'l[en]=="bridge"', True),
        (Term("l", "==", "bridge", "de"), 'l[de]=="bridge"', False),
        (Term("l", "==", "Steg", "*"), 'l[*]=="Steg"', True),
        (Term("l", "!=", "Steg", "*"), 'l[*]!="Steg"', False),
        (Term("s", "==", 2), "s==2", True),
    ],
)
def test_a_condition_is_written_and_evaluated(term, text, holds):
    assert term.text == text
    assert term.holds(_ENTITY) is holds


def test_and_binds_before_or_and_brackets_stand_where_needed():
    yes, no = Term("n"), Term("x")
    mixed = AnyOf((yes, AllOf((no, no))))
    bracketed = AllOf((AnyOf((yes, no)), no))
    assert (mixed.text, mixed.holds(_ENTITY)) == ("n|x;x", True)
    assert (bracketed.text, bracketed.holds(_ENTITY)) == ("(n|x);x", False)


def test_only_what_can_stand_bare_or_quoted_changes_in_quotes():
    joined = AllOf((Term("at", ">", _NOON), AnyOf((Term("n", ">", 9), Term("t", "==", "b")))))
    assert joined.in_quotes().text == 'at>"2026-03-04T12:00:00Z";(n>9|t=="b")'
