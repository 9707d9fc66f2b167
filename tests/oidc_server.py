"""A real OpenID Provider on loopback: oidc-provider from npm, run by node.

It is found in the folder that MIMTEST_NODE_MODULES names, or in `node_modules` beside the tests:
`npm install --prefix tests --no-save oidc-provider`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent
_MODULES = Path(os.environ.get("MIMTEST_NODE_MODULES") or _HERE / "node_modules")
PROVIDER = _MODULES / "oidc-provider" / "lib" / "index.js"

TARGET = """
[product]
supplier = "panva"
name = "oidc-provider"
version = "9"

[scope]
authorised_by = "Whoever runs the tests"
level = "safe"

[interfaces.login]
kind = "oidc"
url = "{issuer}"
paths = {{ callback = "{issuer}/signed-in" }}

[identities.app]
rights = "none"
client_id = "city-app"
issuer = "login"
interfaces = ["login"]

[claims]
mims = ["MIM6"]
"""


def is_installed() -> bool:
    """Whether node and the provider are there."""
    return shutil.which("node") is not None and PROVIDER.is_file()


@contextmanager
def oidc_provider(*how: str) -> Iterator[str]:
    """Serve the provider, "careless" or as it should be, until the block ends; gives its issuer identifier."""
    command = ["node", str(_HERE / "oidc_server.mjs"), str(PROVIDER), *how]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            issuer = next((line for line in server.stdout if line.startswith("http")), "")
            assert issuer, "oidc-provider does not start"
            yield issuer.strip()
        finally:
            server.terminate()
            server.wait(timeout=10)
