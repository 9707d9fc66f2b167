"""The rights of persons that are used by reading: access, and taking data along (GDPR 15, 20)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.target import origin_of
from mimtest.vocabulary.access import assert_kept, given_away, settled, succeeded
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.exports import explained_by, parts_of
from mimtest.vocabulary.personal_data import looked_until
from mimtest.vocabulary.waiting import waiting_for
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("personal-data")

_LATER = 202
_GUARDED = ("access", "export", "log")


@pytest.mark.check("TRU-RIG-02", clause="GDPR 15(1), 15(3)")
def test_a_person_gets_her_data(account, person, nowhere):
    """A person who asks for her data gets it."""
    assert not nowhere.ok
    answer = settled(account.read("access", person, accept="*/*"))
    if answer.status == _LATER:
        raise Inconclusive("needs_review", "the data is promised for later (202)")
    assert_status(answer, 200, what="access to one's own data")
    if answer.media_type.startswith(("application/pdf", "image/")):
        raise Inconclusive("needs_review", f"the data is in {answer.media_type}")
    assert_that(
        given_away(answer, person.identity.owns),
        "what a person gets is not her data",
        expected=f"one of {', '.join(person.identity.owns)}",
        received=excerpt(answer),
    )


@pytest.mark.check("TRU-RIG-03", clause="GDPR 5(1)(f), 32(1)(b); OWASP API1:2023")
@pytest.mark.parametrize("who", ["nobody", "neighbour"])
def test_her_data_is_hers(account, persons, person, who):
    """Nobody without a token, and no other person, gets what a person gets."""
    others = [p for p in persons if p is not person]
    if who == "neighbour" and not others:
        raise NotApplicable("not_offered", "the target file names one person only")
    asking = others[0] if who == "neighbour" else None
    name = "another person" if asking else "somebody without a token"
    judged = 0
    for part in filter(account.offers, _GUARDED):
        mine = account.read(part, person)
        marks = given_away(mine, person.identity.owns) if succeeded(mine) else []
        if marks:
            judged += 1
            assert_kept(account.read(part, asking, of=person), marks, name, part)
            if asking:
                account.require_known(part, asking)
    if not judged:
        raise Inconclusive(
            "control_failed", "the person herself gets nothing that tells it is hers"
        )


@pytest.fixture
def export(account, interface, person, nowhere):
    """What a person takes along; one that is made later is waited for a little."""
    assert not nowhere.ok
    account.require("export")
    way = account.way("export")

    def ask():
        if way.method == "GET":
            return account.read("export", person)
        content = {} if way.body is None else {"json": way.body}
        place, fields = account.where("export", person), dict(person.fields)
        how = {"headers": fields, "auth": False, "query": True}
        return account.client.request(way.method, place, **how, **content)

    answer = settled(ask())
    if answer.status == _LATER:
        return _made_later(account, interface, person, answer)
    return answer


@pytest.fixture
def taken(export):
    """An export that was given."""
    return assert_status(export, 200, what="the export")


def _made_later(account, interface, person, answer):
    """An export that is made after it was asked for."""
    place = answer.location
    if place is None:
        raise Inconclusive("needs_review", "the export is promised for later (202)")
    fields = dict(person.fields)
    with waiting_for(interface.settles):
        found = looked_until(
            lambda: account.client.get(place, headers=fields, auth=False),
            lambda a: a.received.status == 200,
        )
    if found.received.status != 200:
        raise Inconclusive("needs_review", f"the export is not there after {interface.settles:g} s")
    return found


@pytest.mark.check("TRU-POR-01", clause="GDPR 20(1)")
def test_an_export_can_be_read(export):
    """What a person takes along is in a structured format that programs read, and is sound."""
    assert_status(export, 200, what="the export")
    assert_that(parts_of(export), "the export holds nothing", expected="data", received="none")


@pytest.mark.check(
    "TRU-POR-02",
    clause="GDPR 20(1)",
    strength="should",
    rests_on=("TRU-POR-01",),
)
def test_an_export_is_whole(account, person, taken):
    """What a person sees of her own data she can take along."""
    account.require("access")
    seen = given_away(settled(account.read("access", person)), person.identity.owns)
    if not seen:
        raise Inconclusive("control_failed", "the person sees nothing that is known to be hers")
    parts = parts_of(taken)
    missing = [text for text in seen if not any(p.has(text) for p in parts)]
    assert_that(
        not missing,
        "the export leaves out what the person sees",
        expected=", ".join(missing),
        received=excerpt(taken),
    )


@pytest.mark.check(
    "TRU-POR-03",
    clause="GDPR 20(1), recital 68; MIMs Plus MIM2",
    strength="should",
    rests_on=("TRU-POR-01",),
)
def test_an_export_explains_itself(account, target, taken, looked):
    """An export names a schema or @context, or brings its terms along; what it names is there."""
    named = [a for part in parts_of(taken) for a in explained_by(taken, part)]
    assert_that(
        named,
        "nothing says what the members of the export mean",
        expected="@context, $schema, a link describedby, or the terms of RDF",
        received=excerpt(taken),
    )
    for address in (
        a for a in dict.fromkeys(named) if address_parts(a).scheme in ("http", "https")
    ):
        if origin_of(address) not in target.origins:
            looked(f"{address}, which is not in scope, was not asked for")
            continue
        found = settled(account.client.get(address, auth=False))
        assert_that(
            found.ok,
            "what explains the export is not there",
            expected=f"200 at {address}",
            received=f"status {found.status}",
        )
