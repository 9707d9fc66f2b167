"""How many features there are in a Web Feature Service, and pages of them.

WFS 2.0 (OGC 09-025r2), 7.6.3 and 7.7.4; WFS 1.1 (04-094), clause 9.
"""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that, fail
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs_features import read_page, take

pytestmark = pytest.mark.interface("wfs")

#: Identifiers in one question: addresses are limited in length.
MOST_NAMED = 10
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
#: Pages of a type are followed as far as this.
MOST_PAGES = 8


@pytest.mark.check("PLA-W-13", clause="OGC 09-025r2 7.7.4.2, 7.7.4.3, 7.7.4.4, 11.3.3.5")
@pytest.mark.parametrize("case", ["returned", "matched", "hits", "hits of a part", "time"])
def test_the_numbers_are_those_of_the_features(wfs, wfs_samples, case):
    """NumberReturned is how many features are there, numberMatched how many there are in all or unknown."""

    def ask(sample):
        one = sample.page(count=1)
        if case == "returned":
            for page in (*sample.pages, one):
                _assert_returned(wfs, page)
        elif case == "matched":
            _assert_matched(wfs, sample, one)
        elif case == "time":
            _assert_stamped(wfs, one)
        else:
            _assert_hits(wfs, sample, case)

    for_each(wfs_samples, ask, "nothing to compare with")


def _assert_returned(wfs, page):
    if wfs.is_2:
        assert_that(
            page.root.get("numberReturned"),
            "numberReturned is missing",
            expected="numberReturned",
            received=list(page.root.keys()),
        )
    if page.returned is not None:
        assert_equal(page.returned, len(page.features), "numberReturned")


def _assert_matched(wfs, sample, one):
    wfs.require_2()
    for page in (*sample.pages, one):
        assert_that(
            page.root.get("numberMatched"),
            "numberMatched is missing",
            expected="a number, or unknown",
            received=list(page.root.keys()),
        )
        if page.matched is not None and sample.ended:
            assert_equal(page.matched, len(sample.features), f"numberMatched of {sample.kind.name}")


def _assert_stamped(wfs, page):
    wfs.require_2()
    given = page.root.get("timeStamp") or ""
    assert_that(
        STAMP.fullmatch(given),
        "timeStamp is no date and time",
        expected="timeStamp",
        received=given,
    )


def _assert_hits(wfs, sample, case):
    """The number of hits is that of the features, of a part of them too."""
    if not sample.ended:
        raise Inconclusive("no_data", "too many features to count")
    some = list(sample.known)[: min(MOST_NAMED, max(1, len(sample.known) // 3))]
    if case == "hits of a part":
        wfs.require_2()
        if not some or len(some) == len(sample.features):
            raise Inconclusive("no_data", "nothing to choose from")
        wfs.require_constraint("ImplementsBasicWFS")
        page = sample.page(hits=True, resourceid=",".join(some))
        expected = len(sample.page(resourceid=",".join(some), count=len(some)).features)
    else:
        page = sample.page(hits=True)
        expected = len(sample.features)
    assert_that(not page.features, "an answer with hits alone holds features", expected="none")
    number = page.matched if wfs.is_2 else page.returned
    if not wfs.is_2 and number and number > expected:
        raise Inconclusive("needs_review", "the service may hold back features beyond a limit")
    if number is not None:
        assert_equal(number, expected, f"the number of hits for {sample.kind.name}")


@pytest.mark.check("PLA-W-14", clause="OGC 09-025r2 7.6.3.4, 7.6.3.5, 7.7.4.4")
@pytest.mark.parametrize("case", ["count", "start index", "next"])
def test_pages_make_up_the_whole(wfs, wfs_samples, case):
    """COUNT limits a page, and pages by STARTINDEX or by the link to the next hold every feature once."""

    def ask(sample):
        total = len(sample.known)
        if total < 3 or len(sample.known) != len(sample.features):
            raise Inconclusive("no_data", "too few features with ids of their own")
        size = max(1, min(total // 3, 50))
        if case == "count":
            page = sample.page(count=size)
            assert_that(
                len(page.features) <= size,
                f"COUNT={size} gives more",
                expected=f"{size} features at most",
                received=len(page.features),
            )
        else:
            wfs.require_2()
            wfs.require_constraint("ImplementsResultPaging")
            _assert_paged(sample, size, by_link=case == "next")

    for_each(wfs_samples, ask, "too few features")


def _assert_paged(sample, size, *, by_link):
    found, page, start = [], sample.page(count=size, startindex=0), 0
    for _ in range(MOST_PAGES):
        ids = [f.id for f in page.features]
        twice = sorted(set(ids) & set(found))
        assert_that(
            not twice,
            f"page {start // size + 1} of {sample.kind.name} repeats features of an earlier one",
            expected="other features",
            received=twice[:3],
        )
        found += ids
        start += size
        if not ids or len(found) >= len(sample.known):
            break
        page = _next(sample, page) if by_link else sample.page(count=size, startindex=start)
    complete = start >= len(sample.known) or len(found) < min(start, len(sample.known))
    missing = sorted(set(sample.known) - set(found))
    if sample.ended and complete and missing:
        now = take(sample.wfs, sample.kind, fresh=True)
        if now is None or set(now.known) != set(sample.known):
            raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
        fail(
            f"the pages of {sample.kind.name} leave out features",
            expected=f"{len(sample.known)} features",
            received=f"{len(set(found))}; missing {missing[:3]}",
        )


def _next(sample, page):
    """The page a page leads to, which has a link to it as long as features are left."""
    assert_that(
        page.next,
        "a page that is not the last has no link to the next",
        expected="next",
        received=list(page.root.keys()),
    )
    answer = sample.wfs.kvp.get(page.answer.resolve(page.next))
    return read_page(answer, "the next page")
