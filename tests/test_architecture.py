"""The import rule and the cost of starting, kept by looking at the code itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mimtest"
MODULES = {
    ".".join(("mimtest", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): p
    for p in PACKAGE.rglob("*.py")
    if "_bundled" not in p.parts
}
NOT_PURE = {"pytest", "httpx", "click", "socket", "ssl"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {
                f"{node.module}.{a.name}"
                for a in node.names
                if f"{node.module}.{a.name}" in MODULES
            }
    return names


def layer(module: str) -> str:
    """The part of the package a module belongs to."""
    first = module.removeprefix("mimtest.").partition(".")[0]
    if module in ("mimtest", "mimtest.__main__"):
        return "pure" if module == "mimtest" else "cli"
    return first if first in ALLOWED else "pure"


ALLOWED = {
    "pure": {"pure"},
    "models": {"pure", "models"},
    "network": {"pure", "network"},
    "vocabulary": {"pure", "models", "network", "vocabulary"},
    "session": {"pure", "network", "vocabulary", "session", "rendering"},
    "rendering": {"pure", "rendering"},
    "sandbox": {"pure", "sandbox"},
    "selftest": {"pure", "models", "session", "rendering", "sandbox", "selftest"},
    "cli": {
        "pure",
        "models",
        "network",
        "vocabulary",
        "session",
        "rendering",
        "sandbox",
        "selftest",
        "cli",
    },
    "plugin": {"pure", "session"},
}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module):
    own = layer(module)
    for name in imported(MODULES[module]):
        if name.startswith("mimtest"):
            assert layer(name) in ALLOWED[own], f"{module} ({own}) imports {name} ({layer(name)})"


@pytest.mark.parametrize("module", sorted(m for m in MODULES if layer(m) in ("pure", "models")))
def test_the_pure_core_does_no_input_or_output_over_a_network(module):
    assert not {n.partition(".")[0] for n in imported(MODULES[module])} & NOT_PURE


@pytest.mark.parametrize("module", sorted(m for m in MODULES if layer(m) == "sandbox"))
def test_the_sandbox_shares_nothing_with_the_judge_but_where_files_are(module):
    own = {n for n in imported(MODULES[module]) if n.startswith("mimtest")}
    others = {n for n in own if not n.startswith("mimtest.sandbox")}
    assert others <= {"mimtest", "mimtest.resources", "mimtest.resources.FIXTURES"}
    assert "pyld" not in imported(MODULES[module])
    assert "pyproj" not in imported(MODULES[module])


@pytest.mark.parametrize("module", sorted(m for m in MODULES if layer(m) == "rendering"))
def test_pages_are_made_of_the_report_alone(module):
    own = {n for n in imported(MODULES[module]) if n.startswith("mimtest")}
    # What a tender makes of a report is derived from the report, too.
    pure = {n for n in own if layer(n) == "pure" and not n.startswith("mimtest.procurement")}
    assert pure <= {
        "mimtest",
        "mimtest.resources",
        "mimtest.errors",
        "mimtest.layout",
        "mimtest.reasons",
    }


def modules_after(code: str) -> set[str]:
    script = f"import sys; before = set(sys.modules); {code}; print(*set(sys.modules) - before, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_plugin_costs_an_unrelated_pytest_run_nothing():
    new = modules_after("import pytest; before = set(sys.modules); import mimtest.plugin")
    assert new == {"mimtest", "mimtest.plugin"}


def test_help_imports_click_and_little_else():
    heavy = {
        "pytest",
        "httpx",
        "jinja2",
        "jsonschema",
        "hypothesis",
        "pyld",
        "pyproj",
    }
    new = modules_after("from mimtest.cli import cli; cli.main(['--help'], standalone_mode=False)")
    assert not {n.partition(".")[0] for n in new} & heavy
    ours = {n for n in new if n.startswith("mimtest")}
    assert ours == {"mimtest", "mimtest.cli", "mimtest.errors"}
