"""What comes of bad tokens tells something only beside a good one that is taken and nobody who gets in."""

import json
import time

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.transport import Received
from mimtest.vocabulary.access import Operation
from mimtest.vocabulary.jose import encode
from mimtest.vocabulary.token_ladder import Rung
from mimtest.vocabulary.token_trials import Good, Trials, judge_of, other_flaw, said_back

DATA = {"items": [{"id": "urn:permit:water-1", "name": "A permit for somebody"}]}
OTHER = {"items": [{"id": "urn:permit:other-77", "name": "Something else entirely"}]}


def answer_of(status, body, headers=()):
    received = Received("x1", "http://127.0.0.1:9/permits", status, headers, body.encode(), 1)
    return Answer(received, Recorder(Redactor({})))


class Server:
    """Answers by what the Authorization field says."""

    def __init__(self, **answers):
        self.answers = {"good": (200, DATA), "none": (401, {}), **answers}
        self.asked = []

    def get(self, path, params, headers, auth=True):
        assert (path, params) == ("/permits", {})
        shown = "good" if auth else headers.get("Authorization", "none").removeprefix("Bearer ")
        self.asked.append(shown)
        status, body = self.answers.get(shown, (401, {}))
        return answer_of(status, json.dumps(body))


def judged(**answers):
    server = Server(**answers)
    trials = Trials(server, Operation("GET", "/permits"), Good("'clerk'", "good"))
    return server, judge_of(trials, answer_of(404, "{}"))


def test_refusals_of_every_kind_are_fine():
    _, judge = judged(a=(401, {}), b=(403, {}), c=(404, {}), d=(400, {}), e=(302, {}))
    judge.assert_refused([Rung(name, name) for name in "abcde"], "a bad token")


def test_data_for_a_bad_token_is_told():
    _, judge = judged(bad=(200, DATA))
    with pytest.raises(Contradiction, match="a bad token is taken: two"):
        judge.assert_refused([Rung("one", "x"), Rung("two", "bad")], "a bad token")


def test_a_failure_hides_no_worse_one():
    _, judge = judged(broken=(500, {}), bad=(200, DATA))
    with pytest.raises(Contradiction):
        judge.assert_refused([Rung("one", "broken"), Rung("two", "bad")], "a bad token")


@pytest.mark.parametrize(
    ("status", "code"), [(500, "server_error"), (503, "server_error"), (429, "rate_limited")]
)
def test_failures_and_limits_are_no_refusals(status, code):
    _, judge = judged(bad=(status, {}))
    with pytest.raises(Inconclusive) as open_end:
        judge.assert_refused([Rung("one", "bad")], "a bad token")
    assert open_end.value.code == code


def test_other_data_for_a_bad_token_are_for_review():
    _, judge = judged(bad=(200, OTHER))
    with pytest.raises(Inconclusive) as open_end:
        judge.assert_refused([Rung("one", "bad")], "a bad token")
    assert open_end.value.code == "needs_review"


def test_a_bad_token_may_be_as_good_as_none():
    _, judge = judged(none=(200, OTHER), bad=(200, OTHER))
    judge.assert_refused([Rung("one", "bad")], "a bad token")


@pytest.mark.parametrize("answers", [{"good": (401, {})}, {"none": (200, DATA)}])
def test_without_controls_nothing_is_told(answers):
    with pytest.raises(Inconclusive):
        judged(**answers)


def test_who_is_locked_out_after_bad_tokens_tells_nothing():
    server, judge = judged()
    server.answers["good"] = (401, {})
    with pytest.raises(Inconclusive, match="locked out") as open_end:
        judge.assert_refused([Rung("one", "bad")], "a bad token")
    assert open_end.value.code == "control_failed"


LATER = time.time() + 86400
GOOD = {"iss": "https://login.example", "aud": ["https://api.example"], "exp": LATER}


@pytest.mark.parametrize(
    ("claims", "but", "flaw"),
    [
        ({}, "", None),
        ({"exp": 1}, "", "end"),
        ({"exp": 1}, "end", None),
        ({"exp": 1, "aud": "https://other.example"}, "audience", "end"),
        ({"aud": "https://other.example"}, "end", "audience"),
        ({"nbf": LATER}, "issuer", "beginning"),
        ({"iss": "https://other.example"}, "audience", "issuer"),
        ({"iss": "https://other.example"}, "issuer", None),
    ],
)
def test_only_one_thing_is_wrong_with_a_bad_token(claims, but, flaw):
    good, bad = (token_of(c) for c in (GOOD, {**GOOD, **claims}))
    assert other_flaw(bad, good, but=but) == flaw
    assert other_flaw("no-jwt", good) is None


def token_of(claims):
    parts = ({"alg": "ES256"}, claims)
    head, body = (encode(json.dumps(p).encode()) for p in parts)
    return f"{head}.{body}.{encode(b'signed')}"


def test_a_key_is_a_good_credential_too():
    server = Server()
    key = Good("whoever has the key")
    trials = Trials(server, Operation("GET", "/permits"), key)
    judge = judge_of(trials, answer_of(404, "{}"))
    judge.assert_refused([Rung("one", "bad")], "a bad token")
    with pytest.raises(Contradiction):
        judge.assert_none({"any": answer_of(200, json.dumps(DATA))}, "a made-up key")


def test_an_attempt_is_made_once():
    server, judge = judged()
    for _ in range(2):
        judge.assert_refused([Rung("one", "bad")], "a bad token")
    assert server.asked.count("bad") == 1


def test_what_is_said_back_is_found():
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hLW9mLXRoZS1taWxsIn0.c2lnbmF0dXJlLW9mLXNvbWVib2R5"
    assert said_back(answer_of(401, f"no good: {token}"), token) == "the body"
    assert said_back(answer_of(401, f"no good: {token.split('.')[1]}"), token) == "the body"
    assert said_back(answer_of(401, "no good", (("X-Token", token),)), token) == "the header field x-token"  # fmt: skip
    assert said_back(answer_of(401, f"no good: {token.split('.', maxsplit=1)[0]}"), token) is None
