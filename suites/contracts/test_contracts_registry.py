"""Which participants are trusted (EBSI Trusted Issuers Registry API, versions 3 to 5)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, objects

pytestmark = pytest.mark.interface("issuers-registry")


@pytest.mark.check(
    "CTR-PAR-06",
    clause="EBSI Trusted Issuers Registry API v4: GET /issuers, /issuers/{did}",
    strength="should",
    level="passive",
)
def test_a_registry_of_participants_is_read_page_by_page(client):
    """The list says how much there is and how a page goes on; who is on it is found, others are not."""
    listed, items = _page(client, "/issuers")
    total = member(listed, "total", int, "the list")
    size = member(listed, "pageSize", int, "the list")
    assert_that(
        len(items) <= min(total, size),
        "the numbers of the list are not those of its items",
        expected=f"{len(items)} or more in total and on a page",
        received=f"total {total}, pageSize {size}",
    )
    if not items:
        raise Inconclusive("no_data", "nobody is on the list")
    known = member(items[0], "did", str, "a participant of the list")
    entry = assert_status(client.get(_entry(known)), 200, what="the entry of a participant")
    found = json_object(entry, "the entry").get("did")
    assert_that(found == known, "the entry is that of another", expected=known, received=found)
    nobody = client.get(_entry("did:web:nobody.mimtest.invalid"))
    # a registry of one method of identifiers calls those of another no identifiers
    assert_status(nobody, 404, 400, what="the entry of somebody who is not on the list")
    if len(items) < total:
        links = member(listed, "links", dict, "the list")
        _, more = _page(client, member(links, "next", str, "the links of the list"))
        dids = [i.get("did") for i in more]
        assert_that(
            dids and known not in dids,
            "the next page of the list does not go on",
            expected=f"others of the {total}",
            received=", ".join(map(str, dids))[:200] or "nobody",
        )


def _page(client, address):
    __tracebackhide__ = True
    answer = assert_status(client.get(address), 200, what="a page of the list")
    listed = json_object(answer, "a page of the list")
    return listed, objects(member(listed, "items", list, "a page of the list"), "the list")


def _entry(did):
    return f"/issuers/{did.replace('%', '%25')}"
