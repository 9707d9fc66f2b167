"""The shell completes commands, options and names, at once."""

import os
import subprocess
import sys

import pytest

from mimtest.checks import load_checks
from mimtest.cli import completing
from mimtest.cli.explaining import known_names
from mimtest.rendering.words import FAMILIES
from mimtest.sandbox.faults import all_faults

HEAVY = {"pytest", "httpx", "jinja2", "jsonschema", "hypothesis", "pyproj"}


def completions(*words, env=None):
    """What bash is offered after these words, the last of which is begun."""
    done = subprocess.run(
        [sys.executable, "-m", "mimtest"],
        env=os.environ
        | {
            "_MIMTEST_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("mimtest", *words)),
            "COMP_CWORD": str(len(words)),
            **(env or {}),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split(), done.stderr


@pytest.mark.parametrize(("words", "offered"), [
    (("d",), ["plain,demo", "plain,doctor"]),
    (("--vers",), ["plain,--version"]),
    (("run", "t.toml", "--su"), ["plain,--suite"]),
    (("run", "t.toml", "--suite", "sec"), ["plain,security"]),
    (("run", "t.toml", "--check", "ctx-ent-03"), ["plain,CTX-ENT-03"]),
    (("run", "t.toml", "--edition", "9"), ["plain,9.0"]),
    (("run", "t.toml", "--profile", "street"), ["plain,street-lighting"]),
    (("run", "t.toml", "--profile", "./lot"), ["file,./lot"]),
    (("profile", "clauses", "urban"), ["plain,urban-data-platform"]),
    (("sandbox", "--fault", "ctx-known-over"), ["plain,ctx-known-overwritten"]),
    (("explain", "9.0/mim1/r1.1"), ["plain,9.0/MIM1/R1.1"]),
    (("explain", "no_d"), ["plain,no_data"]),
    (("explain", "sensor"), ["plain,sensorthings"]),
    (("explain", "street-lighting/0.2"), ["plain,street-lighting/0.2"]),
    (("explain", "ctx-known-over"), ["plain,ctx-known-overwritten"]),
])  # fmt: skip
def test_what_is_begun_is_completed(words, offered):
    found, said = completions(*words)
    assert said == ""
    assert found == offered


def test_completion_knows_what_there_is():
    assert {*completing.check_ids()} == {c.id for c in load_checks()}
    assert {*completing.fault_ids()} == {f.id for f in all_faults()}
    known = set(known_names())
    offered = {*completing._names("ctx-")}
    assert offered <= known
    assert {n for n in known - offered if "-" in n and not n.startswith("MIM")} == set()
    assert set(FAMILIES["verdict"]) <= known


def test_nothing_heavy_is_imported_for_it():
    found, said = completions(
        "run", "t.toml", "--check", "CTX-ENT-", env={"PYTHONPROFILEIMPORTTIME": "1"}
    )
    assert "plain,CTX-ENT-01" in found
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.splitlines()}
    assert "click" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    done = subprocess.run(
        [sys.executable, "-m", "mimtest"],
        env=os.environ | {"_MIMTEST_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_MIMTEST_COMPLETE" in done.stdout + done.stderr
