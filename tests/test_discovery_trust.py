"""`init` recognises services that trust is built on, and writes what can be said of them; `doctor` misses them."""

import tomllib

import pytest

from mimtest.sandbox.targetfile import target_text
from tests.conftest import city, mimtest

PLACES = {
    "oidc": "/idp",
    "solid": "/pod",
    "mydata-operator": "/mydata-operator",
    "mydata-connector": "/mydata-connector",
    "mydata-registry": "/trust-registry",
    "vc-issuer": "/credentials",
    "issuers-registry": "/issuers",
    "did": "/did/did.json",
}


@pytest.mark.parametrize(("kind", "path"), PLACES.items())
def test_init_finds_the_kind_of_an_address(tmp_path, kind, path):
    with city() as base:
        done = mimtest("init", f"{base}{path}", "-o", "new.toml", cwd=tmp_path)
    assert done.code == 0, done.err
    written = tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))
    held = {i["kind"]: i["url"].removeprefix(base) for i in written["interfaces"].values()}
    assert held == {kind: path}
    assert "MIM4" in written["claims"]["mims"]


def test_doctor_says_what_is_not_there(tmp_path):
    with city() as base:
        text = target_text(base)
        for kind, path in PLACES.items():
            old = f'kind = "{kind}"\nurl = "{base}{path}"\n'
            assert old in text
            text = text.replace(old, old.replace(path, "/nothing"))
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        done = mimtest("doctor", "mimtest.toml", cwd=tmp_path)
    assert done.code == 3
    assert len([line for line in done.out.splitlines() if line.startswith("NO")]) == len(PLACES)
