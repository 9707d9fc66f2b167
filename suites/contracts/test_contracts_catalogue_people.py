"""The catalogue for people: its search, and pages about datasets."""

from urllib.parse import quote

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dcat import assert_none, bare, follow, spread, squeezed, wrong_with
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.published import PAGES, words_of

pytestmark = pytest.mark.interface("dcat")

_PAGES = ("text/html", "application/xhtml+xml")


@pytest.mark.check(
    "CTR-CAT-15",
    clause="MIMs Plus 9.0 MIM3 RC4.1",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-06",),
)
def test_search_finds_a_dataset(client, catalogue, run_id):
    """Who searches a dataset by its title finds it; who searches a word that is nowhere does not."""
    search = client.interface.paths.get("search")
    if not search:
        detail = f"interfaces.{client.interface.name}.paths names no search"
        raise NotApplicable("not_offered", detail)
    titles = catalogue.rows(
        "SELECT ?d ?t { ?d a dcat:Dataset ; dct:title ?t FILTER(isIRI(?d)) } ORDER BY ?d"
    )
    if not titles:
        raise Inconclusive("no_data", "no dataset has an IRI and a title")
    word = f"mt{run_id}"
    nothing = _search(client, search, word)
    echoes = word.casefold() in squeezed(nothing.text())
    for dataset, title in spread(titles, 3):
        if _found_by(nothing, bare(dataset), title):
            detail = "the search finds the dataset by a word that is nowhere, too"
            raise Inconclusive("control_failed", detail)
        longest = max(title.split(), key=len, default=title)
        tried = {w: _search(client, search, w) for w in (longest, title)}
        ways = {_found_by(a, bare(dataset), title) for a in tried.values()}
        if echoes and "address" not in ways and "title" in ways:
            detail = "the search repeats the words it is asked for: whether it finds is not seen"
            raise Inconclusive("needs_review", detail)
        assert_that(
            ways != {None},
            "a dataset of the catalogue is not found by its title",
            expected=f"{dataset}, {title}",
            received=excerpt(tried[title]) or "an empty answer",
        )


def _search(client, search, words):
    answer = follow(client, search.replace("{words}", quote(words)))
    return assert_status(answer, 200, what="the search")


def _found_by(answer, address, title):
    """By what an answer names a dataset: by its IRI, or by its title or the last part of the IRI; None if it does not."""
    text = squeezed(answer.text().replace("\\/", "/"))
    name = address.rstrip("/").rpartition("/")[2]
    if address.casefold() in text:
        return "address"
    return "title" if squeezed(title) in text or f'"{name.casefold()}"' in text else None


@pytest.mark.check(
    "CTR-CAT-16",
    clause="MIMs Plus 9.0 MIM3 RC4.3",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-06",),
)
def test_people_can_read_about_datasets(client, catalogue, looked):
    """The dataset's IRI, or its landing page, gives people a page with the dataset's title."""
    question = """SELECT ?d ?t ?p { ?d a dcat:Dataset ; dct:title ?t FILTER(isIRI(?d))
        OPTIONAL { ?d dcat:landingPage ?p FILTER(isIRI(?p)) } } ORDER BY ?d"""
    titles, places = {}, {}
    for dataset, title, page in catalogue.rows(question):
        titles.setdefault(bare(dataset), set()).add(title)
        places.setdefault(bare(dataset), set()).update(p for p in (page, dataset) if p)
    if not places:
        raise Inconclusive("no_data", "no dataset has an IRI and a title")
    reached = {d: found for d, p in places.items() if (found := catalogue.in_scope(sorted(p)))}
    if not reached:
        raise Inconclusive("out_of_scope", "no dataset has a page at a host of the target file")
    asked = spread(reached, 3)
    looked(f"pages of {len(asked)} of {len(places)} datasets")

    def unread(dataset):
        told = wrong_with(reached[dataset], lambda p: _told(client, p, titles[dataset]))
        if len(told) < len(reached[dataset]):
            return None
        elsewhere = len(places[dataset]) - len(reached[dataset])
        if elsewhere:
            detail = f"a page about {dataset} is at a host that is not in the target file"
            raise Inconclusive("out_of_scope", detail)
        return next(iter(told.values()))

    assert_none(
        [f"{d} ({why})" for d, why in wrong_with(asked, unread).items()],
        "datasets that were looked at have no page for people",
        expected="text/html with the dataset's title, at dcat:landingPage or at its IRI",
        of=len(asked),
    )


def _told(client, address, titles):
    """What is wrong with a page about a dataset; None when it tells its title."""
    answer = follow(client, address, headers={"Accept": PAGES})
    if not answer.ok:
        return f"status {answer.status}"
    if answer.media_type not in _PAGES:
        return answer.media_type or "no Content-Type"
    words = squeezed(words_of(answer))
    return None if any(squeezed(t) in words for t in titles) else "a page without its title"
