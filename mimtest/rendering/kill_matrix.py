"""The kill matrix as a page and in a few lines: which check notices which fault."""

from collections.abc import Iterator, Mapping
from typing import Any

from mimtest.rendering.page import fill, style_sheet
from mimtest.rendering.words import load


def render(matrix: Mapping[str, Any], *, lang: str = "en") -> str:
    """`kill-matrix.html`: one file, no script."""
    words = load(lang)
    suites = dict.fromkeys(f["suite"] for f in matrix["faults"])
    return fill("kill_matrix.html.j2", style_sheet(), t=words, m=matrix, suites=list(suites))


def lines(matrix: Mapping[str, Any], *, lang: str = "en") -> Iterator[str]:
    """What came of it, for a terminal: first what is wrong."""
    words = load(lang)
    faults = [f for f in matrix["faults"] if f["kind"] == "fault"]
    variants = [f for f in matrix["faults"] if f["kind"] == "variant"]
    for check in matrix["checks"]:
        if not check["proven"]:
            yield words("matrix.line.unproven", check=check["id"], reference=check["reference"])
    for fault in matrix["faults"]:
        for said in fault["wrong"]:
            yield words("matrix.line.wrong", fault=fault["id"], said=said)
    proven = sum(c["proven"] for c in matrix["checks"])
    yield f"{words('matrix.checks')}: {proven} / {len(matrix['checks'])}"
    yield f"{words('matrix.excused')}: {sum(c['excused'] is not None for c in matrix['checks'])}"
    for key, kind in (("matrix.faults", faults), ("matrix.variants", variants)):
        yield f"{words(key)}: {sum(not f['wrong'] for f in kind)} / {len(kind)}"
    yield f"{words('matrix.unmet')}: {sum(not f['met'] for f in variants)}"
    yield f"{words('matrix.digest')}: {matrix['digest']}"
