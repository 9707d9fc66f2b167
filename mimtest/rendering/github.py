"""Workflow commands for GitHub Actions: what failed and what has no answer, as annotations of the target file.

Source: GitHub, "Workflow commands for GitHub Actions". A step shows ten errors and ten warnings at most, so that the last
of each says how many more there are. In a message `%`, CR and LF are escaped, in a property also `:` and `,`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.foreign import breaking, is_advice, message, text
from mimtest.rendering.places import Places
from mimtest.rendering.view import View

OUTCOMES: Final = {"failed": "error", "inconclusive": "warning", "error": "warning", "not_run": "warning"}  # fmt: skip
VERDICTS: Final[Mapping[str, str]] = {}
_MOST: Final = 10
_LONGEST: Final = 1000
#: Longest sentence of the gate beside what every form says.
_SHORT: Final = 300


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark; `level` is error, warning or notice, `interface` what it is about."""

    level: str
    title: str
    message: str
    interface: str | None = None

    def command(self, places: Places | None) -> str:
        """The line a step prints."""
        properties = {"title": self.title}
        if places is not None:
            properties |= {"file": places.path, "line": str(places.line(self.interface))}
        told = ",".join(f"{k}={property_value(v)}" for k, v in properties.items())
        return f"::{self.level} {told}::{message_value(self.message)}"


def render(report: Mapping[str, Any], *, lang: str = "en", places: Places | None = None) -> str:
    """The lines for standard output of a step."""
    view = View.of(report, lang)
    shown = [*_errors(view), *_warnings(view)]
    lines = [
        a.command(places) for level in ("error", "warning") for a in _first(view, shown, level)
    ]
    return "\n".join([*lines, _last(view).command(None)]) + "\n"


def message_value(foreign: str) -> str:
    """A message as a command has it: one line, nothing in it a command."""
    shown = text(foreign, _LONGEST)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_value(foreign: str) -> str:
    """A property's value as a command has it."""
    return message_value(foreign).replace(":", "%3A").replace(",", "%2C")


def _errors(view: View) -> Iterator[Annotation]:
    broken = breaking(view)
    for failure in view.failures():
        check = failure.head
        level = "warning" if is_advice(check, broken) else "error"
        said = f"{check['title']}. {message(view, check)}"
        if failure.follows:
            said += f" ({view.words('checks.follow')}: {len(failure.follows)})"
        yield Annotation(level, check["id"], said, check["interface"])
    for item in view.required("not_met"):
        if item.row["basis"] == "declared":
            said = f"{item.row['statement']} {view.words.of('verdict', 'not_met')}"
            yield Annotation("error", item.label, said)


def _warnings(view: View) -> Iterator[Annotation]:
    for problem in view.problems():
        reason = problem["reason"] or {}
        said = f"{reason.get('message') or ''} {reason.get('hint') or ''}"
        yield Annotation("warning", view.words("ready.title"), said, problem["interface"])
    for cause in view.causes():
        title = f"{view.words.of('outcome', cause.outcome)}: {len(cause.checks)}"
        said = f"{view.cause_sentence(cause)} {cause.message}"
        yield Annotation("warning", title, said, cause.checks[0]["interface"])


def _first(view: View, found: Sequence[Annotation], level: str) -> list[Annotation]:
    """As many as are shown, the last of them telling how many more there are."""
    own = [a for a in found if a.level == level]
    if len(own) <= _MOST:
        return own
    rest = view.words("github.more", n=len(own) - _MOST + 1)
    return [*own[: _MOST - 1], Annotation(level, "mimtest", rest)]


def _last(view: View) -> Annotation:
    """The gate's sentence, and what every form says."""
    said = [view.report["gate"]["message"][:_SHORT], *view.notices()]
    return Annotation("notice", view.kind(), " ".join(said))
