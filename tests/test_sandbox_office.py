"""The login and the office of the demo city: who gets tokens, and what these are good for."""

import base64
import json
from urllib.parse import urlencode

import pytest

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.clients import CLIENTS, DEMO_SECRETS, ELSEWHERE, OFFICE_TOKEN
from mimtest.sandbox.idp.jose import decode, made_keys
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.secrets import demo_secrets
from mimtest.vocabulary.jose import is_signed_by, read
from mimtest.vocabulary.token_ladder import (
    altered,
    as_jwt,
    bringing_a_key,
    confused,
    damaged,
    foreign,
    forged,
    pointing_to_a_key,
    unsigned,
)
from tests.conftest import mimtest

BASE = "http://127.0.0.1:9"
ITEMS = "/office/collections/permits/items"
BY_ID = {c.id: c for c in CLIENTS}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


class City:
    """The platform, asked without a socket."""

    def __init__(self):
        self.platform = Platform()

    def ask(self, method, path, headers=None, body=b"", query=""):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.platform.handle(Request(method, path, query, headers or {}, raw, BASE, path))

    def token_answer(self, client, secret=None, **more):
        pair = base64.b64encode(f"{client.id}:{secret or client.secret}".encode()).decode()
        form = {"grant_type": "client_credentials", **more}
        fields = {**FORM, "authorization": f"Basic {pair}"}
        return self.ask("POST", "/idp/token", fields, urlencode(form).encode())

    def token(self, name, **more):
        return self.token_answer(BY_ID[name], **more).json()["access_token"]

    def as_(self, name, method, path, body=b"", **headers):
        bearer = {"authorization": f"Bearer {self.token(name)}"}
        return self.ask(method, path, {**JSON, **bearer, **headers}, body)


@pytest.fixture(scope="module")
def city():
    return City()


def names(response):
    return {i["id"].rpartition(":")[2] for i in response.json()["items"]}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("clerk", {"water-1", "water-2", "anna-1", "anna-2", "ben-1"}),
        ("reader", {"water-1", "water-2", "anna-1", "anna-2", "ben-1"}),
        ("gardener", {"parks-1", "parks-2"}),
        ("anna", {"anna-1", "anna-2"}),
        ("ben", {"ben-1"}),
    ],
)
def test_everybody_sees_what_is_theirs(city, name, seen):
    assert names(city.as_(name, "GET", ITEMS)) == seen
    notices = city.as_(name, "GET", "/office/collections/notices/items").json()["items"]
    assert {n["permit"].rpartition(":")[2] for n in notices} == seen


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("visitor", 403),
        ("yesterday", 401),
        ("tomorrow", 401),
        ("returned", 401),
        ("elsewhere", 401),
        ("badge", 401),
    ],
)
def test_other_tokens_get_nothing(city, name, status):
    response = city.as_(name, "GET", ITEMS)
    assert response.status == status
    assert response.header("WWW-Authenticate").startswith("Bearer ")


def test_the_order_is_who_then_what_then_how(city):
    assert city.ask("POST", ITEMS, JSON, {}).status == 401
    assert city.as_("reader", "POST", ITEMS, {}).status == 403
    assert city.as_("clerk", "POST", ITEMS, {}).status == 400
    assert city.as_("clerk", "POST", ITEMS, {"name": "x"}, **{"ngsild-tenant": "parks"}).status == 403  # fmt: skip


def test_a_permit_lives(city):
    made = city.as_("clerk", "POST", ITEMS, {"name": "Pipe", "fee": 3})
    assert made.status == 201
    path = made.header("Location").removeprefix(BASE)
    assert city.as_("reader", "GET", path).json()["fee"] == 3
    assert city.as_("gardener", "GET", path).status == 404
    assert city.as_("anna", "GET", path).status == 404
    assert city.as_("clerk", "PATCH", path, {"fee": 4}).json()["fee"] == 4
    assert city.as_("gardener", "DELETE", path).status == 404
    assert city.as_("clerk", "DELETE", path).status == 204
    assert city.as_("clerk", "GET", path).status == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"name":1}', b'{"name":"x","id":"y"}', b'{"name":"x","status":"z"}']
)  # fmt: skip
def test_impossible_permits_are_refused(city, body):
    assert city.as_("clerk", "POST", ITEMS, body).status == 400


def test_what_is_public_is_public_and_nothing_else(city):
    for path in ("/office/health", "/office/openapi.json"):
        assert city.ask("GET", path).status == 200
    for path in ("/office", "/office/", ITEMS, "/office/log", "/office/no-such", "/office/health/"):
        assert city.ask("GET", path).status == 401


def test_the_log_tells_of_refusals(city):
    city.ask("GET", ITEMS, {"traceparent": "00-abc-1-01"})
    bearer = {"authorization": f"Bearer {OFFICE_TOKEN}"}
    told = city.ask("GET", "/office/log", bearer, query="trace=abc").json()["entries"]
    assert [(e["method"], e["status"], e["client"]) for e in told] == [("GET", 401, None)]
    assert city.as_("reader", "GET", "/office/log").status == 403


def test_no_rung_gets_in(city):
    token = as_jwt(city.token("clerk"))
    keys = made_keys().document["keys"]
    assert is_signed_by(read(token.text), keys[0])
    makers = (unsigned, damaged, altered, forged, bringing_a_key, pointing_to_a_key, foreign)
    rungs = [r for make in makers for r in make(token)] + list(confused(token, keys[0]))
    for rung in rungs:
        assert city.ask("GET", ITEMS, {"authorization": f"Bearer {rung.token}"}).status == 401


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"scope": "permits:write"}, 400, "invalid_scope"),
        ({"resource": ELSEWHERE}, 400, "invalid_target"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_refusals_of_the_token_endpoint(city, changes, status, error):
    response = city.token_answer(BY_ID["reader"], **changes)
    assert (response.status, response.json()["error"]) == (status, error)
    assert response.header("Cache-Control") == "no-store"


def test_revoked_tokens_are_inactive(city):
    token = city.token("clerk")
    pair = base64.b64encode(f"clerk:{BY_ID['clerk'].secret}".encode()).decode()
    known = {**FORM, "authorization": f"Basic {pair}"}
    body = urlencode({"token": token}).encode()
    assert city.ask("POST", "/idp/introspect", FORM, body).status == 401
    assert city.ask("POST", "/idp/introspect", known, body).json()["active"] is True
    assert city.ask("POST", "/idp/revoke", known, body).status == 200
    assert city.ask("POST", "/idp/introspect", known, body).json() == {"active": False}
    assert city.ask("GET", ITEMS, {"authorization": f"Bearer {token}"}).status == 401


def test_the_metadata_agree(city):
    oauth = city.ask("GET", "/.well-known/oauth-authorization-server/idp").json()
    openid = city.ask("GET", "/idp/.well-known/openid-configuration").json()
    office = city.ask("GET", "/.well-known/oauth-protected-resource/office").json()
    assert oauth["issuer"] == openid["issuer"] == office["authorization_servers"][0]
    assert office["resource"] == f"{BASE}/office"
    claims = json.loads(decode(city.token("clerk").split(".")[1]))
    assert (claims["iss"], claims["aud"]) == (oauth["issuer"], office["resource"])


def test_every_client_has_a_secret_in_the_demo():
    assert {f"MIMTEST_DEMO_{c.id.upper()}" for c in CLIENTS} < DEMO_SECRETS.keys()
    assert len(set(DEMO_SECRETS.values())) == len(DEMO_SECRETS)


def test_the_secrets_are_told_for_a_shell(tmp_path):
    done = mimtest("sandbox", "--secrets", cwd=tmp_path)
    assert done.code == 0
    told = dict(line.removeprefix("export ").split("=", 1) for line in done.out.splitlines())
    assert told == demo_secrets()
