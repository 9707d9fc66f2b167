"""Consent has an effect: data is given while it holds, for what it was given for, and not afterwards (GDPR 7)."""

from functools import partial

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.access import assert_kept, given_away, settled
from mimtest.vocabulary.consent_events import events_of
from mimtest.vocabulary.consent_records import identifier_of, is_in_force, records_in
from mimtest.vocabulary.consenting import Given, reduced, require_given, story_of
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.loose_names import says_when, values_of
from mimtest.vocabulary.personal_data import looked_until
from mimtest.vocabulary.rest_records import json_of
from mimtest.vocabulary.waiting import waiting_for

pytestmark = pytest.mark.interface("personal-data")

_REFUSING = (401, 403, 409, 423)


@pytest.fixture(scope="session")
def reader(account, identities, interface):
    """A service that uses data."""
    account.require("data")
    return identities.required(interface, "read")


@pytest.fixture(scope="session")
def undecided(account, persons, reader):
    """A person of whom the service sees nothing yet."""
    for person in reversed(persons):
        answer = account.read("data", reader, of=person)
        if not given_away(settled(answer), person.identity.owns):
            return person
    detail = "every person has agreed already: the target file names nobody who has not"
    raise Inconclusive("precondition_unmet", detail)


@pytest.fixture(scope="session")
def story(account, identities, interface, undecided, reader):
    """A person who has not agreed agrees, and withdraws her consent again."""
    account.require("grant", "withdraw")
    client, stranger = account.client, identities.of(interface, "none")
    with client.recorder.preparing(client.level), waiting_for(interface.settles):
        return story_of(account, undecided, reader, stranger)


@pytest.mark.check("TRU-CON-08", clause="GDPR 7(3)", level="writes")
def test_data_follow_the_consent(story):
    """Data of a person is given to a service after she agreed, and no more after she withdrew."""
    story.require_shown()
    status = settled(story.withdrawn).status
    if not story.withdrawn.ok and status not in _REFUSING:
        detail = f"the withdrawal is answered {status}, as a wrong request is"
        raise Inconclusive("request_refused", detail)
    assert_that(
        story.withdrawn.ok,
        "who gave consent is not let withdraw it",
        expected="status 200, 202 or 204",
        received=f"status {status}: {excerpt(story.withdrawn)}",
    )
    assert_kept(story.hidden, story.marks, "the service", "data after the consent was withdrawn")


@pytest.mark.check("TRU-CON-09", clause="GDPR 7(3)", strength="should", level="writes")
def test_withdrawing_is_as_easy_as_giving(account, story):
    """To withdraw consent, a request has to say no more than to give it."""
    story.require_shown()
    grant, withdraw = account.way("grant").needs, account.way("withdraw").needs
    if grant is None or withdraw is None:
        detail = "no description says what requests to give and to withdraw consent have to hold"
        raise Inconclusive("needs_review", detail)
    assert_that(
        withdraw <= grant,
        "more is asked for a withdrawal than for a consent",
        expected=f"{grant} things to say at most",
        received=f"{withdraw} things to say",
    )


@pytest.mark.check(
    "TRU-CON-10",
    clause="GDPR 5(1)(c), 7",
    strength="should",
    level="writes",
    rests_on=("TRU-CON-08",),
)
def test_only_what_was_agreed_is_given(account, interface, story):
    """Of data that can be agreed to one by one, only what was agreed to is given."""
    story.require_shown()
    if given_away(story.hidden, story.marks):
        raise Inconclusive("precondition_unmet", "the consent before this one still has its effect")
    account.require("access")
    less = reduced(account.way("grant").body)
    if less is None:
        detail = "the description gives no example of a consent to several data"
        raise NotApplicable("not_offered", detail)
    body, kept, dropped = less
    mine = json_of(settled(account.read("access", story.person)))
    wanted, spared = ([v for n in names for v in values_of(mine, n)] for names in (kept, dropped))
    whole = given_away(story.shown, spared)
    if not whole or not wanted:
        detail = f"nothing shown to the service is known to be {' or '.join(dropped)}"
        raise Inconclusive("precondition_unmet", detail)

    def data():
        return account.read("data", story.reader, of=story.person)

    with waiting_for(interface.settles), Given(account, story.person, body) as given:
        shown = looked_until(data, lambda a: bool(given_away(a, wanted)))
    require_given(given.answer)
    if not given_away(shown, wanted):
        raise Inconclusive("control_failed", f"consent to {kept[0]} alone does not show it")
    assert_kept(shown, whole, "the service", f"data beyond the consent ({', '.join(dropped)})")


@pytest.mark.check(
    "TRU-CON-11",
    clause="GDPR 5(1)(b)",
    strength="should",
    level="writes",
    rests_on=("TRU-CON-08",),
)
def test_other_purposes_get_nothing(story):
    """A service that nobody agreed to gets nothing of a person's data while another one does."""
    if story.stranger is None:
        raise NotApplicable("not_offered", "the target file names no service with rights 'none'")
    story.require_shown()
    if story.stranger.status == 401:
        raise Inconclusive(
            "auth_refused", "the token of the service with rights 'none' is not taken"
        )
    assert_kept(story.stranger, story.marks, "a service that nobody agreed to", "shared data")


@pytest.mark.check(
    "TRU-CON-12",
    clause="ISO/IEC TS 27560:2023 6; GDPR 7(1)",
    strength="should",
    level="writes",
    rests_on=("TRU-CON-08",),
)
def test_both_events_are_kept(story):
    """After a withdrawal the record tells when consent was given and when it was withdrawn."""
    story.require_given()
    if story.records is None:
        raise NotApplicable("not_offered", "the target file names no records")
    if not story.withdrawn.ok:
        raise Inconclusive("precondition_unmet", "the withdrawal was refused")
    told = _told(story.records)
    own = [r for r in told if identifier_of(r) == story.record]
    events = events_of(own or told)
    if not events:
        raise Inconclusive(
            "needs_review", f"no events in words known here: {excerpt(story.records)}"
        )
    for holds, name in ((True, "given"), (False, "withdrawn")):
        assert_that(
            any(e.holds is holds for e in events),
            f"no record tells that consent was {name}",
            expected="both events",
            received=excerpt(story.records),
        )
    dated = [(e.when, e.holds) for e in events if e.when]
    assert_that(
        dated or says_when(story.records.text()),
        "no record tells when",
        expected="times",
        received=excerpt(story.records),
    )
    ended = max((when for when, holds in dated if not holds), default=None)
    begun = max((when for when, holds in dated if holds), default=None)
    assert_that(
        begun is None or ended is None or begun <= ended,
        "by the record consent was given after it was withdrawn",
        expected=f"given before {ended}",
        received=f"given {begun}",
    )


@pytest.mark.check("TRU-CON-13", clause="GDPR 6(1)(a), 7(1)", level="safe")
def test_nobody_is_shown_who_did_not_agree(account, interface, persons, reader):
    """Of a person without a consent that holds, by her records, a service gets nothing."""
    account.require("records", "data")
    silent = [p for p in persons if not _agreed(account, p)]
    if not silent:
        raise Inconclusive("precondition_unmet", "every person of the target file has agreed")
    agreed = [p for p in persons if p not in silent]
    seen = [p for p in agreed if given_away(account.read("data", reader, of=p), p.identity.owns)]
    if not seen:
        detail = "the service sees nobody's data, not even of who agreed"
        raise Inconclusive("control_failed", detail)
    for person in silent:
        with waiting_for(interface.settles):
            answer = _unseen(account, reader, person)
        assert_kept(answer, person.identity.owns, "the service", "data of who did not agree")


def _unseen(account, reader, person):
    """What the service sees, without the person as soon as it follows her consents."""
    owns = person.identity.owns
    look = partial(account.read, "data", reader, of=person)
    return looked_until(look, lambda answer: not given_away(answer, owns))


def _agreed(account, person):
    return any(is_in_force(r) for r in _told(account.read("records", person)))


def _told(answer):
    """The records in an answer; without these nothing is known of consents."""
    try:
        return records_in(assert_status(settled(answer), 200, what="the records").json())
    except Contradiction as problem:
        raise Inconclusive("precondition_unmet", problem.message) from None
