"""Nothing is lost and nothing comes twice between the pages of an answer.

GS CIM 009 5.5.9, 6.3.10, 6.3.13.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_same_set,
    assert_that,
    shown,
)
from mimtest.vocabulary.ngsild import JSON, at_rest, entities_in, ids_in, next_page, pages

pytestmark = pytest.mark.interface("ngsi-ld")

_DIGITS = 15
_PAGE = 20


@pytest.mark.check("CTX-QRY-51", clause="GS CIM 009 6.3.10", level="writes", since="1.3.1")
def test_every_entity_is_on_one_page(broker, sensors):
    """Following the links from page to page meets every entity once, in pages of the size asked for."""
    found = []
    for page in pages(broker, most=len(sensors) + 2, type=sensors[0]["type"], limit=5):
        assert_that(len(page) <= 5, "a page is too long", expected="5 at most", received=len(page))
        found += [entity["id"] for entity in page]
    assert_same_set(found, [s["id"] for s in sensors], "the entities on all pages")


@pytest.mark.check("CTX-QRY-57", clause="GS CIM 009 6.3.13", level="writes", since="1.3.1")
@pytest.mark.parametrize("restriction", ["none", "page", "filter"])
def test_the_count_is_the_number_of_all_matches(broker, sensors, restriction):
    """The count in an answer is the number of all entities that match, whatever the page holds."""
    warm = [s for s in sensors if s.get("temperature", {}).get("value", 0) > 10]
    params = {"none": {"limit": 20}, "page": {"limit": 5}, "filter": {"q": "temperature>10"}}
    answer = broker.query(type=sensors[0]["type"], count=True, **params[restriction])
    expected = len(warm) if restriction == "filter" else len(sensors)
    assert_that(ids_in(answer), "no entity is found")
    assert_equal(answer.headers.get("NGSILD-Results-Count"), str(expected), "the count")


@pytest.mark.check("CTX-ACC-07", clause="MIMs Plus 9.0 MIM0 R2.1")
def test_every_type_is_read_in_the_same_way(reader, samples):
    """Every type of entity is read in the same way: same envelope, same count, same pages."""
    if len(samples) < 2:
        raise Inconclusive("no_data", "fewer than two types of the target file have entities")
    for sample in samples:
        at_rest(lambda name=sample.type: _assert_pages(reader, name))


def _assert_pages(reader, name):
    answer = reader.query(type=name, limit=1, count=True)
    first = entities_in(answer)
    assert_media_type(answer, JSON)
    assert_equal(len(first), 1, f"the number of {name} on a page of one")
    count = answer.headers.get("NGSILD-Results-Count", "")
    assert_that(
        count.isascii() and count.isdigit() and int(count[:_DIGITS]) > 0,
        f"{name} is not counted",
        expected="NGSILD-Results-Count with a number",
        received=shown(count),
    )
    whole = reader.query(type=name, limit=_PAGE)
    held = len(entities_in(whole))
    if held < _PAGE and next_page(whole) is None:
        assert_equal(int(count[:_DIGITS]), held, f"the count of {name}, all on one page")
    following = next_page(answer)
    if count == "1":
        assert_that(following is None, f"{name} has a page after the last", received=following)
        return
    assert_that(following, f"{name} has no link to its second page", expected='rel="next"')
    second = entities_in(reader.get(following))
    assert_equal(len(second), 1, f"the number of {name} on the second page")
    assert_that(
        second[0]["id"] != first[0]["id"],
        f"the second page of {name} repeats the first",
        received=first[0]["id"],
    )
