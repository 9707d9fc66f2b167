"""Data come over the web in formats a program reads, and answers tell how to go on asking (MIM0 9.0)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.permission import is_loopback
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    problem,
    shown,
)
from mimtest.vocabulary.ngsild import (
    GEO_JSON,
    JSON,
    JSON_LD,
    entities_in,
    entity_in,
    ids_in,
    path_of,
)
from mimtest.vocabulary.ngsild_access import health_of, is_budget, moment_of, now_at
from mimtest.vocabulary.ngsild_http import HTTPS_OWN
from mimtest.vocabulary.ngsild_sample import plain_names, require_one
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_NO_FORMAT = "application/x-mimtest"
_FORMATS = {"json": JSON, "json-ld": JSON_LD, "geojson": GEO_JSON, "unknown": _NO_FORMAT}
_NO_SUCH_FORMAT = (406, 415, 400)
_NOT_MODIFIED = 304
_LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
_TOLERANCE = timedelta(hours=1)


@pytest.mark.check("CTX-ACC-01", clause="MIMs Plus 9.0 MIM0 R1.1")
@pytest.mark.parametrize("wanted", list(_FORMATS))
def test_data_come_in_formats_a_program_reads(reader, samples, wanted, reading):
    """Data come as JSON; in another format that a client asks for, or else under their true name."""
    asked = {"type": samples[0].type, "limit": 2}
    assert_that(ids_in(reader.query(**asked)), "no data come as JSON", expected="entities")
    answer = reader.query(accept=_FORMATS[wanted], **asked)
    if wanted != "json" and answer.status in _NO_SUCH_FORMAT:
        reading("R01", "refused")
        return
    assert_status(answer, 200)
    if answer.media_type != _FORMATS[wanted]:
        reading("R01", "default")
        assert_media_type(answer, JSON, JSON_LD, GEO_JSON)
    made_up = answer.media_type == _NO_FORMAT
    assert_that(not made_up, "a made-up format is claimed", expected=JSON, received=_NO_FORMAT)
    assert_that(_records(answer), "the answer has no data", expected="entities", received="none")


def _records(answer):
    """The entities in an answer, read as the format it says it has."""
    if answer.media_type != GEO_JSON:
        found = entities_in(answer)
        if answer.media_type == JSON_LD:
            assert_that(all("@context" in e for e in found), "JSON-LD has no @context")
        return found
    told = json_object(answer)
    assert_equal(member(told, "type", str), "FeatureCollection", "the type of GeoJSON")
    features = objects(member(told, "features"), "the features")
    return [member(f, "properties", dict, "a feature") for f in features]


@pytest.mark.check("CTX-ACC-02", clause="RFC 9110 12.5.5", strength="should")
@pytest.mark.parametrize("wanted", ["json", "json-ld", "geojson"])
def test_caches_are_told_what_an_answer_depends_on(reader, samples, wanted):
    """Where the client chooses the format, Vary names the field it chooses by."""
    asked = {"type": samples[0].type, "limit": 2}
    answer = reader.query(accept=_FORMATS[wanted], **asked)
    other = reader.query(accept=JSON if wanted != "json" else JSON_LD, **asked)
    if not answer.ok or not other.ok or answer.media_type == other.media_type:
        raise NotApplicable("not_offered", "the format is not the client's to choose")
    fields = ", ".join(answer.headers.get_list("vary"))
    named = {f.strip().lower() for f in fields.split(",")}
    assert_that(named & {"accept", "*"}, "Vary lacks Accept", expected="Accept", received=fields)


@pytest.mark.check("CTX-ACC-03", clause="MIMs Plus 9.0 MIM0 R1.2")
@pytest.mark.usefixtures("unknown")
def test_data_are_read_by_ordinary_means_of_the_web(reader, known):
    """An entity is read by a plain GET at an address that stays the same, over https."""
    where = path_of(known["id"])
    for _ in range(2):
        answer = assert_status(reader.client.get(where, headers={"Accept": "*/*"}), 200)
        assert_equal(entity_in(answer)["id"], known["id"], f"the entity at {where}")
    parts = urlsplit(reader.client.interface.url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise Inconclusive("plain_http", f"data come over plain http at {parts.hostname}")


@pytest.mark.check("CTX-ACC-15", clause="MIMs Plus 9.0 MIM0 BP05, BP06", strength="should")
@pytest.mark.parametrize("hint", ["update", "version"])
def test_answers_and_addresses_tell_what_comes_next(reader, samples, hint):
    """Answers say when the data change next; the address says which version of the API it is."""
    answer = assert_status(reader.query(type=samples[0].type, limit=1), 200)
    if hint == "version":
        own = urlsplit(answer.url).path
        versioned = any(s[:1] == "v" and s[1:2].isdigit() for s in own.split("/"))
        assert_that(versioned, "the address has no version", expected="…/v1/…", received=own)
        return
    due, expires = answer.headers.get("x-next-update"), answer.headers.get("expires", "")
    moment = moment_of(due if due is not None else expires)
    if due is None and (moment is None or moment <= now_at(answer)):
        raise Inconclusive("not_offered", "there is no X-Next-Update, and no Expires to come")
    assert_that(moment, "X-Next-Update is no moment", expected="a date and time", received=due)
    is_late = moment < now_at(answer) - _TOLERANCE
    assert_that(not is_late, "the next update is in the past", expected="to come", received=due)


@pytest.mark.check("CTX-ACC-17", clause="MIMs Plus 9.0 MIM0 BP08; RFC 9110 13.1", strength="should")
def test_what_has_not_changed_is_not_sent_again(reader, known):
    """Asked again with what identifies an answer, the broker says that nothing changed."""
    at_rest(lambda: _assert_conditional(reader, path_of(known["id"])))


def _assert_conditional(reader, where):
    asked = {**reader.names, "Accept": JSON}
    first = assert_status(reader.client.get(where, headers=asked), 200)
    tag, date = first.headers.get("etag"), first.headers.get("last-modified")
    assert_that(tag or date, "no ETag or Last-Modified", expected="one of them", received="none")
    same = {"If-None-Match": tag} if tag else {"If-Modified-Since": date}
    other = {"If-None-Match": '"mimtest"'} if tag else {"If-Modified-Since": _LONG_AGO}
    again = reader.client.get(where, headers=asked | same)
    assert_status(again, _NOT_MODIFIED, what="the answer to who has the entity as it is")
    assert_that(not again.body, "304 comes with a body", expected="none", received=again.text())
    changed = reader.client.get(where, headers=asked | other)
    assert_status(changed, 200, what="the answer to who has another state of the entity")


@pytest.mark.check("CTX-ACC-18", clause="MIMs Plus 9.0 MIM0 BP09", strength="should")
def test_budgets_of_requests_can_be_read(reader, samples):
    """Answers say in RateLimit fields, which a program can read, how much more may be asked."""
    answer = assert_status(reader.query(type=samples[0].type, limit=1), 200)
    given = [(n, v) for n, v in answer.headers.items() if "ratelimit" in n.lower().split("x-")[-1]]
    if not given:
        raise Inconclusive("not_offered", "there are no RateLimit fields; limits may be documented")
    bad = {n: v for n, v in given if not is_budget(n, v)}
    assert_that(not bad, "RateLimit fields cannot be read", received=shown(bad))


@pytest.mark.check("CTX-ACC-19", clause="MIMs Plus 9.0 MIM0 BP10; RFC 9457 3.1", strength="should")
@pytest.mark.parametrize("mistake", ["malformed", "missing", "format"])
def test_errors_are_told_to_programs(reader, known, unknown, mistake, reading):
    """Errors have a structured body with a type and a title, and their status where they say one."""
    assert_status(reader.retrieve(known["id"]), 200, what="the same request without a mistake")
    answer = {
        "malformed": lambda: reader.retrieve("no uri at all"),
        "missing": lambda: reader.retrieve(unknown),
        "format": lambda: reader.retrieve(known["id"], accept=_NO_FORMAT),
    }[mistake]()
    if answer.ok:
        raise NotApplicable("not_offered", "a format there is not is answered with another")
    expected = (400, 404, 410, 422) if mistake == "malformed" else (404, 410)
    assert_status(answer, *(_NO_SUCH_FORMAT if mistake == "format" else expected))
    if answer.status in HTTPS_OWN and not answer.body:
        return
    told = problem(answer)
    reading("A22", "json" if answer.media_type == JSON else "problem_json")
    for name in ("type", "title"):
        assert_that(member(told, name, str).strip(), f"the {name} of an error is empty")
    assert_equal(told.get("status", answer.status), answer.status, "the status in the error")


@pytest.mark.check("CTX-ACC-20", clause="MIMs Plus 9.0 MIM0 BP11, BP12", strength="may")
@pytest.mark.parametrize("comfort", ["part", "health"])
def test_a_client_asks_for_parts_and_for_health(reader, samples, comfort):
    """A client gets the attributes it names and no others; the product tells whether it works."""
    if comfort == "health":
        answer, told = health_of(reader.client)
        assert_status(answer, 200)
        assert_that(told, "the health document tells nothing", expected="members", received="{}")
        return
    found = ((e, n) for s in samples for e in s.entities for n in plain_names(e))
    entity, name = require_one((f for f in found if len(plain_names(f[0])) > 1), "two attributes")
    part = entity_in(reader.retrieve(entity["id"], attrs=name))
    assert_equal(plain_names(part), [name], "the attributes of the part")
