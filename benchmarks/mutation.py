"""Mutants of the core: which changes of its code no test notices, and which of them are explained.

python benchmarks/mutation.py verdict gate --processes 2

A group of `benchmarks/mutation.toml` names modules and the quick tests that have to notice. The tree is copied, so that nothing
here is touched. Needs `pip install mutmut`. Leaves with 1 when a mutant survives without an explanation.
"""

import argparse
import ast
import difflib
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = tomllib.loads((ROOT / "benchmarks" / "mutation.toml").read_text(encoding="utf-8"))
FOLDERS = ("mimtest", "tests", "suites", "schemas", "fixtures", "reports", "benchmarks")
#: What mutmut says of a mutant: exit codes of pytest that fail, and those of a limit of time.
_KILLED = (1, 3)
_TIMEOUTS = (36, -24, 24, 152, 255, 35)
#: Seconds a mutant has: so many times what its tests took and these. On a busy machine a short limit kills what no test noticed.
_PATIENCE, _TIMES = 15.0, 2.0


def prepared(place: Path, group: dict[str, Any]) -> None:
    """A copy of the tree with the settings for one group."""
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / name, place / name, ignore=ignored)
    settings = {
        "source_paths": ["mimtest"],
        "only_mutate": group["modules"],
        "also_copy": [n for n in FOLDERS if n not in ("mimtest", "tests")],
        "pytest_add_cli_args_test_selection": group["tests"],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", *group.get("options", [])],
        "use_git_change_detection": False,
        "track_dependencies": False,
        "timeout_constant": _PATIENCE,
        "timeout_multiplier": _TIMES,
    }
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (place / "pyproject.toml").write_text(f"{text}\n[tool.mutmut]\n{lines}\n", encoding="utf-8")


def functions(source: str) -> dict[str, list[str]]:
    """The lines of each mutant and original by name, without the first."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
            found[node.name] = (ast.get_source_segment(source, node) or "").splitlines()
    return found


def change(before: list[str], after: list[str]) -> list[str]:
    """What differs, as `- old` and `+ new`."""
    lines = list(difflib.unified_diff(before[1:], after[1:], lineterm="", n=0))[2:]
    changed = [f"{line[0]} {line[1:].strip()}" for line in lines if not line.startswith("@@")]
    if changed or len(before) < 1:
        return changed
    return [f"- {before[0].strip()}", f"+ {after[0].strip()}"]


def outcomes(place: Path, module: str) -> Iterator[tuple[str, str, list[str]]]:
    """What became of every mutant of a module, with its function and change."""
    meta = json.loads((place / "mutants" / f"{module}.meta").read_text(encoding="utf-8"))
    texts = functions((place / "mutants" / module).read_text(encoding="utf-8"))
    for key, code in meta["exit_code_by_key"].items():
        name = key.rpartition(".")[2]
        stem = name.rpartition("__mutmut_")[0]
        function = stem.removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
        yield became(code), function, change(texts[f"{stem}__mutmut_orig"], texts[name])


def became(code: int | None) -> str:
    """In a word."""
    if code is None:
        return "not run"
    return "killed" if code in _KILLED else "timed out" if code in _TIMEOUTS else "alive"


def explained(module: str) -> dict[tuple[str, str], str]:
    """The reasons that are written down, by function (`*` for any) and change."""
    return {
        (e["function"], "\n".join(e["change"])): e["reason"]
        for e in DATA.get("explained", [])
        if e["module"] == module
    }


def told(place: Path, module: str) -> bool:
    """Print the counts of a module and what no test noticed; whether all of it is explained."""
    reasons = explained(module)
    rows = list(outcomes(place, module))
    counts = Counter(became for became, _, _ in rows)
    alive = [(f, c) for became, f, c in rows if became == "alive"]
    seen = {(f, "\n".join(c)) for f, c in alive}
    seen |= {("*", text) for _, text in seen}
    open_ones = [
        (f, c) for f, c in alive if not {(f, "\n".join(c)), ("*", "\n".join(c))} & reasons.keys()
    ]
    stale = reasons.keys() - seen
    rest = "".join(f", {counts[w]} {w}" for w in ("timed out", "not run") if counts[w])
    print(f"{module}: {len(rows)} mutants, {counts['killed']} killed, "
          f"{len(alive) - len(open_ones)} explained, {len(open_ones)} survive{rest}")  # fmt: skip
    for function, lines in open_ones:
        print(f"  {function}", *(f"    {line}" for line in lines), sep="\n")
    for function, text in sorted(stale):
        print(f"  explained, but not there: {function}: {text!r}")
    return not open_ones and not stale and not counts["not run"]


def main() -> int:
    """Run the groups that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=[*DATA["groups"]])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--look", type=Path, help="tell of the mutants in this copy, and run none")
    asked = parser.parse_args()
    fine = True
    for name in asked.groups:
        group = DATA["groups"][name]
        if asked.look:
            fine = all([told(asked.look, module) for module in group["modules"]]) and fine  # noqa: C419 - tell of all
            continue
        with tempfile.TemporaryDirectory(prefix=f"mimtest-mutants-{name}-") as folder:
            place = Path(folder)
            prepared(place, group)
            command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(asked.processes)]  # fmt: skip
            ran = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
            if not all((place / "mutants" / f"{m}.meta").exists() for m in group["modules"]):
                print(ran.stdout[-4000:], ran.stderr[-4000:], sep="\n")
                return 2
            results = [told(place, module) for module in group["modules"]]
            fine = fine and all(results)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
