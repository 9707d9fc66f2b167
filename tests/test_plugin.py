"""The pytest plugin beside a supplier's own tests, and `mimtest run` out of their reach."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mimtest.sandbox.targetfile import target_text
from tests.conftest import city, failed, mimtest, outcomes, run_against
from tests.servers import closed_port

WRITING = ("POST", "PUT", "PATCH", "DELETE")
CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def base():
    with city() as address:
        yield address


@pytest.fixture
def project(tmp_path, base):
    """A supplier's project with a test of its own and a target file."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    (tmp_path / "mimtest.toml").write_text(target_text(base))
    return tmp_path


def run_pytest(folder, *args, python=(), env=None):
    return subprocess.run(
        [sys.executable, *python, "-m", "pytest", *args],
        cwd=folder,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    ("suite", "parallel"),
    [("security", ()), ("security", ("-n", "2"))],
    ids=["sequential", "parallel"],
)
def test_the_checks_run_beside_a_suppliers_own_tests(project, suite, parallel):
    some = [f"--mimtest-check={c}" for c in ("SEC-HTTP-*", "SEC-TOK-*")]
    done = run_pytest(project, "--mim", suite, "--mimtest-target", "mimtest.toml", *some, *parallel)
    assert done.returncode == 0, done.stdout
    assert "Conformance test report" in done.stdout
    report = project / "mimtest-report" / "report.json"
    assert report.exists()
    only = run_pytest(project, "--co", "-q", "--mim", "context", "--mimtest-target", "mimtest.toml")
    assert "test_own.py::test_own" in only.stdout
    assert "test_an_identifier_is_not_given_twice" in only.stdout


def test_a_product_that_is_not_there_is_not_green(project):
    dead = target_text(f"http://127.0.0.1:{closed_port()}")
    (project / "mimtest.toml").write_text(dead)
    done = run_pytest(
        project,
        "--mim",
        "security",
        "--mimtest-target",
        "mimtest.toml",
        "--mimtest-check=SEC-HTTP-0*",
    )
    assert done.returncode == 1
    assert "unreachable: " in done.stdout
    assert "test_own.py ." in done.stdout
    report = json.loads((project / "mimtest-report" / "report.json").read_text(encoding="utf-8"))
    tried = [c for c in report["checks"] if c["outcome"] != "not_run"]
    assert {(c["outcome"], (c["reason"] or {}).get("code")) for c in tried if c["interface"]} >= {
        ("inconclusive", "unreachable")
    }
    assert "passed" not in {c["outcome"] for c in tried}


def test_paths_a_supplier_names_are_kept(project):
    done = run_pytest(
        project, "test_own.py", "--mim", "places", "--mimtest-target", "mimtest.toml", "--co", "-q"
    )
    assert "test_own.py::test_own" in done.stdout
    assert "test_places_" in done.stdout
    assert "test_context_" not in done.stdout


def test_without_a_target_the_plugin_does_nothing(project):
    done = run_pytest(project, "-v")
    assert done.returncode == 0
    assert "1 passed" in done.stdout
    assert not (project / "mimtest-report").exists()


def test_a_suite_without_a_target_is_a_usage_error(project):
    done = run_pytest(project, "--mim", "context")
    assert done.returncode == 4
    assert "--mim needs --mimtest-target FILE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_target_file_is_one_line(project):
    (project / "mimtest.toml").write_text("[product]\nname = 1\n")
    done = run_pytest(project, "--mim", "context", "--mimtest-target", "mimtest.toml")
    assert done.returncode == 4
    assert "mimtest.toml: interfaces: is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bare_checkout_works_without_being_installed(project):
    """No entry point: the plugin is named, the package found on the path alone."""
    env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(CHECKOUT)}
    done = run_pytest(
        project,
        *("-p", "mimtest.plugin", "--mim", "security", "--mimtest-target", "mimtest.toml"),
        "--mimtest-check=SEC-HTTP-*",
        env=env,
    )
    assert done.returncode == 0, done.stdout + done.stderr


HOSTILE_SETTINGS = """
[pytest]
addopts = -x --maxfail=1 -k nothing_at_all
python_files = none_*.py
"""


def test_a_users_pytest_settings_cannot_change_a_verdict(project, clean):
    (project / "pytest.ini").write_text(HOSTILE_SETTINGS)
    (project / "conftest.py").write_text(
        "import pytest\n"
        "@pytest.hookimpl(wrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = yield\n"
        "    report.outcome = 'passed'\n"
        "    return report\n"
    )
    env = {"PYTEST_ADDOPTS": "-k nothing", "PYTEST_PLUGINS": "no_such_plugin"}
    done = mimtest("run", "mimtest.toml", "--suite", "security", cwd=project, env=env)
    assert done.err == ""
    seen, expected = outcomes(done.report), outcomes(clean.report)
    chosen = {k: o for k, o in seen.items() if k.startswith("SEC-")}
    assert chosen == {k: o for k, o in expected.items() if k.startswith("SEC-")}
    assert set(seen.values()) <= {"passed", "not_run", "not_applicable"}


#: Every fifth check.
SOME = "*[16]"


def test_workers_and_one_process_give_the_same_outcomes(tmp_path, clean):
    with city() as base:
        parallel = run_against(base, tmp_path, "-n", "2", "--check", SOME)
    ran = {k: o for k, o in outcomes(parallel.report).items() if o != "not_run"}
    expected = outcomes(clean.report)
    assert ran == {k: expected[k] for k in ran}
    assert len(ran) > len(expected) / 7
    assert parallel.report["assessment"]["impact"]["leftBehind"] == 0


def test_a_suite_or_a_check_alone_gives_the_same_outcome(tmp_path, clean):
    with city() as base:
        for number, args in enumerate((("--suite", "security"), ("--check", "CTX-ENT-0*"))):
            folder = tmp_path / str(number)
            folder.mkdir()
            ended = run_against(base, folder, *args)
            ran = {k: v for k, v in outcomes(ended.report).items() if v != "not_run"}
            assert ran
            assert ran.items() <= outcomes(clean.report).items()
            reasons = {
                c["reason"]["code"] for c in ended.report["checks"] if c["outcome"] == "not_run"
            }
            assert reasons == {"filtered"}


def test_a_read_only_run_sends_nothing_that_writes(tmp_path):
    with city() as base:
        ended = run_against(base, tmp_path, level="safe")
    report = ended.report
    writing = [x for x in report["exchanges"] if x["request"]["method"] in WRITING]
    accepted = [x["request"]["url"] for x in writing if x["response"]["status"] < 400]
    assert not [x for x in writing if "Transaction" in (x["request"]["body"] or "")]
    queries = ("/entityOperations/query", "/v2/op/query", "/wfs", "/introspect", "/token", "/nonce")
    queries += ("/catalog/request",)
    assert [url for url in accepted if not url.partition("?")[0].endswith(queries)] == []
    assert report["assessment"]["impact"]["created"] == 0
    assert failed(report) == set()
    assert not list((tmp_path / "mimtest-report").glob("journal*"))
    context = [
        c for c in report["checks"] if c["suite"] == "context" and c["interface"] == "context"
    ]
    assert sum(c["outcome"] == "passed" for c in context) >= 100
