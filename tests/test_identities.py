"""Who asks: tokens are had once, go home and nowhere else, and are masked before anything is kept."""

import base64
import json
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from mimtest.errors import Inconclusive, NotApplicable, UsageError
from mimtest.network.permission import require_private
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.plan import Selection
from mimtest.session.identities import Identities
from mimtest.session.opening import open_for
from mimtest.session.state import Run
from mimtest.target import Level, parse_target
from tests.servers import Request, answer, json_answer, responds, serve
from tests.test_redaction import jwt

PRODUCT = {"supplier": "S", "name": "P", "version": "1"}
SECRET = "s3cret of the clerk"
GIVEN = "given-token-8472"
MINTED = jwt({"alg": "ES256"}, {"sub": "clerk"}, b"a signature of some length")


class Stand:
    """An issuer and an API on one socket: it counts the tokens it hands out."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.metadata: dict[str, object] = {}
        self.status = 200
        self.told: dict[str, object] = {}

    def __call__(self, asked: Request) -> bytes:
        self.asked.append(asked)
        base = f"http://{asked.headers['host']}/idp"
        if asked.target == "/idp/.well-known/openid-configuration":
            told = {"issuer": base, "token_endpoint": f"{base}/token", **self.metadata}
            return json_answer(json.dumps(told))
        if asked.target == "/idp/token":
            told = {"access_token": MINTED, "token_type": "Bearer", **self.told}
            return json_answer(
                json.dumps(told if self.status == 200 else {"error": "invalid_client"}),
                self.status,
                f"X-Echo: {MINTED.split('.')[2]}",
            )
        return answer(200, f"{asked.headers}{asked.body!r}".encode())

    @property
    def mints(self) -> list[Request]:
        return [a for a in self.asked if a.target == "/idp/token"]


def run_of(base: str, *, level: Level = Level.SAFE, **identities: dict[str, object]) -> Run:
    target = parse_target(
        {
            "product": PRODUCT,
            "scope": {"level": "writes", "hosts": ["https://other.example"]},
            "interfaces": {
                "login": {"kind": "oidc", "url": f"{base}/idp"},
                "office": {
                    "kind": "rest",
                    "url": f"{base}/office",
                    "issuer": "login",
                    "tenant_header": "X-Tenant",
                },
                "open": {"kind": "rest", "url": base.replace("127.0.0.1", "localhost")},
            },
            "identities": identities
            or {
                "clerk": {
                    "client_id": "mim test",
                    "client_secret_env": "CLERK",
                    "issuer": "login",
                    "scope": "permits:read",
                    "audience": "https://api.example",
                    "rights": "full",
                    "tenant": "water",
                },
                "nobody": {"token_env": "NOBODY", "rights": "none", "interfaces": ["office"]},
            },
        }
    )
    secrets = target.secrets({"CLERK": SECRET, "NOBODY": GIVEN})
    return Run(
        target=target,
        level=level,
        selection=Selection(),
        seed=0,
        run_id="r1",
        output=Path(),
        plan=(),
        secrets=secrets,
        recorder=Recorder(Redactor.of(target, secrets)),
    )


@pytest.fixture
def stand():
    return Stand()


@pytest.fixture
def base(stand):
    with serve(responds(stand)) as server:
        yield server.url


def test_a_client_gets_one_token_and_keeps_it(stand, base):
    run = run_of(base)
    office = run.target.interface("office")
    identities = Identities(run)
    clerk = identities.of(office, "read", "full")
    assert clerk is not None
    assert clerk.fields == {"Authorization": f"Bearer {MINTED}", "X-Tenant": "water"}
    assert identities.required(office, "full").token == MINTED
    (mint,) = stand.mints
    pair = base64.b64decode(mint.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "mim+test:s3cret+of+the+clerk"
    assert parse_qs(mint.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["permits:read"],
        "resource": ["https://api.example"],
    }
    identities.fresh(clerk.identity)
    assert len(stand.mints) == 2


@pytest.mark.parametrize(
    ("seconds", "passed", "mints"),
    [
        (None, 3600, 1),
        (60, 40, 1),
        (60, 50, 2),
        (1, 50, 1),
        ("60", 50, 1),
        pytest.param(10**200, 50, 1, id="for ever"),
    ],
)
def test_a_token_that_ends_is_followed_by_another(  # noqa: PLR0917
    stand, base, monkeypatch, seconds, passed, mints
):
    stand.told = {"expires_in": seconds}
    run = run_of(base)
    office = run.target.interface("office")
    identities = Identities(run)
    assert identities.of(office, "full")
    now = time.time()
    monkeypatch.setattr("mimtest.session.identities.time.time", lambda: now + passed)
    assert identities.of(office, "full")
    assert len(stand.mints) == mints


def test_a_client_says_who_it_is_as_the_metadata_want_it(stand, base):
    stand.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    run = run_of(base)
    Identities(run).of(run.target.interface("office"), "full")
    (mint,) = stand.mints
    assert "authorization" not in mint.headers
    assert parse_qs(mint.body.decode())["client_secret"] == [SECRET]


def test_nothing_of_a_token_is_kept(stand, base):
    run = run_of(base)
    office = run.target.interface("office")
    presented = Identities(run).required(office, "full")
    with open_for(run, office) as client:
        client.get("/permits", headers=presented.fields, auth=False)
    kept = json.dumps([e.as_dict() for e in run.recorder.exchanges])
    assert len(run.recorder.exchanges) == 3
    assert MINTED not in repr(presented)
    for secret in (SECRET, GIVEN, *MINTED.split(".")[1:]):
        assert secret not in kept
        assert base64.b64encode(secret.encode()).decode()[:-4] not in kept


def test_secrets_go_to_their_homes_only(stand, base):
    run = run_of(base)
    presented = Identities(run).required(run.target.interface("office"), "full")
    away = run.target.interface("open")
    secrets = {"clerk's": SECRET, "given": GIVEN, "part": MINTED.split(".")[1]}
    with open_for(run, away) as client:
        run.recorder.start_check("SEC-TOK-01", Level.SAFE)
        asked = len(stand.asked)
        for secret in (*secrets.values(), presented.token):
            with pytest.raises(Inconclusive, match="does not belong"):
                client.get("/a", headers={"X-Any": f"Bearer {secret}"})
            with pytest.raises(Inconclusive, match="does not belong"):
                client.get("/a", params={"q": f"x{secret}"})
            with pytest.raises(Inconclusive, match="does not belong"):
                client.post("/a", query=True, json={"a": [secret]})
        assert len(stand.asked) == asked


def test_whoever_refuses_a_token_is_named_and_asked_once(stand, base):
    stand.status = 401
    run = run_of(base)
    identities = Identities(run)
    for _ in range(2):
        with pytest.raises(Inconclusive, match="clerk: the token endpoint answered 401 invalid_cl"):
            identities.of(run.target.interface("office"), "full")
    assert len(stand.mints) == 1


def test_a_passive_run_asks_for_no_token(stand, base):
    run = run_of(base, level=Level.PASSIVE)
    with pytest.raises(Inconclusive, match="passive"):
        Identities(run).of(run.target.interface("office"), "full")
    assert not stand.asked


def test_where_an_identity_is_used(base):
    run = run_of(base)
    identities, target = Identities(run), run.target
    office, open_ = target.interface("office"), target.interface("open")
    assert [i.name for i in identities.all(office)] == ["clerk", "nobody"]
    assert [i.name for i in identities.all(office, "none")] == ["nobody"]
    assert identities.all(open_) == ()
    assert identities.of(office, "read") is None
    with pytest.raises(NotApplicable, match="'read' or 'expired' for office"):
        identities.required(office, "read", "expired")


def test_an_identity_does_without_an_issuer_where_anything_is_guarded(base):
    run = run_of(base, somebody={"token_env": "NOBODY", "rights": "full"})
    assert run.target.is_used_at(run.target.identities[0], run.target.interface("office"))
    assert not run.target.is_used_at(run.target.identities[0], run.target.interface("open"))


@pytest.mark.parametrize(
    ("identity", "complaint"),
    [
        ({}, "identities.x.token_env: is missing"),
        ({"client_id": "a"}, "identities.x.issuer: is missing"),
        ({"client_id": "a", "issuer": "login", "token_env": "A"}, "has a token of its own"),
        ({"client_id": "a", "issuer": "office", "rights": "full"}, "'office' is no interface"),
        (
            {"token_env": "A", "interfaces": ["offices"], "rights": "full"},
            "there is no interface 'offices'",
        ),
        ({"token_env": "A", "rights": "some"}, "identities.x.rights"),
        ({"token_env": "A B", "rights": "full"}, "identities.x.token_env"),
    ],
)
def test_an_identity_that_makes_no_sense_is_refused(identity, complaint):
    with pytest.raises(UsageError, match=complaint):
        run_of("http://127.0.0.1:1", x=identity)


def test_no_identity_asks_over_an_open_line():
    run = run_of("http://127.0.0.1:1")
    require_private(run.target)
    open_line = run_of("http://api.example")
    with pytest.raises(UsageError, match="would travel unencrypted to http:"):
        require_private(open_line.target)
