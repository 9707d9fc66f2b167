"""The log of accesses that a person sees (GDPR 15)."""

import json
import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.access import given_away, settled, succeeded
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.loose_names import local_name, says_when
from mimtest.vocabulary.personal_data import looked_until
from mimtest.vocabulary.rest_records import json_of, next_of
from mimtest.vocabulary.waiting import waiting_for

pytestmark = pytest.mark.interface("personal-data")

_WHO = (
    "who", "actor", "agent", "accessor", "accessedby", "by", "user", "username", "client", "clientid", "consumer",
    "recipient", "requester", "service", "application", "app", "party", "organisation", "organization", "operator",
    "principal", "source", "name", "wasassociatedwith", "hasrecipient", "isimplementedbyentity",
)  # fmt: skip
_WHY = (
    "purpose", "purposes", "why", "reason", "haspurpose", "purposeofuse", "legalbasis", "justification",
)  # fmt: skip
#: Words with a number in them: moments and identifiers, other ones in each entry.
_OF_ITS_OWN = re.compile(r"[\w:.+-]*\d[\w:.+-]*")
#: Members that hold links, not entries.
_LINKS = ("links", "link")


class Log:
    """A person's log, and what was in it before an access to her data."""

    def __init__(self, account, person, settles):
        self._account, self._person, self._settles = account, person, settles
        self._known = set()
        self._of_readings = set()

    def begin(self):
        """See which entries readings of the log leave: what comes of one and of the next, not of an access before.

        Raises Inconclusive for a log that cannot be read.
        """
        first = settled(self._read())
        entries = json_of(assert_status(first, 200, what="the log"))
        if entries is None:
            raise Inconclusive("needs_review", f"the log is no JSON: {excerpt(first)}")
        self._known |= {_text(e) for e in _entries(entries)}
        if once := self._left():
            self._of_readings |= once & self._left()

    def _left(self):
        """The kinds of what is new, which is known from now on."""
        left = self.new(self.wait())
        self._known |= {_text(e) for e in left}
        return {_kind(e) for e in left}

    def _read(self):
        return self._account.read("log", self._person)

    def wait(self):
        """The log once there is something new in it, else as it is after a while."""
        with waiting_for(self._settles):
            return looked_until(self._read, lambda answer: bool(self.new(answer)))

    def new(self, answer):
        """The entries that were not there before, and that no reading of the log leaves."""
        return [e for e in self._unknown(answer) if _kind(e) not in self._of_readings]

    def _unknown(self, answer):
        found = _entries(json_of(answer)) if succeeded(answer) else []
        return [e for e in found if _text(e) not in self._known]

    def require_other(self, answer):
        """Raise Inconclusive where what is new is like what reading the log leaves."""
        alike = self._unknown(answer)
        if alike:
            detail = f"what is new is like what reading the log leaves: {_text(alike[-1])}"
            raise Inconclusive("needs_review", detail)


@pytest.mark.check(
    "TRU-RIG-06",
    clause="GDPR 15(1)(a), 15(1)(c)",
    strength="should",
    rests_on=("TRU-RIG-02",),
)
def test_accesses_are_logged(account, interface, person):
    """Her log tells a person of an access to her data: when, by whom, and what for."""
    account.require("log", "access")
    log = Log(account, person, interface.settles)
    log.begin()
    read = settled(account.read("access", person))
    if not given_away(read, person.identity.owns):
        raise Inconclusive("control_failed", "the access to be logged gave nothing")
    after = log.wait()
    entries = log.new(after)
    if not entries:
        _require_all(after)
        log.require_other(after)
    assert_that(
        entries,
        f"an access is not in the log {interface.settles:g} s later",
        expected="a further entry",
        received=excerpt(after),
    )
    assert_that(
        any(says_when(str(v)) for v in _values(entries)),
        "the log does not tell when",
        expected="a time",
        received=_text(entries[-1]),
    )
    unsaid = [n for n, names in (("who", _WHO), ("what for", _WHY)) if not _says(entries, names)]
    if unsaid:
        detail = f"no words known here tell {' and '.join(unsaid)}: {_text(entries[-1])}"
        raise Inconclusive("needs_review", detail)


def _require_all(log):
    """Raise Inconclusive where the access may be in the log all the same: on another page, or in no list."""
    if next_of(log):
        raise Inconclusive("needs_review", "the log comes in pages; the access may be on another")
    told = json_of(log)
    if not isinstance(told, list) and not any(True for _ in _lists(told)):
        raise Inconclusive("needs_review", f"the log has no list of entries: {excerpt(log)}")


def _entries(value):
    """The entries of a log: a list, or the longest list of objects in an object, however deep it is."""
    lists = [value] if isinstance(value, list) else [*_lists(value)]
    return max(([e for e in v if isinstance(e, dict)] for v in lists), key=len, default=[])


def _lists(value):
    if isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, list) and local_name(name) not in _LINKS:
                yield part
            yield from _lists(part)


def _text(entry):
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _kind(entry):
    """An entry without what is of its own in it."""
    return _OF_ITS_OWN.sub("#", _text(entry))


def _values(value):
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _values(part)
    else:
        yield value


def _says(value, names):
    """Whether a member of one of these names, at any depth, says something."""
    if isinstance(value, list):
        return any(_says(v, names) for v in value)
    if not isinstance(value, dict):
        return False
    return any((local_name(n) in names and v) or _says(v, names) for n, v in value.items())
