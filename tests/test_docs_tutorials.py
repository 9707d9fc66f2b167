"""The commands of the tutorials, in their order: what they say is what is run.

A block is run where a comment before it says so: `<!-- tested: CODE -->`, the exit code of its last command, or
`<!-- tested: city FAULT… -->` for the sandbox, which is then served with these faults.
"""

import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("vendor", "city", "ci")
BLOCK = re.compile(r"^<!-- tested: (.+?) -->\n```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PORT = "8080"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """An empty folder, with `mimtest` and `python3` as those of these tests."""
    folder = tmp_path_factory.mktemp("desk")
    programs = tmp_path_factory.mktemp("bin")
    for name, command in {"mimtest": "-m mimtest", "python3": ""}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        (programs / name).chmod(0o755)
    return folder, os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_the_commands_of_the_tutorials_do_what_they_say(desk):
    folder, env = desk
    port, seen = _free_port(), 0
    with ExitStack() as stack:
        for page in PAGES:
            text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
            for wanted, block in BLOCK.findall(text):
                seen += 1
                if wanted.startswith("city"):
                    stack.close()
                    stack.enter_context(_city(wanted.split()[1:], port, block))
                    continue
                script = block.replace(PORT, str(port))
                done = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", script],
                    cwd=folder,
                    env=env,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == int(wanted), f"{page}: {block}{done.stdout}{done.stderr}"
                assert "Traceback" not in done.stderr
    assert seen > 12
    assert (folder / "side-by-side/index.html").is_file()
    assert "or equivalent" in (folder / "clauses.md").read_text(encoding="utf-8")


def _city(faults, port, block):
    assert block.split() == [
        "mimtest", "sandbox", "--port", PORT, *(w for f in faults for w in ("--fault", f)),
    ]  # fmt: skip
    return serve(Platform(faults=[find_fault(f) for f in faults]), port=port)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_commands_that_are_run(page):
    assert BLOCK.search((DOCS / f"{page}.md").read_text(encoding="utf-8"))
