"""What a user gets wrong is one line that says so, with the exit code for it, and never a traceback."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import hear_interrupts, mimtest
from tests.servers import closed_port
from tests.zoo import target_for

WAIVER = """\
[[waivers]]
about = "CTX-ENT-01"
reason = "known"
approver = "the city"
ticket = "1"
expires = "2099-01-01"
"""


def _targets() -> dict[str, str]:
    """Target files by name: one that is right, and what can be wrong in one."""
    good = target_for(f"http://127.0.0.1:{closed_port()}")
    secret = 'auth = { kind = "bearer", token_env = "ZOO_TOKEN" }\nversion = "1.8.1"'
    return {
        "good.toml": good,
        "no.toml": "interfaces = [",
        "key.toml": good.replace("timeout = 1", "timeuot = 1", 1),
        "type.toml": good.replace("timeout = 1", 'timeout = "soon"', 1),
        "safe.toml": good.replace('level = "writes"', 'level = "safe"'),
        "address.toml": good.replace('url = "http:', 'url = "ftp:', 1),
        "userinfo.toml": good.replace("http://", "http://joe:pw@", 1),
        "secret.toml": good.replace('version = "1.8.1"', secret),
        "plain.toml": target_for("http://broker.example").replace('version = "1.8.1"', secret),
        "empty.toml": "",
        "endless.toml": good.replace("timeout = 1", "timeout = inf", 1),
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder with right files and wrong ones, and a whole report in `mimtest-report`."""
    folder = tmp_path_factory.mktemp("desk")
    for name, text in _targets().items():
        (folder / name).write_text(text, encoding="utf-8")
    assert mimtest("run", "good.toml", cwd=folder).code == 3
    whole = (folder / "mimtest-report/report.json").read_text(encoding="utf-8")
    (folder / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "changed.json").write_text(whole.replace('"Nothing"', '"Something"'))
    (folder / "cut.json").write_text(whole[: len(whole) // 2])
    (folder / "other.json").write_text('{"checks": []}')
    (folder / "list.json").write_text("[]")
    (folder / "waivers.toml").write_text(WAIVER)
    (folder / "waiver-lacks.toml").write_text(WAIVER.replace('ticket = "1"\n', ""))
    (folder / "waiver-day.toml").write_text(WAIVER.replace("2099-01-01", "2099-02-31"))
    (folder / "profile-key.toml").write_text("nonsense = 1\n")
    (folder / "afile").write_text("in the way")
    return folder


#: The command line, and words that its one line has to have.
MISTAKES = {
    "run": "Missing argument 'TARGET'. For example: mimtest run mimtest.toml --plan. See 'mimtest run --help'.",
    "run nowhere.toml": "nowhere.toml: no such file",
    "run .": ".: cannot be read: it is a folder. Give a TOML file.",
    "run no.toml": "no.toml: is not TOML",
    "run binary.toml": "is not UTF-8",
    "run empty.toml": "product: is missing",
    "run endless.toml": "endless.toml: holds a number that is infinite",
    f"gate {'x' * 300}": "cannot be read",
    "run key.toml": "key.toml: interfaces.context.timeuot: unknown key. Did you mean 'timeout'?",
    "run type.toml": "type.toml: interfaces.context.timeout: must be a number",
    "run address.toml": "interfaces.context.url: 'ftp:",
    "run userinfo.toml": "interfaces.context.url: holds a user name",
    "run secret.toml": "interfaces.context.auth: the environment variable ZOO_TOKEN is not set",
    "doctor secret.toml": "interfaces.context.auth: the environment variable ZOO_TOKEN is not set",
    "run safe.toml --level writes": "scope.level allows 'safe' at most",
    "run good.toml --level all": "'--level'",
    "run good.toml --suite streets": "--suite streets: not known. Known are: context",
    "run good.toml --check NO-*": "--check NO-*: fits no check. 'mimtest list checks' names them.",
    "run good.toml --check ctx-ent-03": "fits no check. Did you mean 'CTX-ENT-03'?",
    "run good.toml --check CTX-ENT-01 --check CTX-ETN-01": "--check CTX-ETN-01: fits no check",
    "run good.toml --suite places --check CTX-*": "none of these checks is in the suites",
    "list checks --suite streets": "--suite streets: not known. Known are: context",
    "list checks --suite places --check CTX-*": "none of these checks is in the suites",
    "run good.toml --edition 1.0": "no edition '1.0'",
    "run good.toml --profile nice": "There is no profile 'nice'. There are technical, full, ",
    "profile clauses strret-lighting": "Did you mean 'street-lighting'?",
    "run good.toml --profile nice.toml": "nice.toml: no such file",
    "run good.toml --profile profile-key.toml": "profile-key.toml: ",
    "run good.toml --waivers nowhere.toml": "nowhere.toml: no such file",
    "run good.toml --waivers no.toml": "no.toml: is not TOML",
    "run good.toml --waivers waiver-lacks.toml": "waivers[0].ticket: is missing",
    "run good.toml --waivers waiver-day.toml": "'2099-02-31' is not a day",
    "run good.toml --output afile": "afile",
    "run good.toml --output afile/sub": "afile/sub: no folder can be made there",
    "run good.toml -n 0": "-n",
    "run good.toml --sed 3": "--sed",
    "demo --output afile": "afile",
    "demo --output afile/sub": "afile/sub: no folder can be made there",
    "doctor nowhere.toml": "nowhere.toml: no such file",
    "doctor key.toml": "unknown key",
    "gate nowhere.json": "nowhere.json: cannot be read: there is no such file. Give the report.json",
    "gate other.json": "other.json: is not a report",
    "gate list.json": "list.json: is not a report",
    "gate changed.json": "changed.json: was changed after the run",
    "gate cut.json": "cut.json: is not JSON",
    "gate good.toml": "good.toml: is not JSON",
    "gate mimtest-report --policy nowhere.toml": "nowhere.toml: no such file",
    "gate mimtest-report --waivers waiver-lacks.toml": "waivers[0].ticket: is missing",
    "report changed.json --as html": "was changed after the run",
    "report cut.json --as md": "is not JSON",
    "report mimtest-report": "--as",
    "report mimtest-report --as poster": "'poster'",
    "report mimtest-report --as md --lang xx": "language 'xx'",
    "report mimtest-report --as md -o afile/page.md": "afile/page.md: cannot be written",
    "explain NO-SUCH-01": "'NO-SUCH-01' is no name that mimtest knows",
    "list requirements --edition 1.0": "no edition '1.0'",
    "list streets": "'streets'",
    "streets": "No such command 'streets'. See 'mimtest --help'.",
    "dmo": "No such command 'dmo'. Did you mean 'demo'? See 'mimtest --help'.",
    "keygen -o afile/key.pem": "afile: no folder can be made there",
    "keygen -o good.toml": "good.toml: is there already. A key is never overwritten",
    "keygen --passphrase-env NOT_THERE": "the environment variable NOT_THERE is not set",
    "sign mimtest-report": "--key",
    "sign mimtest-report --key good.toml": "good.toml: is not a private Ed25519 key",
    "sign mimtest-report --key nowhere.pem": "nowhere.pem: cannot be read",
    "verify nowhere.zip": "nowhere.zip: cannot be read",
    "verify mimtest-report --key good.toml": "good.toml: is not a public Ed25519 key",
    "verify mimtest-report --key nowhere.pem": "nowhere.pem: cannot be read",
    "verify mimtest-report --lang xx": "language 'xx'",
    "run good.toml --from nowhere.json": "nowhere.json: cannot be read",
    "run good.toml --from mimtest-report --seed 3": "--seed: is taken from the report with --from",
    "run good.toml --challenge short": "--challenge: 'short' is no challenge: 8 to 64 letters",
    "sandbox --fault no-such-fault": "--fault no-such-fault: not known",
    "sandbox --port 70000": "--port",
    "sandbox --fault ctx-known-overwriten": "Did you mean 'ctx-known-overwritten'?",
    "demo --fault no-such-fault": "--fault no-such-fault: not known",
    "demo --check NO-*": "--check",
    "init city.example -o new.toml": "Did you mean 'https://city.example'?",
    "init nonsense -o new.toml": "'nonsense' is not a web address",
    "init https://joe:pw@city.example -o new.toml": "holds a user name or password",
    "init https://city.example -o good.toml": "good.toml: is there already",
    "cleanup nowhere.jsonl --target good.toml": "nowhere.jsonl: cannot be read",
    "cleanup nowhere.jsonl --target nowhere.toml": "nowhere.toml: no such file",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line(line, desk):
    before = _files(desk)
    ended = mimtest(*shlex.split(line), cwd=desk)
    assert ended.code == 2, ended.out + ended.err
    assert ended.out == ""
    (said,) = ended.err.splitlines()
    assert said.startswith("mimtest: ")
    assert MISTAKES[line] in said
    assert "pw@" not in said
    assert "joe" not in said
    assert _files(desk) == before


def test_an_edition_that_is_named_twice_is_judged_once(desk, tmp_path):
    twice = ("--edition", "9.0", "--edition", "9.0")
    mimtest("run", "good.toml", "--check=CTX-ENT-01", *twice, "--output", str(tmp_path), cwd=desk)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [a["edition"] for a in report["assessments"]] == ["9.0"]


def _files(folder: Path) -> dict[str, int]:
    return {str(p): p.stat().st_size for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_secret_does_not_travel_unencrypted(command, desk):
    secret = "q8Zr2LmT0pVw"
    ended = mimtest(command, "plain.toml", cwd=desk, env={"ZOO_TOKEN": secret})
    assert (ended.code, ended.out) == (2, "")
    (said,) = ended.err.splitlines()
    assert "interfaces.context.url: credentials would travel unencrypted" in said
    assert secret not in ended.err


def test_a_folder_nobody_may_write_to_is_said_at_once(desk, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.access(closed, os.W_OK):  # root may; but nobody makes folders where processes are listed
        closed = Path("/proc/closed")
    ended = mimtest("run", "good.toml", "--output", closed, cwd=desk)
    assert ended.code == 2
    (said,) = ended.err.splitlines()
    assert said.startswith(f"mimtest: {closed}: ")


def test_a_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = mimtest("sandbox", "--port", port, cwd=Path.cwd())
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert f"--port {port}" in ended.err


@pytest.mark.parametrize("given", [[], ["list"]])
def test_without_a_command_there_is_the_list_of_them(given, tmp_path):
    ended = mimtest(*given, cwd=tmp_path)
    assert ended.code == 2
    assert "Commands:" in ended.err
    assert "Traceback" not in ended.err


def _closed_early(*args: object, cwd: Path) -> tuple[int, str]:
    """Exit code and errors of a command of whose output nobody reads more than a byte."""
    command = [sys.executable, "-m", "mimtest", *map(str, args)]
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read().decode()
        return process.wait(60), err


@pytest.mark.parametrize("line", ["run good.toml --output other", "gate mimtest-report"])
def test_a_pipe_that_closes_early_changes_no_answer_of_the_gate(line, desk):
    assert _closed_early(*line.split(), cwd=desk) == (3, "")


@pytest.mark.parametrize(
    "line",
    [
        "list checks",
        "list requirements --json",
        "report mimtest-report --as html",
        "explain no_data",
    ],
)
def test_a_pipe_that_closes_early_ends_what_only_prints(line, desk):
    code, err = _closed_early(*line.split(), cwd=desk)
    assert err == ""
    assert code in (0, 128 + signal.SIGPIPE)


@pytest.mark.parametrize(
    "line", ["models add {}", "validate {} --model Streetlight", "validate x.json --model {}"]
)
def test_a_name_too_long_for_a_file_is_one_line(line, tmp_path):
    name = "a" * 300
    done = mimtest(*line.format(name).split(), cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    told = "is too long for the name of a file. Give a shorter one."
    assert done.err == f"mimtest: {name}: {told}\n"


def test_an_interrupted_command_says_so_in_a_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        text = target_for(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=30)
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        with (
            subprocess.Popen(
                [sys.executable, "-m", "mimtest", "doctor", "mimtest.toml"],
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=hear_interrupts,  # noqa: PLW1509 - it takes no lock
            ) as process,
            contextlib.closing(silent.accept()[0]),
        ):
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
    assert process.returncode == 3
    assert err.strip() == "mimtest: interrupted."
