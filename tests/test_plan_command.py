"""`mimtest run --plan`: everything a run may do is told, and nothing is done."""

from collections import Counter

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.pacing import CHECK_BUDGETS, budget_of
from mimtest.sandbox.secrets import demo_secrets
from mimtest.sandbox.targetfile import target_text
from mimtest.target import Level, load_target
from tests.conftest import city, mimtest
from tests.servers import always, answer, client_for, serve

TARGET = """
[product]
supplier = "S"
name = "P"
version = "1"

[scope]
authorised_by = "the owner"
hosts = ["https://elsewhere.example"]

[interfaces.login]
kind = "oidc"
url = "{base}/idp"

[interfaces.office]
kind = "rest"
url = "{base}/office"
auth = {{ kind = "bearer", token_env = "NOBODY_SET_THIS" }}
issuer = "login"

[identities.clerk]
rights = "full"
client_id = "the-clerk"
client_secret_env = "NOR_THIS"
issuer = "login"

[[declarations]]
about = ["9.0/MIM6/R1.1"]
answer = "meets"
evidence = [{{ locator = "{base}/policy.pdf" }}, {{ locator = "https://far.example/a.pdf" }}, {{ locator = "http://[::1/b.pdf" }}]
"""


def planned(folder, *args):
    with serve(always(answer(200))) as server:
        (folder / "mimtest.toml").write_text(TARGET.format(base=server.url), encoding="utf-8")
        ended = mimtest("run", "mimtest.toml", "--plan", *args, cwd=folder)
        assert server.connections == 0
    return ended


def test_nothing_is_sent_or_written(tmp_path):
    ended = planned(tmp_path, "--suite=security")
    assert ended.code == 0, ended.out + ended.err
    assert [p.name for p in tmp_path.iterdir()] == ["mimtest.toml"]


def test_it_tells_who_asks_whom_for_what(tmp_path):
    out = planned(tmp_path, "--suite=security").out
    for line in (
        "Level: safe. Allowed by: the owner.",
        "  https://elsewhere.example:443",
        "  tokens: the client 'the-clerk' asks at 'login' with the secret of NOR_THIS",
        "/policy.pdf, and an address beside it that is none",
        "  credentials: bearer from NOBODY_SET_THIS",
        "  identities: clerk (full, client of 'login')",
        "    SEC-HTTP-05  passive  80 requests at most",
    ):
        assert line in out, line
    assert "far.example" not in out
    assert "writes:" not in out


def test_a_passive_run_has_a_bound_for_all(tmp_path):
    out = planned(tmp_path, "--suite=security", "--level=passive").out
    assert "  requests: 300 at most, in all" in out
    assert "tokens:" not in out
    assert "SEC-HTTP-10" not in out
    assert "Not run (level): " in out


def test_what_is_not_known_is_refused_as_before_a_run(tmp_path):
    assert planned(tmp_path, "--check=NO-SUCH-*").code == 2
    assert planned(tmp_path, "--level=writes").code == 2


@pytest.mark.parametrize("check", ["SEC-TOK-01", "TRU-ID-01"])
def test_a_bound_is_kept(check):
    most = CHECK_BUDGETS[check[:4]]
    with serve(always(answer(200))) as server, client_for(server.url, level=Level.SAFE) as client:
        for name in (check, f"{check}b"):
            client.recorder.start_check(name, Level.SAFE)
            for _ in range(most):
                client.get()
            with pytest.raises(Inconclusive, match=f"asks {most} times at most"):
                client.get()
        client.recorder.start_check("CTX-ENT-01", Level.SAFE)
        for _ in range(most + 1):
            client.get()
        assert len(server.requests) == 3 * most + 1


def test_a_run_does_no_more_than_was_told(tmp_path):
    with city() as base:
        (tmp_path / "mimtest.toml").write_text(target_text(base), encoding="utf-8")
        arguments = ("run", "mimtest.toml", "--suite=security", "--suite=trust", "--level=safe")
        told = mimtest(*arguments, "--plan", cwd=tmp_path).out
        ended = mimtest(*arguments, cwd=tmp_path, env=demo_secrets())
        origins = load_target(tmp_path / "mimtest.toml").origins
    assert all(f"  {origin}\n" in told for origin in origins)
    ran = [c for c in ended.report["checks"] if c["outcome"] not in ("not_run", "not_applicable")]
    assert ran
    for check in ran:
        assert f"\n    {check['id']} " in told
    asked = Counter(x["check"] for x in ended.report["exchanges"])
    interfaces = Counter(c["id"] for c in ran)
    for check, number in asked.items():
        most = budget_of(check)
        if most:
            assert number <= most * max(interfaces[check], 1), check
