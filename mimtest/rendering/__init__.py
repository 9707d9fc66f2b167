"""What a report looks like: one module per page, each a pure function of `report.json`.

Every page module has `render(report, *, lang="en") -> str`. They are imported when asked for, because a
command that prints a line must not wait for a template engine.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Final


class _Registry(Mapping[str, Callable[..., Any]]):
    """Renderers by name, imported on first use."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> Callable[..., Any]:
        renderer: Callable[..., Any] = self.module(name).render
        return renderer

    def module(self, name: str) -> ModuleType:
        """The module of a renderer. Raises KeyError for an unknown name."""
        return import_module(f"{__name__}.{self._modules[name]}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


#: The renderers by the name `mimtest report --as` takes.
RENDERERS: Final = _Registry(
    {
        "html": "html",
        "summary": "summary",
        "junit": "junit",
        "csv": "csv",
        "md": "markdown",
        "json": "json",
        "terminal": "terminal",
        "table": "table_html",
        "table-csv": "table_csv",
        "terms": "terms_html",
        "terms-csv": "terms_csv",
        "earl": "earl",
        "ctrf": "ctrf",
        "gitb": "gitb",
        "in-toto": "intoto",
        "sarif": "sarif",
        "badge": "badge",
        "shields": "shields",
        "github": "github",
        "declaration": "declaration",
    }
)
#: Those whose files are no text; each needs an extra and returns bytes.
BINARY: Final = _Registry(
    {
        "pdf": "pdf",
        "table-pdf": "table_pdf",
        "table-docx": "table_docx",
        "declaration-pdf": "declaration_pdf",
        "declaration-docx": "declaration_docx",
    }
)
