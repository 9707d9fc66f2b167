"""Checks of access that the open demo city does not show: restricted data, and addresses."""

import pytest

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform, default_services
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch

READ, WRITE = "CTX-ACC-23", "CTX-ACC-24"
VERSION = "CTX-ACC-15"
TOKEN = "a-token-of-the-city"
AUTH = 'auth = { kind = "bearer", token_env = "CITY_TOKEN" }'
KEY = 'auth = { kind = "header", header = "X-Api-Key", token_env = "CITY_TOKEN" }'


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs checks against a platform; gives them by id. `auth` goes into the target file."""
    monkeypatch.setenv("CITY_TOKEN", TOKEN)

    def against(platform, *checks, auth="", **changes):
        target = tmp_path / "mimtest.toml"
        with serve(platform) as base:
            text = target_text(base).replace('version = "1.9.1"', f'version = "1.9.1"\n{auth}')
            for old, new in changes.values():
                text = text.replace(old, new)
            target.write_text(text, encoding="utf-8")
            order = Order(target=target, output=tmp_path, suites=("context",), checks=checks)
            report = launch(order)
        assert not report["assessment"]["impact"]["leftBehind"]
        return {c["id"]: c for c in report["checks"] if c["id"] in checks}

    return against


def outcomes(found):
    return {k: c["outcome"] for k, c in found.items()}


def failed_cases(check):
    return {c["name"] for c in check["cases"] if c["outcome"] == "failed"}


def restricted(*faults):
    return Platform(faults=[find_fault(f) for f in faults], token=TOKEN)


@pytest.mark.parametrize("variant", [(), ("ctx-variant-strangers-forbidden",)])
def test_restricted_access_is_seen_to_be_restricted(run, variant):
    found = run(restricted(*variant), READ, WRITE, auth=AUTH)
    assert outcomes(found) == {READ: "passed", WRITE: "passed"}
    assert {c["name"] for c in found[READ]["cases"]} == {"silent", "wrong", "right"}


@pytest.mark.parametrize(
    ("fault", "killed"),
    [
        ("ctx-token-not-asked", {READ, WRITE}),
        ("ctx-any-token-taken", {READ}),
        ("ctx-no-challenge", {READ, WRITE}),
        ("ctx-refused-with-data", {READ}),
        ("ctx-strangers-write", {WRITE}),
        ("ctx-stranger-deletes-all-the-same", {WRITE}),
    ],
)
def test_a_hole_in_it_is_noticed(run, fault, killed):
    found = outcomes(run(restricted(fault), READ, WRITE, auth=AUTH))
    assert found == {k: "failed" if k in killed else "passed" for k in (READ, WRITE)}


@pytest.mark.parametrize("auth", [AUTH, KEY])
def test_a_platform_that_ignores_the_token_is_noticed(run, auth):
    found = run(Platform(), READ, WRITE, auth=auth)
    assert outcomes(found) == {READ: "failed", WRITE: "failed"}
    assert failed_cases(found[READ]) == {"silent", "wrong"}


def test_an_open_interface_is_not_judged_by_it(run):
    assert set(outcomes(run(Platform(), READ, WRITE)).values()) == {"not_applicable"}


def test_an_address_without_a_version_is_noticed(run):
    services = default_services()
    platform = Platform(services=services | {"/broker": services["/ngsi-ld/v1"]})
    found = run(platform, VERSION, address=('/ngsi-ld/v1"', '/broker"'))
    assert failed_cases(found[VERSION]) == {"version"}
