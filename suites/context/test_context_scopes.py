"""Entities are found by the scopes they are in (GS CIM 009 4.18, 4.19)."""

import re
from itertools import combinations

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_same_set
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_query import scopes_of, under
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_LEVELS = re.compile(r"(/[^\W\d_]\w*)+")


@pytest.fixture(scope="session")
def scoped(stock):
    """A type, and the scopes of its entities, of which two are apart."""
    for name in stock.types:
        held = {s for e in stock.of(name) for s in scopes_of(e) if _LEVELS.fullmatch(s)}
        if len(held) > 1:
            return name, sorted(held, key=lambda s: (-s.count("/"), s))
    raise Inconclusive("no_data", "there are no entities in different scopes")


def _exact(scopes):
    """A scope that others begin with, if there is one; the highest."""
    parents = [s for s in scopes if any(o.startswith(s) and o != s for o in scopes)]
    return (parents or scopes)[-1]


def _tree(scopes):
    return f"{_exact(scopes)}/#"


def _any_level(scopes):
    """A scope of three levels or more, with any level in the place of its last but one."""
    deep = next((s.split("/") for s in scopes if s.count("/") > 2), None)
    if deep is None:
        raise Inconclusive("no_data", "there is no scope of three levels")
    return "/".join([*deep[:-2], "+", deep[-1]])


@pytest.mark.check("CTX-QRY-43", clause="GS CIM 009 4.19", since="1.5.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("form", ["exact", "tree", "level", "both", "either", "list", "any"])
def test_entities_are_found_by_their_scope(stock, scoped, form):
    """A query by scope finds what is in it: one scope, those below, several at once, any."""
    name, scopes = scoped
    asked, fits = _scope_query(stock, name, scopes, form)
    at_rest(lambda: _assert_in_scope(stock, name, asked, fits))


def _scope_query(stock, name, scopes, form):
    """The query, and whether an entity with such scopes is to be found."""
    if form in ("exact", "tree", "level", "any"):
        makers = {"exact": _exact, "tree": _tree, "level": _any_level, "any": lambda _: "/#"}
        asked = makers[form](scopes)
        return asked, lambda held: any(map(under(asked) if form != "any" else bool, held))
    if form == "both":
        one, other = _together(stock, name)
        return f"({one};{other})", lambda held: {one, other} <= held
    one, other = scopes[0], scopes[-1]
    sign = "|" if form == "either" else ","
    return f"{one}{sign}{other}", lambda held: bool({one, other} & held)


def _together(stock, name):
    pairs = (p for e in stock.of(name) for p in combinations(sorted(scopes_of(e)), 2))
    found = next((p for p in pairs if all(map(_LEVELS.fullmatch, p))), None)
    if found is None:
        raise Inconclusive("no_data", "there is no entity in two scopes")
    return found


def _assert_in_scope(stock, name, asked, fits):
    expected = [e["id"] for e in stock.now(name) if fits(scopes_of(e))]
    found = ids_in(stock.query(name, scopeQ=asked))
    assert_same_set(found, expected, f"what is in {asked}")
