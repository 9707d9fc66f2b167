"""What those may do who are known: no more than their rights (MIM6 C1; RFC 6749 3.3, RFC 6750 3.1)."""

import re
from dataclasses import replace

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import DENIED, assert_kept, is_denied, settled
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.operations import VALIDATED, attempt, is_absent, operations_of, removals_of
from mimtest.vocabulary.own_records import Shelf, shelf_of
from mimtest.vocabulary.rest import find_api
from mimtest.vocabulary.rest_records import json_of, records_in
from mimtest.vocabulary.token_ladder import as_jwt

pytestmark = pytest.mark.interface("ngsi-ld", "sensorthings", "rest", "ogc-api-features")

_ERROR = re.compile(r"""\berror\s*=\s*(?:"([^"]*)"|([\w.-]+))""", re.IGNORECASE)
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
_MADE = (201, 202, 204)
_MOST_TRIED = 3


@pytest.fixture(scope="session")
def api(interface, client):
    """The interface's description; None for a kind that needs none."""
    return find_api(client) if interface.kind == "rest" else None


@pytest.fixture(scope="session")
def writes(client, api, askers, run_id):
    """What writes, was looked at in vain for who may write, and is refused to who has no token."""
    full, nobody = askers.of("full"), askers.nobody
    found = [d.operation for d in operations_of(client, api, run_id) if d.guarded is not False]
    found = [o for o in found if not o.reads and o.method == "POST"]
    known = [(o, attempt(full, o, full).received.status) for o in found]
    shown = [o for o, status in known if status in VALIDATED]
    if not shown:
        told = ", ".join(f"{o.name}: {status}" for o, status in known)
        if all(is_absent(status) for _, status in known):
            raise NotApplicable("not_offered", "it offers nothing that writes")
        raise Inconclusive("control_failed", f"nothing refuses an impossible body ({told})")
    kept = [o for o in shown if attempt(nobody, o, full).received.status in DENIED]
    if not kept:
        detail = "whoever has no token gets as far with an impossible body as who may write"
        raise Inconclusive("control_failed", f"{detail}: {shown[0].name}")
    return kept


@pytest.fixture(scope="session")
def shelf(client, api, run_id, door) -> Shelf:
    """Where things of our own are put, and removed with the interface's own credentials."""
    if client.interface.auth is None:
        detail = f"interfaces.{client.interface.name}.auth is needed to remove what is created"
        raise NotApplicable("condition_not_claimed", detail)
    return shelf_of(client, api, door, run_id)


@pytest.mark.check("SEC-AZ-01", clause="RFC 6749 3.3; RFC 6750 3.1", rests_on=("SEC-TOK-01",))
def test_who_has_no_rights_gets_no_data(askers, restricted):
    """Somebody who is known, but has no rights here, gets none of the restricted data."""
    asker = askers.limited("none")
    answer = asker.ask(restricted.operation)
    assert_kept(answer, restricted.texts, asker.name, restricted.operation.name)
    _require_known(asker, answer)
    if not is_denied(answer) and (records_in(json_of(answer)) or ("", ["?"]))[1]:
        detail = f"{asker.name} has no rights here and is answered {answer.status} with other data"
        raise Inconclusive("needs_review", detail)


def _require_known(asker, answer):
    """A token that has ended, or is none, would be refused whatever its rights."""
    jwt = as_jwt(asker.fields.get("Authorization", "").partition(" ")[2])
    end = jwt.claims.get("exp") if jwt else None
    ended = isinstance(end, int | float) and end <= clock.now().timestamp()
    if ended or (jwt is None and answer.status == 401):
        detail = (
            f"{asker.name} is answered {answer.status}, as with a token that has ended or is none"
        )
        raise Inconclusive("needs_review", detail)


@pytest.mark.check(
    "SEC-AZ-16", clause="RFC 6750 3.1", strength="should", rests_on=("SEC-AZ-01", "SEC-TOK-01")
)
def test_missing_rights_are_named(askers, restricted):
    """Somebody who is known is told that his rights do not suffice, not that his token is wrong."""
    answer = settled(askers.of("none").ask(restricted.operation))
    if answer.ok:
        raise NotApplicable("not_offered", "who has no rights is answered, not refused")
    assert_that(
        answer.status in (403, 404),
        "who has too few rights is answered as if not known",
        expected="status 403, or 404 to hide what there is",
        received=f"status {answer.status}",
    )
    challenge = " ".join(answer.headers.get_list("www-authenticate"))
    named = [a or b for a, b in _ERROR.findall(challenge)]
    assert_that(
        answer.status != 403 or set(named) <= {"insufficient_scope"},
        "the challenge names another mistake than too few rights",
        expected="insufficient_scope",
        received=", ".join(named),
    )


@pytest.mark.check(
    "SEC-AZ-02", clause="OWASP API5:2023", strength="should", rests_on=("SEC-TOK-01",)
)
def test_rights_come_before_bodies(askers, writes):
    """Whoever has no right to write is refused before what he sends is looked at."""
    reader = askers.of("read")
    for operation in writes:
        answer = settled(attempt(reader, operation, askers.of("full")))
        assert_that(
            answer.status in (*DENIED, 405),
            f"{reader.name}, with the right to read, gets as far as who may write: {operation.name}",
            expected="status 401, 403 or 404",
            received=f"status {answer.status}",
        )


@pytest.mark.check(
    "SEC-AZ-03", clause="OWASP API5:2023", strength="should", rests_on=("SEC-TOK-01",)
)
def test_who_reads_does_not_remove(client, api, askers, restricted, run_id):
    """Whoever has the right to read alone is refused to remove, even what is not there."""
    reader, full = askers.of("read"), askers.of("full")
    open_, seen = [], 0
    for operation in removals_of(client, api, restricted.operation, run_id):
        there = full.ask(replace(operation, method="GET", reads=True)).received.status
        known = full.ask(operation)
        if there not in (404, 410) or known.received.status in (401, 403, 405, 501):
            continue
        seen += 1
        answer = settled(reader.ask(operation))
        if answer.status == 404 and known.received.status == 404:
            open_.append(operation.name)
            continue
        assert_that(
            answer.status in (*DENIED, 405),
            f"{reader.name}, with the right to read, is not refused: {operation.name}",
            expected="status 401 or 403",
            received=f"status {answer.status}",
        )
    if not seen:
        raise NotApplicable("not_offered", "nothing can be removed by who has full rights")
    if open_:
        detail = "what is not there is told before what is not allowed, which shows nothing"
        raise Inconclusive("control_failed", f"{detail}: {open_[0]}")


@pytest.mark.check("SEC-AZ-05", clause="RFC 9110 9.1; OWASP API5:2023", rests_on=("SEC-TOK-01",))
def test_no_field_makes_another_method_of_get(askers, writes, restricted):
    """A header field that names another method lets nobody do what he is refused."""
    reader = askers.of("read")
    kept = [o for o in writes if reader.ask(o).received.status in (*DENIED, 405)]
    if not kept:
        raise Inconclusive("control_failed", f"{reader.name} is not refused to write")
    for operation in kept[:_MOST_TRIED]:
        same = operation.path.rstrip("/") == restricted.operation.path.rstrip("/")
        params = restricted.operation.params if same else {}
        asked = replace(operation, method="GET", params=params)
        for name in _OVERRIDES:
            strange = reader.ask(asked, **{name: "MIMTEST"})
            answer = settled(reader.ask(asked, **{name: "POST"}))
            passed = answer.status in (*_MADE, *VALIDATED) and answer.status != strange.status
            assert_that(
                not passed,
                f"{reader.name} gets past the refusal of {operation.name} with GET and {name}",
                expected="the answer to GET, or a refusal",
                received=f"status {answer.status}",
            )


@pytest.fixture
def thing(shelf):
    """Something of our own, which who may write has put there."""
    return shelf.put(shelf.owner)


@pytest.mark.check(
    "SEC-AZ-17", clause="RFC 6749 3.3; RFC 6750 3.1", level="writes", rests_on=("SEC-TOK-01",)
)
@pytest.mark.parametrize("way", ["create", "delete"])
def test_who_reads_changes_nothing(askers, shelf, thing, way):
    """Whoever has the right to read alone creates nothing and removes nothing."""
    shelf.assert_guarded(askers.of("read"), thing, way)


@pytest.mark.check(
    "SEC-DEF-01", clause="EU 2024/2847 Annex I, I 2 (d)", level="writes", rests_on=("SEC-TOK-01",)
)
@pytest.mark.parametrize("way", ["create", "delete"])
def test_nobody_writes_without_credentials(askers, shelf, thing, way):
    """Without credentials nothing is created and nothing is removed."""
    shelf.assert_guarded(askers.nobody, thing, way)
