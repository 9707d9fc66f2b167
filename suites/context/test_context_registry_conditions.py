"""Sources are found by what they are themselves: time, place, scope, properties; and page by page.

GS CIM 009 5.10.2, 6.3.10, 6.3.13.
"""

import json

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    shown,
)
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.ngsild_paging import count_of, link_to
from mimtest.vocabulary.ngsild_registrations import (
    MOST,
    about,
    found,
    registration_in,
    registrations_in,
    registry_of,
)
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_YEAR = {"startAt": "2021-01-01T00:00:00Z", "endAt": "2021-12-31T00:00:00Z"}
_WITHIN, _BEFORE, _AFTER = "2021-06-01T00:00:00Z", "2019-06-01T00:00:00Z", "2023-06-01T00:00:00Z"
_HERE, _FAR = [7.5, 51.5], [-60.5, -30.5]
_PAGES, _MOST_PAGES = 20, 40


def _square(centre, half):
    (x, y), h = centre, half
    return [[[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h], [x - h, y - h]]]


class Sources:
    """Registrations of ours by name, all about entities of one type, and different themselves."""

    def __init__(self, registry, run_id):
        self.registry = registry
        self.kind, self.own = own_name("MtSource", run_id), own_name("level", run_id)
        self.scope = f"/mt{run_id}"
        differences = {
            "past": {"observationInterval": _YEAR},
            "managed": {"managementInterval": _YEAR},
            "here": {"location": {"type": "Point", "coordinates": _HERE}},
            "area": {"location": {"type": "Polygon", "coordinates": _square(_HERE, 0.1)}},
            "far": {"location": {"type": "Point", "coordinates": _FAR}},
            "named": {"registrationName": "Quelle Nord"},
            "levelled": {"registrationName": "Quelle Ost", self.own: 7},
            "level": {self.own: 9},
            "north": {"scope": f"{self.scope}/north"},
            "south": {"scope": [f"{self.scope}/south", f"{self.scope}/coast"]},
        }
        info = about(self.kind)
        self.sent = {n: registry.draft(run_id, info, **more) for n, more in differences.items()}

    def found(self, **params):
        """The names of those of ours that a search finds."""
        answer = self.registry.discover(type=self.kind, **params)
        names = {sent["id"]: name for name, sent in self.sent.items()}
        return [names[i] for i in found(answer, self.sent.values())]


@pytest.fixture(scope="module")
def sources(client, hosting, run_id):
    """Registrations of our own, seen to be found."""
    if not client.level.allows(Level.WRITES):
        detail = "registrations of our own are made only in a run that may write"
        raise Inconclusive("no_data", detail)
    made = Sources(registry_of(client, hosting), run_id)
    if not made.registry.broker.holds_since("1.5.1"):
        made.sent = {n: s for n, s in made.sent.items() if "scope" not in s}
    with client.recorder.preparing(client.level):
        for sent in made.sent.values():
            assert_status(made.registry.create(sent), 201, what="registering a source")
        eventually(lambda: assert_that(made.found(), f"no source of {made.kind} is found"))
    return made


def _assert_found(sources, expected, without, **params):
    """A search finds these and none of those."""
    eventually(lambda: _assert_between(sources, expected, without, params))


def _assert_between(sources, expected, without, params):
    received = sources.found(**params)
    missing, surplus = set(expected) - set(received), set(without) & set(received)
    what = f"the search for {', '.join(f'{k}={v}' for k, v in params.items())}"
    assert_that(not missing, f"{what} does not find all", expected=expected, received=received)
    assert_that(not surplus, f"{what} finds others", expected=expected, received=received)


@pytest.mark.check(
    "CTX-REG-19",
    clause="GS CIM 009 5.10.2.4",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("when", ["before", "after", "between", "managed", "none"])
def test_sources_are_found_by_time(sources, when):
    """Sources with a time are found for that time alone, all others where none is asked for."""
    if when == "none":
        _assert_found(sources, ["named"], ["past", "managed"])
        return
    interval = {"managed": ("managed", "past")}.get(when, ("past", "managed"))
    relation = "before" if when == "managed" else when
    how = {"timerel": relation}
    how |= {"timeproperty": "createdAt"} if when == "managed" else {}
    inside, outside = {"timeAt": _WITHIN}, {"timeAt": _AFTER if relation == "after" else _BEFORE}
    if when == "between":
        inside = {"timeAt": _BEFORE, "endTimeAt": _WITHIN}
        outside = {"timeAt": "2022-06-01T00:00:00Z", "endTimeAt": _AFTER}
    _assert_found(sources, interval[:1], [interval[1], "named"], **how, **inside)
    _assert_found(sources, [], ["past", "managed", "named"], **how, **outside)


@pytest.mark.check(
    "CTX-REG-20",
    clause="GS CIM 009 5.10.2.4",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("relation", ["near", "within", "intersects"])
def test_sources_are_found_by_place(sources, relation):
    """A search for a place finds the sources there, and not those far away."""
    near = "near;maxDistance==2000", "Point", _HERE
    within = "within", "Polygon", _square(_HERE, 0.5)
    crossing = "intersects", "Polygon", _square(_HERE, 0.05)
    georel, geometry, at = {"near": near, "within": within, "intersects": crossing}[relation]
    where = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(at)}
    _assert_found(sources, ["here", "area"], ["far"], **where)


@pytest.mark.check(
    "CTX-REG-21",
    clause="GS CIM 009 4.9",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("which", ["name", "own"])
def test_sources_are_found_by_their_properties(sources, which):
    """A filter for sources finds those whose name, or property of their own, meets it."""
    if which == "name":
        _assert_found(sources, ["named"], ["levelled"], csf='registrationName=="Quelle Nord"')
        return
    kept = registration_in(sources.registry.retrieve(sources.sent["level"]["id"]))
    if kept.get(sources.own) != 9:
        raise NotApplicable("not_offered", "registrations keep no properties of their own")
    _assert_found(sources, ["level"], ["levelled", "named"], csf=f"{sources.own}>8")


@pytest.mark.check(
    "CTX-REG-22",
    clause="GS CIM 009 5.10.2.4",
    since="1.5.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
def test_sources_are_found_by_scope(sources):
    """A search for a scope finds the sources of that scope, or below it, and not those of others."""
    start = sources.scope
    _assert_found(sources, ["north"], ["south"], scopeQ=f"{start}/north")
    _assert_found(sources, ["south"], ["north"], scopeQ=f"{start}/coast")
    _assert_found(sources, ["north", "south"], [], scopeQ=f"{start}/#")


@pytest.mark.check(
    "CTX-REG-23",
    clause="GS CIM 009 6.3.10",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-14",),
)
@pytest.mark.parametrize("what", ["pages", "offset", "count", "limit"])
def test_registrations_come_page_by_page(sources, what, reading):
    """Registrations come in pages that are linked, and hold each once; they are counted on demand."""
    if what == "limit":
        assert_that(_page(sources, limit=1), "a page of one is empty", expected="a registration")
        for wrong in ("-1", "abc"):
            answer = sources.registry.discover(type=sources.kind, limit=wrong)
            assert_bad_request(answer, reading)
        return
    looks = {"pages": _assert_walked, "offset": _assert_shifted, "count": _assert_counted}
    at_rest(lambda: looks[what](sources))


def _page(sources, **params):
    return [
        r["id"] for r in registrations_in(sources.registry.discover(type=sources.kind, **params))
    ]


def _walked(sources, size):
    """The registrations on all pages of a size. Raises Inconclusive for too many pages."""
    seen, answer = [], sources.registry.discover(type=sources.kind, limit=size)
    for _ in range(_MOST_PAGES):
        page = [r["id"] for r in registrations_in(answer)]
        assert_that(len(page) <= size, "a page is too long", expected=size, received=len(page))
        seen += page
        link = link_to(answer, "next")
        if link is None:
            return seen
        answer = sources.registry.get(link["href"])
    assert_that(len(set(seen)) > size, "the first page comes for ever", received=shown(page))
    raise Inconclusive("budget", f"there are more than {_MOST_PAGES} pages of {size} registrations")


def _assert_walked(sources):
    whole = _walked(sources, MOST)
    own = {s["id"] for s in sources.sent.values()}
    assert_that(len(own & {*whole}) > 2, "there are not enough for two pages", received=len(whole))
    seen = [i for i in _walked(sources, max(2, len(whole) // _PAGES)) if i in own]
    assert_same_set(seen, own & {*whole}, "those of ours on all pages")


def _assert_shifted(sources):
    first = sources.registry.discover(type=sources.kind, limit=1)
    begun = [r["id"] for r in registrations_in(first)]
    link = link_to(first, "next") or {}
    if "offset=" not in link.get("href", "") and _page(sources, limit=1, offset=1) == begun:
        raise NotApplicable("not_offered", "pages are linked by something else than an offset")
    order = [i for k in range(4) for i in _page(sources, limit=1, offset=k)]
    assert_equal(len(set(order)), 4, "the number of registrations at four offsets")
    assert_same_set(_page(sources, limit=2, offset=1), order[1:3], "those from offset 1 on")


def _assert_counted(sources):
    total = len(_walked(sources, MOST))
    answer = sources.registry.discover(type=sources.kind, limit=2, count=True)
    assert_equal(count_of(answer), total, "the count of registrations")
    assert_equal(len(registrations_in(answer)), min(2, total), "the length of the page")
    none = sources.registry.discover(type=sources.kind, limit=0, count=True)
    assert_equal(count_of(none), total, "the count on an empty page")
    assert_equal(registrations_in(none), [], "the page of none")
    refused = sources.registry.discover(type=sources.kind, limit=0)
    assert_problem(refused, status=400, kind=("BadRequestData", "InvalidRequest"))
