"""Features of a Web Feature Service: collections of them, how many there are, pages, order, identifiers.

WFS 2.0 (OGC 09-025r2), 7.6.3, 7.7 and 11.3; WFS 1.1 (04-094), clause 9.
"""

from collections import Counter, defaultdict
from itertools import combinations, pairwise

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.times import read_time
from mimtest.vocabulary.wfs_crs import CRS84, find, moved
from mimtest.vocabulary.wfs_features import MOST_FEATURES, read_page, take
from mimtest.vocabulary.wfs_schema import is_number, is_time
from mimtest.vocabulary.wfs_selected import assert_same_features

pytestmark = pytest.mark.interface("wfs")

SOME = 20
#: Degrees, about a kilometre: further apart are no two views of one thing.
FAR = 0.01
ROOTS = {"2": "http://www.opengis.net/wfs/2.0", "1": "http://www.opengis.net/wfs"}


@pytest.mark.check("PLA-W-12", clause="OGC 09-025r2 11.3.3.2, 11.3.3.4")
def test_features_come_in_a_collection(wfs, wfs_types):
    """GetFeature gives a FeatureCollection in the namespace of its version, with features of the type asked for."""
    declared = wfs.capabilities.constraints
    if (
        declared.get("ImplementsBasicWFS") is False
        and declared.get("ImplementsAdHocQuery") is False
    ):
        raise NotApplicable("class_not_declared", "only stored queries are declared")
    held = 0
    for kind in wfs_types:
        page = read_page(wfs.features(kind, count=SOME), f"GetFeature for {kind.name}")
        assert_that(
            page.root.tag == f"{{{ROOTS[wfs.version[:1]]}}}FeatureCollection",
            f"GetFeature for {kind.name} is answered in another vocabulary",
            expected=f"{ROOTS[wfs.version[:1]]} FeatureCollection",
            received=page.root.tag,
        )
        for feature in page.features:
            _assert_of_type(feature, kind)
        held += len(page.features)
    if not held:
        raise Inconclusive("no_data", "no type holds features")


def _assert_of_type(feature, kind):
    assert_that(
        xml.local(feature.element) == kind.tag.rpartition("}")[2],
        f"GetFeature for {kind.name} gives something else",
        expected=kind.name,
        received=xml.local(feature.element),
    )
    space = xml.namespace(feature.element)
    assert_that(
        not kind.namespace or space == kind.namespace,
        f"features of {kind.name} are in another namespace than the capabilities say",
        expected=kind.namespace,
        received=space or "none",
    )


@pytest.mark.check("PLA-W-29", clause="OGC 09-025r2 7.2.2, 7.2.3; OGC 07-036 7.2.4.5")
def test_every_feature_has_an_identifier_of_its_own(wfs_samples):
    """Each feature has a gml:id, no two of a type have the same, nor two in different places under two types."""
    places = defaultdict(list)
    for sample in wfs_samples:
        without = [f for f in sample.features if f.id is None]
        assert_that(
            not without,
            f"features of {sample.kind.name} have no gml:id",
            expected="a gml:id",
            received=f"{len(without)} of {len(sample.features)} without",
        )
        twice = [i for i, n in Counter(f.id for f in sample.features).items() if n > 1]
        assert_that(
            not twice, "features have the same gml:id", expected="each its own", received=twice[:5]
        )
        for feature in sample.features:
            places[feature.id].append(_around(feature, sample.system))
    # a view, or a type above another, gives the same feature once more
    apart = [
        i for i, boxes in places.items() if any(_are_apart(*p) for p in combinations(boxes, 2))
    ]
    assert_that(
        not apart,
        "features in different places have the same gml:id under two types",
        expected="each its own",
        received=apart[:5],
    )


def _around(feature, system):
    """A box of longitude and latitude around a feature; None where it is not known."""
    shape = feature.place.shape if feature.place else None
    if system is None or system.is_short or shape is None or not shape.positions:
        return None
    there = moved(shape, system, find(CRS84))
    return Box.around(there.positions) if there else None


def _are_apart(one, other):
    """Whether two boxes lie apart, further than one view of a thing lies from another."""
    return bool(one and other) and not one.grown(FAR).meets(other)


@pytest.mark.check("PLA-W-30", clause="OGC 09-025r2 7.2.2, 7.2.3")
@pytest.mark.parametrize("case", ["a second time", "a page", "another system", "a later page"])
def test_identifiers_stay(wfs, wfs_samples, case):
    """An identifier names the same feature when it is asked for again, in a page, and in another reference system."""
    if case == "another system" and not any(s.kind.others for s in wfs_samples):
        raise NotApplicable("not_offered", "no type has another reference system than its default")

    def ask(sample):
        if not sample.known:
            raise Inconclusive("no_data", "no feature has an id")
        page = _asked_otherwise(wfs, sample, case)
        ids = {f.id for f in page.features}
        strange = sorted(i or "none" for i in ids - set(sample.known))
        if strange and sample.ended:
            now = take(wfs, sample.kind, fresh=True)
            if now is None or (case != "a second time" and set(now.known) != set(sample.known)):
                raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
            fail(
                f"features of {sample.kind.name} have other identifiers than before",
                expected=sorted(sample.known)[:3],
                received=strange[:3],
            )
        if not ids & set(sample.known):
            raise Inconclusive("unstable", "none of the features came a second time")
        assert_same_features(sample, page, moved=case == "another system")

    for_each(wfs_samples, ask, "no feature has an id")


def _asked_otherwise(wfs, sample, case):
    """A page of the same features by another question."""
    if case == "a second time":
        return sample.page(fresh=True, count=MOST_FEATURES)
    if case == "a page":
        return sample.page(count=3)
    if case == "another system":
        if not sample.kind.others:
            raise Inconclusive("no_data", "no other reference system")
        return sample.page(count=MOST_FEATURES, srs=sample.kind.others[0])
    wfs.require_2()
    wfs.require_constraint("ImplementsResultPaging")
    return sample.page(count=MOST_FEATURES, startindex=len(sample.features) // 2)


@pytest.mark.check("PLA-W-28", clause="OGC 09-025r2 10.2, 10.3")
def test_values_of_a_property_are_those_of_the_features(wfs, wfs_samples):
    """GetPropertyValue gives the values of a property that the features have."""
    wfs.require_2()
    if "GetPropertyValue" not in wfs.capabilities.operations:
        raise NotApplicable("not_offered", "the capabilities list no GetPropertyValue")

    def ask(sample):
        name = next((n for f in sample.features for n in f.values), None)
        if name is None or not sample.ended:
            raise Inconclusive("no_data", "no simple property")
        prefix = f"{sample.kind.prefix}:" if sample.kind.prefix else ""
        what = f"GetPropertyValue for '{name}' of {sample.kind.name}"
        params = {**wfs.named(sample.kind), "VALUEREFERENCE": f"{prefix}{name}"}
        root = xml.parse(assert_given(wfs.ask("GetPropertyValue", **params), what))
        assert_that(
            xml.local(root) == "ValueCollection",
            f"{what} is answered with another document",
            expected="ValueCollection",
            received=xml.local(root),
        )
        given = Counter(_text(member) for member in root if xml.local(member) == "member")
        wanted = Counter(f.values[name].strip() for f in sample.features if name in f.values)
        given.pop("", None)
        told = (root.get("numberMatched"), root.get("numberReturned"))
        fewer = sum(given.values()) < len(
            sample.pages[0].features
        )  # no limit holds back what is missing
        whole = root.get("next") is None and (told[0] in (None, "unknown", told[1]) or fewer)
        surplus, missing = given - wanted, wanted - given if whole else Counter()
        assert_that(
            not surplus and not missing,
            f"{what} gives other values than GetFeature",
            expected=sorted(wanted)[:5],
            received=sorted(given)[:5],
        )

    for_each(wfs_samples, ask, "no simple property")


def _text(member):
    return "".join(member.itertext()).strip()


@pytest.mark.check("PLA-W-32", clause="OGC 09-025r2 7.9.2.5.3; OGC 09-026r2 7.12")
@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_features_come_in_the_order_asked_for(wfs, wfs_samples, wfs_kinds, order):
    """SORTBY orders features by the values of a property, up or down."""
    wfs.require_2()
    wfs.require_constraint("ImplementsSorting")

    def ask(sample):
        name, read = _sortable(sample, wfs_kinds(sample.kind))
        prefix = f"{sample.kind.prefix}:" if sample.kind.prefix else ""
        page = sample.page(count=MOST_FEATURES, sortby=f"{prefix}{name} {order}")
        values = [read(f.values[name]) for f in page.features if name in f.values]
        wrong = [(a, b) for a, b in pairwise(values) if (a > b if order == "ASC" else a < b)]
        assert_that(
            len(values) > 1 and not wrong,
            f"SORTBY={name} {order} does not order the features",
            expected="ordered values",
            received=[str(v) for v in values[:8]],
        )

    for_each(wfs_samples, ask, "no property to sort by")


def _sortable(sample, kinds):
    """A property of numbers or times with several values, and how its texts are read."""
    for name, kind in kinds.items():
        read = float if is_number(kind) else _start if is_time(kind) else None
        texts = {f.values[name] for f in sample.features if name in f.values}
        if read and len(texts) > 1:
            return name, read
    raise Inconclusive("no_data", "no property of numbers or times has two values")


def _start(text):
    span = read_time(text)
    if span is None or span.start is None:
        raise Inconclusive("no_data", f"'{text}' is not read")
    return span.start
