"""The token rows against real programs: oidc-provider issues, and jose, a library for servers, verifies."""

import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.oidc_server import PROVIDER
from tests.real_servers import checks_of, having

MODULES = PROVIDER.parents[2]
pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and PROVIDER.is_file() and (MODULES / "jose").is_dir()),
    reason="oidc-provider and jose are not there (npm), see tests/oidc_server.py",
)
TARGET = """
[product]
supplier = "panva"
name = "oidc-provider with jose"
version = "9"

[scope]
authorised_by = "Whoever runs the tests"
level = "writes"

[interfaces.login]
kind = "oauth"
url = "{issuer}"

[interfaces.office]
kind = "rest"
url = "{resource}"
issuer = "login"
audience = "{resource}"
protected = "/permits"

[identities.clerk]
rights = "full"
client_id = "clerk"
client_secret_env = "CLERK_SECRET"
issuer = "login"
scope = "read write"
audience = "{resource}"

[identities.reader]
rights = "read"
client_id = "reader"
client_secret_env = "READER_SECRET"
issuer = "login"
scope = "read"
audience = "{resource}"

[identities.elsewhere]
rights = "other-audience"
client_id = "clerk"
client_secret_env = "CLERK_SECRET"
issuer = "login"
scope = "read"
audience = "https://elsewhere.mimtest.invalid"

[claims]
mims = ["MIM6"]
"""
#: Where they do not do what is asked, and why that is so.
DEVIATIONS = {
    "SEC-AS-02": "The resource, thirty lines that call jose, publishes no metadata.",
}
#: What their settings make of it when they are careless.
CARELESS = {
    "SEC-TOK-06": "No audience is asked of tokens.",
    "SEC-AS-09": "Tokens live for a day.",
}
#: What cannot be told, or does not apply to them as they are served here.
UNTOLD = {
    "SEC-AS-03": "There are no metadata of the resource that a challenge could lead to.",
    "SEC-AS-17": "oidc-provider answers 400 to whoever does not say who he is.",
    "SEC-TOK-05": "No token is brought along that has ended.",
    "SEC-TOK-15": "No ID token is brought along.",
    "SEC-TOK-22": "No token of another time or hand is brought along.",
    "SEC-TOK-23": "No token is brought along that was taken back.",
}
#: With tokens that live for a day.
UNTOLD_CARELESS = {"SEC-TOK-16": "A token that outlives the hour is not put into an address."}
OWN = ("SEC-TOK-", "SEC-AS-")


@contextmanager
def served(*how):
    """Both programs until the block ends; gives their addresses."""
    command = ["node", str(Path(__file__).parent / "oauth_server.mjs"), str(MODULES), *how]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process.stdout.readline().split()
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.mark.parametrize(
    ("how", "wrong", "untold"), [((), {}, {}), (("careless",), CARELESS, UNTOLD_CARELESS)]
)
def test_just_what_is_wrong_with_them_fails(how, wrong, untold, tmp_path, monkeypatch):
    for name in ("clerk", "reader"):
        monkeypatch.setenv(f"{name.upper()}_SECRET", f"invented-secret-of-{name}")
    with served(*how) as (issuer, resource):
        target = TARGET.format(issuer=issuer, resource=resource)
        rows = checks_of(tmp_path, target, "security")
    own = {name: row for name, row in rows.items() if name.startswith(OWN)}
    failing, silent = DEVIATIONS.keys() | wrong.keys(), UNTOLD.keys() | untold.keys()
    assert having(own, "failed") == failing
    assert having(own, "not_applicable") | having(own, "inconclusive") == silent
    assert having(own, "passed") == own.keys() - failing - silent
