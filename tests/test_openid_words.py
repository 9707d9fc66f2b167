"""What is said of OpenID providers, verifiers of credentials and exported results."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.network.answer import Answer
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.transport import Received
from mimtest.vocabulary.conformance_export import records, summary
from mimtest.vocabulary.credential_issuer import metadata_addresses, servers, wrong_members
from mimtest.vocabulary.openid import (
    addresses,
    differ_by_slash,
    grant_types,
    id_tokens_by_redirect,
    is_implicit_only,
    is_same_issuer,
    malformed,
    texts,
    tokens_by_redirect,
    unsound_address,
)
from mimtest.vocabulary.openid_asking import challenges, destinations, leads_to, question, returned
from mimtest.vocabulary.presentations import Question, asked_by, by_certificate, shortcomings

ISSUER = "https://idp.example/realms/city"
BACK = "https://app.example/cb"


def answered(status=200, body="", **headers):
    fields = tuple((n.replace("_", "-"), v) for n, vs in headers.items() for v in _listed(vs))
    received = Received("x1", f"{ISSUER}/authorize", status, fields, body.encode(), 1)
    return Answer(received, Recorder(Redactor()))


def _listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (f"{ISSUER}/token", None),
        ("http://127.0.0.1:8080/token", None),
        ("http://idp.example/token", "http, not https"),
        (f"{ISSUER}/token#x", "fragment"),
        ("/token", "absolute"),
        ("https://[", "no"),
        (7, "text"),
    ],
)
def test_addresses_that_clients_can_trust(address, word):
    found = unsound_address(address)
    assert (found is None) if word is None else word in (found or "")


def test_addresses_of_a_provider_are_its_own_and_those_for_certificates():
    named = {
        "issuer": ISSUER,
        "jwks_uri": "a",
        "x_endpoint": "b",
        "service_documentation": "http://a",
        "mtls_endpoint_aliases": {"token_endpoint": "c"},
    }
    found = dict(addresses(named))
    assert found == {
        "issuer": ISSUER,
        "jwks_uri": "a",
        "x_endpoint": "b",
        "mtls_endpoint_aliases.token_endpoint": "c",
    }


def test_issuers_are_compared_character_by_character():
    assert is_same_issuer(ISSUER, ISSUER)
    assert not is_same_issuer(ISSUER.upper(), ISSUER)
    assert differ_by_slash(f"{ISSUER}/", ISSUER)
    assert not differ_by_slash(ISSUER, ISSUER)
    assert not differ_by_slash(7, ISSUER)


def test_lists_of_the_metadata():
    assert list(malformed({"scopes_supported": [], "claims_supported": ["sub"]})) == [
        "scopes_supported"
    ]
    assert list(malformed({"response_types_supported": "code"})) == ["response_types_supported"]
    assert texts({"a": ["x", 7]}, "a") == ("x",)
    assert texts({"a": "x"}, "a") == ()


def test_what_the_response_types_mean():
    both = {"response_types_supported": ["code", "id_token token", "code id_token"]}
    assert tokens_by_redirect(both) == ("id_token token",)
    assert id_tokens_by_redirect(both) == ("id_token token", "code id_token")
    assert not is_implicit_only(both)
    assert is_implicit_only({"response_types_supported": ["id_token"]})
    assert not is_implicit_only({})
    assert grant_types({}) == ("authorization_code", "implicit")
    assert grant_types({"grant_types_supported": ["password"]}) == ("password",)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], {}),
        (["Bearer"], {"bearer": {}}),
        (['bearer realm="a, b", error="invalid_token"'], {"bearer": {"realm": "a, b", "error": "invalid_token"}}),
        (['Bearer realm="x"', 'DPoP algs="ES256 PS256"'], {"bearer": {"realm": "x"}, "dpop": {"algs": "ES256 PS256"}}),
        (["Negotiate, Bearer"], {"negotiate": {}, "bearer": {}}),
        (["Negotiate abc==, Bearer realm=x"], {"negotiate": {}, "bearer": {"realm": "x"}}),
        (['Basic realm="a\\"b", Bearer error=x'], {"basic": {"realm": 'a"b'}, "bearer": {"error": "x"}}),
    ],
)  # fmt: skip
def test_challenges_are_read_from_one_field_and_from_several(fields, expected):
    assert challenges(answered(401, www_authenticate=fields)) == expected


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_any_challenge_is_read(text):
    assert isinstance(challenges(answered(401, www_authenticate=text)), dict)


def test_where_an_answer_leads():
    assert leads_to(answered(302, location=f"{BACK}?error=x"), BACK)
    assert not leads_to(answered(302, location=f"/login?next={BACK}"), BACK)
    assert not leads_to(answered(200, location=BACK), BACK)
    form = f'<form method=post action="{BACK}?a=1&amp;b=2">'
    assert leads_to(answered(200, form, content_type="text/html; charset=utf-8"), BACK)
    turn = f'<meta http-equiv="refresh" content="0; url={BACK}">'
    assert leads_to(answered(200, turn, content_type="text/html"), BACK)
    told = f"<p>The address {BACK} is not registered.</p>"
    assert destinations(answered(400, told, content_type="text/html")) == ()


def test_what_comes_back_to_the_client():
    found = returned(answered(303, location=f"{BACK}?error=login_required&state=s"), BACK)
    assert found.error == "login_required"
    assert returned(answered(303, location=f"{BACK}#error=x"), BACK).error == "x"
    assert returned(answered(303, location="https://other.example/"), BACK) is None
    assert returned(answered(400), BACK) is None


def test_a_question_can_leave_out_what_belongs_to_it():
    asked = question("app", BACK, "s", code_challenge=None, prompt="none")
    assert "code_challenge" not in asked
    assert asked["prompt"] == "none"
    assert len(question("app", BACK, "s")["code_challenge"]) == 43


def test_metadata_of_an_issuer_are_between_host_and_path():
    assert metadata_addresses("https://a.example/t/1") == (
        "https://a.example/.well-known/openid-credential-issuer/t/1",
        "https://a.example/t/1/.well-known/openid-credential-issuer",
    )


def test_what_is_wrong_with_the_metadata_of_an_issuer():
    sound = {
        "credential_endpoint": "https://a.example/c",
        "credential_configurations_supported": {
            "a": {"format": "dc+sd-jwt", "vct": "x"},
            "b": {"format": "our-own"},
            "c": {"format": "vc+sd-jwt"},
        },
    }
    assert list(wrong_members(sound)) == []
    offered = {"a": {"format": "mso_mdoc"}, "b": {}}
    wrong = {"nonce_endpoint": "x", "credential_configurations_supported": offered}
    assert len(list(wrong_members(wrong))) == 4
    assert servers({}, "https://a.example") == ("https://a.example",)
    assert servers({"authorization_servers": ["b"]}, "a") == ("b",)


@pytest.mark.parametrize(
    "answer",
    [
        answered(302, location="openid4vp://?client_id=a&request_uri=https%3A%2F%2Fv.example%2Fr"),
        answered(body='{"a": {"url": "openid4vp://?client_id=a&request_uri=https%3A%2F%2Fv.example%2Fr"}}'),
        answered(body='<a href="haip-vp://?client_id=a&amp;request_uri=https%3A%2F%2Fv.example%2Fr">go</a>'),
        answered(body='{"client_id": "a", "request_uri": "https://v.example/r"}'),
    ],
)  # fmt: skip
def test_the_address_for_wallets_is_found(answer):
    assert asked_by(answer) == {"client_id": "a", "request_uri": "https://v.example/r"}


def test_other_addresses_are_not_for_wallets():
    assert asked_by(answered(body='{"next": "https://v.example/?client_id=a"}')) is None


ASKED = {
    "client_id": "a",
    "response_type": "vp_token",
    "nonce": "n",
    "response_mode": "direct_post",
    "response_uri": "https://v.example/r",
    "dcql_query": {"credentials": [{"id": "one", "format": "dc+sd-jwt"}]},
}


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({}, 0),
        ({"dcql_query": json.dumps(ASKED["dcql_query"])}, 0),
        ({"dcql_query": None, "scope": "openid"}, 0),
        ({"dcql_query": None, "presentation_definition": {}}, 0),
        ({"response_mode": "dc_api", "response_uri": None}, 0),
        ({"nonce": None}, 1),
        ({"nonce": "", "client_id": ""}, 2),
        ({"response_uri": "http://v.example/r"}, 1),
        ({"redirect_uri": "https://v.example/"}, 1),
        ({"response_type": "code"}, 1),
        ({"dcql_query": None}, 1),
        ({"dcql_query": "{"}, 1),
        ({"dcql_query": {"credentials": [{"id": "one"}, 7]}}, 2),
    ],
)
def test_what_a_question_lacks(change, count):
    claims = {n: v for n, v in (ASKED | change).items() if v is not None}
    assert len(list(shortcomings(claims))) == count


def test_verifiers_that_no_certificate_names():
    assert by_certificate(Question({"client_id": "x509_hash:a"})) is None
    assert by_certificate(Question({"client_id": "did:web:a.example"})) is None


INFO = {"testName": "t", "planId": "p", "version": "v1", "started": "2026-01-02T00:00:00Z"}


def test_exported_results_are_read_alone_and_packed():
    log = json.dumps({"testInfo": INFO | {"result": "PASSED"}, "results": []}).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("test-log-a.json", log)
        file.writestr("test-log-a.sig", b"x")
        file.writestr("plan.json", b"[]")
    for content in (log, packed.getvalue()):
        found = records(content)
        assert [r.missing for r in found] == [()]
        assert summary(found) == "1 tests by version v1, 2026-01-02 to 2026-01-02: 1 PASSED"


def test_results_that_lack_something_or_are_none():
    assert records(json.dumps({"testInfo": INFO}).encode())[0].missing == ("result",)
    assert records(b"{}") == []
    for content in (b"", b"PK\x03\x04", b"<html>"):
        with pytest.raises(ValueError, match="it "):
            records(content)
