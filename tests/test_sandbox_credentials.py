"""The demo city's credentials and its way to sign in, asked as wallets and browsers ask."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.openid import APP, CALLBACK
from mimtest.sandbox.platform import Platform
from mimtest.vocabulary.credentials import read_credential, status_of
from mimtest.vocabulary.dids import jwk_of, methods_for
from mimtest.vocabulary.jose import certificate_key, is_signed_by, read

BASE = "http://127.0.0.1:8080"
SOUND = {
    "response_type": "code",
    "client_id": APP,
    "redirect_uri": f"{BASE}{CALLBACK}",
    "scope": "openid",
    "state": "s",
    "code_challenge": "x" * 43,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def ask():
    platform = Platform()

    def send(method, path, body=b"", **headers):
        place, _, query = path.removeprefix(BASE).partition("?")
        asked = Request(method, place, query, headers, body, BASE, raw_path=place)
        return platform.handle(asked)

    yield send
    platform.close()


def test_the_sample_is_signed_by_the_key_in_the_issuers_document(ask):
    sample = read_credential(ask("GET", "/credentials/sample").body.decode())
    document = ask("GET", "/did/did.json").json()
    keys = [jwk_of(m) for m in methods_for(document, "assertionMethod")]
    assert sample.issuer == document["id"]
    assert sample.claims["given_name"] == "Ada"
    assert [is_signed_by(sample.signed, k) for k in keys] == [True]


def test_the_list_calls_the_sample_valid_and_another_one_not(ask):
    sample = read_credential(ask("GET", "/credentials/sample").body.decode())
    status = status_of(sample.claims)
    listed = read(ask("GET", status.uri).body.decode())
    assert status.value(listed.claims) == 0
    assert [i for i in range(16) if type(status)("", i, token=True).value(listed.claims)] == [9]


def test_a_question_is_signed_and_a_session_of_its_own(ask):
    questions = []
    for _ in range(2):
        address = ask("POST", "/verifier/start").json()["authorization_request"]
        asked = parse_qs(urlsplit(address).query)
        question = read(ask("GET", asked["request_uri"][0]).body.decode())
        assert question.claims["client_id"] == asked["client_id"][0]
        assert is_signed_by(question, certificate_key(question.header["x5c"])[0])
        questions.append(question.claims)
    assert questions[0]["nonce"] != questions[1]["nonce"]
    answer = ask("POST", questions[0]["response_uri"], urlencode({"vp_token": "{}"}).encode())
    assert answer.status == 400


def test_sessions_that_nobody_began_are_not_there(ask):
    assert ask("GET", "/verifier/request/nobody").status == 404
    assert ask("POST", "/verifier/response/nobody").status == 404
    assert ask("GET", "/verifier/start").status == 405


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", "invalid_credential_request"),
        (b"[", "invalid_credential_request"),
        (b'{"credential_configuration_id": "x"}', "unknown_credential_configuration"),
        (b'{"credential_configuration_id": "resident"}', "invalid_proof"),
    ],
)
def test_a_request_for_a_credential_is_told_what_is_wrong(ask, body, error):
    form = b"grant_type=client_credentials&client_id=reader"
    form += b"&client_secret=demo-reader-77d0c35e18aa"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    token = ask("POST", "/idp/token", form, **kind).json()["access_token"]
    answer = ask("POST", "/credentials/credential", body, authorization=f"Bearer {token}")
    assert (answer.status, answer.json()["error"]) == (400, error)
    assert ask("POST", "/credentials/credential", body).status == 401


def test_the_registry_knows_the_issuer_and_nobody_else(ask):
    listed = ask("GET", "/issuers/issuers").json()["items"]
    assert ask("GET", listed[0]["href"]).json()["did"] == listed[0]["did"]
    assert ask("GET", "/issuers/issuers/did:web:other.example").status == 404


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"prompt": "none"}, "login_required"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_is_wrong_with_a_question_goes_back_to_the_client(ask, change, error):
    asked = {n: v for n, v in (SOUND | change).items() if v is not None}
    answer = ask("GET", f"/idp/authorize?{urlencode(asked)}")
    told = parse_qs(urlsplit(answer.header("Location")).query)
    assert answer.status == 302
    assert told == {"error": [error], "state": ["s"], "iss": [f"{BASE}/idp"]}


@pytest.mark.parametrize("change", [{"client_id": "other"}, {"redirect_uri": "https://a.example/"}])
def test_nobody_is_sent_to_an_address_that_nobody_registered(ask, change):
    answer = ask("GET", f"/idp/authorize?{urlencode(SOUND | change)}")
    assert answer.status == 400
    assert answer.header("Location") is None


def test_a_sound_question_leads_to_the_login(ask):
    answer = ask("GET", f"/idp/authorize?{urlencode(SOUND)}")
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.header("Content-Security-Policy")
