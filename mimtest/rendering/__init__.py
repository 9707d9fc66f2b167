"""What a report looks like: one module per page, each a pure function of `report.json`.

Every page module has `render(report, *, lang="en") -> str`. They are imported when asked for, because a
command that prints a line must not wait for a template engine.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final

Renderer = Callable[..., str]


class _Registry(Mapping[str, Renderer]):
    """Renderers by name, imported on first use."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> Renderer:
        renderer: Renderer = import_module(f"{__name__}.{self._modules[name]}").render
        return renderer

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


#: The renderers by the name `mimtest report --as` takes.
RENDERERS: Final[Mapping[str, Renderer]] = _Registry(
    {
        "html": "html",
        "summary": "summary",
        "junit": "junit",
        "csv": "csv",
        "md": "markdown",
        "json": "json",
        "terminal": "terminal",
    }
)
#: The usual file name of each, for `-o DIR` and the output folder of a run.
FILE_NAMES: Final[Mapping[str, str]] = {
    "html": "report.html",
    "summary": "summary.html",
    "junit": "junit.xml",
    "csv": "requirements.csv",
    "md": "summary.md",
    "json": "report.json",
    "terminal": "report.txt",
}


def render(report: Mapping[str, Any], form: str, *, lang: str = "en") -> str:
    """Render a report. Raises KeyError for an unknown form and UsageError for a language without words."""
    return RENDERERS[form](report, lang=lang)
