"""`doctor` tries the identities of a target file; what names nothing of the catalogue is a mistake in it."""

import tomllib

import pytest

from mimtest.errors import UsageError
from mimtest.sandbox.secrets import demo_secrets
from mimtest.session.listed import require_listed
from mimtest.target import load_target, parse_target
from tests.conftest import city, mimtest

TARGET = """
[product]
supplier = "s"
name = "n"
version = "1"

[interfaces.login]
kind = "oidc"
url = "{base}/idp"

[interfaces.office]
kind = "rest"
url = "{base}/office"
auth = {{ kind = "bearer", token_env = "MIMTEST_DEMO_OFFICE_TOKEN" }}
issuer = "login"
audience = "{base}/office"
protected = "/collections/permits/items"

[identities.clerk]
rights = "full"
client_id = "clerk"
client_secret_env = "MIMTEST_DEMO_CLERK"
issuer = "login"
audience = "{base}/office"

[identities.visitor]
rights = "none"
client_id = "visitor"
client_secret_env = "MIMTEST_DEMO_VISITOR"
issuer = "login"
audience = "{base}/office"
"""
DATA = "/collections/permits/items"


def doctor(folder, old="", new=""):
    with city() as base:
        text = TARGET.format(base=base)
        assert old in text
        (folder / "mimtest.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return mimtest("doctor", "mimtest.toml", cwd=folder, env=demo_secrets())


def test_identities_that_work_are_told(tmp_path):
    done = doctor(tmp_path)
    assert done.code == 0, done.out
    assert f"ok   office: protected: {DATA} is answered 401 without credentials" in done.out
    assert "ok   office: identity clerk: is answered 200" in done.out
    assert "ok   office: identity visitor: has a token (none)" in done.out


@pytest.mark.parametrize(("old", "new", "said", "key"), [
    ("MIMTEST_DEMO_CLERK", "MIMTEST_DEMO_READER", "the token endpoint answered 401 invalid_client", "identities.clerk"),
    (f'"{DATA}"', '"/collections/none"', "identity clerk: is answered 404", "interfaces.office.protected"),
    ('/office"\nprotected', '/other"\nprotected', "identity clerk: its token is for", "interfaces.office.audience"),
    ("MIMTEST_DEMO_OFFICE_TOKEN", "MIMTEST_DEMO_READER", "auth: the credentials are refused (401)", "interfaces.office.auth"),
])  # fmt: skip
def test_a_mistake_is_told_with_its_key(tmp_path, old, new, said, key):
    done = doctor(tmp_path, old, new)
    assert done.code == 3, done.out
    assert said in done.out
    assert f"mimtest.toml, {key}: " in done.out


def test_a_protected_path_that_is_public_is_noted(tmp_path):
    done = doctor(tmp_path, f'"{DATA}"', '"/health"')
    assert "note office: protected: /health is answered 200 without credentials" in done.out


@pytest.mark.parametrize(("more", "said"), [
    ('[claims]\nmechanisms = ["9.0/MIM6/M1.9"]', r"claims\.mechanisms\[0\]: there is no mechanism"),
    ('[[declarations]]\nabout = ["9.0/MIM6/R9.9"]\nanswer = "meets"', r"declarations\[0\]\.about: there is no requirement"),
])  # fmt: skip
def test_what_is_not_in_the_catalogue_is_a_mistake(more, said):
    target = parse_target(tomllib.loads(TARGET.format(base="http://127.0.0.1:1") + more))
    with pytest.raises(UsageError, match=said):
        require_listed(target, "mimtest.toml")


@pytest.mark.parametrize(("old", "new", "said"), [
    ('rights = "none"\n', "", "identities.visitor.rights: is missing"),
    ("protected =", 'ca = "none.pem"\nprotected =', "interfaces.office.ca: there is no file 'none.pem'"),
    ('rights = "none"\n', 'rights = "none"\nowns = ["ab"]\n', "must have 4 characters or more"),
])  # fmt: skip
def test_a_mistake_in_the_file_is_one_line(tmp_path, old, new, said):
    text = TARGET.format(base="http://127.0.0.1:1")
    (tmp_path / "mimtest.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        load_target(tmp_path / "mimtest.toml")
