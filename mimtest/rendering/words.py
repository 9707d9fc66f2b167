"""The words of every page, one file per language: reports/locales/<lang>.json.

Codes stay codes in the report, so one report reads in every language. Numbers stand outside of sentences
("Not met: 3"), so that no language needs plural forms; days and times are those of ISO 8601 in all of them.
What a file must have, and what is wrong with it, `catalogues` says.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Final

from mimtest.errors import UsageError
from mimtest.resources import REPORTS

LOCALES: Final = REPORTS / "locales"
#: The language that is complete, in which the report's own texts are, and whose text holds.
ENGLISH: Final = "en"
#: Under this key a file says whether it was reviewed; a draft says so on each page.
STATUS: Final = "status"
DRAFT: Final = "draft"
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


class Said(str):
    """A word or sentence of a page. It is a plain text to whoever does not ask for `spans`.

    `spans` are its pieces, each with the language it is in; an empty one is the page's own. A piece in another
    language is a word this language has no translation of, or a text that the report has in English only.
    """

    __slots__ = ("spans",)
    spans: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, spans: Iterable[tuple[str, str]]) -> "Said":
        """The text made of these pieces."""
        pieces = tuple((text, lang) for text, lang in spans if text)
        said = cls("".join(text for text, _ in pieces))
        said.spans = pieces
        return said


class Words:
    """The words of one language. Calling it with a key gives the word, filled with the values.

    A key without a translation gives the English word, which is marked as English (`Said.spans`).
    """

    def __init__(
        self,
        lang: str,
        entries: Mapping[str, str],
        *,
        english: Mapping[str, str] | None = None,
        is_draft: bool = False,
    ) -> None:
        self.lang = lang
        #: Whether nobody who speaks the language has reviewed the translation yet.
        self.is_draft = is_draft
        self._entries = entries
        self._english = entries if english is None else english

    def __call__(self, key: str, **values: object) -> Said:
        """The word for `key`. Raises KeyError for a key no language has."""
        if key in self._entries:
            return _filled(self._entries[key], "", values)
        return _filled(self._english[key], self._mark, values)

    def of(self, family: str, code: str) -> Said:
        """The word for a code; a code from a newer report is shown as it is written."""
        return self._if_there(f"{family}.{code}") or Said.of([(code.replace("_", " "), "")])

    def reason(self, code: str) -> Said:
        """One sentence for a reason code."""
        return self._if_there(f"reason.{code}") or self("reason.other", code=code)

    def knows_reason(self, code: str) -> bool:
        """Whether there is a sentence for a reason code."""
        return f"reason.{code}" in self._english

    def remedy(self, code: str) -> Said:
        """What to do about a reason code."""
        return self._if_there(f"remedy.{code}") or self("remedy.other")

    def english(self, text: str) -> Said:
        """A text that mimtest has in English only, such as the title of a check."""
        return Said.of([(text, self._mark)])

    def original(self, key: str) -> Said:
        """The English word for `key`, in whatever language the page is."""
        return self.english(self._english[key])

    def catalogue(self, key: str, text: str) -> Said:
        """A title of the catalogue, translated where the report has the very text that was translated."""
        return self(key) if self._english.get(key) == text else self.english(text)

    def within(self, word: Said) -> Said:
        """A word within a sentence: with a small initial letter, but in German."""
        if self.lang == "de" or not word.spans:
            return word
        (text, lang), *rest = word.spans
        return Said.of([(text[:1].lower() + text[1:], lang), *rest])

    @property
    def _mark(self) -> str:
        return "" if self.lang == ENGLISH else ENGLISH

    def _if_there(self, key: str) -> Said | None:
        return self(key) if key in self._english else None


def _filled(text: str, lang: str, values: Mapping[str, object]) -> Said:
    """The text with its places filled; what is itself marked keeps its mark."""
    if not values:
        return Said.of([(text, lang)])
    pieces: list[tuple[str, str]] = []
    for literal, name, _, _ in Formatter().parse(text):
        pieces.append((literal, lang))
        if name is not None:
            value = values[name]
            pieces += value.spans if isinstance(value, Said) else [(str(value), "")]
    return Said.of(pieces)


def languages() -> list[str]:
    """The languages there is a file for."""
    return sorted(path.stem for path in LOCALES.glob("*.json"))


@cache
def load(lang: str = ENGLISH) -> Words:
    """The words of a language. Raises UsageError for an unknown language."""
    if lang not in languages():
        raise UsageError(
            f"There are no words for language '{lang}'.", f"There are: {', '.join(languages())}."
        )
    entries = read(lang)
    return Words(lang, entries, english=read(ENGLISH), is_draft=entries[STATUS] == DRAFT)


@cache
def read(lang: str) -> dict[str, str]:
    """The entries of a language file as they stand."""
    entries: dict[str, str] = json.loads((LOCALES / f"{lang}.json").read_text(encoding="utf-8"))
    return entries
