"""A login by wallet as wallets meet it (OpenID for Verifiable Presentations 1.0).

A session is begun, and ended by nobody; what is shown is no credential.
"""

import json
from types import SimpleNamespace

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dids import keys_for, own_document, place_of
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    excerpt,
    fail,
    json_object,
    member,
)
from mimtest.vocabulary.jose import is_signed_by, read, require_known
from mimtest.vocabulary.oauth_tokens import form
from mimtest.vocabulary.presentations import (
    DIRECT,
    TYPE,
    Question,
    asked_by,
    by_certificate,
    shortcomings,
)

pytestmark = pytest.mark.interface("vc-verifier")

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: What somebody gets who has logged in.
_GIVEN = ("access_token", "id_token", "refresh_token", "code")
#: A text in the form of a signed one that says nothing.
_NOTHING = "bm90LWE.cHJlc2VudGF0aW9u.bm9uZQ"
_NO_ANSWER = (404, 405, 429)


@pytest.fixture(scope="session")
def begin(client, interface):
    """Begin a session; what a wallet is sent: the parameters of the address."""
    path = interface.paths.get("start")
    if path is None:
        raise NotApplicable("not_offered", "the target file does not say where a login begins")

    def start():
        answer = client.get(path, auth=False)
        asked = asked_by(answer)
        if asked is None and answer.status in (400, 405, 404):
            answer = client.post(path, json={}, auth=False)
            asked = asked_by(answer)
        if asked is None:
            detail = f"no address for wallets in the answer {answer.status} {excerpt(answer)}"
            raise Inconclusive("no_data", detail)
        return asked

    return start


@pytest.fixture
def questioned(begin, client):
    """Begin a session and get its question: what the wallet was sent, what it got, and the answer."""

    def ask():
        sent = begin()
        answer, text = None, sent.get("request")
        if "request_uri" in sent:
            post = sent.get("request_uri_method") == "post"
            more = {"headers": _FORM, "content": "", "query": True} if post else {}
            answer = client.request(
                "POST" if post else "GET", sent["request_uri"], auth=False, **more
            )
            assert_status(answer, 200, what="the question")
            text = answer.text()
        if text is None:
            return SimpleNamespace(sent=sent, answer=None, question=Question(sent))
        try:
            signed = read(text)
            question = Question(signed.claims, signed)
        except ValueError as why:
            fail(f"the question is no signed text: {why}", expected="a JWT", received=text[:200])
        return SimpleNamespace(sent=sent, answer=answer, question=question)

    return ask


@pytest.mark.check("TRU-VC-06", clause="OpenID4VP 1.0 5, 5.1, 5.10, 8.2", level="writes")
def test_wallets_are_asked_in_the_words_of_the_standard(questioned, looked):
    """The question says who asks for what, with a nonce, and where the answer goes."""
    got = questioned()
    claims = got.question.claims
    if got.question.signed is not None:
        if got.answer is not None:
            assert_media_type(got.answer, f"application/{TYPE}")
        kind = str(got.question.signed.header.get("typ", ""))
        assert_that(
            kind.lower().removeprefix("application/") == TYPE,
            "the question is not called one in its header",
            expected=f"typ {TYPE}",
            received=kind or "no typ",
        )
    missing = list(shortcomings(claims))
    assert_that(
        not missing,
        "the question is not complete",
        expected="client_id, response_type vp_token, nonce, dcql_query, an https response_uri",
        received="; ".join(missing),
    )
    assert_that(
        claims["client_id"] == got.sent.get("client_id", claims["client_id"]),
        "the question is of another verifier than the address for wallets says",
        expected=got.sent.get("client_id"),
        received=claims["client_id"],
    )
    if "dcql_query" not in claims:
        looked("the question is in the words of a draft, or goes by a scope")


@pytest.mark.check(
    "TRU-VC-16",
    clause="OpenID4VP 1.0 5.9.3",
    level="writes",
    rests_on=("TRU-VC-06",),
)
def test_the_question_is_signed_by_whom_it_names(questioned, client, target):
    """The key that the verifier's name stands for verifies its question."""
    question = questioned().question
    kind = question.client_id.partition(":")[0]
    if kind == "redirect_uri":
        assert_that(
            question.signed is None or question.signed.algorithm == "none",
            "a question that nobody can verify is signed",
            expected="no signature where redirect_uri names the verifier",
            received=question.signed and question.signed.algorithm,
        )
        return
    if question.signed is None:
        raise NotApplicable("not_offered", "the question is not signed")
    require_known(question.signed)
    keys, wrong = _keys_of(question, client, target)
    assert_that(
        not wrong, "the verifier is not who it says", expected=question.client_id, received=wrong
    )
    assert_that(
        any(is_signed_by(question.signed, key) for key in keys),
        "no key of the verifier verifies the question",
        expected=f"a signature by {question.client_id}",
        received=f"{question.signed.algorithm} by another key",
    )


def _keys_of(question, client, target):
    """The keys that a verifier's name stands for, and what is wrong with the name."""
    try:
        found = by_certificate(question)
        if found is not None:
            return [found[0]], found[1]
        did = question.client_id.removeprefix("decentralized_identifier:")
        if not did.startswith("did:"):
            detail = f"mimtest cannot tell the key of {question.client_id[:80]}"
            raise Inconclusive("needs_review", detail)
        document = own_document(did)
        if document is None:
            named = (i.url for i in target.interfaces if i.kind == "did")
            answer = assert_status(client.get(place_of(did, named), auth=False), 200)
            document = json_object(answer, "the DID document")
    except ValueError as why:
        return [], str(why)
    keys = keys_for(document, "")
    if not keys:
        raise Inconclusive("needs_review", f"mimtest reads no key of {did[:80]}")
    return keys, None


@pytest.mark.check(
    "TRU-VC-17", clause="OpenID4VP 1.0 5.2, 14.1", level="writes", rests_on=("TRU-VC-06",)
)
def test_every_session_has_a_nonce_of_its_own(questioned):
    """Two sessions ask with different nonces, so that an answer is good for one only."""
    nonces = [questioned().question.claims.get("nonce") for _ in range(2)]
    assert_that(
        nonces[0] and nonces[1] and nonces[0] != nonces[1],
        "two sessions have the same nonce, or none",
        expected="two different nonces",
        received=nonces,
    )


@pytest.mark.check(
    "TRU-VC-11", clause="OpenID4VP 1.0 8.2, 8.6", level="writes", rests_on=("TRU-VC-06",)
)
def test_nobody_logs_in_with_nothing(questioned, client):
    """What is no presentation is refused, and gets nobody a token."""
    claims = questioned().question.claims
    if claims.get("response_mode") not in DIRECT:
        raise NotApplicable("not_offered", "the verifier is not answered by direct_post")
    shown = {"vp_token": json.dumps({"resident": [_NOTHING]})}
    if claims["response_mode"] == "direct_post.jwt":
        shown = {"response": _NOTHING}
    state = {"state": str(claims["state"])} if "state" in claims else {}
    place = member(claims, "response_uri", str, "the question")
    answer = client.post(place, headers=_FORM, content=form({**shown, **state}), auth=False)
    if answer.status >= 500 or answer.status in _NO_ANSWER:
        raise Inconclusive("control_failed", f"the verifier answers {answer.status}")
    told = f"{answer.text()} {answer.headers.get('location', '')}"
    given = [name for name in _GIVEN if f'"{name}"' in told or f"{name}=" in told]
    assert_that(
        not given,
        "somebody who shows nothing is let in",
        expected="status 400",
        received=f"status {answer.status} with {', '.join(given)}",
    )
    if not 400 <= answer.status < 500:
        detail = f"the answer {answer.status} does not show whether the presentation is looked at"
        raise Inconclusive("needs_review", detail)
