"""The words of every page, one file per language: reports/locales/<lang>.json.

Codes stay codes in the report, so one report reads in every language. Numbers stand outside of sentences
("Not met: 3"), so that no language needs plural forms.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Final

from mimtest.errors import UsageError
from mimtest.resources import REPORTS

_LOCALES: Final = REPORTS / "locales"
#: Words a report of a test never says, but for the fixed sentence "It is not a certificate."
FORBIDDEN: Final = re.compile(
    r"\bcertif\w*|\bcomplian\w*|\bapprov\w*|\bMIM[- ]ready\b|\ball data\b|\bsecure\b|\bguarante\w*|\d\s?%",
    re.IGNORECASE,
)
FIXED_SENTENCE: Final = "It is not a certificate."
#: The codes each language must have a word for.
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "verdict": (
        "met",
        "not_met",
        "inconclusive",
        "equivalence_claimed",
        "declared_only",
        "not_tested",
        "not_applicable",
    ),
    "group": ("met", "not_met", "open", "not_assessed", "recommendations_only", "out_of_scope"),
    "outcome": ("passed", "failed", "inconclusive", "not_applicable", "not_run", "error"),
    "gate": ("pass", "fail", "incomplete", "error"),
    "basis": ("tested", "declared", "none"),
    "coverage": ("automated", "assisted", "attested", "not_yet"),
    "strength": ("must", "should", "may"),
    "party": ("first", "second", "third", "unknown"),
    "kind": ("first", "second", "third", "unknown", "reproduced"),
    "level": ("passive", "safe", "writes", "burst"),
    "declared": ("meets", "equivalent", "does_not_meet", "not_applicable"),
    "evidence": ("present", "unseen", "missing", "changed", "expired"),
    "suspect": ("product", "environment", "target file", "mimtest", "specification", "nobody"),
    "notice": (
        "not_a_certificate",
        "passing_tests_do_not_prove_conformity",
        "tested_configuration_only",
        "specification_text_governs",
        "supplier_tested_own_product",
        "buyer_tested",
        "third_party_tested",
        "reproduced",
        "tester_not_stated",
    ),
}


class Words:
    """The words of one language. Calling it with a key gives the word, filled with the values."""

    def __init__(self, lang: str, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The word for `key`. Raises KeyError for a key no language has."""
        text = self._entries[key]
        return text.format(**values) if values else text

    def of(self, family: str, code: str) -> str:
        """The word for a code; a code from a newer report is shown as it is written."""
        return self._entries.get(f"{family}.{code}") or code.replace("_", " ")

    def reason(self, code: str) -> str:
        """One sentence for a reason code."""
        return self._entries.get(f"reason.{code}") or self("reason.other", code=code)

    def knows_reason(self, code: str) -> bool:
        """Whether there is a sentence for a reason code."""
        return f"reason.{code}" in self._entries

    def remedy(self, code: str) -> str:
        """What to do about a reason code."""
        return self._entries.get(f"remedy.{code}") or self("remedy.other")


def languages() -> list[str]:
    """The languages there is a file for."""
    return sorted(path.stem for path in _LOCALES.glob("*.json"))


@cache
def load(lang: str = "en") -> Words:
    """The words of a language, English where it has none. Raises UsageError for an unknown language."""
    if lang not in languages():
        raise UsageError(
            f"There are no words for language '{lang}'.", f"There are: {', '.join(languages())}."
        )
    return Words(lang, _read("en") | _read(lang))


@cache
def _read(lang: str) -> dict[str, str]:
    entries: dict[str, str] = json.loads((_LOCALES / f"{lang}.json").read_text(encoding="utf-8"))
    return entries


def problems(lang: str) -> list[str]:
    """What is wrong with a language file: missing keys, lost placeholders, words a report never says."""
    entries, english = _read(lang), _read("en")
    needed = {*english, *(f"{f}.{code}" for f, codes in FAMILIES.items() for code in codes)}
    return [
        *(f"{key}: missing" for key in sorted(needed - entries.keys())),
        *(f"{key}: unknown" for key in sorted(entries.keys() - english.keys())),
        *_lost_placeholders(entries, english),
        *(f"{key}: says '{word}'" for key, text in entries.items() for word in forbidden(text)),
    ]


def _lost_placeholders(entries: Mapping[str, str], english: Mapping[str, str]) -> Iterable[str]:
    for key in english.keys() & entries.keys():
        if _placeholders(entries[key]) != _placeholders(english[key]):
            yield f"{key}: placeholders differ from English"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def forbidden(text: str) -> list[str]:
    """The words in `text` that no report may say."""
    found: list[str] = FORBIDDEN.findall(text.replace(FIXED_SENTENCE, ""))
    return found
