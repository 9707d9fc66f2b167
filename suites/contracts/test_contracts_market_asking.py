"""Questions to the catalogue of a market place: members, pages and filters (TMF630)."""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_equal, assert_that, json_object, shown
from mimtest.vocabulary.tmforum import listed, part_of, some
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("tmforum")

_OFFERINGS = "/productOffering"
_MOST = 10
_ALWAYS = ("id", "href")
_PLAIN = re.compile(r"[\w ./-]+")


@pytest.fixture(scope="session")
def catalog(client):
    """The catalogue of offerings."""
    return part_of(client, "catalog")


@pytest.fixture
def offerings(catalog):
    """Some offerings with identifiers, as they are listed."""
    items = catalog.items(_OFFERINGS, limit=str(_MOST))
    return some([i for i in items if isinstance(i.get("id"), str) and i["id"]], "offerings")[:_MOST]


@pytest.fixture
def offering(offerings):
    """One of them."""
    return offerings[0]


@pytest.mark.check(
    "CTR-TMF-04",
    clause="TMF630 part 1, attribute selection",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-03",),
)
def test_members_can_be_chosen(catalog, offering):
    """With fields=name an offering has its name, what identifies it, and nothing else."""
    whole = json_object(catalog.one(_OFFERINGS, offering["id"]), "the offering")
    others = [n for n in whole if n not in ("name", *_ALWAYS) and not n.startswith("@")]
    if not others or "name" not in whole:
        raise Inconclusive("no_data", "the offering has nothing besides its name, or no name")
    asked = catalog.ask(_OFFERINGS, fields="name", limit="1")
    for item in some(listed(asked, "GET /productOffering?fields=name"), "offerings"):
        surplus = [n for n in item if n not in ("name", *_ALWAYS) and not n.startswith("@")]
        assert_that(
            "name" in item and not surplus,
            "the members are not those that were asked for",
            expected="name, id, href and what begins with @",
            received=", ".join(item),
        )


@pytest.mark.check(
    "CTR-TMF-05",
    clause="TMF630 part 1, pagination",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-01",),
)
def test_the_catalogue_is_read_page_by_page(catalog):
    """A page has as much as was asked for, the next one something else, and both say how much there is."""

    def look():
        pages = [catalog.ask(_OFFERINGS, limit="1", offset=str(n)) for n in (0, 1)]
        first, second = (listed(p, "a page") for p in pages)
        some(first + second, "offerings", 2)
        sizes = [len(first), len(second)]
        assert_equal(sizes, [1, 1], "the size of the pages with limit=1")
        assert_that(
            (first[0].get("id"), first[0].get("version"))
            != (second[0].get("id"), second[0].get("version")),
            "the second page is the first once more",
            expected="another offering",
            received=str(first[0].get("id")),
        )
        total = _number(pages[1], "X-Total-Count")
        ends = [catalog.ask(_OFFERINGS, limit="1", offset=str(n)) for n in (total - 1, total)]
        sizes = [len(listed(p, "a page")) for p in ends]
        assert_equal(sizes, [1, 0], f"the size of the last page and of one after {total} in all")
        if "X-Result-Count" in pages[1].headers:
            assert_equal(_number(pages[1], "X-Result-Count"), 1, "X-Result-Count of a page of one")

    at_rest(look)


def _number(page, name):
    value = page.headers.get(name, "")
    found = whole(value)
    assert_that(
        found is not None,
        f"a page does not say {name}",
        expected="a whole number",
        received=value or "no such header",
    )
    return found


@pytest.mark.check(
    "CTR-TMF-06",
    clause="TMF630 part 1, filtering",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-01",),
)
def test_offerings_are_found_by_their_name(catalog, offerings):
    """A filter by name gives the offerings of that name alone."""
    names = [o["name"] for o in offerings if isinstance(o.get("name"), str)]
    plain = [n for n in names if _PLAIN.fullmatch(n) and any(other != n for other in names)]
    wanted = next(iter(plain), None)
    if wanted is None:
        raise Inconclusive("no_data", "there are no two offerings with different plain names")
    found = catalog.items(_OFFERINGS, name=wanted)
    given = [o.get("name") for o in found]
    assert_that(
        given and set(given) == {wanted},
        "the filter by name does not give the offerings of that name alone",
        expected=f"name {wanted}",
        received=shown(given),
    )
