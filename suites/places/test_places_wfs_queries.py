"""Descriptions of feature types, and stored queries, of a Web Feature Service.

WFS 2.0 (OGC 09-025r2), clauses 9 and 14 and 7.9.3.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_given, assert_refused, faults_of
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs import BY_ID
from mimtest.vocabulary.wfs_features import id_of, members_of
from mimtest.vocabulary.wfs_gml import GML
from mimtest.vocabulary.wfs_schema import describe, fits

pytestmark = pytest.mark.interface("wfs")


@pytest.mark.check("PLA-W-07", clause="OGC 09-025r2 9.2.4.1, 9.3, 7.5")
@pytest.mark.parametrize("case", ["all types", "each type", "unknown type"])
def test_feature_types_are_described(wfs, wfs_types, case):
    """DescribeFeatureType gives an XML Schema that declares each type, and refuses a type that is not there."""
    if case == "all types":
        answer = assert_given(wfs.ask("DescribeFeatureType"), "DescribeFeatureType")
        _assert_schema(answer)
    elif case == "each type":
        for_each(wfs_types[:10], lambda kind: describe(wfs, kind), "no schema")
    else:
        _assert_unknown_refused(wfs, wfs_types[0])


def _assert_unknown_refused(wfs, kind):
    """A type that does not exist is refused under a name of the parameter under which one that does is described."""
    described = [p for p in wfs.spellings(kind) if _is_described(wfs, p)]
    if not described:
        raise Inconclusive("control_failed", f"DescribeFeatureType for {kind.name} is refused")
    strange = [
        {n: f"{v}MimtestNothing" if n.startswith("TYPE") else v for n, v in p.items()}
        for p in described
    ]
    answers = [wfs.ask("DescribeFeatureType", **p) for p in strange]
    # a name that a service does not know is passed over, and all types are described
    telling = next((a for a in answers if a.status != 200 or faults_of(a)), answers[0])
    what = "DescribeFeatureType for a type that does not exist"
    assert_refused(telling, what=what, statuses=wfs.error_statuses)


def _is_described(wfs, params):
    answer = wfs.ask("DescribeFeatureType", **params)
    return answer.status == 200 and faults_of(answer) is None


def _assert_schema(answer):
    root = xml.parse(answer)
    assert_that(
        xml.local(root) == "schema",
        "DescribeFeatureType gives no XML Schema",
        expected="schema",
        received=xml.local(root),
    )


@pytest.mark.check("PLA-W-27", clause="OGC 09-025r2 11.3.3.2; OGC 07-036 21.2")
def test_features_have_the_properties_of_their_schema(wfs, wfs_samples):
    """Features hold only properties their schema declares, with values of the declared simple types."""

    def ask(sample):
        described = _described(wfs, sample.kind)
        for feature in sample.features:
            for child in feature.element:
                name = xml.local(child)
                if xml.namespace(child) in GML:
                    continue
                assert_that(
                    name in described.kinds,
                    f"'{feature.id}' has a property that its schema does not declare",
                    expected=list(described.kinds),
                    received=name,
                )
                text, kind = child.text or "", described.kinds[name]
                assert_that(
                    len(child) or not text.strip() or fits(kind, text),
                    f"'{name}' of '{feature.id}' is of another type than declared",
                    expected=kind,
                    received=text[:100],
                )

    for_each(wfs_samples, ask, "no schema could be read")


def _described(wfs, kind):
    """The schema of a type as far as it says all of its properties."""
    try:
        described = describe(wfs, kind)
    except Inconclusive as reason:
        raise Inconclusive("no_data", reason.detail) from reason
    if not described.is_whole:
        raise Inconclusive("no_data", f"the schema of {kind.name} is not read")
    return described


@pytest.mark.check("PLA-W-08", clause="OGC 09-025r2 7.9.3.6, 14.3, 14.4")
@pytest.mark.parametrize("case", ["listed", "described"])
def test_features_can_be_asked_for_by_id(wfs, case):
    """ListStoredQueries and DescribeStoredQueries name GetFeatureById, which every service has."""
    wfs.require_2()
    listed = assert_given(wfs.ask("ListStoredQueries"), "ListStoredQueries")
    names = [e.get("id") for e in xml.parse(listed).iter() if xml.local(e) == "StoredQuery"]
    if case == "listed":
        assert_that(
            set(names) & set(BY_ID),
            "GetFeatureById is not listed",
            expected=" or ".join(BY_ID),
            received=names,
        )
        return
    name = next((n for n in names if n in BY_ID), None) or BY_ID[0]
    answer = assert_given(
        wfs.ask("DescribeStoredQueries", STOREDQUERY_ID=name), "DescribeStoredQueries"
    )
    described = [e for e in xml.parse(answer).iter() if xml.local(e) == "StoredQueryDescription"]
    assert_that(
        [e for e in described if e.get("id") in BY_ID],
        "GetFeatureById is not described",
        expected=name,
        received=[e.get("id") for e in described],
    )
    parameters = [e.get("name") for d in described for e in d if xml.local(e) == "Parameter"]
    assert_that(
        "id" in [p.lower() for p in parameters if p],
        "GetFeatureById has no parameter 'id'",
        expected="id",
        received=parameters,
    )


def _by_id(wfs, id):
    """The answer to GetFeatureById under the name the service lists."""
    wfs.require_2()
    listed = wfs.ask("ListStoredQueries")
    text = listed.text() if listed.status == 200 else ""
    name = next((n for n in BY_ID if n in text), BY_ID[1])
    return wfs.ask("GetFeature", STOREDQUERY_ID=name, ID=id)


@pytest.mark.check("PLA-W-09", clause="OGC 09-025r2 7.9.3.6")
def test_a_feature_comes_by_its_id(wfs, wfs_samples):
    """GetFeatureById gives the very feature whose gml:id it names, as the answer's root."""
    wfs.require_2()

    def ask(sample):
        for known in _few(sample):
            root = xml.parse(assert_given(_by_id(wfs, known), f"GetFeatureById for '{known}'"))
            members = [id_of(e) for e in members_of(root)]
            assert_that(
                xml.local(root) != "FeatureCollection",
                f"GetFeatureById for '{known}' gives a collection instead of the feature",
                expected=f"a feature with gml:id '{known}'",
                received=f"a collection of {members[:3]}",
            )
            assert_that(
                id_of(root) == known,
                f"GetFeatureById for '{known}' gives another feature",
                expected=known,
                received=id_of(root) or f"{xml.local(root)} without gml:id",
            )

    for_each(wfs_samples, ask, "no feature has an id")


def _few(sample):
    ids = list(sample.known)
    if not ids:
        raise Inconclusive("no_data", "no feature has an id of its own")
    return dict.fromkeys((ids[0], ids[len(ids) // 2], ids[-1]))


@pytest.mark.check(
    "PLA-W-10", clause="OGC 09-025r2 7.9.3.6, Table D.2; OGC 09-025r1 11.4, Table D.2"
)
def test_an_id_nobody_has_is_not_found(wfs, wfs_samples, absent):
    """GetFeatureById with an id that no feature has is answered with 404, or 403 in version 2.0.0."""
    known = next((i for s in wfs_samples for i in s.known), None)
    if known is None:
        raise NotApplicable("not_offered", "no feature has an id")
    control = _by_id(wfs, known)
    if control.status != 200:
        raise Inconclusive("control_failed", f"GetFeatureById for '{known}' has {control.status}")
    answer = _by_id(wfs, absent(known))
    assert_that(
        answer.status in (403, 404),
        "GetFeatureById with an unknown id",
        expected="status 404 or 403",
        received=f"status {answer.status}: {answer.text()[:200]}",
    )


@pytest.mark.check("PLA-W-11", clause="OGC 09-025r2 7.9.3.4, 7.5")
def test_a_stored_query_nobody_has_is_refused(wfs, wfs_samples, run_id):
    """GetFeature with a stored query that does not exist is answered with an exception report."""
    known = next((i for s in wfs_samples for i in s.known), "nothing")
    if _by_id(wfs, known).status != 200:
        raise Inconclusive("control_failed", "stored queries are not answered")
    name = f"urn:mimtest:query:{run_id}"
    answer = wfs.ask("GetFeature", STOREDQUERY_ID=name, ID=known)
    what = "a stored query that does not exist"
    assert_refused(answer, what=what, statuses=wfs.error_statuses)
