"""Reading the shipped files of `suites/procurement/`."""

import tomllib
from functools import cache
from typing import Any

from mimtest.resources import PROCUREMENT


@cache
def read_shipped(name: str) -> dict[str, Any]:
    """The content of a shipped file; the tests see to it that each is whole."""
    return tomllib.loads((PROCUREMENT / name).read_text(encoding="utf-8"))
