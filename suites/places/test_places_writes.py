"""Features added, replaced, changed and removed: what was sent is what is there afterwards.

OGC API - Features - Part 4: Create, Replace, Update and Delete (20-002, draft). Nobody has to have it:
these checks run where the target file claims it, on copies that are removed at the end.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.feature_writes import (
    allowed,
    around,
    assert_holds,
    find_workshop,
    marked,
)
from mimtest.vocabulary.geojson import shape_of
from mimtest.vocabulary.ogcapi import declared_classes
from mimtest.vocabulary.ogcapi_pages import features_of, walk
from mimtest.vocabulary.samples import MOST_FEATURES, identifier
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ogc-api-features")

GONE = (404, 410)
DONE = (200, 204)
LATER = 202


@pytest.fixture(scope="session")
def workshop(service, collections):
    """A collection that can be changed, and a feature to copy."""
    return find_workshop(service, collections)


@pytest.fixture
def own(workshop, run_id):
    """A feature of our own, which is there."""
    made = workshop.add(run_id)
    eventually(made.read)
    return made


def _assert_done(answer, what):
    if answer.status == LATER:
        return
    assert_status(answer, *DONE, what=what)


@pytest.mark.check(
    "PLA-T-01",
    clause="OGC 20-002 /req/core/methods B, /req/create-replace-delete/options-response",
    level="writes",
    option="feature-writes",
)
def test_what_can_be_changed_is_named(workshop, own):
    """OPTIONS names the methods that features and a feature take, among them one to change it."""
    for address, wanted in ((workshop.items, {"POST"}), (own.address, {"PUT", "DELETE"})):
        answer = workshop.client.options(address)
        assert_status(answer, 200, 204, what=f"the answer to OPTIONS at {address}")
        named = allowed(workshop.service, address)
        assert_that(
            named & wanted,
            "OPTIONS names no method that changes anything",
            expected=" or ".join(sorted(wanted)),
            received=answer.headers.get("allow") or "no Allow",
        )


@pytest.mark.check(
    "PLA-T-02",
    clause="OGC 20-002 /req/create-replace-delete/post-response A, B",
    level="writes",
    option="feature-writes",
)
def test_a_new_feature_is_there_as_sent(workshop, run_id):
    """A feature that is added gets 201 and an address, where it is found as it was sent."""
    made = workshop.add(run_id)
    eventually(lambda: assert_holds(made.read(), made.sent))


@pytest.mark.check(
    "PLA-T-03",
    clause="OGC 20-002 /req/create-replace-delete/post-response-rid; 17-069r4 /req/core/fc-response",
    level="writes",
    option="feature-writes",
)
def test_new_features_are_listed_under_ids_of_their_own(workshop, run_id):
    """Two features that are added get two ids, and both are among the features of the collection."""
    one, other = workshop.add(run_id), workshop.add(run_id, steps=2)
    known = eventually(lambda: [one.id, other.id])
    assert_that(known[0] != known[1], "two features got one id", expected="two", received=known)

    def look():
        first = workshop.service.features(workshop.items, fresh=True, limit=100)
        listed = [
            identifier(f) for f in walk(workshop.service, first, MOST_FEATURES, fresh=True).features
        ]
        for name in known:
            assert_that(
                listed.count(name) == 1,
                "a new feature is not listed once",
                expected=name,
                received=f"{listed.count(name)} times among {len(listed)}",
            )

    eventually(look)


@pytest.mark.check(
    "PLA-T-04",
    clause="OGC 17-069r4 /req/core/fc-bbox-response A; 20-002 /req/create-replace-delete/put-op",
    level="writes",
    option="feature-writes",
)
def test_a_feature_is_found_where_it_was_put(workshop, own, run_id):
    """A box finds a feature at its new place, and at its old one no more after it was moved."""
    moved = workshop.draft(run_id, steps=5)
    places = [shape_of(f["geometry"]).positions[0] for f in (own.sent, moved)]
    name = own.id
    eventually(lambda: _assert_found(workshop, name, places[0], there=True))
    _assert_done(workshop.change("PUT", own.address, moved), "the answer to PUT")
    eventually(lambda: _assert_found(workshop, name, places[1], there=True))
    eventually(lambda: _assert_found(workshop, name, places[0], there=False))


def _assert_found(workshop, name, place, *, there):
    answer = workshop.service.features(workshop.items, fresh=True, bbox=around(place), limit=100)
    found = [identifier(f) for f in features_of(answer)]
    assert_that(
        (name in found) is there,
        "the feature is not where it was put" if there else "the feature is where it was before",
        expected=f"{name} {'within' if there else 'not within'} {around(place)}",
        received=found,
    )


@pytest.mark.check(
    "PLA-T-05",
    clause="OGC 20-002 /req/create-replace-delete/put-response, put-body",
    level="writes",
    option="feature-writes",
)
def test_a_feature_is_replaced_whole(workshop, own, run_id):
    """PUT leaves what it sends, and nothing of what was there before."""
    new = workshop.draft(f"{run_id} replaced", steps=3)
    others = [k for k in new["properties"] if k != workshop.name]
    left_out = others[-1] if others else None
    shorter = {**new, "properties": {k: v for k, v in new["properties"].items() if k != left_out}}
    answer = workshop.change("PUT", own.address, shorter)
    if answer.status in (400, 422):  # the property may be one that has to be there
        shorter, left_out = new, None
        answer = workshop.change("PUT", own.address, new)
    _assert_done(answer, "the answer to PUT")
    eventually(lambda: assert_holds(own.read(), shorter))
    kept = own.read()["properties"].get(left_out)
    assert_that(
        left_out is None or kept != own.sent["properties"][left_out] or kept is None,
        f"'{left_out}' was not sent and is still there",
        expected="no value, or a usual one",
        received=kept,
    )


@pytest.mark.check(
    "PLA-T-06",
    clause="OGC 20-002 /req/update/update-patch-op, /req/features/update-json-merge-patch; RFC 7396",
    level="writes",
    option="feature-writes",
)
@pytest.mark.parametrize("part", ["a property", "the place", "null"])
def test_a_part_of_a_feature_is_changed(workshop, own, conformance, part):
    """PATCH with a merge patch changes what it names, unsets what is null, and leaves the rest."""
    if "PATCH" not in allowed(workshop.service, own.address):
        declared = any(c.endswith("/conf/update") for c in declared_classes(conformance))
        assert_that(not declared, "the class Update is declared without PATCH", expected="PATCH")
        raise NotApplicable("class_not_declared", "features are not changed in part")
    patch, expected = _patch(workshop, own, part)
    answer = workshop.change("PATCH", own.address, patch)
    if answer.status == 415:
        raise NotApplicable("not_offered", "JSON Merge Patch is not taken; others are allowed")
    if part == "null" and answer.status in (400, 422):
        raise Inconclusive("request_refused", "the property may be one that has to be there")
    _assert_done(answer, "the answer to PATCH")
    eventually(lambda: assert_holds(own.read(), expected))
    for name in (k for k, v in expected["properties"].items() if v is None):
        value = own.read()["properties"].get(name)
        assert_that(value is None, f"'{name}' was unset", expected="null", received=value)


def _patch(workshop, own, part):
    """A merge patch, and what the feature is with it."""
    properties = own.sent["properties"]
    if part == "the place":
        geometry = workshop.draft("", steps=7)["geometry"]
        return {"geometry": geometry}, {"geometry": geometry, "properties": properties}
    name = workshop.name
    value = marked(properties[name], "patched")
    if part == "null":
        name, value = next((k for k in reversed(properties) if k != name), name), None
    new = {**properties, name: value}
    return {"properties": {name: value}}, {"geometry": own.sent["geometry"], "properties": new}


@pytest.mark.check(
    "PLA-T-07",
    clause="OGC 20-002 /req/create-replace-delete/delete-response; RFC 9110 9.3.5",
    level="writes",
    option="feature-writes",
)
def test_a_removed_feature_is_gone(workshop, own):
    """A feature that is removed is found no more, alone or in the list."""
    name, place = own.id, shape_of(own.sent["geometry"]).positions[0]
    _assert_done(workshop.change("DELETE", own.address), "the answer to DELETE")
    eventually(lambda: assert_status(own.get(), *GONE, what="the removed feature"))
    answer = workshop.service.features(workshop.items, fresh=True, bbox=around(place), limit=100)
    found = [identifier(f) for f in features_of(answer)]
    assert_that(name not in found, "a removed feature is listed", expected="gone", received=name)


@pytest.mark.check(
    "PLA-T-08",
    clause="RFC 9110 13.1.1; OGC 20-002 /req/optimistic-locking-etags/ifmatch-put-eval",
    level="writes",
    option="feature-writes",
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_of_what_has_changed_is_refused(workshop, own, conformance, run_id, method):
    """With the tag of an older state a change gets 412 and does nothing; with the present tag it is made."""
    if not any("/optimistic-locking-etags" in c for c in declared_classes(conformance)):
        raise NotApplicable("class_not_declared", "locking by entity tags is not declared")
    if method not in allowed(workshop.service, own.address):
        raise NotApplicable("not_offered", f"{method} is not offered")
    old = own.get().headers.get("etag")
    assert_that(old, "a feature has no ETag", expected="ETag", received="none")
    first, second = (workshop.draft(f"{run_id} {n}") for n in ("one", "two"))
    _assert_done(workshop.change("PUT", own.address, first, If_Match=old), "PUT with the right tag")
    eventually(lambda: assert_holds(own.read(), first))
    body = second if method == "PUT" else {"properties": second["properties"]}
    answer = workshop.change(method, own.address, body, If_Match=old)
    assert_status(answer, 412, what=f"the answer to {method} with an older tag")
    assert_holds(own.read(), first)
    new = own.get().headers.get("etag")
    answer = workshop.change(method, own.address, body, If_Match=new)
    _assert_done(answer, f"{method} with the present tag")
