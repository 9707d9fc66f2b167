"""Headless Chromium and axe-core, driven by node: what a browser and a reader of screens make of a page.

Chromium is Debian's package `chromium`. axe-core and puppeteer-core are found in the folder that MIMTEST_NODE_MODULES
names, or in `node_modules` beside the tests: `npm install --prefix tests --no-save axe-core puppeteer-core`.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent
_MODULES: Final = Path(os.environ.get("MIMTEST_NODE_MODULES") or _HERE / "node_modules").absolute()
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PROGRAM: Final = next((p for p in map(shutil.which, _NAMES) if p), None)
_SECONDS: Final = 600


def missing() -> str:
    """The name of the program that is not there; empty when all are."""
    modules = [m for m in ("axe-core", "puppeteer-core") if not (_MODULES / m).is_dir()]
    programs = [n for n, p in (("chromium", PROGRAM), ("node", shutil.which("node"))) if not p]
    return next(iter([*programs, *modules]), "")


def look(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is found on each page; see browser.mjs for what can be asked."""
    done = subprocess.run(
        ["node", str(_HERE / "browser.mjs"), str(_MODULES), str(PROGRAM)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
