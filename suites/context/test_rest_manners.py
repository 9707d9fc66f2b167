"""Formats, errors, caching and hints of an HTTP interface (MIM0 R1.1, best practices, mechanism M1 sections 3.1 to 3.6)."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, shown
from mimtest.vocabulary.rest_records import records_in

pytestmark = pytest.mark.interface("rest")

_REFUSED = (406, 415, 400, 404)
_NOT_MODIFIED = 304
_BUDGET = re.compile(r'\s*("[^"]*"|[\w.-]+)\s*;.*\b(r|q)=\d+')


@pytest.mark.check("CTX-RST-23", clause="MIMs Plus 9.0 MIM0 R1.1", rests_on=("CTX-RST-04",))
def test_records_come_as_json(api, listings):
    """Records come as JSON that is labelled as such."""
    for listing in listings:
        answer = assert_status(api.get(listing.name), 200)
        kind = answer.media_type
        assert_that("json" in kind, "it is not labelled as JSON", expected="JSON", received=kind)
        assert_that(records_in(answer.json()), f"{listing.name} holds no records")


@pytest.mark.check("CTX-RST-24", clause="RFC 9110 12.5.1", rests_on=("CTX-RST-23",))
def test_what_is_not_acceptable_is_not_mislabelled(api, listings, reading):
    """Where a format is asked for that there is not, the answer is a refusal, or says what it is instead."""
    assert_status(api.get(listings[0].name), 200)
    answer = api.get(listings[0].name, accept="application/x-mimtest")
    if answer.status in _REFUSED:
        reading("R01", "refused")
        return
    assert_status(answer, 200, *_REFUSED)
    reading("R01", "default")
    mislabelled = answer.media_type == "application/x-mimtest"
    assert_that(not mislabelled, "the answer claims a made-up format", received=answer.media_type)


@pytest.mark.check("CTX-RST-25", clause="MIMs Plus 9.0 MIM0 M1 3.1", strength="may")
def test_a_parameter_stands_in_for_the_header(api, listings):
    """The parameter f gives JSON to a client that cannot set headers."""
    chosen = next((k for k in listings if "f" in k.operation.parameters), None)
    if chosen is None:
        raise NotApplicable("not_offered", "no list of records documents a parameter 'f'")
    answer = assert_status(api.get(chosen.name, accept="*/*", f="json"), 200)
    assert_that("json" in answer.media_type, "f=json gives no JSON", received=answer.media_type)
    assert_that(records_in(answer.json()), "f=json gives no records")


@pytest.mark.check("CTX-RST-26", clause="RFC 9457 3", strength="should", rests_on=("CTX-RST-04",))
def test_errors_are_problem_details(api, listings, run_id):
    """Errors are problem details with title and status, as application/problem+json."""
    assert_status(api.get(listings[0].name), 200)
    answer = assert_status(api.get(f"/mimtest-{run_id}"), 404, 410, 400)
    kind = answer.media_type
    assert_that(kind == "application/problem+json", "no problem details", received=kind)
    body = json_object(answer)
    assert_that(member(body, "status", int) == answer.status, "the status differs", received=body)
    assert_that(member(body, "title", str).strip(), "the title is empty", received=shown(body))
    assert_that(isinstance(body.get("type", "about:blank"), str), "the type is no text")


@pytest.mark.check("CTX-RST-27", clause="RFC 9110 13.1", strength="should")
def test_polling_is_cheap(api, listings):
    """Asked again with what identifies the representation, the answer says that nothing changed."""
    path = listings[0].name
    first = assert_status(api.get(path), 200)
    tag, date = first.headers.get("etag"), first.headers.get("last-modified")
    assert_that(tag or date, "no ETag or Last-Modified", expected="one of them", received="none")
    condition = {"If-None-Match": tag} if tag else {"If-Modified-Since": date}
    url = f"{api.base}{path}"
    again = api.client.get(url, headers={"Accept": "application/json", **condition})
    assert_status(again, _NOT_MODIFIED, what="the conditional request")
    assert_that(not again.body, "304 comes with a body", received=len(again.body))
    other = {"If-None-Match": '"mimtest"'}
    control = api.client.get(url, headers={"Accept": "application/json", **other})
    assert_status(control, 200, what="the request with another tag")


@pytest.mark.check("CTX-RST-28", clause="MIMs Plus 9.0 MIM0 BP08", strength="should")
def test_answers_say_how_long_they_keep(api, listings):
    """Lists of records say by Cache-Control how long they can be kept."""
    answer = assert_status(api.get(listings[0].name), 200)
    rule = answer.headers.get("cache-control", "")
    assert_that(rule.strip(), "there is no Cache-Control", expected="a rule", received="none")


@pytest.mark.check("CTX-RST-29", clause="MIMs Plus 9.0 MIM0 BP09", strength="should")
def test_budgets_can_be_read(api, listings):
    """Lists of records say in RateLimit fields how much may be asked."""
    answer = assert_status(api.get(listings[0].name), 200)
    given = {n: v for n, v in answer.headers.items() if n.lower().startswith("ratelimit")}
    if not given:
        raise Inconclusive("not_offered", "there are no RateLimit fields; limits may be documented")
    bad = {n: v for n, v in given.items() if not _BUDGET.match(v) and not v.strip().isdigit()}
    assert_that(not bad, "RateLimit fields cannot be read", received=shown(bad))


@pytest.mark.check("CTX-RST-30", clause="MIMs Plus 9.0 MIM0 BP05", strength="should")
def test_the_next_update_is_foretold(api, listings):
    """Lists of records say when they change next."""
    answer = assert_status(api.get(listings[0].name), 200)
    said = answer.headers.get("x-next-update") or answer.headers.get("expires")
    if not said:
        raise Inconclusive("not_offered", "there is no X-Next-Update or Expires")
    assert_that(_is_moment(said), "the next update is no moment", received=said)


def _is_moment(text):
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            read(text)
        except (ValueError, TypeError):
            continue
        return True
    return False


@pytest.mark.check("CTX-RST-31", clause="MIMs Plus 9.0 MIM0 BP06", strength="should")
def test_the_version_of_the_interface_is_said(api):
    """The address, or the description, says which version of the interface it is."""
    answer = assert_status(api.client.get(api.address, headers={"Accept": "*/*"}), 200)
    in_path = re.search(r"/v\d+(\.\d+)*(/|$)", urlsplit(api.base).path)
    info = json_object(answer, "the description").get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    told = "neither address nor description has a version"
    assert_that(in_path or re.match(r"v?\d+", version), told, received=api.base)


@pytest.mark.check("CTX-RST-32", clause="MIMs Plus 9.0 MIM0 BP12", strength="should")
def test_health_is_told(api):
    """The interface tells at /health or /status whether it works, in JSON."""
    answers = [api.get(path) for path in ("/health", "/status")]
    told = next((a for a in answers if a.ok and "json" in a.media_type), None)
    assert_that(told, "no health document", expected="200", received=[a.status for a in answers])
    assert_that(json_object(told), "the health document is empty", received="{}")


@pytest.mark.check("CTX-RST-33", clause="MIMs Plus 9.0 MIM0 M1 3.3")
@pytest.mark.usefixtures("mechanism_m1")
def test_collections_are_addressed_as_the_mechanism_says(api, listings):
    """Lists of records are at /collections/{collectionId}/items."""
    for listing in listings:
        assert_status(api.get(listing.name), 200)
        follows = re.fullmatch(r"(/.*)?/collections/[^/]+/items", listing.name)
        assert_that(follows, "a list has another address", received=listing.name)


@pytest.mark.check("CTX-RST-34", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-33",))
@pytest.mark.usefixtures("mechanism_m1")
def test_pages_are_linked_in_the_header(api, listings):
    """The Link header leads to the page itself, to the next and to the one before."""
    path = next((k.name for k in listings if len(k.records) > 1), None)
    if path is None:
        raise Inconclusive("no_data", "no list has two records")
    first = assert_status(api.get(path, limit=1), 200)
    known = _relations(first)
    assert_that({"self", "next"} <= known.keys(), "links are missing", received=shown(list(known)))
    second = assert_status(api.get(known["next"]), 200)
    told = "the second page has no link back"
    assert_that({"prev", "previous"} & _relations(second).keys(), told, expected="prev")


def _relations(answer):
    return {r: k["href"] for k in answer.links for r in k.get("rel", "").split()}
