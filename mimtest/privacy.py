"""What of a report may be shown: redaction levels, and the count of what was masked.

Verdicts, outcomes and ids stay as they are at each level. `none` shows evidence as it was kept; `excerpt` cuts bodies,
leaves out those of passed checks and masks what has the form of personal data; `ids` leaves of each exchange its id,
method, path and status.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.personal_data import CLASSES, find, mask

LEVELS: Final = ("excerpt", "none", "ids")
#: What is shown where nothing else is asked for.
DEFAULT: Final = "excerpt"
#: Where a report keeps it, among its extensions.
FIELD: Final = "mimtest.privacy"
#: Characters of a body in an excerpt.
EXCERPT: Final = 2048
#: Beside the excerpt, so that what is cut in two is found.
_SLACK: Final = 128
_LEFT_OUT: Final = "\u2039left out\u203a"
_SAID: Final = ("expected", "received")

Report = Mapping[str, Any]


def counted(report: Report) -> dict[str, Any]:
    """A report with the number of what has the form of personal data in its evidence, by class; not sealed."""
    found = Counter(f.kind for text in _texts(report) for f in find(text))
    return _noted(report, {"level": "none", "found": {k: found[k] for k in CLASSES}})


def redact(report: Report, level: str = DEFAULT) -> dict[str, Any]:
    """A report as it is shown at a level, with a note of what was masked. It still names the digest of the whole one.

    A report that was redacted before is only ever redacted further.
    """
    before = (report.get("extensions") or {}).get(FIELD, {})
    if level == "none" or before.get("level") in (level, "ids"):
        return dict(report)
    hand = _Hand(level)
    hand.found.update(before["found"] if "of" in before else {})
    passed = {x for c in report["checks"] if c["outcome"] == "passed" for x in c["exchanges"]}
    telling = {x for c in report["checks"] if c["outcome"] != "passed" for x in c["exchanges"]}
    shown = {
        **report,
        "checks": [hand.check(c) for c in report["checks"]],
        "exchanges": [hand.exchange(x, x["id"] in passed - telling) for x in report["exchanges"]],
        "readiness": [hand.probe(r) for r in report["readiness"]],
    }
    found = {k: hand.found[k] for k in CLASSES}
    whole = before.get("of") or report["digest"]["sha256"]
    return _noted(shown, {"level": level, "found": found, "of": whole})


def _noted(report: Report, note: Mapping[str, Any]) -> dict[str, Any]:
    return {**report, "extensions": {**(report.get("extensions") or {}), FIELD: dict(note)}}


def _texts(report: Report) -> Iterable[str]:
    """The texts of the evidence."""
    for exchange in report["exchanges"]:
        for message in (exchange["request"], exchange["response"] or {}):
            yield message.get("url") or ""
            yield message.get("body") or ""
            yield from (value for _, value in message.get("headers") or ())


class _Hand:
    """Redacts the parts of one report, and counts."""

    def __init__(self, level: str) -> None:
        self.level = level
        self.found: Counter[str] = Counter()

    def text(self, text: str) -> str:
        """A text without what has the form of personal data."""
        if not find(text):
            return text
        masked, found = mask(text)
        self.found.update(found)
        return masked

    def check(self, check: Mapping[str, Any]) -> dict[str, Any]:
        """A check; at level `ids` without what it quotes."""
        told = {"looked": [self._quoted(t) for t in check["looked"]]} if "looked" in check else {}
        return {**self._said(check), "cases": [self._said(c) for c in check["cases"]], **told}

    def probe(self, probe: Mapping[str, Any]) -> dict[str, Any]:
        """What the readiness of an interface came to."""
        reason = probe["reason"]
        return {
            **probe,
            "reason": reason and {**reason, "message": self._quoted(reason["message"])},
        }

    def exchange(self, exchange: Mapping[str, Any], silent: bool) -> dict[str, Any]:  # noqa: FBT001
        """An exchange; `silent` when only passed checks read it, so that nobody needs its bodies."""
        response, error = exchange["response"], exchange["error"]
        return {
            **exchange,
            "request": self._message(exchange["request"], silent=silent),
            "response": response and self._message(response, silent=silent),
            "error": error and {**error, "message": self._quoted(error["message"])},
        }

    def _said(self, row: Mapping[str, Any]) -> dict[str, Any]:
        reason = row["reason"]
        said = {k: row[k] and self._quoted(row[k]) for k in _SAID}
        if reason and "message" in reason:
            said["reason"] = {**reason, "message": self._quoted(reason["message"])}
        return {**row, **said}

    def _quoted(self, text: str) -> str:
        return self.text(text) if self.level != "ids" or not text else _LEFT_OUT

    def _message(self, message: Mapping[str, Any], *, silent: bool) -> dict[str, Any]:
        """A request or an answer."""
        bare = self.level == "ids"
        kept = {
            **{k: v for k, v in message.items() if k != "bodyBase64"},
            "headers": [] if bare else self._headers(message["headers"]),
            "body": None if bare or silent else self._excerpt(message["body"]),
        }
        if "url" in message:
            kept["url"] = self._address(message["url"])
        cut = "bodyBase64" in message or (
            kept["body"] is not None and len(message["body"]) > EXCERPT
        )
        return kept | ({"truncated": message["truncated"] or cut} if "truncated" in message else {})

    def _headers(self, headers: list[list[str]]) -> list[list[str]]:
        """Header fields; the same list where nothing is masked, for there are very many."""
        masked = [self.text(value) for _, value in headers]
        if all(new is old for new, (_, old) in zip(masked, headers, strict=True)):
            return headers
        return [[name, new] for new, (name, _) in zip(masked, headers, strict=True)]

    def _address(self, url: str) -> str:
        return self.text(url.partition("?")[0] if self.level == "ids" else url)

    def _excerpt(self, body: str | None) -> str | None:
        """The beginning of a body, with the whole of what its end would cut in two masked."""
        if not body:
            return body
        begun = (f.end for f in find(body[: EXCERPT + _SLACK]) if f.start < EXCERPT)
        return self.text(body[: max((EXCERPT, *begun))])[:EXCERPT]
