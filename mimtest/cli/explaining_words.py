"""What `mimtest explain` says of the words of a report: reason codes, verdicts, reasons of the compliance table."""

from collections.abc import Iterator

from mimtest.cli.explaining_layout import lay_out
from mimtest.procurement.table import REASONS as TABLE_REASONS
from mimtest.reasons import REASONS
from mimtest.rendering.words import FAMILIES, load


def explain_word(name: str) -> str | None:
    """A reason code, a verdict or a reason of the compliance table; one name may be several of them."""
    return "\n\n".join(_meanings(name)) or None


def _meanings(name: str) -> Iterator[str]:
    words = load("en")
    if name in REASONS:
        yield lay_out(
            name,
            words.reason(name),
            ("Look first at", words.of("suspect", REASONS[name])),
            ("What to do", words.remedy(name)),
            (
                "Source",
                "reason code, checks[].reason.code and requirements[].reason in report.json",
            ),
        )
    if name in FAMILIES["verdict"]:
        yield lay_out(
            name,
            f"{words.of('verdict', name)}. {words(f'verdict.{name}.means')}",
            ("What to do", "Read the requirement's row in the report: its checks say why."),
            ("Source", "verdict on a requirement, requirements[].verdict in report.json"),
        )
    if name in TABLE_REASONS:
        yield lay_out(
            name,
            words(f"table.reason.{name}"),
            ("What to do", "Read the row's requirements and evidence; the authority decides."),
            ("Source", "reason in the compliance table (mimtest report REPORT --as table)"),
        )
