"""The report itself, as a file that is safe to show: the same values, in ASCII where a sign is not seen."""

import json
from collections.abc import Mapping
from typing import Any

from mimtest.layout import as_text
from mimtest.rendering.text import visible


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:  # noqa: ARG001 - codes have no language
    """`report.json`: equal to the report when read back."""
    text = as_text(report)
    if visible(text) == text:
        return text
    return "".join(c if visible(c) == c else json.dumps(c)[1:-1] for c in text)
