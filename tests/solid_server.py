"""A real Solid server on loopback: the Community Solid Server from npm, run by node.

It is found in the folder that MIMTEST_NODE_MODULES names, or in `node_modules` beside the tests:
`npm install --prefix tests --no-save @solid/community-server`.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_HERE = Path(__file__).parent
_MODULES = Path(os.environ.get("MIMTEST_NODE_MODULES") or _HERE / "node_modules")
PROGRAM = _MODULES / "@solid" / "community-server" / "bin" / "server.js"
PEOPLE = ("alice", "bob")
_START_SECONDS = 180

TARGET = """
[product]
supplier = "Community Solid Server"
name = "Community Solid Server"
version = "7"

[scope]
authorised_by = "Whoever runs the tests"
level = "writes"

[interfaces.pod]
kind = "solid"
url = "{base}/alice"
auth = {{ kind = "bearer", token_env = "MIMTEST_REAL_POD_ALICE" }}
protected = "/diary/march.txt"
paths = {{ resource = "/profile/card", container = "/tests/" }}

[identities.alice]
rights = "full"
token_env = "MIMTEST_REAL_POD_ALICE"
interfaces = ["pod"]

[identities.bob]
rights = "none"
token_env = "MIMTEST_REAL_POD_BOB"
interfaces = ["pod"]

[claims]
mims = ["MIM4"]
"""


def is_installed() -> bool:
    """Whether node and the server are there."""
    return shutil.which("node") is not None and PROGRAM.is_file()


@contextmanager
def solid_server(folder: Path, configuration: str = "default") -> Iterator[str]:
    """Serve a pod for each person until the block ends; gives the address. Everything is kept in the folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    accounts = [
        {"email": f"{p}@mimtest.example", "password": f"demo-{p}", "pods": [{"name": p}]}
        for p in PEOPLE
    ]
    seed = folder / "seed.json"
    seed.write_text(json.dumps(accounts), encoding="utf-8")
    base = f"http://localhost:{port}"
    options = ["-p", str(port), "-l", "error", "--seedConfig", str(seed), "-f", str(folder)]
    command = ["node", str(PROGRAM), "-c", f"@css:config/{configuration}.json", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(f"{base}/{PEOPLE[-1]}/profile/card", server)
            yield base
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the last pod is there."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    msg = "the Community Solid Server does not start"
    raise AssertionError(msg)


def token_of(base: str, person: str) -> str:
    """A token that stands for a person, got as the server's own pages do."""
    with httpx.Client() as client:
        controls = client.get(f"{base}/.account/").json()["controls"]
        login = {"email": f"{person}@mimtest.example", "password": f"demo-{person}"}
        known = client.post(controls["password"]["login"], json=login).json()["authorization"]
        fields = {"Authorization": f"CSS-Account-Token {known}"}
        controls = client.get(f"{base}/.account/", headers=fields).json()["controls"]
        wanted = {"name": "tests", "webId": f"{base}/{person}/profile/card#me"}
        made = client.post(controls["account"]["clientCredentials"], headers=fields, json=wanted)
        pair = (made.json()["id"], made.json()["secret"])
        asked = {"grant_type": "client_credentials", "scope": "webid"}
        given = client.post(f"{base}/.oidc/token", auth=pair, data=asked)
    return str(given.json()["access_token"])
