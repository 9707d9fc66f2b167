"""What a report looks like: one module per page, each a pure function of `report.json`.

Every page module has `render(report, *, lang="en") -> str`. They are imported when asked for, because a
command that prints a line must not wait for a template engine.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final

Renderer = Callable[..., str]


class _Registry(Mapping[str, Callable[..., Any]]):
    """Renderers by name, imported on first use."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> Callable[..., Any]:
        renderer: Callable[..., Any] = import_module(f"{__name__}.{self._modules[name]}").render
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
BINARY: Final[Mapping[str, Callable[..., bytes]]] = _Registry(
    {
        "pdf": "pdf",
        "table-pdf": "table_pdf",
        "table-docx": "table_docx",
        "declaration-pdf": "declaration_pdf",
        "declaration-docx": "declaration_docx",
    }
)
#: The usual file name of each, for `-o DIR` and the output folder of a run.
FILE_NAMES: Final[Mapping[str, str]] = {
    "html": "report.html",
    "pdf": "report.pdf",
    "summary": "summary.html",
    "junit": "junit.xml",
    "csv": "requirements.csv",
    "md": "summary.md",
    "json": "report.json",
    "terminal": "report.txt",
    "table": "compliance-table.html",
    "table-csv": "compliance-table.csv",
    "table-docx": "compliance-table.docx",
    "table-pdf": "compliance-table.pdf",
    "terms": "terms.html",
    "terms-csv": "terms.csv",
    "earl": "earl.jsonld",
    "ctrf": "ctrf.json",
    "gitb": "gitb.xml",
    "in-toto": "test-result.intoto.json",
    "sarif": "report.sarif",
    "badge": "badge.svg",
    "shields": "badge.json",
    "github": "annotations.txt",
    "declaration": "declaration.json",
    "declaration-docx": "declaration.docx",
    "declaration-pdf": "declaration.pdf",
}


def render(report: Mapping[str, Any], form: str, *, lang: str = "en") -> str:
    """Render a report. Raises KeyError for an unknown form and UsageError for a language without words."""
    return RENDERERS[form](report, lang=lang)
